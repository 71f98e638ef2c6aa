"""Whether a text truly shares more with a query than a fingerprint: exact runs of letters and
digits, grown from the places of the fingerprints. Marks, spaces, script, case and width do not
count, as they do not in fingerprints."""

import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text import fold, simplify
from crawler.text.characters import Codes
from crawler.text.folding import Folded

#: letters of a fingerprint that are looked for in the other text
_ANCHOR: Final = 8
#: places of the other text that are tried for one fingerprint
_TRIES: Final = 8
#: letters before and after a place in which a run may go on
_AROUND: Final = 128

#: fingerprints that prove that texts share a run, and letters that a Latin one holds at least
_PROOFS: Final = 3
_LATIN_LETTERS: Final = 4
_CJK_BEGINS: Final = 0x2E80
Numbers = npt.NDArray[np.int64]

#: marks beside ASCII that stand in Latin text, and of how many characters one may be such a mark
_MARKS: Final = "’“”—–‘…\xa0"
_MARK_IN: Final = 16
_NO_LETTERS: Final = bytes(n for n in range(128) if not chr(n).isalnum())
_LOWER: Final = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())

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
    stand = counts > 0
    kept, sizes = codes[stand], counts[stand]
    if sizes.max(initial=1) == 1:
        return ch.to_text(_single[kept])
    plain = np.repeat(_single[kept], sizes)
    ends = np.cumsum(sizes, dtype=np.int64)
    for at in np.flatnonzero(sizes > 1).tolist():
        several = ch.to_codes(_several[int(kept[at])])
        plain[ends[at] - several.size : ends[at]] = several
    return ch.to_text(plain)


def plain_letters(text: str) -> str | None:
    """`letters` of a text with nothing but marks beside ASCII, ten times as quick; else None."""
    kept = text.encode("ascii", "ignore")
    left = len(text) - len(kept)
    if left * _MARK_IN > len(text):
        return None
    for mark in _MARKS if left else ():
        left -= text.count(mark)
        if not left:
            break
    return None if left else kept.translate(_LOWER, _NO_LETTERS).decode("ascii")


def letters(text: str) -> str:
    """The letters and digits of a text, simplified and in lower case."""
    return all_letters([text])[0]


def all_letters(texts: Sequence[str]) -> list[str]:
    """`letters` of each of these texts, which together takes a third of the time."""
    plain = [plain_letters(text) for text in texts]
    others = iter(
        _all_letters([text for text, one in zip(texts, plain, strict=True) if one is None])
    )
    return [next(others) if one is None else one for one in plain]


def _all_letters(texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    joined = "\n".join(texts)
    if not unicodedata.is_normalized("NFC", joined):
        texts = [unicodedata.normalize("NFC", text) for text in texts]
        joined = "\n".join(texts)
    codes, counts = _counted(joined)
    plain = _letters(codes, counts)
    before = np.append(0, np.cumsum(counts, dtype=np.int64))
    sizes = np.array([len(text) + 1 for text in texts], np.int64)
    bounds = np.append(0, np.cumsum(sizes))
    ends = before[np.minimum(bounds, codes.size)].tolist()
    return [plain[start:end] for start, end in pairwise(ends)]


class Query:
    """A text and the places of its fingerprints, laid out to be looked for in many others."""

    def __init__(self, text: str, places: Iterable[int], folded: Folded | None = None) -> None:
        folded = folded or fold(text)
        codes, counts = _counted(folded.text)
        self._letters = _letters(codes, counts)
        before = np.cumsum(counts, dtype=np.int64) - counts
        asked = list(places)
        where = np.searchsorted(folded.starts, np.array(asked, np.int64))
        self._where = before[where]
        self._text = text
        self._offsets = np.repeat(folded.starts[: counts.size], counts)
        least = np.where(codes[where] < _CJK_BEGINS, _LATIN_LETTERS, _ANCHOR)
        self._least: list[int] = least.tolist()
        self._at: dict[int, int] = dict(zip(asked, self._where.tolist(), strict=True))

    def proves(self, numbers: Numbers, enough: int) -> bool:
        """Whether a text with the fingerprints of these places (numbered as they were given) holds
        so many of the query's letters by that alone. It takes eight letters more, since one
        fingerprint in some two hundred meets a strange one."""
        reach = 0
        at = self._where[numbers].tolist()
        for number, (here, after) in enumerate(pairwise([*at, at[-1] + _ANCHOR] if at else [])):
            reach += min(after - here, self._least[numbers[number]])
            if number + 1 >= _PROOFS and reach >= enough + _ANCHOR:
                return True
        return False

    def shared(self, other: str, places: Iterable[int], enough: int | None = None) -> int:
        """How many of the query's letters stand in the other text in exact runs around these
        places (of fingerprints that both have); stops where there are `enough`."""
        return self._grown(letters(other), sorted(map(self._at.__getitem__, places)), enough)

    def standing_in(self, other: str, numbers: Numbers) -> int:
        """How many of the query's letters stand in the other text around these places (by their
        numbers, in order) character by character, marks and spaces too: at most as many as
        `shared` finds, and sooner."""
        total = reached = 0
        for at in self._where[numbers].tolist():
            if at >= reached:
                start, end = self._stand(other, at)
                total += max(0, end - max(start, reached))
                reached = max(reached, end)
        return total

    def _stand(self, other: str, at: int) -> tuple[int, int]:
        span = self._offsets[at : at + _ANCHOR]
        begins, ends = int(span[0]), int(span[-1]) + 1
        best = (0, 0, 0)
        for found in _found(other, self._text[begins:ends]):
            low, there = max(0, begins - _AROUND), max(0, found - _AROUND)
            back = _common(self._text[low:begins][::-1], other[there:found][::-1])
            ahead = _common(self._text[begins : begins + _AROUND], other[found : found + _AROUND])
            best = max(best, (back + ahead, -back, ahead))
        reach = np.searchsorted(self._offsets, (begins + best[1], begins + best[2]))
        return int(reach[0]), int(reach[1])

    def shared_by_letters(self, there: str, numbers: Numbers, enough: int | None = None) -> int:
        """The same with another text's `letters`, and the places by their numbers in order."""
        return self._grown(there, self._where[numbers].tolist(), enough)

    def _grown(self, there: str, places: Iterable[int], enough: int | None) -> int:
        around = _AROUND if enough is None else enough
        total = reached = 0
        for at in places:
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
