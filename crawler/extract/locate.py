"""Where on a page its text is: the element where running text is densest, widened to the whole
article, or the many of one kind that a thread of posts is made of."""

import re

from crawler.extract.labels import is_label
from crawler.extract.render import ids_of
from crawler.extract.weigh import Weighed

_LINES_OF_TEXT = ids_of("p li blockquote pre h1 h2 h3 h4 h5 h6 dd dt tr td th figcaption")
_QUOTED = ids_of("blockquote")
_LISTS = ids_of("ul ol dl pre")
_PARAGRAPH = ids_of("p")
_BONUS = 1.4
_DECAY = (1.0, 0.6, 0.3, 0.1)
_KIN = 4
_LEAST_POSTS = 3
_LEAST_OF_CORE = 0.5
_DIGITS = re.compile(r"\d+")


def densest(weighed: Weighed) -> int:
    """The element whose own paragraphs weigh most; those deeper down count less and less."""
    scores: dict[int, float] = {}
    for block, weight in zip(weighed.blocks, weighed.weights, strict=True):
        if weight <= 0 or weighed.excluded[block.element]:
            continue
        element = block.element
        if (
            weighed.elements[element].tag in _LINES_OF_TEXT
            and weighed.elements[element].parent >= 0
        ):
            element = weighed.elements[element].parent
        for share in _DECAY:
            scores[element] = scores.get(element, 0.0) + weight * share
            element = weighed.elements[element].parent
            if element < 0:
                break
    if not scores:
        return 0

    def score(element: int) -> float:
        it = weighed.elements[element]
        density = weighed.weight(element) / (weighed.size(element) or 1)
        return scores[element] * min(1.0, density + 0.2) * (_BONUS if it.text_name else 1.0)

    return _framed(weighed, max(scores, key=score))


def _framed(weighed: Weighed, element: int) -> int:
    """A quotation or a list that is densest is a part of the article that it stands in: the element
    around it, for a list only where paragraphs stand beside it there."""
    while element > 0:
        it = weighed.elements[element]
        if it.tag not in _QUOTED and not (it.tag in _LISTS and _has_lines(weighed, element)):
            break
        element = it.parent
    return element


def _has_lines(weighed: Weighed, element: int) -> bool:
    """Whether paragraphs that are no links stand beside an element."""
    it = weighed.elements[element]
    around = weighed.elements[it.parent]
    beside = (*range(around.first, it.first), *range(it.last, around.last))
    return any(
        not block.heading
        and block.link_chars * 2 <= len(block.text)
        and not is_label(block.text)
        and (block.element == it.parent or _is_paragraph_of(weighed, block.element, it.parent))
        for block in (weighed.blocks[n] for n in beside)
    )


def _is_paragraph_of(weighed: Weighed, element: int, parent: int) -> bool:
    it = weighed.elements[element]
    return it.parent == parent and it.tag in _PARAGRAPH


def posts_like(weighed: Weighed, core: int, root: int) -> tuple[int, ...]:
    """The elements that stand in the page as `core` does, in order: a thread's posts. Only `root`,
    the article, where they are fewer than three or say little beside it."""
    kin = _kin(weighed, core)
    if not any(name for _, name in kin):
        return (root,)
    alike = tuple(
        number
        for number, it in enumerate(weighed.elements)
        if it.tag == kin[0][0]
        and not weighed.excluded[number]
        and weighed.weight(number) > 0
        and _kin(weighed, number) == kin
    )
    it = weighed.elements[root]
    outside = [n for n in alike if not it.first <= weighed.elements[n].first < it.last]
    others = sum(weighed.weight(number) for number in outside)
    enough = len(alike) >= _LEAST_POSTS and others >= _LEAST_OF_CORE * weighed.weight(core)
    return alike if enough else (root,)


def _kin(weighed: Weighed, element: int) -> tuple[tuple[int, str], ...]:
    """What an element and those around it are called, numbers aside."""
    kin: list[tuple[int, str]] = []
    while element >= 0 and len(kin) < _KIN:
        it = weighed.elements[element]
        kin.append((it.tag, _DIGITS.sub("", it.name)))
        element = it.parent
    return tuple(kin)


def widened(weighed: Weighed, element: int) -> int:
    """The widest element around that adds running text rather than surroundings."""
    best, inner = element, weighed.weight(element)
    inner_size = weighed.size(element)
    at = weighed.elements[element].parent
    while at >= 0:
        added = weighed.weight(at) - inner
        surroundings = weighed.size(at) - inner_size - added
        if added > 0.1 * inner and surroundings < 0.75 * added:
            best, inner, inner_size = at, weighed.weight(at), weighed.size(at)
        at = weighed.elements[at].parent
    return best
