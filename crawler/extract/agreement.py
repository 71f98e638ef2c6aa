"""Whether two readings of one capture are of the same article."""

from collections import Counter

_LEAST_SHARED = 0.9


def agree(one: str, other: str) -> bool:
    """Whether nine tenths of the longer of two texts are paragraphs that both have."""
    mine, theirs = Counter(one.split("\n")), Counter(other.split("\n"))
    shared = sum(len(line) * count for line, count in (mine & theirs).items())
    return shared >= _LEAST_SHARED * max(len(one.replace("\n", "")), len(other.replace("\n", "")))
