"""How much every line and every element of a page looks like running text."""

import re
from collections.abc import Iterable
from itertools import accumulate

from crawler.extract.commented import outermost, with_comments
from crawler.extract.labels import is_label
from crawler.extract.render import ids_of
from crawler.extract.survey import Block, Survey

#: the marks of a sentence, in any script
SENTENCE = re.compile(r"[，。；！？、…।།؟،؛۔]|[,.;!?](?=[\s\"'”’)]|$)")
# An element that holds this share of a page's text is no noise, whatever it is called; the second
# share is for pages where the first leaves too little.
_NOISE_SHARES = (0.9, 0.4)
_LEAST_KEPT = 0.15
# one that holds no more than a sentence is noise also where that is all that a page of links says
_ONE_SENTENCE = 120
_PARAGRAPH = ids_of("p")
_BROKEN = ids_of("p li")
_LEAST_BROKEN = 20
# what stands beside comments is the article if it weighs as much as one sentence
_LEAST_OUTSIDE = 40
# fewer lines without any sentence are no text
_LEAST_LINES = 3


class _Sums:
    """What the lines before each line that are no noise amount to, so that an element is asked
    about in no time."""

    def __init__(self, blocks: list[Block], kept: list[bool]) -> None:
        told = [
            (len(b.text), b.link_chars, b.links) if k else (0, 0, 0)
            for b, k in zip(blocks, kept, strict=True)
        ]
        self.links = _sums(links if size > 1 else 0 for size, _, links in told)
        self.size = _sums(size if size > 1 else 0 for size, _, _ in told)
        self.mostly_links = _sums(
            chars if size > 1 and chars * 2 > size else 0 for size, chars, _ in told
        )
        self.all_links = _sums(
            chars if size > 1 and chars > 0.9 * size else 0 for size, chars, _ in told
        )
        self.lines = _sums(size > 3 for size, _, _ in told)
        self.linked_lines = _sums(size > 3 and chars * 2 > size for size, chars, _ in told)


def _sums(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]


class Weighed:
    """A survey with the weight of every line and element, noise set aside."""

    def __init__(self, seen: Survey, *, marks: bool = True) -> None:
        self.elements, self.blocks, self.pictures = seen.elements, seen.blocks, seen.pictures
        self.weights = [weight_of(block) for block in self.blocks]
        self._weigh_broken_lines()
        #: whether any line reads like a sentence; else lines weigh by their length alone
        self.sentences = marks and any(self.weights)
        self.least_lines = 1 if self.sentences else _LEAST_LINES
        if not self.sentences:
            self.weights = [weight_without_marks(block) for block in self.blocks]
        self.excluded = self._excluded()
        kept = [not self.excluded[block.element] for block in self.blocks]
        self._sums = _Sums(self.blocks, kept)
        weights = (w if k else 0.0 for w, k in zip(self.weights, kept, strict=True))
        sizes = (measure(b.text) if k else 0 for b, k in zip(self.blocks, kept, strict=True))
        self.total = [0.0, *accumulate(weights)]
        self.chars = [0, *accumulate(sizes)]

    def _weigh_broken_lines(self) -> None:
        """A sentence that `<br>` breaks into lines is one: lines of a paragraph beside such as have
        marks weigh too."""
        weights, blocks = self.weights, self.blocks
        for number in range(1, len(blocks)):
            block, above = blocks[number], blocks[number - 1]
            if block.element != above.element or (weights[number] > 0) == (weights[number - 1] > 0):
                continue
            if self.elements[block.element].tag in _BROKEN:
                at = number if weights[number] <= 0 else number - 1
                weights[at] = weight_within(blocks[at])

    def _excluded(self) -> list[bool]:
        """Which elements are noise or lie in it. One that holds nearly all of the page's text is
        none, whatever it is called; where too little else is left, one that holds much is none.
        Readers' comments that begin with a heading of theirs are noise however long they are."""
        total = [0.0, *accumulate(self.weights)]
        whole = total[-1]
        commented = with_comments(self.elements, self.blocks)
        certain = outermost(self.elements, commented)
        outside = whole - sum(
            total[self.elements[n].last] - total[self.elements[n].first] for n in certain
        )
        if certain and outside >= _LEAST_OUTSIDE:
            whole = outside
        else:
            certain = ()
        for most in _NOISE_SHARES:
            excluded: list[bool] = []
            for number, it in enumerate(self.elements):
                noise = number in certain or (
                    (it.noise or number in commented)
                    and total[it.last] - total[it.first] <= max(most * whole, _ONE_SENTENCE)
                )
                excluded.append(noise or (it.parent >= 0 and excluded[it.parent]))
            kept = sum(
                weight
                for block, weight in zip(self.blocks, self.weights, strict=True)
                if not excluded[block.element]
            )
            if kept >= _LEAST_KEPT * whole or whole <= _ONE_SENTENCE:
                break
        return excluded

    def weight(self, element: int) -> float:
        """The weight of all lines below an element."""
        it = self.elements[element]
        return self.total[it.last] - self.total[it.first]

    def is_list_of_links(self, element: int) -> bool:
        """Whether an element holds several lines that are mostly links."""
        it, sums = self.elements[element], self._sums
        # a paragraph of lines that hold links is the article's; one of links alone is none
        linked = sums.all_links if it.tag in _PARAGRAPH else sums.mostly_links
        size = sums.size[it.last] - sums.size[it.first]
        return (
            sums.links[it.last] - sums.links[it.first] >= 2
            and linked[it.last] - linked[it.first] > 0.6 * size
            and self.total[it.last] - self.total[it.first] < 0.2 * size
        )

    def is_teasers(self, element: int) -> bool:
        """Whether an element announces other articles: link after link, with or without a line of
        what they say."""
        it, sums = self.elements[element], self._sums
        linked = sums.linked_lines[it.last] - sums.linked_lines[it.first]
        return linked >= 3 and 2 * linked > sums.lines[it.last] - sums.lines[it.first]

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
    if size < 8 or linked:
        return 0.0
    units = measure(block.text) * max(0.3, 1 - block.link_chars / size)
    marked = SENTENCE.search(block.text) is not None
    # most lines end here; whether one is a label costs more than all before
    if (not marked and (units < 100 or block.links)) or is_label(block.text):
        return 0.0
    return units if marked and units >= 40 else units * 0.5


def weight_within(block: Block) -> float:
    """The weight of a line whose sentence goes on above or below it."""
    size = len(block.text)
    if size < _LEAST_BROKEN or block.link_chars * 2 > size or is_label(block.text):
        return 0.0
    return measure(block.text) * (1 - block.link_chars / size)


def weight_without_marks(block: Block) -> float:
    """The weight of a line on a page without any sentence: its length, none for links, headings and
    labels."""
    size = len(block.text)
    if size < 2 or block.heading or block.link_chars * 2 > size or is_label(block.text):
        return 0.0
    return measure(block.text) * (1 - block.link_chars / size)
