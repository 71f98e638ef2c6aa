"""What is wrong although every value can be read: things that are missing, that cannot both be
true, or that name something that does not exist."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.config.keys import BUILT_IN_PROFILES, NAMED_KINDS
from crawler.config.reading import Reading
from crawler.discover import KINDS
from crawler.model import NotifyChannel, Profile, SeedSetting, Source

Place = tuple[str | int, ...]

#: the source that the program itself keeps
MANUAL = "manual"

# Keys that only some kinds read.
_ONLY_FOR = {"follow": ("index",), "live": ("wayback",)}


def of_defaults(reading: Reading, given: dict[str, Any]) -> None:
    """What cannot stand in `[defaults]`."""
    if "every_s" in given and "cron" in given:
        reading.mistake(("defaults", "cron"), "`every` and `cron` cannot both stand; keep one")
    if given.get("robots") == "ignore":
        what = 'robots = "ignore" stands in a source, with its `reason`, not in [defaults]'
        reading.mistake(("defaults", "robots"), what)


def of_source(reading: Reading, path: Place, given: dict[str, Any]) -> None:
    """What a source says of itself that cannot be."""
    kind = given.get("kind")
    if given.get("id") == MANUAL:
        what = "is the source of addresses that `crawl once URL` names; choose another"
        reading.mistake((*path, "id"), what)
    if not given.get("urls") and "url" not in _written(reading, path):
        need = "`urls`, the pages to watch" if kind == "page" else "`url`, where its listing is"
        reading.mistake(path, f"has no {need}")
    if "every_s" in given and "cron" in given:
        reading.mistake((*path, "cron"), "`every` and `cron` cannot both stand; keep one")
    if given.get("robots") == "ignore" and "reason" not in given:
        reading.mistake((*path, "robots"), 'robots = "ignore" needs a `reason`')
    if kind in NAMED_KINDS and kind not in KINDS:
        reading.mistake((*path, "kind"), f"kind {kind} is not built yet", warning=True)
    for key, kinds in _ONLY_FOR.items():
        if key in given and kind is not None and kind not in kinds:
            what = f"is read by kind {', '.join(kinds)} alone, not by {kind}"
            reading.mistake((*path, key), what, warning=True)


def of_intervals(reading: Reading, path: Place, source: Source) -> None:
    """Intervals of a source, its defaults filled in, that contradict each other."""
    if source.min_interval_s > source.max_interval_s:
        what = f"min_interval ({_shown(source.min_interval_s)}) is longer than max_interval "
        reading.mistake(
            _nearest(reading, path, "min_interval", "max_interval"),
            f"{what}({_shown(source.max_interval_s)})",
        )
    if source.cron is None and source.every_s > source.max_gap_s:
        reading.mistake(
            _nearest(reading, path, "max_gap", "every"),
            f"a look every {_shown(source.every_s)} cannot keep a promise (max_gap) of "
            f"{_shown(source.max_gap_s)}",
        )
    if source.min_interval_s > source.max_gap_s:
        reading.mistake(
            _nearest(reading, path, "max_gap", "min_interval"),
            f"pages looked at every {_shown(source.min_interval_s)} at most cannot keep a promise "
            f"(max_gap) of {_shown(source.max_gap_s)}",
        )


def of_profile(reading: Reading, path: Place, given: dict[str, Any]) -> None:
    """A profile without a body, or that ends before it begins."""
    if "select" in given and "body" not in given["select"]:
        reading.mistake((*path, "select"), "has no selector for `body`")
    if given.get("since") and given.get("until") and given["since"] > given["until"]:
        reading.mistake((*path, "until"), "it ends before it begins")


def of_seed(reading: Reading, path: Place, given: dict[str, Any], file: Path) -> None:
    """A seed copy's file and what is said of its origin; another hash than the one written down is
    a warning, for the file is then a new revision."""
    if given.get("url_evidence", "unknown") != "unknown" and "url" not in given:
        reading.mistake((*path, "url_evidence"), "says how sure the `url` is, and there is none")
    try:
        body = file.read_bytes()
    except OSError as error:
        reading.mistake((*path, "file"), f"{given['file']} cannot be read: {error.strerror}")
        return
    found = hashlib.sha256(body).hexdigest()
    if given.get("sha256", found) != found:
        what = f"{given['file']} is another text (sha256 {found}): it becomes a new revision"
        reading.mistake((*path, "sha256"), what, warning=True)


def across(
    reading: Reading,
    sources: Sequence[Source],
    profiles: Sequence[Profile],
    seeds: Sequence[SeedSetting],
    notify: Sequence[NotifyChannel],
) -> None:
    """Ids that stand twice, and names of things that are not there."""
    for table in ("source", "profile", "seed", "notify"):
        _unique(reading, table)
    profile_ids = {*BUILT_IN_PROFILES, *(profile.id for profile in profiles)}
    _formerly(reading, sources)
    for path, source in _placed(reading, "source", sources):
        if source.profile is not None and source.profile not in profile_ids:
            known = ", ".join(sorted(profile_ids))
            what = f"there is no profile {source.profile!r}; there are {known}"
            reading.mistake((*path, "profile"), what)
    tags = {tag for source in sources for tag in source.tags}
    for path, channel in _placed(reading, "notify", notify):
        _exist(reading, (*path, "sources"), channel.sources, {source.id for source in sources})
        _exist(reading, (*path, "seeds"), channel.seeds, {seed.id for seed in seeds})
        _exist(reading, (*path, "tags"), channel.tags, tags)


def _unique(reading: Reading, table: str) -> None:
    first: dict[object, Place] = {}
    for path, one in _tables(reading, table):
        given = one.get("id")
        # Eras of one site may share a profile's id.
        if not isinstance(given, str) or table == "profile":
            continue
        if given in first:
            line = reading.lines.get((*first[given], "id"), "?")
            reading.mistake((*path, "id"), f"{given!r} stands twice (line {line} too)")
        first.setdefault(given, path)


def _formerly(reading: Reading, sources: Sequence[Source]) -> None:
    taken = {source.id for source in sources}
    for path, source in _placed(reading, "source", sources):
        for old in source.formerly:
            if old in taken:
                what = f"{old!r} is another source's id or former id; a history follows one source"
                reading.mistake((*path, "formerly"), what)
            taken.add(old)


def _exist(reading: Reading, path: Place, named: Sequence[str], known: set[str]) -> None:
    for name in named:
        if name not in known:
            reading.mistake(path, f"there is no {name!r} in this file")


def _placed(reading: Reading, table: str, values: Sequence[Any]) -> list[tuple[Place, Any]]:
    """Values with the path of the table that they were read from, by their id."""
    places = {one.get("id"): path for path, one in reversed(_tables(reading, table))}
    return [(places[value.id], value) for value in values if value.id in places]


def _tables(reading: Reading, table: str) -> list[tuple[Place, dict[str, Any]]]:
    given = reading.data.get(table)
    rows = given if isinstance(given, list) else []
    return [((table, n), one) for n, one in enumerate(rows) if isinstance(one, dict)]


def _written(reading: Reading, path: Place) -> dict[str, Any]:
    table = reading.data[str(path[0])][path[1]]
    return table if isinstance(table, dict) else {}


def _nearest(reading: Reading, path: Place, *names: str) -> Place:
    """The first of these keys that the source itself writes, else the defaults', else the table."""
    for name in names:
        if (*path, name) in reading.lines:
            return (*path, name)
    for name in names:
        if ("defaults", name) in reading.lines:
            return ("defaults", name)
    return path


def _shown(seconds: float) -> str:
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds / unit:g}{name}"
    return f"{seconds:g}s"
