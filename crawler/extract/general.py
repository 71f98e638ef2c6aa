"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

import re
from collections.abc import Iterable
from itertools import accumulate

from crawler.extract import lines as kinds
from crawler.extract.noise import AFTER, BEFORE, COPYRIGHT
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line, ids_of
from crawler.extract.survey import Block, Survey, survey

_PUNCTUATION = re.compile(r"[，。；！？、…]|[,.;!?](?=[\s\"'”’)]|$)")
_LINES_OF_TEXT = ids_of("p li blockquote pre h1 h2 h3 h4 h5 h6 dd dt tr td th figcaption")
_LISTED = ids_of("li dd dt td th h1 h2 h3 h4 h5 h6")
_BONUS = 1.4
_NOISE_SHARES = (0.9, 0.4)
_LEAST_KEPT = 0.15
_DECAY = (1.0, 0.6, 0.3, 0.1)


class _Weighed:
    """A survey with the weight of every line and element, noise set aside."""

    def __init__(self, seen: Survey) -> None:
        self.elements, self.blocks = seen.elements, seen.blocks
        self.weights = [weight_of(block) for block in self.blocks]
        self._lists: dict[int, bool] = {}
        self._teasers: dict[int, float] = {}
        self.excluded = self._excluded()
        kept = [not self.excluded[block.element] for block in self.blocks]
        weights = (w if k else 0.0 for w, k in zip(self.weights, kept, strict=True))
        sizes = (measure(b.text) if k else 0 for b, k in zip(self.blocks, kept, strict=True))
        self.total = [0.0, *accumulate(weights)]
        self.chars = [0, *accumulate(sizes)]

    def _excluded(self) -> list[bool]:
        """Which elements are noise or lie in it. One that holds nearly all of the page's text is
        none, whatever it is called; where too little else is left, one that holds much is none."""
        total = [0.0, *accumulate(self.weights)]
        for most in _NOISE_SHARES:
            excluded: list[bool] = []
            for it in self.elements:
                noise = it.noise and total[it.last] - total[it.first] <= most * total[-1]
                excluded.append(noise or (it.parent >= 0 and excluded[it.parent]))
            kept = sum(
                weight
                for block, weight in zip(self.blocks, self.weights, strict=True)
                if not excluded[block.element]
            )
            if kept >= _LEAST_KEPT * total[-1]:
                break
        return excluded

    def weight(self, element: int) -> float:
        """The weight of all lines below an element."""
        it = self.elements[element]
        return self.total[it.last] - self.total[it.first]

    def is_list_of_links(self, element: int) -> bool:
        """Whether an element holds several lines that are mostly links."""
        if element not in self._lists:
            it = self.elements[element]
            inside = [b for b in self.blocks[it.first : it.last] if len(b.text) > 1]
            linked = sum(b.link_chars for b in inside if b.link_chars * 2 > len(b.text))
            size = sum(len(b.text) for b in inside)
            links = sum(b.links for b in inside)
            running = self.total[it.last] - self.total[it.first]
            self._lists[element] = links >= 2 and linked > 0.6 * size and running < 0.2 * size
        return self._lists[element]

    def is_teasers(self, element: int) -> bool:
        """Whether an element announces other articles: link after link, with or without a line of
        what they say."""
        if element not in self._teasers:
            it = self.elements[element]
            inside_ = [b for b in self.blocks[it.first : it.last] if len(b.text) > 3]
            linked = sum(b.link_chars * 2 > len(b.text) for b in inside_)
            self._teasers[element] = linked / len(inside_) if linked >= 3 else 0.0
        return self._teasers[element] > 0.5

    def size(self, element: int) -> int:
        """All characters below an element that are not noise."""
        it = self.elements[element]
        return self.chars[it.last] - self.chars[it.first]


def measure(text: str) -> int:
    """A line's length in units that compare across scripts: its UTF-8 bytes, so that a wide
    character counts three."""
    return len(text.encode("utf-8", "replace"))


def weight_of(block: Block) -> float:
    """How much a line looks like running text: 0 for links, labels and legal lines."""
    size = len(block.text)
    linked = block.link_chars * 2 > size and (size < 150 or block.links > 1)
    if size < 8 or linked or is_label(block.text):
        return 0.0
    units = measure(block.text) * max(0.3, 1 - block.link_chars / size)
    marks = len(_PUNCTUATION.findall(block.text))
    if marks == 0:
        return units * 0.5 if units >= 100 and block.links == 0 else 0.0
    return units if units >= 40 else units * 0.5


def is_label(text: str) -> bool:
    """Whether a line is furniture by its words: a path, a date line, a heading of related links,
    an editor's or a legal line."""
    if COPYRIGHT.search(text):
        return True
    if len(text) > 120:
        return False
    return bool(
        BEFORE.fullmatch(text)
        or AFTER.fullmatch(text)
        or kinds.EDITOR_LINE.fullmatch(text)
        or kinds.SOURCE_LINE.fullmatch(text)
        or (len(text) < 80 and _DATE_LINE.search(text) and not text.endswith("。"))
    )


def read_general(page: Page) -> Reading | None:
    """The page's main text by density alone; None where nothing reads like a text."""
    if page.body is None:
        return None
    seen = survey(page.body)
    if not seen.blocks:
        return None
    weighed = _Weighed(seen)
    core = _densest(weighed)
    root = _widened(weighed, core)
    kept = [n for n in _inside(weighed, root) if not _cut(weighed, n, core, root)]
    kept = _trimmed(weighed, kept, core, page)
    blocks = [seen.blocks[number] for number in kept]
    if not blocks:
        return None
    return Reading(
        "general",
        [Line(b.text, "caption" if b.caption else kinds.kind_of(b.text)) for b in blocks],
        [address for b in blocks for address in b.images],
        [href for b in blocks for href in b.hrefs],
    )


def _densest(weighed: _Weighed) -> int:
    """The element whose own paragraphs weigh most; those deeper down count less and less."""
    scores: dict[int, float] = {}
    for block, weight in zip(weighed.blocks, weighed.weights, strict=True):
        if weight <= 0 or weighed.excluded[block.element]:
            continue
        element = block.element
        if weighed.elements[element].tag in _LINES_OF_TEXT and weighed.elements[element].parent >= 0:
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


def _widened(weighed: _Weighed, element: int) -> int:
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


def _inside(weighed: _Weighed, root: int) -> Iterable[int]:
    it = weighed.elements[root]
    return range(it.first, it.last)


def _cut(weighed: _Weighed, number: int, core: int, root: int) -> bool:
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


def _is_pointer(weighed: _Weighed, block: Block) -> bool:
    """Whether a paragraph is nothing but one link: a way to another article."""
    size = len(block.text)
    return size >= 20 and block.link_chars >= 0.9 * size and weighed.elements[block.element].tag not in _LISTED


def _trimmed(weighed: _Weighed, kept: list[int], core: int, page: Page) -> list[int]:
    """The lines without labels, without what stands before the first paragraph and behind the last
    one, and without what follows the article."""
    running = [n for n in kept if weighed.weights[n] > 0]
    if not running:
        return kept
    first, last = running[0], running[-1]
    title = _title(page)
    out: list[int] = []
    after = False
    for n in kept:
        block = weighed.blocks[n]
        if weighed.weights[n] > 0:
            after = False
        elif AFTER.fullmatch(block.text):
            if _ends_at(weighed, n, last, core):
                break
            after = True
            continue
        elif is_label(block.text) or (after and block.links) or _is_pointer(weighed, block):
            continue
        if n <= first + 2 and len(block.text) > 5 and block.text in title:
            continue
        if n < first and not _belongs(weighed, n, first, core):
            continue
        if n > last and not _belongs(weighed, n, last, core):
            continue
        out.append(n)
    return out


def _ends_at(weighed: _Weighed, number: int, last: int, core: int) -> bool:
    """Whether the article is over where a heading of related things stands."""
    it = weighed.elements[core]
    weight = weighed.total[last + 1] - weighed.total[number]
    size = weighed.chars[max(it.last, number)] - weighed.chars[number]
    return number >= it.last or (
        weight <= 0.04 * weighed.weight(core) and size <= 0.25 * weighed.size(core)
    )


def _belongs(weighed: _Weighed, number: int, paragraph: int, core: int) -> bool:
    """Whether a short line at an end of the article is one of its own."""
    block, other = weighed.blocks[number], weighed.blocks[paragraph]
    if block.link_chars * 2 > len(block.text):
        return False
    it = weighed.elements[core]
    own, its = weighed.elements[block.element], weighed.elements[other.element]
    return it.first <= number < it.last or block.element == other.element or own.parent == its.parent


def _title(page: Page) -> str:
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""


_DATE_LINE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.{0,60}$")
