"""The pairs of tokens that a comparison is made from."""

from dataclasses import dataclass

import numpy as np

from crawler.compare.anchors import Segment
from crawler.text.characters import Places

Box = tuple[int, int, int, int]


@dataclass(slots=True)
class Matching:
    """For each token its partner in the other text or -1, and for each token of A the moved
    passage that it belongs to (0: it stands where it stood)."""

    to_b: Places
    to_a: Places
    group: Places
    coarse: bool = False

    @classmethod
    def empty(cls, a_size: int, b_size: int) -> "Matching":
        """Nothing matched yet."""
        return cls(np.full(a_size, -1), np.full(b_size, -1), np.zeros(a_size, np.int64))

    def pair(self, run: Segment, group: int = 0) -> None:
        """Makes partners of a run of tokens."""
        here, there = slice(run.a, run.a + run.size), slice(run.b, run.b + run.size)
        self.to_b[here] = np.arange(run.b, run.b + run.size)
        self.to_a[there] = np.arange(run.a, run.a + run.size)
        self.group[here] = group

    def pair_all(self, runs: list[Segment]) -> None:
        """`pair` of many runs that stand where they stood."""
        if not runs:
            return
        a, b, sizes = np.array([(run.a, run.b, run.size) for run in runs]).T
        inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        here, there = np.repeat(a, sizes) + inside, np.repeat(b, sizes) + inside
        self.to_b[here], self.to_a[there] = there, here


def between(box: Box, chain: list[Segment]) -> list[Box]:
    """What a chain leaves of a box, in order."""
    a0, a1, b0, b1 = box
    found = []
    for run in [*chain, Segment(a1, b1, 0)]:
        if a0 < run.a or b0 < run.b:
            found.append((a0, run.a, b0, run.b))
        a0, b0 = run.a + run.size, run.b + run.size
    return found
