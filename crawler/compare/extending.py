"""Whether a text truly shares more with a query than a fingerprint: exact runs of letters and
digits, grown from the places of the fingerprints. Marks, spaces, script, case and width do not
count, as they do not in fingerprints."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from crawler.text import simplify

#: letters of a fingerprint that are looked for in the other text
_ANCHOR: Final = 8
#: places of the other text that are tried for one fingerprint
_TRIES: Final = 8
#: characters before and after a place in which a run may go on
_AROUND: Final = 128


class _Table(dict[int, str | None]):
    """Code points to what letters and digits they stand for, learnt as they come."""

    def __missing__(self, code: int) -> str | None:
        plain = simplify(unicodedata.normalize("NFKC", chr(code))).lower()
        kept = "".join(char for char in plain if char.isalnum()) or None
        self[code] = kept
        return kept


_TABLE = _Table()


def letters(text: str) -> str:
    """The letters and digits of a text, simplified and in lower case."""
    return text.translate(_TABLE)


class Query:
    """A text and the places of its fingerprints, laid out to be looked for in many others."""

    def __init__(self, text: str, places: Iterable[int]) -> None:
        self._text = text
        self._at: dict[int, int] = {}
        pieces: list[str] = []
        size = before = 0
        for place in sorted(set(places)):
            pieces.append(letters(text[before:place]))
            size += len(pieces[-1])
            self._at[place], before = size, place
        self._letters = "".join(pieces) + letters(text[before:])

    def shared(self, other: str, places: Iterable[int], enough: int | None = None) -> int:
        """How many of the query's letters stand in the other text in exact runs around these
        places (of fingerprints that both have); stops where there are `enough`."""
        if enough is not None and self._as_written(other, places, enough):
            return enough
        there = _Other(other, _AROUND if enough is None else 3 * enough)
        total = reached = 0
        for place in sorted(places):
            at = self._at[place]
            if at < reached:
                continue
            start, end = self._run(there, place, at)
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
            if enough is not None and total >= enough:
                break
        return total

    def _as_written(self, other: str, places: Iterable[int], enough: int) -> bool:
        """Whether enough letters from one of the places stand there, marks and all."""
        for place in places:
            written = self._text[place : place + enough]
            if written.isalnum() and len(written) == enough and written in other:
                return True
        return False

    def _run(self, there: "_Other", place: int, at: int) -> tuple[int, int]:
        """The longest exact run around a place of the query, in the query's letters."""
        size = _ANCHOR if self._text[place] > "\u2e80" else 2 * _ANCHOR
        best = (at, at)
        for before, after in there.around(
            self._text[place : place + size], self._letters[at : at + _ANCHOR]
        ):
            back = _common(self._letters[max(0, at - len(before)) : at][::-1], before[::-1])
            ahead = _common(self._letters[at : at + len(after)], after)
            best = max(best, (at - back, at + ahead), key=lambda run: run[1] - run[0])
        return best


class _Other:
    """A text in which runs are looked for; its letters are made out only where they must be."""

    def __init__(self, text: str, around: int) -> None:
        self._text = text
        self._around = around
        self._letters: str | None = None

    def around(self, written: str, anchor: str) -> Iterator[tuple[str, str]]:
        """The letters before and from each place of an anchor: as it is written in the query, or
        where that stands nowhere, its letters among the letters of the whole text."""
        found = self._text.find(written)
        if found >= 0:
            low = max(0, found - self._around)
            yield letters(self._text[low:found]), letters(self._text[found : found + self._around])
            return
        if self._letters is None:
            self._letters = letters(self._text)
        found = self._letters.find(anchor)
        for _ in range(_TRIES):
            if found < 0:
                return
            low = max(0, found - self._around)
            yield self._letters[low:found], self._letters[found : found + self._around]
            found = self._letters.find(anchor, found + 1)


def _common(a: str, b: str) -> int:
    """How many characters agree from the start."""
    low, high = 0, min(len(a), len(b))
    if a[:high] == b[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low
