"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

import re

from crawler.extract import lines as kinds
from crawler.extract.byline import byline_fields
from crawler.extract.labels import is_above, is_after, is_disclaimer, is_parting, is_within
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line, ids_of
from crawler.extract.survey import Block, survey
from crawler.extract.weigh import Weighed

_LINES_OF_TEXT = ids_of("p li blockquote pre h1 h2 h3 h4 h5 h6 dd dt tr td th figcaption")
_LISTED = ids_of("li dd dt td th h1 h2 h3 h4 h5 h6")
_BONUS = 1.4
_PROMOTION = re.compile(r"点击(?!率)|下载|扫码|二维码|专享|投票|报名|抢购|优惠|客户端")
_LONGEST_PROMOTION = 150
_COMMENTS = re.compile(r"comment|disqus|pinglun", re.I)
_DECAY = (1.0, 0.6, 0.3, 0.1)


def read_general(page: Page) -> Reading | None:
    """The page's main text by density alone; None where nothing reads like a text."""
    if page.body is None:
        return None
    seen = survey(page.body)
    if not seen.blocks:
        return None
    weighed = Weighed(seen)
    core = _densest(weighed)
    root = _widened(weighed, core)
    inside = _inside(weighed, root)
    end = _comments_after(weighed, core)
    kept = [n for n in inside if n < end and not _cut(weighed, n, core, root)]
    # a page of links alone is shown as that, so that it can be judged
    kept = _trimmed(weighed, kept, core, page) or list(inside)
    blocks = [seen.blocks[number] for number in kept]
    if not blocks:
        return None
    return Reading(
        "general",
        [Line(b.text, "caption" if b.caption else kinds.kind_of(b.text)) for b in blocks],
        [address for b in blocks for address in b.images],
        [href for b in blocks for href in b.hrefs],
        byline_fields(seen.blocks, kept[0], kept[-1], _title(page)),
        linked=sum(b.link_chars for b in blocks),
        running=any(weighed.weights[number] > 0 for number in kept),
    )


def _densest(weighed: Weighed) -> int:
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

    return max(scores, key=score)


def _widened(weighed: Weighed, element: int) -> int:
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


def _inside(weighed: Weighed, root: int) -> range:
    it = weighed.elements[root]
    return range(it.first, it.last)


def _comments_after(weighed: Weighed, core: int) -> int:
    """The line where readers' comments begin behind the densest part: no article goes on there."""
    end = weighed.elements[core].last
    return next(
        (
            it.first
            for number, it in enumerate(weighed.elements)
            if it.first >= end and weighed.excluded[number] and _COMMENTS.search(it.name)
        ),
        len(weighed.blocks),
    )


def _cut(weighed: Weighed, number: int, core: int, root: int) -> bool:
    """Whether a line lies in a part of the article that is none of it."""
    block = weighed.blocks[number]
    element = block.element
    if weighed.excluded[element]:
        return True
    while element > root:
        it = weighed.elements[element]
        behind = it.first >= weighed.elements[core].last
        if weighed.is_list_of_links(element) or (behind and weighed.is_teasers(element)):
            return True
        element = it.parent
    return False


def _is_pointer(weighed: Weighed, block: Block) -> bool:
    """Whether a paragraph is nothing but one link: a way to another article."""
    size = len(block.text)
    return (
        size >= 20
        and block.link_chars >= 0.9 * size
        and weighed.elements[block.element].tag not in _LISTED
    )


def _trimmed(weighed: Weighed, kept: list[int], core: int, page: Page) -> list[int]:
    """The lines without labels, without what stands before the first paragraph and behind the last
    one, and without what follows the article."""
    title = _title(page)
    kept = [n for n in kept if not _promotes(weighed, n, core)]
    running = [n for n in kept if weighed.weights[n] > 0 and not _repeats(weighed.blocks[n], title)]
    if not running:
        return kept
    first, last = running[0], running[-1]
    out: list[int] = []
    after = False
    for n in kept:
        block = weighed.blocks[n]
        if n > first and is_disclaimer(block.text) and _most_is_before(weighed, n, first, last):
            break
        if weighed.weights[n] > 0:
            after = False
        elif is_after(block.text):
            if _ends_at(weighed, n, last, core, first):
                break
            after = True
            continue
        elif is_within(block.text) or (after and block.links) or _is_pointer(weighed, block):
            continue
        if n <= first + 2 and (block.heading or len(block.text) > 5) and block.text in title:
            continue
        if n < first and (is_above(block.text) or not _belongs(weighed, n, first, core)):
            continue
        if n > last and not _belongs(weighed, n, last, core):
            continue
        out.append(n)
    while out and out[-1] > first and is_parting(weighed.blocks[out[-1]].text):
        out.pop()
    return out


def _promotes(weighed: Weighed, number: int, core: int) -> bool:
    """Whether a paragraph in a box of its own before the article asks to click or to download."""
    block = weighed.blocks[number]
    return (
        number < weighed.elements[core].first
        and block.links > 0
        and len(block.text) <= _LONGEST_PROMOTION
        and bool(_PROMOTION.search(block.text))
    )


def _repeats(block: Block, title: str) -> bool:
    """Whether a line is the headline."""
    return block.text.rstrip("…. ") in title


def _most_is_before(weighed: Weighed, number: int, first: int, last: int) -> bool:
    """Whether at least half of the article's running text stands before a line."""
    total = weighed.total
    return 2 * (total[number] - total[first]) >= total[last + 1] - total[first]


def _ends_at(weighed: Weighed, number: int, last: int, core: int, first: int) -> bool:
    """Whether the article is over where a heading of related things stands."""
    it = weighed.elements[core]
    if number == it.first and first < number:
        # the densest element is the related things themselves, and the article stands before it
        return True
    weight = weighed.total[last + 1] - weighed.total[number]
    size = weighed.chars[max(it.last, number)] - weighed.chars[number]
    return number >= it.last or (
        weight <= 0.04 * weighed.weight(core) and size <= 0.25 * weighed.size(core)
    )


def _belongs(weighed: Weighed, number: int, paragraph: int, core: int) -> bool:
    """Whether a short line at an end of the article is one of its own."""
    block, other = weighed.blocks[number], weighed.blocks[paragraph]
    if block.link_chars * 2 > len(block.text):
        return False
    if number == paragraph - 1 and block.heading and _heads_sections(weighed, block, core):
        return True
    it = weighed.elements[core]
    own, its = weighed.elements[block.element], weighed.elements[other.element]
    return (
        it.first <= number < it.last or block.element == other.element or own.parent == its.parent
    )


def _heads_sections(weighed: Weighed, heading: Block, core: int) -> bool:
    """Whether headings of the same look stand over several parts of the article."""
    own = weighed.elements[heading.element]
    alike = sum(
        it.tag == own.tag and it.name == own.name and not weighed.excluded[number]
        for number, it in enumerate(weighed.elements[heading.element :], heading.element)
        if it.first <= weighed.elements[core].last
    )
    return bool(own.name) and alike >= 3


def _title(page: Page) -> str:
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""
