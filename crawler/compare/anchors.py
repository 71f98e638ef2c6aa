"""Runs of tokens that two streams share for certain, and the heaviest order-preserving chain.

Anchors are k-grams that stand once in each text (as in patience and histogram diff), merged along
their diagonals.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crawler.compare.tokens import Ids
from crawler.text.characters import Places
from crawler.text.plain import Hashes, grams, mix


@dataclass(frozen=True, slots=True)
class Segment:
    """Tokens a to a + size of the one stream are tokens b to b + size of the other."""

    a: int
    b: int
    size: int


def hashed(ids: Ids, k: int) -> Hashes:
    """A hash for each k neighbouring tokens."""
    return grams(mix(ids.astype(np.uint64)), k)


def unique_segments(a: Hashes, b: Hashes, k: int) -> list[Segment]:
    """Maximal runs of k-grams that stand once in `a` and once in `b`, in the order of `a`."""
    i, j = _once_in_both(a, b)
    return diagonals(i, j, k)


def diagonals(i: Places, j: Places, k: int) -> list[Segment]:
    """Pairs of matching k-grams, in the order of `i`, joined where they follow each other."""
    if not i.size:
        return []
    breaks = np.flatnonzero((np.diff(i) != 1) | (np.diff(j) != 1)) + 1
    first = np.append(0, breaks)
    sizes = np.diff(np.append(first, i.size)) + (k - 1)
    return list(
        map(Segment, i[first].tolist(), j[first].tolist(), sizes.tolist()),
    )


def _once_in_both(a: Hashes, b: Hashes) -> tuple[Places, Places]:
    bits = np.uint64((a.size + b.size).bit_length())
    # Hash and place in one value: sorting those is several times faster than an argsort.
    places = np.arange(a.size + b.size, dtype=np.uint64)
    ordered = np.sort((np.concatenate([a, b]) >> bits << bits) | places)
    keys = ordered >> bits
    edges = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    pairs = edges[np.diff(np.append(edges, keys.size)) == 2]
    order = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    i, j = order[pairs], order[pairs + 1]
    both = (i < a.size) & (j >= a.size)
    i, j = i[both], j[both] - a.size
    same = a[i] == b[j]
    i, j = i[same], j[same]
    sorting = np.argsort(i)
    return i[sorting], j[sorting]


def heaviest_chain(segments: list[Segment]) -> list[int]:
    """Indices of the heaviest subset that keeps the order in both texts; `segments` are in the
    order of `a`. Overlaps of less than half the smaller one are allowed, and to be trimmed."""
    ends: list[int] = []
    weights: list[int] = []
    tops: list[int] = []
    before: list[int] = [-1] * len(segments)
    for number, segment in enumerate(segments):
        place = bisect_right(ends, segment.b)
        weight = segment.size + (weights[place - 1] if place else 0)
        before[number] = tops[place - 1] if place else -1
        end = segment.b + (segment.size + 1) // 2
        at = bisect_left(ends, end)
        if at and weights[at - 1] >= weight:
            continue
        stop = at
        while stop < len(ends) and weights[stop] <= weight:
            stop += 1
        ends[at:stop] = [end]
        weights[at:stop] = [weight]
        tops[at:stop] = [number]
    chain: list[int] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def trimmed(segments: list[Segment]) -> list[Segment]:
    """The segments of a chain without the tokens that the one before holds already."""
    kept: list[Segment] = []
    a = b = 0
    for segment in segments:
        cut = max(0, a - segment.a, b - segment.b)
        if cut < segment.size:
            kept.append(Segment(segment.a + cut, segment.b + cut, segment.size - cut))
            a, b = segment.a + segment.size, segment.b + segment.size
    return kept


def common_prefix(a: npt.NDArray[np.generic], b: npt.NDArray[np.generic]) -> int:
    """How many values agree from the start."""
    size = min(len(a), len(b))
    if not size or a[0] != b[0]:
        return 0
    step, at = 64, 0
    while at < size:
        stop = min(size, at + step)
        different = a[at:stop] != b[at:stop]
        first = int(different.argmax())
        if different[first]:
            return at + first
        at, step = stop, step * 4
    return size


def common_suffix(a: npt.NDArray[np.generic], b: npt.NDArray[np.generic]) -> int:
    """How many values agree from the end."""
    return common_prefix(a[::-1], b[::-1])
