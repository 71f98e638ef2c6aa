"""Names, offices and formulas that a change is labelled by: data, and yours to extend."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from crawler.model import Gazetteer, Label
from crawler.text import fold, simplify

__all__ = ["Gazetteer", "Lexicon", "lexicon", "package_gazetteer", "plain"]

_KINDS: Final = {"names": Label.NAME, "offices": Label.OFFICE, "formulas": Label.FORMULA}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A gazetteer made ready to look things up in."""

    #: by their first character: (word, its label), the longest first
    words: Mapping[str, tuple[tuple[str, Label], ...]] = field(default_factory=dict)
    surnames: frozenset[str] = frozenset()

    def find(self, text: str, start: int, end: int) -> Iterator[tuple[str, Label]]:
        """The words of `text` that overlap start to end, the longest at each place; `text` is
        plain."""
        at = 0
        last = min(end, len(text))
        words = self.words
        while at < last:
            size = 1
            for word, label in words.get(text[at], ()):
                if text.startswith(word, at) and not _inside_word(text, at, at + len(word)):
                    size = len(word)
                    if at + size > start:
                        yield word, label
                    break
            at += size


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin word is only a part of a longer one."""
    if not text[start].isascii():
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())


def plain(text: str) -> str:
    """A text as the lexicon reads it: folded, simplified, lower case."""
    return simplify(fold(text).text).lower()


@cache
def _package() -> dict[str, str]:
    data = files("crawler.compare").joinpath("data/gazetteer.toml").read_text("utf-8")
    return {key: str(value) for key, value in tomllib.loads(data).items()}


def _split(words: str) -> list[str]:
    """A line of Latin words is divided by bars, one of Chinese words by spaces."""
    found: list[str] = []
    for line in words.split("\n"):
        found.extend(re.split(r"\|", line) if line.isascii() else line.split())
    return [word.strip() for word in found if word.strip()]


@cache
def package_gazetteer() -> Gazetteer:
    """The words that come with the package."""
    return Gazetteer(**{kind: frozenset(_split(_package()[kind])) for kind in _KINDS})


@cache
def lexicon(more: Gazetteer | None = None) -> Lexicon:
    """The package's words and those of `more`."""
    gazetteer = package_gazetteer().extended(more or Gazetteer())
    by_first: dict[str, list[tuple[str, Label]]] = {}
    for kind, label in _KINDS.items():
        for word in _plain_words(getattr(gazetteer, kind)):
            by_first.setdefault(word[0], []).append((word, label))
    words = {
        first: tuple(sorted(found, key=lambda item: (-len(item[0]), item)))
        for first, found in by_first.items()
    }
    return Lexicon(words, frozenset("".join(_package()["surnames"].split())))


def _plain_words(words: Iterable[str]) -> list[str]:
    return [word for word in (plain(word) for word in words) if word]
