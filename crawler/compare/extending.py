"""Whether a text truly shares more with a query than a fingerprint: exact runs of letters and
digits, grown from the places of the fingerprints. Marks, spaces, script, case and width do not
count, as they do not in fingerprints."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text import fold, simplify
from crawler.text.characters import Codes

#: letters of a fingerprint that are looked for in the other text
_ANCHOR: Final = 8
#: places of the other text that are tried for one fingerprint
_TRIES: Final = 8
#: letters before and after a place in which a run may go on
_AROUND: Final = 128

_UNKNOWN: Final = 255
# What each character stands for is worked out when it is first met: how many letters, and which,
# where it is one.
_counts = np.full(0x110000, _UNKNOWN, np.uint8)
_single = np.zeros(0x110000, np.uint32)
_several: dict[int, str] = {}


def _learn(codes: Codes) -> None:
    for code in set(codes.tolist()):
        plain = simplify(unicodedata.normalize("NFKC", chr(code))).lower()
        kept = "".join(char for char in plain if char.isalnum())
        _counts[code] = len(kept)
        if len(kept) == 1:
            _single[code] = ord(kept)
        elif kept:
            _several[code] = kept


def _counted(text: str) -> tuple[Codes, npt.NDArray[np.uint8]]:
    """The characters of a text, and for how many letters or digits each stands."""
    codes = ch.to_codes(text)
    counts = _counts[codes]
    unknown = counts == _UNKNOWN
    if unknown.any():
        _learn(codes[unknown])
        counts = _counts[codes]
    return codes, counts


def _letters(codes: Codes, counts: npt.NDArray[np.uint8]) -> str:
    kept = codes[counts > 0]
    if counts.size and counts.max() > 1:
        return "".join(_several.get(code) or chr(_single[code]) for code in kept.tolist())
    return ch.to_text(_single[kept])


def letters(text: str) -> str:
    """The letters and digits of a text, simplified and in lower case."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _letters(*_counted(text))


class Query:
    """A text and the places of its fingerprints, laid out to be looked for in many others."""

    def __init__(self, text: str, places: Iterable[int]) -> None:
        folded = fold(text)
        codes, counts = _counted(folded.text)
        self._letters = _letters(codes, counts)
        before = np.cumsum(counts, dtype=np.int64) - counts
        asked = list(places)
        at = before[np.searchsorted(folded.starts, np.array(asked, np.int64))]
        self._at: dict[int, int] = dict(zip(asked, at.tolist(), strict=True))

    def shared(self, other: str, places: Iterable[int], enough: int | None = None) -> int:
        """How many of the query's letters stand in the other text in exact runs around these
        places (of fingerprints that both have); stops where there are `enough`."""
        there = letters(other)
        around = _AROUND if enough is None else enough
        total = reached = 0
        for at in sorted(map(self._at.__getitem__, places)):
            if at < reached:
                continue
            start, end = self._run(there, at, around)
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
            if enough is not None and total >= enough:
                break
        return total

    def _run(self, there: str, at: int, around: int) -> tuple[int, int]:
        """The longest exact run around a place among the query's letters."""
        own = self._letters
        anchor = own[at : at + _ANCHOR]
        best = (at, at)
        for found in _found(there, anchor):
            low = max(0, found - around)
            back = _common(own[max(0, at - around) : at][::-1], there[low:found][::-1])
            ahead = _common(own[at : at + around], there[found : found + around])
            best = max(best, (at - back, at + ahead), key=lambda run: run[1] - run[0])
        return best


def _found(text: str, anchor: str) -> Iterator[int]:
    """The first places of an anchor."""
    at = text.find(anchor)
    for _ in range(_TRIES):
        if at < 0:
            return
        yield at
        at = text.find(anchor, at + 1)


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
