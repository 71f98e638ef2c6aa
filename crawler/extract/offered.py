"""Which lines of a page offer other pages: entries of one look, each begun by a link that reads
like a title, as contents of an issue, a column and the results of a search are made of."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from crawler.discover import same_domain
from crawler.extract.render import ids_of
from crawler.extract.survey import Block
from crawler.extract.weigh import Weighed, measure

_LEAST_ENTRIES = 5
#: a title has so many bytes of UTF-8 at least; what is shorter is a name or a section
_LEAST_TITLE = 20
#: an entry with more than so many, on the average, is a post in full
_LONGEST_ENTRY = 560
_MOST_OTHERS = 0.25
_HEAD_LINES = 3
_DIGITS = re.compile(r"\d+")
# an entry that is begun by one of these goes on until the next begins
_HEADS = ids_of("dt h2 h3 h4")
#: how the address of a file ends that is no page
FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|wps|pdf|zip|rar|ofd|jpe?g|png|gif|mp[34])(?:$|\?)", re.I)


def offered(weighed: Weighed, host: str) -> dict[int, int]:
    """The lines of the page's entries, noise aside, each with the characters of its entry's title
    where it is the one that holds it, else 0. Links lead to pages of the same site."""
    found: dict[int, int] = {}
    for entries in _series(weighed):
        titles = [_title_line(weighed, first, last, host) for first, last in entries]
        told = [(entry, line) for entry, line in zip(entries, titles, strict=True) if line >= 0]
        hrefs = {weighed.blocks[line].hrefs[0] for _, line in told}
        least = max(_LEAST_ENTRIES, (1 - _MOST_OTHERS) * len(entries))
        if len(told) < least or len(hrefs) < (1 - _MOST_OTHERS) * len(told):
            continue
        size = sum(weighed.chars[last] - weighed.chars[first] for (first, last), _ in told)
        if size > _LONGEST_ENTRY * len(told):
            continue
        for (first, last), line in told:
            for number in range(first, last):
                found.setdefault(number, 0)
            found[line] = weighed.blocks[line].link_chars
    return found


@lru_cache(maxsize=8_192)
def _look(name: str) -> str:
    """What an element is called, numbers aside."""
    return _DIGITS.sub("", name)


def _series(weighed: Weighed) -> Iterator[list[tuple[int, int]]]:
    """The lines (first, after the last) of elements of one look that stand beside each other."""
    alike: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for number, it in enumerate(weighed.elements):
        if it.first < it.last and not weighed.excluded[number]:
            alike[it.parent, it.tag, _look(it.name)].append(number)
    for (parent, tag, _), numbers in alike.items():
        if len(numbers) < _LEAST_ENTRIES:
            continue
        entries = [(weighed.elements[n].first, weighed.elements[n].last) for n in numbers]
        if tag in _HEADS:
            after = [first for first, _ in entries[1:]] + [weighed.elements[parent].last]
            entries = [(first, end) for (first, _), end in zip(entries, after, strict=True)]
        yield entries


def _title_line(weighed: Weighed, first: int, last: int, host: str) -> int:
    """The line at an entry's beginning that is its title and a link; -1 where none is."""
    for number in range(first, min(last, first + _HEAD_LINES)):
        block = weighed.blocks[number]
        if _is_title(block, weighed.weights[number]) and _leads_within(block.hrefs[0], host):
            return number
    return -1


def _is_title(block: Block, weight: float) -> bool:
    size, chars = len(block.text), block.link_chars
    if not block.hrefs or measure(block.text) < _LEAST_TITLE:
        return False
    # beside it in its line may stand who wrote it and when, but no sentence
    return 2 * chars > size or (3 * chars > size and weight <= 0)


def _leads_within(href: str, host: str) -> bool:
    """Whether an address is of another page of the site: no place in this one, no file."""
    if href.startswith(("#", "javascript:", "mailto:")) or FILE.search(href):
        return False
    whole = f"http:{href}" if href.startswith("//") else href
    return not host or "://" not in whole[:10] or same_domain(whole, f"http://{host}/")
