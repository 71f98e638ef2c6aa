"""Whether a text truly shares more with a query than a fingerprint: exact runs of letters and
digits, grown from the places of the fingerprints. Marks, spaces, script, case and width do not
count, as they do not in fingerprints."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.compare.letters import ascii_letters, counted, letters, letters_of
from crawler.text import fold
from crawler.text.folding import Folded

#: letters of a fingerprint that are looked for in the other text
_ANCHOR: Final = 8
#: places of the other text that are tried for one fingerprint
_TRIES: Final = 8
#: letters before and after a place in which a run may go on, and characters that hold so many
_AROUND: Final = 128
_WINDOW: Final = 192

#: fingerprints that prove that texts share a run, and letters that a Latin one holds at least
_PROOFS: Final = 3
_LATIN_LETTERS: Final = 4
_CJK_BEGINS: Final = 0x2E80
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
#: the run of the query's letters, from and to, that another text has around a place
_Run = Callable[[int], tuple[int, int] | None]


class Held(NamedTuple):
    """How many of a query's letters a text holds in exact runs, how many of them around the places
    that were asked for, and whether it may hold more, which `shared_by_letters` tells."""

    letters: int
    wanted: int
    at_least: bool = False


class _Own(NamedTuple):
    """What stands at a place of a query as it is; the letters before it, backwards, and from it."""

    anchor: str
    back: str
    ahead: str


class Query:
    """A text and the places of its fingerprints, laid out to be looked for in many others."""

    def __init__(self, text: str, places: Iterable[int], folded: Folded | None = None) -> None:
        folded = folded or fold(text)
        codes, counts = counted(folded.text)
        self._letters = letters_of(codes, counts)
        before = np.cumsum(counts, dtype=np.int64) - counts
        asked = list(places)
        where = np.searchsorted(folded.starts, np.array(asked, np.int64))
        self._where = before[where]
        self._text = text
        self._offsets = np.repeat(folded.starts[: counts.size], counts)
        least = np.where(codes[where] < _CJK_BEGINS, _LATIN_LETTERS, _ANCHOR)
        self._least: list[int] = least.tolist()
        self._numbers = {place: number for number, place in enumerate(asked)}
        self._owns: dict[int, _Own] = {}

    def proves(self, numbers: Numbers, enough: int) -> bool:
        """Whether a text with the fingerprints of these places (numbered as they were given) holds
        so many of the query's letters by that alone. It takes eight letters more, since one
        fingerprint in some two hundred meets a strange one."""
        if numbers.size < _PROOFS:
            return False
        reach = 0
        at = self._where[numbers].tolist()
        for number, (here, after) in enumerate(pairwise([*at, at[-1] + _ANCHOR])):
            reach += min(after - here, self._least[numbers[number]])
            if number + 1 >= _PROOFS and reach >= enough + _ANCHOR:
                return True
        return False

    def shared(self, other: str, places: Iterable[int]) -> int:
        """How many of the query's letters stand in the other text in exact runs around these
        places (of fingerprints that both have)."""
        numbers = np.array(sorted(map(self._numbers.__getitem__, places)), np.int64)
        none = np.zeros(numbers.size, np.bool_)
        return self.shared_by_letters(letters(other), numbers, none).letters

    def shared_in(self, other: str, numbers: Numbers, wanted: Flags, enough: int) -> Held:
        """How many letters stand in the other text around these places (by their numbers, in
        order): all, and those around the wanted ones of them. What stands there character by
        character, marks and spaces too, is counted first; where that is not `enough`, everything
        in text with no other letters than ASCII."""
        if self._text[self._offsets[self._where[numbers[0]]]].isascii():
            held = self._total(lambda at: self._nearby(other, at), numbers, wanted)
            if held is not None and held.letters >= enough:
                return held
            there = ascii_letters(other)
            if there is not None:
                return self.shared_by_letters(there, numbers, wanted)
        held = self._total(lambda at: self._standing(other, at), numbers, wanted)
        return Held(held.letters, held.wanted, True) if held else Held(0, 0, True)

    def shared_by_letters(self, there: str, numbers: Numbers, wanted: Flags) -> Held:
        """The same with another text's `letters`, of whatever script."""
        held = self._total(lambda at: self._run(there, at), numbers, wanted)
        return held or Held(0, 0)

    def _total(self, run: _Run, numbers: Numbers, wanted: Flags) -> Held | None:
        """What runs around places come to; None where one is unknown."""
        total = around = reached = size = 0
        counted_in = True
        for at, asked in zip(self._where[numbers].tolist(), wanted.tolist(), strict=True):
            if at >= reached:
                found = run(at)
                if found is None:
                    return None
                size = max(0, found[1] - max(found[0], reached))
                total, reached, counted_in = total + size, max(reached, found[1]), False
            if asked and not counted_in:
                around, counted_in = around + size, True
        return Held(total, around)

    def _nearby(self, other: str, at: int) -> tuple[int, int] | None:
        """The run around a place of Latin text, of which no more is laid out than stands around
        it; None where that does not tell: the place does not stand there character by character,
        or other letters than ASCII stand around it."""
        own = self._owns.get(at) or self._own(at)
        best = (-1, 0, 0)
        for found in _found(other, own.anchor):
            before = ascii_letters(other[max(0, found - _WINDOW) : found])
            after = ascii_letters(other[found : found + _WINDOW])
            if before is None or after is None:
                return None
            back, ahead = _common(own.back, before[::-1]), _common(own.ahead, after)
            best = max(best, (back + ahead, -back, ahead))
        return None if best[0] < 0 else (at + best[1], at + best[2])

    def _own(self, at: int) -> _Own:
        span = self._offsets[at : at + _ANCHOR]
        own = self._letters
        back, ahead = own[max(0, at - _AROUND) : at][::-1], own[at : at + _AROUND]
        found = self._owns[at] = _Own(self._text[span[0] : span[-1] + 1], back, ahead)
        return found

    def _standing(self, other: str, at: int) -> tuple[int, int]:
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

    def _run(self, there: str, at: int) -> tuple[int, int]:
        """The longest exact run around a place among the query's letters."""
        own = self._letters
        best = (at, at)
        for found in _found(there, own[at : at + _ANCHOR]):
            low = max(0, found - _AROUND)
            back = _common(own[max(0, at - _AROUND) : at][::-1], there[low:found][::-1])
            ahead = _common(own[at : at + _AROUND], there[found : found + _AROUND])
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
