"""Silence is never read as *no change*: broken promises, silent sources, breaking extraction, a
disk that fills up become events, each told once for as long as it lasts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.errors import DiskFull
from crawler.model import EventDraft, Source, UsualLinks, iso, parse_iso
from crawler.store import Alarm, Archive, Condition
from crawler.store.space import LOG_HELD_UP_BYTES, free_bytes, log_bytes

DAY_S = 86_400.0
# A source's broken promises are told together, and at most so often: an outage is one story.
TELL_AGAIN = timedelta(hours=24)
NAMED = 5


def look_after(archive: Archive, config: Config, now: datetime) -> int:
    """Checks all conditions and tells of those that nobody was told of; how many events."""
    told = 0
    for kind, found in archive.conditions(now).items():
        told += tell(archive, archive.observe(kind, found), now)
    told += watch_names(archive, config, now)
    return told + watch_disk(archive, config, now) + watch_log(archive, now)


def watch_names(archive: Archive, config: Config, now: datetime) -> int:
    """Tells of hosts that have had no address for as long as an absence needs to be believed."""
    lost: dict[str, Condition] = {}
    patience = {source.id: source.confirm_after_s for source in config.sources}
    usual_s = config.defaults.confirm_after_s
    for source_id, url, since in archive.lost_names():
        if (now - parse_iso(since)).total_seconds() < patience.get(source_id, usual_s):
            continue
        host = urlsplit(url).netloc
        before = lost.get(host)
        seen = 0 if before is None else before.detail["addresses"]
        first = since if before is None else min(since, before.detail["since"])
        detail = {"addresses": seen + 1, "since": first}
        lost[host] = Condition("name_lost", host, source_id, detail)
    return tell(archive, archive.observe("name_lost", lost.values()), now)


def watch_disk(archive: Archive, config: Config, now: datetime) -> int:
    """Tells when the archive's disk has less room than is to stay free."""
    free, least = free_bytes(archive.path), config.operating.min_free_bytes
    folder = str(archive.path.parent)
    low = [Condition("disk_low", folder, None, {"free": free, "least": least})]
    return tell(archive, archive.observe("disk_low", low if free < least else ()), now)


def watch_log(archive: Archive, now: datetime) -> int:
    """Tells when the write-ahead log grows, because a reader keeps it from being written back."""
    size, file = log_bytes(archive.path), f"{archive.path}-wal"
    held_up = [Condition("log_held_up", file, None, {"size": size})]
    return tell(
        archive, archive.observe("log_held_up", held_up if size > LOG_HELD_UP_BYTES else ()), now
    )


def room_left(archive: Archive, config: Config) -> bool:
    """Whether the archive's disk has the room that is to stay free."""
    return free_bytes(archive.path) >= config.operating.min_free_bytes


def need_room(archive: Archive, config: Config) -> None:
    """Raises DiskFull when the archive's disk has less room than is to stay free."""
    if not room_left(archive, config):
        least = config.operating.min_free_bytes
        raise DiskFull(
            f"{archive.path.parent} has {free_bytes(archive.path):,} bytes free, and {least:,} "
            "are to stay free; nothing was fetched",
            "free some space, or lower min_free under [operating] in sources.toml",
        )


def tell(archive: Archive, alarms: Sequence[Alarm], now: datetime) -> int:
    """One event for the alarms of a kind and source, unless one was told within a day."""
    told = 0
    by_source: dict[tuple[str, str | None], list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        by_source[alarm.kind, alarm.source_id].append(alarm)
    for (kind, source_id), group in by_source.items():
        last = archive.last_told(kind, source_id)
        if last is not None and timedelta() <= now - parse_iso(last) < TELL_AGAIN:
            continue
        archive.tell(draft(kind, group), group)
        told += 1
    return told


def draft(kind: str, alarms: Sequence[Alarm]) -> EventDraft:
    """The event that tells of these alarms of one kind and source."""
    first = alarms[0]
    message, next_step = _WORDS[kind](alarms)
    subject = first.source_id or first.subject
    return EventDraft(kind, subject, message, next_step, first.source_id)


def _promise(alarms: Sequence[Alarm]) -> tuple[str, str]:
    worst = max(alarms, key=lambda one: one.detail["gap_s"])
    return (
        f"{first_words(len(alarms))} of {worst.source_id} had no conclusive look for "
        f"{worst.detail['gap_s'] / 3600:.1f} h, and {worst.detail['promise_s'] / 3600:g} h were "
        f"promised: {subjects(alarms)}",
        f"`crawl status {worst.source_id}` says what does not come back",
    )


def subjects(alarms: Sequence[Alarm]) -> str:
    """What the first few of them are about, and how many more there are."""
    names = ", ".join(alarm.subject for alarm in alarms[:NAMED])
    return names + (f" and {len(alarms) - NAMED} more" if len(alarms) > NAMED else "")


def first_words(count: int) -> str:
    """`1 address` or `12 addresses`."""
    return "1 address" if count == 1 else f"{count:,} addresses"


def _silent(alarms: Sequence[Alarm]) -> tuple[str, str]:
    detail = alarms[0].detail
    return (
        f"{alarms[0].subject} has shown nothing new since {detail['last_new']}; its longest pause "
        f"of late was {detail['usual_s'] / DAY_S:.1f} days",
        "open its listing in a browser: it may have moved, or shows its readers another page",
    )


def _name(alarms: Sequence[Alarm]) -> tuple[str, str]:
    count = sum(alarm.detail["addresses"] for alarm in alarms)
    since = min(alarm.detail["since"] for alarm in alarms)
    return (
        f"the name {subjects(alarms)} has led nowhere since {since}; "
        f"{first_words(count)} of {alarms[0].source_id} cannot be asked for",
        "look the name up elsewhere; if the site has moved, mend the source's addresses",
    )


def _extraction(alarms: Sequence[Alarm]) -> tuple[str, str]:
    detail = alarms[0].detail
    return (
        f"{detail['unread']} of {detail['looks']} pages of {alarms[0].subject} that answered "
        "within a day were not read as articles",
        "see what is read with `crawl extract URL`, and write or mend the source's profile",
    )


def _disk(alarms: Sequence[Alarm]) -> tuple[str, str]:
    detail = alarms[0].detail
    return (
        f"{alarms[0].subject} has {detail['free']:,} bytes free, and {detail['least']:,} are to "
        "stay free; nothing is fetched meanwhile",
        "free some space; fetching goes on by itself",
    )


def _log(alarms: Sequence[Alarm]) -> tuple[str, str]:
    detail = alarms[0].detail
    return (
        f"{alarms[0].subject} has grown to {detail['size']:,} bytes: somebody who reads the "
        "archive keeps a transaction open, and nothing is written back meanwhile",
        "end programs that read the archive for long; everything goes on, the log alone grows",
    )


def _overloaded(alarms: Sequence[Alarm]) -> tuple[str, str]:
    detail = alarms[0].detail
    more = f" (and {len(alarms) - 1} more hosts of this source)" if len(alarms) > 1 else ""
    return (
        f"{alarms[0].subject} cannot carry its promises{more}: {detail['pages']:,} pages ask for "
        f"{detail['needed']:,} looks a day, and a delay of {detail['delay_s']:g} s allows "
        f"{detail['budget']:,}; {detail['fit']:,} pages fit, and the oldest gap is served first",
        f"a delay of {detail['carrying_delay_s']:g} s would carry them all, or a longer `max_gap` "
        "or `max_interval`",
    )


_WORDS = {
    "promise_broken": _promise,
    "source_silent": _silent,
    "extraction_breaks": _extraction,
    "name_lost": _name,
    "disk_low": _disk,
    "log_held_up": _log,
    "host_overloaded": _overloaded,
}

# A listing is far shorter than usual when it shows a fifth of its links or fewer.
SHRUNK_TO = 5
LEAST_LINKS = 5
BELIEVED_AFTER = timedelta(days=30)


def has_shrunk(usual: int, links: int) -> bool:
    """Whether a listing shows far fewer links than it usually does."""
    return usual >= LEAST_LINKS and links * SHRUNK_TO <= usual


def length_now(
    source: Source, url: str, usual: UsualLinks | None, links: int | None, now: datetime
) -> tuple[UsualLinks | None, tuple[EventDraft, ...]]:
    """How long the listing usually is after this look, and the event that it has shrunk, told
    once. A listing that stays short for a month is usually so. `links` is None for a look that
    gave no listing."""
    if links is None:
        return usual, ()
    if usual is None or not has_shrunk(usual.links, links):
        return UsualLinks(links), ()
    if usual.shrunk_since is None:
        draft = EventDraft(
            "listing_shrunk",
            url,
            f"{url} shows {links} links where it usually shows {usual.links}; "
            "no page counts as gone by that",
            "open it in a browser; if its form has changed, mend the source's kind or `follow`",
            source.id,
        )
        return replace(usual, shrunk_since=iso(now)), (draft,)
    stays = now - parse_iso(usual.shrunk_since) >= BELIEVED_AFTER
    return (UsualLinks(links) if stays else usual), ()
