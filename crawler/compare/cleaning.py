"""Which runs that two texts share are no more than chance, and are shown as part of an edit."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from crawler.compare.anchors import Segment
from crawler.compare.masks import runs_around_masks, signs_among
from crawler.compare.tokens import Flags, Stream
from crawler.text.characters import Places

#: folded characters of a line, and of a sentence, that no two texts share by chance
LEAST_LINE: Final = 4
LEAST_SENTENCE: Final = 8
#: how much of A and of B an edit holds
Change = tuple[int, int]
#: whether a run of that weight goes, between what changed before and after it; harder by the bar
Rule = Callable[[int, Change, Change, float], bool]
_KEPT: Final = 1 << 40
#: folded characters up to which a run is dropped beside edits of its own size; a longer one beside
#: edits that are larger by half
_FEW: Final = 6
_LEAST_RATIO: Final = 1.5
#: by the folded characters of a run: the product of the sizes of the edit beside it up to which
#: one in twenty unlike passages of laws share a run so long (of newspapers fewer); one character
#: alone is always shared
_FARTHEST: Final = (0, 1, 100, 700, 1_500, 6_500, 20_000)
#: folded characters of a change that may be a part of a word
_LONGEST_PART: Final = 3
#: what a number or a Latin word in Chinese counts for at most when it changed
_LONGEST_UNIT: Final = 3


def without_chance_matches(
    a: Stream, b: Stream, here: Places, there: Places, runs: list[Segment]
) -> list[Segment]:
    """Drops runs that any two texts share by chance (semantic clean-up as in diff-match-patch). A
    mask is no edit."""
    chinese = _is_chinese(a, here)
    most = _LONGEST_UNIT if chinese else None
    at_a, at_b = a.widths(here, most), b.widths(there, most)
    changed: list[Change] = []
    signs = signs_among(a, b, here, there)
    bounds = [Segment(0, 0, 0), *runs, Segment(here.size, there.size, 0)]
    for left, right in pairwise(bounds):
        gap = (left.a + left.size, right.a, left.b + left.size, right.b)
        wide = int(at_a[gap[1]] - at_a[gap[0]]), int(at_b[gap[3]] - at_b[gap[2]])
        masked = signs and runs_around_masks(a, b, here, there, gap) is not None
        changed.append((0, 0) if masked else wide)
    sizes = [_weight(a, b, here, there, run) for run in runs]
    return _cleaned(runs, sizes, changed, _by_chance if chinese else _outweighed)


def _weight(a: Stream, b: Stream, here: Places, there: Places, run: Segment) -> int:
    """How many folded characters a run holds; twice as many where a sentence begins or ends with it
    in both texts, more than anything for a whole line or sentence that stands in both."""
    i, j = int(here[run.a]), int(there[run.b])
    i_end, j_end = int(here[run.a + run.size - 1]) + 1, int(there[run.b + run.size - 1]) + 1
    size = a.width(i, i_end)
    if size >= LEAST_LINE and _is_whole(a.breaks, i, i_end) and _is_whole(b.breaks, j, j_end):
        return _KEPT
    if size >= LEAST_SENTENCE and _is_whole(a.begins, i, i_end) and _is_whole(b.begins, j, j_end):
        return _KEPT
    starts = _is_border(a.begins, i) and _is_border(b.begins, j)
    ends = _is_border(a.begins, i_end) and _is_border(b.begins, j_end)
    ends |= a.is_spaced(i_end) and b.is_spaced(j_end)
    return size * max(2 if starts or ends else 1, _items(a, b, (i, i_end), (j, j_end)))


def _items(a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]) -> int:
    """3 for a run that is an item of a list, or a clause, whole in both texts; 2 for one that is
    whole in one of them and ends in both, and for a mark between clauses."""
    if here[1] - here[0] == 1 and a.is_clause_mark(here[0]):
        return 2
    whole = a.begins_clause(here[0]) + b.begins_clause(there[0])
    ends = a.ends_clause(here[1]) and b.ends_clause(there[1])
    return 1 + whole if ends else 1


def _is_chinese(text: Stream, tokens: Places) -> bool:
    return bool(2 * np.count_nonzero(text.ideograph[tokens]) > tokens.size)


def _is_border(begins: Flags, at: int) -> bool:
    return at >= begins.size or bool(begins[at])


def _is_whole(begins: Flags, start: int, end: int) -> bool:
    return bool(start == 0 or begins[start]) and _is_border(begins, end)


def _cleaned(
    runs: list[Segment], sizes: list[int], changed: list[Change], rule: Rule
) -> list[Segment]:
    """`changed[i]` is how much of either text changed before run i, the last one after the last
    run. The runs that are shortest beside their neighbours go first."""
    kept = list(zip(runs, sizes, strict=True))
    for bar in (4.0, 2.0, 1.0):
        count = -1
        while count != len(kept):
            count = len(kept)
            kept, changed = _pass(kept, changed, bar, rule)
    return [run for run, _ in kept]


def _pass(
    runs: list[tuple[Segment, int]], changed: list[Change], bar: float, rule: Rule
) -> tuple[list[tuple[Segment, int]], list[Change]]:
    """Drops runs from left to right that lie between two edits and that the rule drops."""
    kept: list[tuple[Segment, int]] = []
    before = [changed[0]]
    for (run, size), after in zip(runs, changed[1:], strict=True):
        old, new = last = before[-1]
        if (old or new) and (after[0] or after[1]) and rule(size, last, after, bar):
            before[-1] = old + size + after[0], new + size + after[1]
        else:
            kept.append((run, size))
            before.append(after)
    return kept, before


def _by_chance(size: int, before: Change, after: Change, bar: float) -> bool:
    """Whether two Chinese texts would share such a run anyway: the farther it lies from what is
    known to be the same, the more places there are where it could. What is left between two
    insertions, or two cuts, has no other place to stand. A character between other edits is part of
    one: first of all between a cut and an insertion, where it has moved, and between two small
    changes, where it is part of a word."""
    if size >= len(_FARTHEST):
        return False
    near = min((before[0] + 1) * (before[1] + 1), (after[0] + 1) * (after[1] + 1))
    crossed = before[0] == after[1] == 0 or before[1] == after[0] == 0
    if size == 1 and (crossed or max(*before, *after) <= _LONGEST_PART):
        return True
    size += before[0] == after[0] == 0 or before[1] == after[1] == 0
    return size < len(_FARTHEST) and near > _FARTHEST[size] * bar**2


def _outweighed(size: int, before: Change, after: Change, bar: float) -> bool:
    """Whether a run of words is smaller than what changed on both of its sides."""
    least = min(max(before), max(after))
    ratio = max(bar, _LEAST_RATIO) if size > _FEW else bar
    return least >= ratio * size or (size <= 2 and bar <= 1)
