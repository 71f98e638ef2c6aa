"""Reading the tables of the file key by key: every mistake is kept, with its line."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.config import keys
from crawler.config.lines import line_index, line_of
from crawler.errors import Mistake


@dataclass(slots=True)
class Reading:
    """One file with what was found wrong in it. `name` is set for files beside the main one."""

    data: Mapping[str, Any]
    lines: dict[tuple[str | int, ...], int]
    name: str = ""
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, path: tuple[str | int, ...], what: str, *, warning: bool = False) -> None:
        """Keeps a mistake, with the line of the key or of the table around it."""
        where = f"{self.name} {self._where(path)}".strip()
        self.mistakes.append(Mistake(line_of(self.lines, path), where, what, warning))

    def table(self, name: str, path: tuple[str | int, ...], given: Any) -> dict[str, Any]:
        """A table's values by field of the model; keys that are wrong are left out."""
        if not isinstance(given, dict):
            self.mistake(path, f"must be a table, written [{name}]")
            return {}
        known = {key.name: key for key in keys.TABLES[name]}
        found: dict[str, Any] = {}
        for written, value in given.items():
            if written not in known:
                self._unknown((*path, written), written, known)
                continue
            self._read(known[written], (*path, written), value, found)
        for missing in keys.REQUIRED.get(name, ()):
            if missing not in given:
                self.mistake(path, f"has no `{missing}`")
        return found

    def tables(self, name: str) -> Iterable[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """Each table of a list of tables, with its path."""
        given = self.data.get(name, [])
        if not isinstance(given, list):
            self.mistake((name,), f"must be a list of tables, each written [[{name}]]")
            return
        for number, one in enumerate(given):
            yield (name, number), self.table(name, (name, number), one)

    def unknown_tables(self) -> None:
        """Keeps a mistake for each top-level name that is no table of ours."""
        for name in self.data:
            if name not in keys.TABLES:
                self._unknown((name,), name, keys.TABLES)

    def _read(
        self, key: keys.Key, path: tuple[str | int, ...], value: Any, found: dict[str, Any]
    ) -> None:
        try:
            read = key.read(value)
        except ValueError as error:
            self.mistake(path, str(error))
            return
        if key.target == "urls":
            found["urls"] = (*found.get("urls", ()), *((read,) if key.name == "url" else read))
        else:
            found[key.target] = read

    def _unknown(self, path: tuple[str | int, ...], written: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(written, list(known), n=1, cutoff=0.6)
        advice = f"; did you mean `{near[0]}`?" if near else ""
        self.mistake(path, f"there is no such key{advice}")

    def _where(self, path: tuple[str | int, ...]) -> str:
        """`source lcbackerblog: every`, by the table's id where it has one."""
        shown = [str(path[0])] if path else []
        if len(path) > 1 and isinstance(path[1], int):
            one = self.data[str(path[0])][path[1]]
            given = one.get("id") if isinstance(one, dict) else None
            shown.append(given if isinstance(given, str) and given else f"number {path[1] + 1}")
            path = path[1:]
        return ".".join([" ".join(shown), *map(str, path[1:])])


def read_file(path: Path, name: str = "") -> tuple[Reading, bytes]:
    """A TOML file, not yet checked. What cannot be read at all is a `Reading` without data and
    with the mistake that says why, with its line."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return _unreadable(name, None, "there is no such file; `crawl init` makes one"), b""
    except OSError as error:
        return _unreadable(name, None, f"it cannot be read: {error.strerror}"), b""
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n")
        return Reading(tomllib.loads(text), line_index(text), name), body
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        return _unreadable(name, line, "a byte there is no UTF-8; save the file as UTF-8"), body
    except tomllib.TOMLDecodeError as error:
        return _unreadable(name, *_broken(str(error), text)), body
    except RecursionError:
        return _unreadable(name, None, "this is no TOML: lists or tables stand too deep"), body


def _unreadable(name: str, line: int | None, what: str) -> Reading:
    return Reading({}, {}, name, [Mistake(line, name, what)])


def _broken(message: str, text: str) -> tuple[int | None, str]:
    """The line and the sentence of tomllib's message."""
    said, _, place = message.rpartition(" (at ")
    if place.startswith("line "):
        return int(place[5:].split(",")[0]), f"this is no TOML: {said}"
    return text.count("\n") + 1, f"this is no TOML: {said or message}"
