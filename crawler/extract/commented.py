"""Which elements of a page hold readers' comments, by a heading of such or a name, and by signs of
them: an age, a floor, a guest."""

import re
from bisect import bisect_left

from crawler.extract.survey import Block, Element
from crawler.extract.vocabulary import COMMENT_SIGNS, COMMENTS

#: names of elements that hold readers' comments
CALLED_COMMENTS = re.compile(r"comment|disqus|pinglun", re.I)
_LONGEST_HEADING = 40
_LEAST_BELOW_HEADING = 2
# an element that is only called so holds so many signs, one in so many lines
_LEAST_SIGNS, _MOST_LINES_A_SIGN = 3, 6


def with_comments(elements: list[Element], blocks: list[Block]) -> set[int]:
    """The elements that begin with a heading of readers' comments and hold some, and those that are
    called so and hold hardly anything else."""
    headings = [
        number
        for number, block in enumerate(blocks)
        if len(block.text) <= _LONGEST_HEADING and COMMENTS.fullmatch(block.text)
    ]
    called = [
        number for number, it in enumerate(elements) if it.noise and CALLED_COMMENTS.search(it.name)
    ]
    if not headings and not called:
        return set()
    begun = [(number, _begun_by(number, elements, blocks)) for number in headings]
    ranges = [_range(elements[n]) for n in called]
    ranges += [(number + 1, elements[element].last) for number, element in begun]
    counts = _signs_in(ranges, blocks)
    found = {n for n, count in zip(called, counts, strict=False) if _is_full_of(count, elements[n])}
    for (_, element), count in zip(begun, counts[len(called) :], strict=True):
        if count >= _LEAST_BELOW_HEADING:
            found.add(element)
    return found


def _signs_in(ranges: list[tuple[int, int]], blocks: list[Block]) -> list[int]:
    """How many lines of each range are a sign of comments; each line is looked at once."""
    lines = range(min(first for first, _ in ranges), max(last for _, last in ranges))
    marked = [n for n in lines if COMMENT_SIGNS.search(blocks[n].text[:_LONGEST_HEADING])]
    return [
        max(0, bisect_left(marked, last) - bisect_left(marked, first)) for first, last in ranges
    ]


def _range(it: Element) -> tuple[int, int]:
    return it.first, it.last


def outermost(elements: list[Element], found: set[int]) -> tuple[int, ...]:
    """Those of some elements that lie in none of the others, in order."""
    end = 0
    kept: list[int] = []
    for number in sorted(found):
        if elements[number].last > end:
            kept.append(number)
            end = elements[number].last
    return tuple(kept)


def _is_full_of(count: int, it: Element) -> bool:
    return count >= _LEAST_SIGNS and count * _MOST_LINES_A_SIGN >= it.last - it.first


def _begun_by(heading: int, elements: list[Element], blocks: list[Block]) -> int:
    """The widest element, short of the page, that begins with a line."""
    element = blocks[heading].element
    while (parent := elements[element].parent) > 0 and elements[parent].first == heading:
        element = parent
    return element
