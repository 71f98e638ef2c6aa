"""Which token of A is which token of B: chain of anchors, moves among the rest, gaps between."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from crawler.compare import gaps, moves
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
from crawler.compare.pairs import Box, Matching, between
from crawler.compare.settling import settle
from crawler.compare.sliding import part_lines, slide
from crawler.compare.tokens import Stream

K_IDEOGRAPHS: Final = 12
K_WORDS: Final = 7


@dataclass(slots=True)
class _Work:
    a: Stream
    b: Stream
    found: list[Segment] = field(default_factory=list)


def match(a: Stream, b: Stream) -> Matching:
    """The pairs of tokens that a diff of the two texts is made from."""
    matching = Matching.empty(len(a), len(b))
    work = _Work(a, b)
    chinese = _mostly_ideographs(a, b)
    _anchor(work, (0, len(a), 0, len(b)), K_IDEOGRAPHS if chinese else K_WORDS)
    matching.pair_all(work.found)
    slide(a, b, matching)
    boxes = open_boxes(matching)
    find_moves(a, b, matching, boxes, moves.K_IDEOGRAPHS if chinese else moves.K_WORDS)
    for box in boxes:
        gaps.fill(matching, a, b, box)
    settle(a, b, matching)
    slide(a, b, matching)
    part_lines(a, b, matching)
    return matching


def open_boxes(matching: Matching) -> list[Box]:
    """What lies between the pairs, in order; nothing has moved yet."""
    here = np.flatnonzero(matching.to_b >= 0)
    there = matching.to_b[here]
    a = np.concatenate([[-1], here, [matching.to_b.size]])
    b = np.concatenate([[-1], there, [matching.to_a.size]])
    wide = np.flatnonzero((np.diff(a) > 1) | (np.diff(b) > 1))
    rows = zip(a[wide] + 1, a[wide + 1], b[wide] + 1, b[wide + 1], strict=True)
    return [(int(a0), int(a1), int(b0), int(b1)) for a0, a1, b0, b1 in rows]


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
    """Chains the anchors of a box, and those that only its smaller boxes show."""
    a0, a1, b0, b1 = box = _trim(work, box)
    if min(a1 - a0, b1 - b0) < 2 * k:
        return
    segments = unique_segments(hashed(work.a.ids[a0:a1], k), hashed(work.b.ids[b0:b1], k), k)
    chosen = [segments[number] for number in heaviest_chain(segments)]
    chain = [Segment(a0 + run.a, b0 + run.b, run.size) for run in trimmed(chosen)]
    work.found.extend(chain)
    for gap in between(box, chain) if chain else ():
        if (gap[1] - gap[0]) * (gap[3] - gap[2]) > gaps.SMALL:
            _anchor(work, gap, k)
        else:
            _trim(work, gap)
