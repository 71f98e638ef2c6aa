"""How much every line and every element of a page looks like running text."""

import re
from itertools import accumulate

from crawler.extract.labels import is_label
from crawler.extract.render import ids_of
from crawler.extract.survey import Block, Survey
from crawler.extract.vocabulary import COMMENT_SIGNS, COMMENTS

_PUNCTUATION = re.compile(r"[，。；！？、…।།؟،؛۔]|[,.;!?](?=[\s\"'”’)]|$)")
# An element that holds this share of a page's text is no noise, whatever it is called; the second
# share is for pages where the first leaves too little.
_NOISE_SHARES = (0.9, 0.4)
_LEAST_KEPT = 0.15
_PARAGRAPH = ids_of("p")
_LONGEST_HEADING = 40
# fewer lines without any sentence are no text
_LEAST_LINES = 3


class Weighed:
    """A survey with the weight of every line and element, noise set aside."""

    def __init__(self, seen: Survey) -> None:
        self.elements, self.blocks = seen.elements, seen.blocks
        self.weights = [weight_of(block) for block in self.blocks]
        #: whether any line reads like a sentence; else lines weigh by their length alone
        self.sentences = any(self.weights)
        self.least_lines = 1 if self.sentences else _LEAST_LINES
        if not self.sentences:
            self.weights = [weight_without_marks(block) for block in self.blocks]
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
        commented = self._commented()
        for most in _NOISE_SHARES:
            excluded: list[bool] = []
            for number, it in enumerate(self.elements):
                noise = (it.noise or number in commented) and total[it.last] - total[
                    it.first
                ] <= most * total[-1]
                excluded.append(noise or (it.parent >= 0 and excluded[it.parent]))
            kept = sum(
                weight
                for block, weight in zip(self.blocks, self.weights, strict=True)
                if not excluded[block.element]
            )
            if kept >= _LEAST_KEPT * total[-1]:
                break
        return excluded

    def _commented(self) -> set[int]:
        """The elements that begin with a heading of readers' comments and hold some."""
        found: set[int] = set()
        for number, block in enumerate(self.blocks):
            if len(block.text) > _LONGEST_HEADING or not COMMENTS.fullmatch(block.text):
                continue
            element = block.element
            while (parent := self.elements[element].parent) > 0 and (
                self.elements[parent].first == number
            ):
                element = parent
            inside = self.blocks[number + 1 : self.elements[element].last]
            if sum(bool(COMMENT_SIGNS.search(b.text[:_LONGEST_HEADING])) for b in inside) >= 2:
                found.add(element)
        return found

    def weight(self, element: int) -> float:
        """The weight of all lines below an element."""
        it = self.elements[element]
        return self.total[it.last] - self.total[it.first]

    def is_list_of_links(self, element: int) -> bool:
        """Whether an element holds several lines that are mostly links."""
        if element not in self._lists:
            it = self.elements[element]
            inside = [b for b in self.blocks[it.first : it.last] if len(b.text) > 1]
            # a paragraph of lines that hold links is the article's; one of links alone is none
            least = 0.9 if it.tag in _PARAGRAPH else 0.5
            linked = sum(b.link_chars for b in inside if b.link_chars > least * len(b.text))
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


def weight_without_marks(block: Block) -> float:
    """The weight of a line on a page without any sentence: its length, none for links, headings and
    labels."""
    size = len(block.text)
    if size < 2 or block.heading or block.link_chars * 2 > size or is_label(block.text):
        return 0.0
    return measure(block.text) * (1 - block.link_chars / size)
