"""What stands between two anchors: the longest common subsequence, freed of chance matches."""

from itertools import pairwise
from typing import Final

import numpy as np
from rapidfuzz.distance import Indel

from crawler.compare.anchors import Segment
from crawler.compare.masks import literal_runs
from crawler.compare.pairs import Box, Matching, between
from crawler.compare.tokens import Stream, as_text
from crawler.text.characters import Places

#: product of sizes up to which a gap is aligned token by token (bits of memory, too)
LCS_LIMIT: Final = 64_000_000


def fill(matching: Matching, a: Stream, b: Stream, box: Box, group: int = 0) -> None:
    """Aligns what stands between anchors, as far as nothing has taken it yet."""
    a0, a1, b0, b1 = box
    here = a0 + np.flatnonzero(matching.to_b[a0:a1] < 0)
    there = b0 + np.flatnonzero(matching.to_a[b0:b1] < 0)
    if not here.size or not there.size:
        return
    if here.size * there.size > LCS_LIMIT:
        matching.coarse = True
        return
    for run in _aligned(a, b, here, there):
        left, right = here[run.a : run.a + run.size], there[run.b : run.b + run.size]
        matching.to_b[left], matching.to_a[right] = right, left
        matching.group[left] = group


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
    runs = _without_chance_matches(a, b, here, there, runs)
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
    at_a, at_b = a.widths(here), b.widths(there)
    changed: list[int] = []
    bounds = [Segment(0, 0, 0), *runs, Segment(here.size, there.size, 0)]
    for left, right in pairwise(bounds):
        gap = (left.a + left.size, right.a, left.b + left.size, right.b)
        wide = max(int(at_a[gap[1]] - at_a[gap[0]]), int(at_b[gap[3]] - at_b[gap[2]]))
        masked = wide and _around_masks(a, b, here, there, gap) is not None
        changed.append(0 if masked else wide)
    sizes = [int(at_a[run.a + run.size] - at_a[run.a]) for run in runs]
    return _cleaned(runs, sizes, changed)


def _cleaned(runs: list[Segment], sizes: list[int], changed: list[int]) -> list[Segment]:
    """`changed[i]` is how much changed before run i, the last one after the last run."""
    while True:
        worst, drop = 0.0, -1
        for number, size in enumerate(sizes):
            least = min(changed[number], changed[number + 1])
            excess = least / size
            if least and (size <= 2 or excess >= 1) and excess > worst:
                worst, drop = excess, number
        if drop < 0:
            return runs
        changed[drop : drop + 2] = [changed[drop] + sizes[drop] + changed[drop + 1]]
        runs = runs[:drop] + runs[drop + 1 :]
        sizes = sizes[:drop] + sizes[drop + 1 :]


def sentence_segments(a: Stream, b: Stream, a0: int, a1: int, b0: int, b1: int) -> list[Segment]:
    """Whole sentences that stand in both, the first of equal ones with the first, and so on."""
    left, right = _sentences(a, a0, a1), _sentences(b, b0, b1)
    where = dict(right)
    found = []
    for key, (start, end) in left:
        if key in where:
            found.append(Segment(start, where[key][0], end - start))
    return found


def _sentences(
    stream: Stream, start: int, end: int
) -> list[tuple[tuple[bytes, int], tuple[int, int]]]:
    ids = stream.ids[start:end]
    ends = np.isin(ids, [ord(mark) for mark in "。!?;."])
    edges = [0, *(np.flatnonzero(ends) + 1).tolist()]
    if edges[-1] != len(ids):
        edges.append(len(ids))
    seen: dict[bytes, int] = {}
    found = []
    for low, high in pairwise(edges):
        key = ids[low:high].tobytes()
        seen[key] = seen.get(key, 0) + 1
        found.append(((key, seen[key]), (start + low, start + high)))
    return found
