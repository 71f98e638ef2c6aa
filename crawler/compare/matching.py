"""Which token of A is which token of B: chain of anchors, moves among the rest, gaps between."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from crawler.compare import gaps
from crawler.compare.anchors import (
    Segment,
    common_prefix,
    common_suffix,
    hashed,
    heaviest_chain,
    trimmed,
    unique_segments,
)
from crawler.compare.moves import find_moves
from crawler.compare.tokens import Ids, Stream
from crawler.text.characters import Places

Box = tuple[int, int, int, int]
K_IDEOGRAPHS: Final = 12
K_WORDS: Final = 7


@dataclass(slots=True)
class Matching:
    """For each token its partner in the other text or -1, and the moved passage that it belongs to
    (0: stands where it stood)."""

    to_b: Places
    to_a: Places
    group: Ids
    coarse: bool = False
    groups: int = 0

    def pair(self, run: Segment, group: int = 0) -> None:
        self.to_b[run.a : run.a + run.size] = np.arange(run.b, run.b + run.size)
        self.to_a[run.b : run.b + run.size] = np.arange(run.a, run.a + run.size)
        self.group[run.a : run.a + run.size] = group


@dataclass(slots=True)
class _Work:
    a: Stream
    b: Stream
    found: list[Segment] = field(default_factory=list)
    gaps: list[Box] = field(default_factory=list)


def match(a: Stream, b: Stream) -> Matching:
    """The pairs of tokens that a diff of the two texts is made from."""
    matching = Matching(np.full(len(a), -1), np.full(len(b), -1), np.zeros(len(a), np.int32))
    work = _Work(a, b)
    k = K_IDEOGRAPHS if _mostly_ideographs(a, b) else K_WORDS
    _anchor(work, (0, len(a), 0, len(b)), k)
    for run in work.found:
        matching.pair(run)
    for group, runs in enumerate(find_moves(a, b, work.gaps), start=1):
        matching.groups = group
        for run in runs:
            matching.pair(run, group)
    for box in work.gaps:
        fill(matching, a, b, box)
    return matching


def _mostly_ideographs(a: Stream, b: Stream) -> bool:
    share = np.count_nonzero(a.ideograph) + np.count_nonzero(b.ideograph)
    return bool(share * 3 > len(a) + len(b))


def _trim(work: _Work, box: Box) -> Box:
    """Takes what agrees at both ends of a box; what is left."""
    a0, a1, b0, b1 = box
    left, right = work.a.ids[a0:a1], work.b.ids[b0:b1]
    head = common_prefix(left, right)
    if head:
        work.found.append(Segment(a0, b0, head))
    tail = common_suffix(left[head:], right[head:])
    if tail:
        work.found.append(Segment(a1 - tail, b1 - tail, tail))
    return a0 + head, a1 - tail, b0 + head, b1 - tail


def _anchor(work: _Work, box: Box, k: int) -> None:
    """Chains the anchors of a box; boxes that stay large are anchored again with shorter grams."""
    a0, a1, b0, b1 = box = _trim(work, box)
    sizes = min(a1 - a0, b1 - b0)
    if sizes == 0 or k < 4 or sizes < 2 * k:
        work.gaps.append(box)
        return
    segments = unique_segments(hashed(work.a.ids[a0:a1], k), hashed(work.b.ids[b0:b1], k), k)
    chosen = [segments[number] for number in heaviest_chain(segments)]
    chain = [Segment(a0 + run.a, b0 + run.b, run.size) for run in trimmed(chosen)]
    if not chain and (a1 - a0) * (b1 - b0) > gaps.LCS_LIMIT:
        sentences = gaps.sentence_segments(work.a, work.b, *box)
        chain = trimmed([sentences[number] for number in heaviest_chain(sentences)])
    work.found.extend(chain)
    for gap in between(box, chain):
        large = (gap[1] - gap[0]) * (gap[3] - gap[2]) > 40_000
        if large and (chain or k > 6):
            _anchor(work, gap, k if chain else k // 2)
        else:
            rest = _trim(work, gap)
            if rest[0] < rest[1] or rest[2] < rest[3]:
                work.gaps.append(rest)


def between(box: Box, chain: list[Segment]) -> list[Box]:
    """What a chain leaves of a box, in order."""
    a0, a1, b0, b1 = box
    found = []
    for run in [*chain, Segment(a1, b1, 0)]:
        if a0 < run.a or b0 < run.b:
            found.append((a0, run.a, b0, run.b))
        a0, b0 = run.a + run.size, run.b + run.size
    return found


def fill(matching: Matching, a: Stream, b: Stream, box: Box) -> None:
    """Aligns what the moves have left of a gap."""
    a0, a1, b0, b1 = box
    here = a0 + np.flatnonzero(matching.to_b[a0:a1] < 0)
    there = b0 + np.flatnonzero(matching.to_a[b0:b1] < 0)
    if not here.size or not there.size:
        return
    if here.size * there.size > gaps.LCS_LIMIT:
        matching.coarse = True
        return
    for run in gaps.aligned(a, b, here, there):
        left, right = here[run.a : run.a + run.size], there[run.b : run.b + run.size]
        matching.to_b[left], matching.to_a[right] = right, left
