"""sources.toml -> Config: all mistakes at once, each with its line."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.config import contradictions
from crawler.config.reading import Reading, read_file
from crawler.errors import ConfigError, Mistake, not_called
from crawler.model import (
    Gazetteer,
    Network,
    NotifyChannel,
    Operating,
    Profile,
    SeedSetting,
    Source,
)


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says, its defaults filled in; `sha256` is that of the file and of the profiles
    beside it, `warnings` what should be looked at and stops nothing."""

    network: Network
    #: the defaults as a source without id and kind
    defaults: Source
    sources: tuple[Source, ...]
    profiles: tuple[Profile, ...]
    seeds: tuple[SeedSetting, ...]
    notify: tuple[NotifyChannel, ...]
    operating: Operating
    #: words that changes are labelled by, beside those of the package
    gazetteer: Gazetteer
    path: Path
    sha256: str
    warnings: tuple[Mistake, ...]
    #: table and id -> the line where it begins
    lines: dict[tuple[str, str], int]

    def source(self, source_id: str) -> Source:
        """The source of this id, or of this earlier one. Raises UnknownName."""
        for source in self.sources:
            if source_id == source.id or source_id in source.formerly:
                return source
        known = (source.id for source in self.sources)
        raise not_called("source", source_id, known, f"{self.path} names")


def load(path: str | Path) -> Config:
    """Reads a configuration file and the `profiles/*.toml` beside it; paths in it count from its
    own folder. Raises ConfigError with every mistake found."""
    path = Path(path)
    main, body = read_file(path)
    found = _Found(main, path.parent)
    beside = [read_file(one, f"profiles/{one.name}") for one in _profile_files(path.parent)]
    for reading, _ in beside:
        found.profiles_beside(reading)
    contradictions.across(main, found.sources, found.profiles, found.seeds, found.notify)
    mistakes = [*main.mistakes, *(m for reading, _ in beside for m in reading.mistakes)]
    if any(not mistake.warning for mistake in mistakes):
        raise ConfigError(str(path), _in_order(mistakes))
    digest = hashlib.sha256(b"".join([body, *(extra for _, extra in beside)])).hexdigest()
    return found.config(path, digest, _in_order(mistakes))


class _Found:
    """The values of a file, as far as they could be read."""

    def __init__(self, main: Reading, folder: Path) -> None:
        self.main = main
        main.unknown_tables()
        self.network = Network(**main.table("network", ("network",), main.data.get("network", {})))
        self.operating = Operating(
            **main.table("operating", ("operating",), main.data.get("operating", {}))
        )
        words = main.table("gazetteer", ("gazetteer",), main.data.get("gazetteer", {}))
        self.gazetteer = Gazetteer(**{kind: frozenset(given) for kind, given in words.items()})
        self.given_defaults = main.table("defaults", ("defaults",), main.data.get("defaults", {}))
        contradictions.of_defaults(main, self.given_defaults)
        self.defaults = Source(id="", kind="", **self.given_defaults)
        self.sources = [
            s for path, given in main.tables("source") if (s := self._source(path, given))
        ]
        self.profiles = _profiles(main)
        self.seeds = [
            seed
            for path, given in main.tables("seed")
            if (seed := _seed(main, path, given, folder))
        ]
        self.notify = [
            NotifyChannel(**given)
            for _, given in main.tables("notify")
            if {"id", "url"} <= given.keys()
        ]

    def profiles_beside(self, reading: Reading) -> None:
        """Takes the profiles of another file, where nothing else may stand."""
        for name in reading.data:
            if name != "profile":
                reading.mistake((name,), "only [[profile]] may stand in a file of profiles")
        self.profiles += _profiles(reading)

    def config(self, path: Path, digest: str, warnings: tuple[Mistake, ...]) -> Config:
        """All of it, frozen."""
        return Config(
            network=self.network,
            defaults=self.defaults,
            sources=tuple(self.sources),
            profiles=tuple(self.profiles),
            seeds=tuple(self.seeds),
            notify=tuple(self.notify),
            operating=self.operating,
            gazetteer=self.gazetteer,
            path=path.resolve(),
            sha256=digest,
            warnings=warnings,
            lines=_lines(self.main),
        )

    def _source(self, path: tuple[str | int, ...], given: dict[str, Any]) -> Source | None:
        contradictions.of_source(self.main, path, given)
        if not {"id", "kind"} <= given.keys():
            return None
        inherited = dict(self.given_defaults)
        if "every_s" in given:
            inherited.pop("cron", None)
        source = Source(**{"name": given["id"], **inherited, **given})
        contradictions.of_intervals(self.main, path, source)
        return source


def _profile_files(folder: Path) -> list[Path]:
    return sorted((folder / "profiles").glob("*.toml"))


def _profiles(reading: Reading) -> list[Profile]:
    found = []
    for path, given in reading.tables("profile"):
        contradictions.of_profile(reading, path, given)
        if {"id", "hosts", "select"} <= given.keys():
            found.append(Profile(**given))
    return found


def _seed(
    reading: Reading, path: tuple[str | int, ...], given: dict[str, Any], folder: Path
) -> SeedSetting | None:
    if not {"id", "file"} <= given.keys():
        return None
    file = (folder / given["file"]).resolve()
    contradictions.of_seed(reading, path, given, file)
    return SeedSetting(**{**given, "file": str(file)})


def _lines(reading: Reading) -> dict[tuple[str, str], int]:
    lines: dict[tuple[str, str], int] = {}
    for path, line in reading.lines.items():
        if len(path) == 2 and isinstance(path[1], int):
            lines.setdefault(
                (str(path[0]), reading.data[str(path[0])][path[1]].get("id", "")), line
            )
    return lines


def _in_order(mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    """Errors before warnings, each by line; those of other files after."""
    return tuple(
        sorted(mistakes, key=lambda m: (m.warning, m.where[:9] == "profiles/", m.line or 0))
    )
