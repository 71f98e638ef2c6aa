"""Lines too short to be a passage that both texts have all the same: a byline, a heading, a verse.

Such a line is present where it stands between the same two passages, edited or not, as a whole
line anywhere, or edited in another place when it is long enough and no other line is so like it.
Each line of one text answers for one of the other, so that a line of which one place is lost is
not held by its other places.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.compare.distances import Indel
from crawler.compare.tokens import Flags, Stream, as_text
from crawler.model import Match, Span

#: characters of a line that is looked for with edits inside, and how much alike the two must be:
#: Latin lines that say quite different things share half of their letters in order
_FROM: Final = 4
_TO: Final = 160
_ALIKE: Final = 0.6
_ALIKE_LATIN: Final = 0.65
#: the same of a line in another place, and how much more alike than any other line
_FROM_ELSEWHERE: Final = 20
_ALIKE_ELSEWHERE: Final = 0.75
_AHEAD: Final = 0.1
#: pairs of lines that are laid beside each other between two passages, and in all
_MOST_PAIRS: Final = 2_500
_MOST_OF_ALL: Final = 400_000
_MOST_ELSEWHERE: Final = 40_000


@dataclass(slots=True)
class _Lines:
    """The lines of one text of which less than half is covered, as spans of tokens in order."""

    stream: Stream
    #: by character of the original
    covered: Flags
    spans: list[Span]
    #: offsets of their middles
    middles: list[int]
    #: how they read, by span
    forms: dict[Span, str]

    @classmethod
    def open_in(cls, stream: Stream, covered: Flags) -> "_Lines":
        starts = np.flatnonzero(stream.breaks[1:]) + 1
        bounds = np.concatenate([[0], starts, [len(stream)]])
        total = np.append(0, np.cumsum(covered[stream.raw_start]))
        held = 2 * (total[bounds[1:]] - total[bounds[:-1]]) >= np.diff(bounds)
        spans = [span for span, one in zip(pairwise(bounds.tolist()), held, strict=True) if not one]
        middles = [int(stream.raw_start[(low + high) // 2]) for low, high in spans]
        return cls(stream, covered, spans, middles, {span: _form(stream, span) for span in spans})

    def between(self, start: int, end: int) -> list[Span]:
        """Those of which the middle stands between two offsets of the original."""
        return self.spans[bisect_left(self.middles, start) : bisect_left(self.middles, end)]

    def text(self, span: Span) -> str:
        """A line, a character for each token."""
        return as_text(self.stream.ids[slice(*span)])

    def left(self, paired: Iterable[Span]) -> list[Span]:
        """Those that no pair has."""
        gone = set(paired)
        return [span for span in self.spans if span not in gone]

    def cover(self, start: int, end: int) -> None:
        """Marks tokens start to end."""
        first, last = self.stream.raw_start[start], self.stream.raw_end[end - 1]
        self.covered[int(first) : int(last)] = True


def _form(stream: Stream, span: Span) -> str:
    """How a line reads: letter by letter, Chinese whatever its script."""
    if stream.ideograph[slice(*span)].any():
        return as_text(stream.ids[slice(*span)])
    return stream.shown(*span).casefold()


def cover_short_lines(
    a: Stream, b: Stream, matches: tuple[Match, ...], covered_a: Flags, covered_b: Flags
) -> tuple[list[tuple[Span, Span]], bool]:
    """Marks what short lines share as covered (by characters of the two original texts); the lines
    that stand for each other, as spans of tokens, and whether limits may have hidden one that was
    edited."""
    seed, page = _Lines.open_in(a, covered_a), _Lines.open_in(b, covered_b)
    pairs: list[tuple[Span, Span]] = []
    left, hidden = _MOST_OF_ALL, False
    for one, other in _gaps(a, b, matches) if seed.spans and page.spans else ():
        here, there = seed.between(*one), page.between(*other)
        size = len(here) * len(there)
        if size > min(left, _MOST_PAIRS):
            hidden = True
        elif size:
            left -= size
            pairs += _in_order(seed, here, page, there)
    pairs += _whole(seed, page, pairs)
    elsewhere = _elsewhere(seed, page, pairs)
    hidden = hidden or elsewhere is None
    pairs += elsewhere or ()
    for one, other in pairs:
        blocks = Indel.opcodes(seed.text(one), page.text(other)).as_matching_blocks()
        for run in blocks:
            if run.size:
                seed.cover(one[0] + run.a, one[0] + run.a + run.size)
                page.cover(other[0] + run.b, other[0] + run.b + run.size)
    return pairs, hidden


def _gaps(a: Stream, b: Stream, matches: tuple[Match, ...]) -> Iterator[tuple[Span, Span]]:
    """What lies between passages that follow each other in both texts, in either text."""
    ends = (0, 0)
    whole = (len(a.original), len(b.original))
    ordered = sorted((match.page, match.seed) for match in matches)
    borders = [(seed, page) for page, seed in ordered]
    for seed, page in [*borders, ((whole[0], whole[0]), (whole[1], whole[1]))]:
        if ends[0] < seed[0] and ends[1] < page[0]:
            yield (ends[0], seed[0]), (ends[1], page[0])
        ends = (seed[1], page[1])


def _in_order(
    seed: _Lines, here: list[Span], page: _Lines, there: list[Span]
) -> Iterator[tuple[Span, Span]]:
    """The lines of a gap that are alike, in one order: those with the greatest sum."""
    alike = [[_alike(seed.forms[x], page.forms[y]) for y in there] for x in here]
    best = [[0.0] * (len(there) + 1) for _ in range(len(here) + 1)]
    for i in range(len(here) - 1, -1, -1):
        for j in range(len(there) - 1, -1, -1):
            paired = alike[i][j] and alike[i][j] + best[i + 1][j + 1]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(here) and j < len(there):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield here[i], there[j]
            i, j = i + 1, j + 1


def _alike(one: str, other: str) -> float:
    """How much alike two lines are, 0 for those that are no pair."""
    if one == other:
        return 1.0
    if not (min(len(one), len(other)) >= _FROM and max(len(one), len(other)) <= _TO):
        return 0.0
    least = _ALIKE_LATIN if one.isascii() else _ALIKE
    return Indel.normalized_similarity(one, other, score_cutoff=least)


def _whole(
    seed: _Lines, page: _Lines, pairs: list[tuple[Span, Span]]
) -> Iterator[tuple[Span, Span]]:
    """Lines that stand as they are somewhere else, of those that no pair has."""
    waiting: defaultdict[str, deque[Span]] = defaultdict(deque)
    for span in seed.left(one for one, _ in pairs):
        waiting[seed.text(span)].append(span)
    for span in page.left(other for _, other in pairs):
        if same := waiting.get(page.text(span)):
            yield same.popleft(), span


def _elsewhere(
    seed: _Lines, page: _Lines, pairs: list[tuple[Span, Span]]
) -> list[tuple[Span, Span]] | None:
    """Lines that stand edited somewhere else, each the other's nearest by far; None where they are
    too many to be looked at."""
    here = [x for x in seed.left(one for one, _ in pairs) if _says_enough(seed.forms[x])]
    there = [y for y in page.left(other for _, other in pairs) if _says_enough(page.forms[y])]
    if len(here) * len(there) > _MOST_ELSEWHERE:
        return None
    if not (here and there):
        return []
    alike = np.array(
        [[_likeness(seed.forms[x], page.forms[y]) for y in there] for x in here], np.float64
    )
    row, column = alike.argmax(1), alike.argmax(0)
    rivals = np.maximum(_second(alike), _second(alike.T)[row])
    best = alike[np.arange(len(here)), row]
    found = (best >= _ALIKE_ELSEWHERE) & (best >= rivals + _AHEAD)
    return [
        (here[i], there[int(row[i])]) for i in np.flatnonzero(found).tolist() if column[row[i]] == i
    ]


def _says_enough(line: str) -> bool:
    return _FROM_ELSEWHERE <= len(line) <= _TO


def _likeness(one: str, other: str) -> float:
    return Indel.normalized_similarity(one, other, score_cutoff=_ALIKE_ELSEWHERE - _AHEAD)


def _second(alike: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The second best of each row."""
    if alike.shape[1] < 2:
        return np.zeros(len(alike))
    return np.partition(alike, -2, axis=1)[:, -2]
