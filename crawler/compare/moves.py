"""Passages of a sentence or more that stand unchanged, or nearly so, somewhere else."""

from crawler.compare.anchors import Segment
from crawler.compare.tokens import Stream

Box = tuple[int, int, int, int]


def find_moves(a: Stream, b: Stream, boxes: list[Box]) -> list[list[Segment]]:
    """For each moved passage the runs that its two places share, edits inside left out."""
    return []
