"""Whether two readings of a capture are of one article, and what a third shows of an edit."""

from collections import Counter
from collections.abc import Iterable

_LEAST_SHARED = 0.9
#: of the pairs of neighbouring characters: from here on a paragraph is another's edited form
_LIKE = 0.5
_MOST_COMPARED = 200


def agree(one: str, other: str) -> bool:
    """Whether nine tenths of the longer of two texts are paragraphs that both have."""
    mine, theirs = Counter(one.split("\n")), Counter(other.split("\n"))
    shared = sum(len(line) * count for line, count in (mine & theirs).items())
    return shared >= _LEAST_SHARED * max(len(one.replace("\n", "")), len(other.replace("\n", "")))


def overlooks(own: tuple[str, str], common: tuple[str, str]) -> bool:
    """Whether a common rule's readings of an old and a new capture (`common`) are blind to an edit
    that the captures' own rules show (`own`): a paragraph that it takes on neither side, and that
    stands edited on the other."""
    own_old, own_new = map(_paragraphs, own)
    old, new = map(_paragraphs, common)
    before = (own_old - own_new) - old
    after = (own_new - own_old) - new
    return any(_like(one, other) for one in _some(before) for other in _some(after))


def _paragraphs(text: str) -> Counter[str]:
    return Counter(text.split("\n"))


def _some(lines: Iterable[str]) -> list[str]:
    return list(lines)[:_MOST_COMPARED]


def _like(one: str, other: str) -> bool:
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) >= _LIKE * (len(mine) + len(theirs))


def _pairs(line: str) -> set[str]:
    return {line[at : at + 2] for at in range(max(1, len(line) - 1))}
