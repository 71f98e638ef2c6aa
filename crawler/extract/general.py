"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import itemgetter

from crawler.extract import lines as kinds
from crawler.extract.byline import byline_fields
from crawler.extract.locate import densest, posts_like, widened
from crawler.extract.offered import offered
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line
from crawler.extract.survey import Block, Element, Picture, survey
from crawler.extract.trim import Cuts, comments_after, is_headline, trimmed
from crawler.extract.weigh import Weighed

# so many lines may stand between a lead picture and the first paragraph
_BYLINES = 3
#: with fewer characters, a text may be what stands beside a list of links
LITTLE_BESIDE_LINKS = 300
#: with fewer, sentences may be what stands beside verse
LITTLE_VERSE = 300


def read_general(page: Page) -> Reading | None:
    """The main text of what a page shows, by density alone; None where nothing reads like one."""
    if page.body is None:
        return None
    seen = survey(page.body)
    if not seen.blocks:
        return None
    title = document_title(page)
    found = _found(Weighed(seen), title)
    if found.size < LITTLE_VERSE and found.weighed.sentences:
        verse = _found(Weighed(seen, marks=False), title)
        found = verse if verse.stands_for(found) else found
    if not found.kept:
        return None
    reading = found.reading()
    if found.may_offer():
        _tell_offers(reading, found, page.host)
    return reading


def _tell_offers(reading: Reading, found: "_Found", host: str) -> None:
    """What the page offers of other pages, beside the text that was taken or in it."""
    lines = offered(found.weighed, host)
    if not lines:
        return
    blocks = found.weighed.blocks
    reading.listed = sum(len(blocks[n].text) for n in found.kept if n in lines)
    reading.offered = sum(lines.values())
    first = found.first_paragraph()
    told = {name for name, (_, where) in reading.fields.items() if where == "template"}
    reading.bylined = first not in lines and not told.isdisjoint(("date", "source", "author"))
    reading.headed = found.is_headed(first, lines)


@dataclass(slots=True)
class _Found:
    """Which lines were found to be the article."""

    weighed: Weighed
    title: str
    named: bool
    core: int
    root: int
    cuts: Cuts
    kept: list[int]

    @property
    def size(self) -> int:
        """Characters of all lines."""
        return sum(len(self.weighed.blocks[n].text) for n in self.kept)

    def may_offer(self) -> bool:
        """Whether the text may be what a page of links says beside them, or between."""
        if self.size < LITTLE_BESIDE_LINKS:
            return True
        blocks, around = self.weighed.blocks, range(self.kept[0], self.kept[-1] + 1)
        return sum(blocks[n].link_chars * 3 > len(blocks[n].text) for n in around) >= 4

    def is_headed(self, first: int, entries: Collection[int]) -> bool:
        """Whether what stands outside the entries reads as an article: several paragraphs, or one
        below the headline that no entries go on right below, in the same element."""
        weighed = self.weighed
        outside = [n for n in self.kept if weighed.weights[n] > 0 and n not in entries]
        if first in entries or len(outside) != 1:
            return len(outside) > 1
        above = weighed.blocks[max(0, first - _BYLINES) : first]
        if not any(is_headline(block.text, self.title) for block in above):
            return False
        around = weighed.elements[weighed.elements[weighed.blocks[first].element].parent]
        below = sum(around.first <= n < around.last for n in entries)
        return 2 * below < len(entries)

    def first_paragraph(self) -> int:
        """The first line that reads like running text."""
        weights = self.weighed.weights
        return next((n for n in self.kept if weights[n] > 0), self.kept[0])

    def stands_for(self, other: "_Found") -> bool:
        """Whether these lines without any sentence (verse) are the article rather than others: they
        are more, the headline stands above them, and the others stand elsewhere."""
        if not self.kept or self.size < other.size or not self.named:
            return False
        first = self.kept[0]
        above = self.weighed.blocks[max(0, first - _BYLINES) : first]
        return (
            any(is_headline(block.text, self.title) for block in above)
            and first not in other.kept
            and not set(self.kept) & set(other.kept)
        )

    def reading(self) -> Reading:
        """The lines as they are handed on, with the pictures between them and the fields around."""
        weighed, kept = self.weighed, self.kept
        blocks = [weighed.blocks[number] for number in kept]
        shown: list[tuple[float, Block | Picture]] = [
            *_pictures(weighed.pictures, kept, self.cuts, weighed.elements[self.root]),
            *((float(n), weighed.blocks[n]) for n in kept),
        ]
        shown.sort(key=itemgetter(0))
        return Reading(
            "general",
            [Line(b.text, "caption" if b.caption else kinds.kind_of(b.text)) for b in blocks],
            [address for _, it in shown for address in it.images],
            [href for _, it in shown for href in it.hrefs],
            byline_fields(weighed.blocks, kept, self.first_paragraph(), self.title),
            linked=sum(b.link_chars for b in blocks),
            running=self.named and sum(weighed.weights[n] > 0 for n in kept) >= weighed.least_lines,
        )


def _found(weighed: Weighed, title: str) -> _Found:
    """The article's lines: those of the densest part, widened and trimmed."""
    blocks = weighed.blocks
    named = weighed.sentences or _is_named(blocks, title)
    core = densest(weighed) if named else 0
    root = widened(weighed, core)
    inside = _inside(weighed, root, core)
    end = comments_after(weighed, core)
    cuts = Cuts(weighed, core, root)
    kept = [n for n in inside if n < end and not cuts.hold(blocks[n].element)]
    # a page of links alone is shown as that, so that it can be judged
    kept = trimmed(weighed, kept, core, root, title) or list(inside)
    return _Found(weighed, title, named, core, root, cuts, kept)


def _inside(weighed: Weighed, root: int, core: int) -> list[int]:
    """The lines of the article's element; of all posts where it is but one of many."""
    return [
        line
        for number in posts_like(weighed, core, root)
        for line in range(weighed.elements[number].first, weighed.elements[number].last)
    ]


def _pictures(
    pictures: list[Picture], kept: list[int], cuts: Cuts, inside: Element
) -> Iterator[tuple[float, Picture]]:
    """The pictures that stand between the article's lines, right above the first or below the last
    of them, with their places."""
    first, last = max(kept[0] - _BYLINES, inside.first), min(kept[-1] + 1, inside.last)
    for picture in pictures:
        if first <= picture.before <= last and not cuts.hold(picture.element):
            yield picture.before - 0.5, picture


def _is_named(blocks: list[Block], title: str) -> bool:
    """Whether a line that is no link repeats the beginning of the title, or most of it: then lines
    without any sentence (verse, a list of names, a table) can be an article."""
    return any(
        len(b.text) > 1
        and not b.links
        and b.text in title
        and (title.startswith(b.text) or 2 * len(b.text) > len(title))
        for b in blocks
    )


def document_title(page: Page) -> str:
    """What the document is called, the site's name and all."""
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""
