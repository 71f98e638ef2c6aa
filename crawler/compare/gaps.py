"""What stands between two anchors: the longest common subsequence, freed of chance matches."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from crawler.compare.anchors import (
    Segment,
    common_prefix,
    common_suffix,
    hashed,
    heaviest_chain,
    trimmed,
    unique_segments,
)
from crawler.compare.distances import Indel, Levenshtein
from crawler.compare.masks import literal_runs
from crawler.compare.pairs import Box, Matching, between
from crawler.compare.sliding import slide_runs
from crawler.compare.tokens import Flags, Ids, Stream, as_text
from crawler.text.characters import Places

#: product of sizes up to which a gap is aligned token by token at once
SMALL: Final = 250_000
#: and where no shorter anchors are found (bits of memory, too)
LCS_LIMIT: Final = 16_000_000
#: product of the numbers of sentences
SENTENCES_LIMIT: Final = 2_500_000_000
#: tokens of an anchor inside a gap
SHORTER: Final = 5
#: folded characters of a line, and of a sentence, that no two texts share by chance
LEAST_LINE: Final = 4
LEAST_SENTENCE: Final = 8
_KEPT: Final = 1 << 40
#: folded characters up to which a run is dropped beside edits of its own size; a longer one beside
#: edits that are larger by half
_FEW: Final = 6
_LEAST_RATIO: Final = 1.5
#: what a number or a Latin word in Chinese counts for at most when it changed
_LONGEST_UNIT: Final = 3


def fill(matching: Matching, a: Stream, b: Stream, box: Box, group: int = 0) -> None:
    """Aligns what stands between anchors, as far as nothing has taken it yet."""
    a0, a1, b0, b1 = box
    here = a0 + np.flatnonzero(matching.to_b[a0:a1] < 0)
    there = b0 + np.flatnonzero(matching.to_a[b0:b1] < 0)
    if here.size and there.size:
        _fill(_Rest(matching, a, b, group), here, there)


@dataclass(frozen=True, slots=True)
class _Rest:
    matching: Matching
    a: Stream
    b: Stream
    group: int

    def pair(self, here: Places, there: Places) -> None:
        self.matching.to_b[here], self.matching.to_a[there] = there, here
        self.matching.group[here] = self.group


def _fill(rest: _Rest, here: Places, there: Places) -> None:
    """Token by token where the gap is small, else anchored again by shorter grams or sentences."""
    size = here.size * there.size
    anchors = _shorter_anchors(rest, here, there) if size > SMALL else []
    if not anchors and size <= LCS_LIMIT:
        for run in _aligned(rest.a, rest.b, here, there):
            rest.pair(here[run.a : run.a + run.size], there[run.b : run.b + run.size])
        return
    if not anchors:
        rest.matching.coarse = True
        return
    for run in anchors:
        rest.pair(here[run.a : run.a + run.size], there[run.b : run.b + run.size])
    for a0, a1, b0, b1 in between((0, here.size, 0, there.size), anchors):
        if a0 < a1 and b0 < b1:
            _fill(rest, here[a0:a1], there[b0:b1])


def _shorter_anchors(rest: _Rest, here: Places, there: Places) -> list[Segment]:
    ids_a, ids_b = rest.a.ids[here], rest.b.ids[there]
    found = unique_segments(hashed(ids_a, SHORTER), hashed(ids_b, SHORTER), SHORTER)
    chain = trimmed([found[number] for number in heaviest_chain(found)])
    if chain or ids_a.size * ids_b.size <= LCS_LIMIT:
        return chain
    return sentence_runs(ids_a, ids_b)


def _aligned(a: Stream, b: Stream, here: Places, there: Places) -> list[Segment]:
    """Runs that the tokens `here` of A and `there` of B share, in order, as indices of the two
    arrays."""
    whole = _around_masks(a, b, here, there, (0, here.size, 0, there.size))
    if whole is not None:
        return whole
    blocks = Indel.opcodes(as_text(a.ids[here]), as_text(b.ids[there])).as_matching_blocks()
    runs = [Segment(run.a, run.b, run.size) for run in blocks if run.size]
    if not runs:
        return []
    runs = slide_runs(a, b, here, there, runs)
    runs = _without_chance_matches(a, b, here, there, runs)
    runs = _extended(a.ids[here], b.ids[there], runs)
    extra = (
        _around_masks(a, b, here, there, gap)
        for gap in between((0, here.size, 0, there.size), runs)
    )
    return runs + [run for found in extra for run in found or ()]


def _around_masks(
    a: Stream, b: Stream, here: Places, there: Places, box: Box
) -> list[Segment] | None:
    """What is the same around the masks, when a box differs in masks alone."""
    a0, a1, b0, b1 = box
    if a0 == a1 or b0 == b1:
        return None
    span_a = int(here[a0]), int(here[a1 - 1]) + 1
    span_b = int(there[b0]), int(there[b1 - 1]) + 1
    if span_a[1] - span_a[0] != a1 - a0 or span_b[1] - span_b[0] != b1 - b0:
        return None
    runs = literal_runs(a, b, span_a, span_b)
    if runs is None:
        return None
    return [Segment(run.a - span_a[0] + a0, run.b - span_b[0] + b0, run.size) for run in runs]


def _without_chance_matches(
    a: Stream, b: Stream, here: Places, there: Places, runs: list[Segment]
) -> list[Segment]:
    """Drops a run that is shorter than what was changed on both of its sides: characters that any
    two texts share by chance (semantic clean-up as in diff-match-patch). A mask is none."""
    most = _LONGEST_UNIT if _is_chinese(a, here) else None
    at_a, at_b = a.widths(here, most), b.widths(there, most)
    changed: list[int] = []
    bounds = [Segment(0, 0, 0), *runs, Segment(here.size, there.size, 0)]
    for left, right in pairwise(bounds):
        gap = (left.a + left.size, right.a, left.b + left.size, right.b)
        wide = max(int(at_a[gap[1]] - at_a[gap[0]]), int(at_b[gap[3]] - at_b[gap[2]]))
        masked = wide and _around_masks(a, b, here, there, gap) is not None
        changed.append(0 if masked else wide)
    sizes = [_weight(a, b, here, there, run) for run in runs]
    return _cleaned(runs, sizes, changed)


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
    return size * max(2 if starts or ends else 1, _items(a, b, (i, i_end), (j, j_end)))


def _items(a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]) -> int:
    """3 for a run that is an item of a list, or a clause, whole in both texts; 2 for one that is
    whole in one of them and ends in both."""
    whole = a.begins_clause(here[0]) + b.begins_clause(there[0])
    ends = a.ends_clause(here[1]) and b.ends_clause(there[1])
    return 1 + whole if ends else 1


def _is_chinese(text: Stream, tokens: Places) -> bool:
    return bool(2 * np.count_nonzero(text.ideograph[tokens]) > tokens.size)


def _is_border(begins: Flags, at: int) -> bool:
    return at >= begins.size or bool(begins[at])


def _is_whole(begins: Flags, start: int, end: int) -> bool:
    return bool(start == 0 or begins[start]) and _is_border(begins, end)


def _extended(a: Ids, b: Ids, runs: list[Segment]) -> list[Segment]:
    """The runs with what the gaps beside them share at their ends."""
    grown: list[Segment] = []
    for left, right in pairwise([Segment(0, 0, 0), *runs, Segment(a.size, b.size, 0)]):
        (a0, b0), (a1, b1) = (left.a + left.size, left.b + left.size), (right.a, right.b)
        head = common_prefix(a[a0:a1], b[b0:b1]) if left.size else 0
        tail = common_suffix(a[a0 + head : a1], b[b0 + head : b1]) if right.size else 0
        grown += [Segment(a0, b0, head), Segment(a1 - tail, b1 - tail, tail), right]
    return [run for run in grown if run.size]


def _cleaned(runs: list[Segment], sizes: list[int], changed: list[int]) -> list[Segment]:
    """`changed[i]` is how much changed before run i, the last one after the last run. The runs that
    are shortest beside their neighbours go first."""
    kept = list(zip(runs, sizes, strict=True))
    for bar in (4.0, 2.0, 1.0):
        count = -1
        while count != len(kept):
            count = len(kept)
            kept, changed = _pass(kept, changed, bar)
    return [run for run, _ in kept]


def _pass(
    runs: list[tuple[Segment, int]], changed: list[int], bar: float
) -> tuple[list[tuple[Segment, int]], list[int]]:
    """Drops runs from left to right whose both neighbours changed `bar` times as much."""
    kept: list[tuple[Segment, int]] = []
    before = [changed[0]]
    for (run, size), after in zip(runs, changed[1:], strict=True):
        least = min(before[-1], after)
        ratio = max(bar, _LEAST_RATIO) if size > _FEW else bar
        if least and (least >= ratio * size or (size <= 2 and bar <= 1)):
            before[-1] += size + after
        else:
            kept.append((run, size))
            before.append(after)
    return kept, before


def sentence_runs(a: Ids, b: Ids) -> list[Segment]:
    """Whole sentences that stand in both, aligned so that one which was rewritten stands against
    the one that it replaced. For texts that repeat themselves."""
    left, right = _sentences(a), _sentences(b)
    numbers: dict[bytes, int] = {}
    text_a = [numbers.setdefault(a[low:high].tobytes(), len(numbers)) for low, high in left]
    text_b = [numbers.setdefault(b[low:high].tobytes(), len(numbers)) for low, high in right]
    if len(left) * len(right) > SENTENCES_LIMIT or len(numbers) > len(left) + len(right) - 1:
        return []
    ids = np.array(text_a, np.int32), np.array(text_b, np.int32)
    blocks = Levenshtein.opcodes(as_text(ids[0]), as_text(ids[1])).as_matching_blocks()
    edges_a = [low for low, _ in left] + [len(a)]
    edges_b = [low for low, _ in right] + [len(b)]
    return [
        Segment(edges_a[run.a], edges_b[run.b], edges_a[run.a + run.size] - edges_a[run.a])
        for run in blocks
        if run.size
    ]


def _sentences(ids: Ids) -> list[tuple[int, int]]:
    ends = np.isin(ids, [ord(mark) for mark in "。!?;."])
    edges = sorted({0, *(np.flatnonzero(ends) + 1).tolist(), len(ids)})
    return list(pairwise(edges))
