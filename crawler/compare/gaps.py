"""What stands between two anchors: the longest common subsequence, freed of chance matches."""

from itertools import pairwise
from typing import Final

import numpy as np
from rapidfuzz.distance import Indel

from crawler.compare.anchors import Segment
from crawler.compare.pairs import Box, Matching
from crawler.compare.tokens import Stream, as_text
from crawler.text.characters import Places

#: product of sizes up to which a gap is aligned token by token (bits of memory, too)
LCS_LIMIT: Final = 64_000_000


def fill(matching: Matching, a: Stream, b: Stream, box: Box, group: int = 0) -> None:
    """Aligns what the moves have left of a gap."""
    a0, a1, b0, b1 = box
    here = a0 + np.flatnonzero(matching.to_b[a0:a1] < 0)
    there = b0 + np.flatnonzero(matching.to_a[b0:b1] < 0)
    if not here.size or not there.size:
        return
    if here.size * there.size > LCS_LIMIT:
        matching.coarse = True
        return
    for run in aligned(a, b, here, there):
        left, right = here[run.a : run.a + run.size], there[run.b : run.b + run.size]
        matching.to_b[left], matching.to_a[right] = right, left
        matching.group[left] = group


def aligned(a: Stream, b: Stream, here: Places, there: Places) -> list[Segment]:
    """Runs that the tokens `here` of A and `there` of B share, in order, as indices of the two
    arrays; the caller has checked the size."""
    blocks = Indel.opcodes(as_text(a.ids[here]), as_text(b.ids[there])).as_matching_blocks()
    runs = [Segment(run.a, run.b, run.size) for run in blocks if run.size]
    return _without_chance_matches(a.widths(here), b.widths(there), runs)


def _without_chance_matches(a: Places, b: Places, runs: list[Segment]) -> list[Segment]:
    """Drops a run that is shorter than what was changed on both of its sides: characters that any
    two texts share by chance (semantic clean-up as in diff-match-patch)."""
    changed: list[int] = []
    sizes: list[int] = []
    at_a = at_b = 0
    for run in runs:
        changed.append(max(int(a[run.a] - a[at_a]), int(b[run.b] - b[at_b])))
        at_a, at_b = run.a + run.size, run.b + run.size
        sizes.append(int(a[at_a] - a[run.a]))
    tail = max(int(a[-1] - a[at_a]), int(b[-1] - b[at_b]))
    return _cleaned(runs, sizes, changed, tail)


def _cleaned(runs: list[Segment], sizes: list[int], changed: list[int], tail: int) -> list[Segment]:
    """`changed[i]` is how much changed before run i, `tail` after the last one."""
    changed = [*changed, tail]
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
