"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

from crawler.extract import lines as kinds
from crawler.extract.byline import byline_fields
from crawler.extract.carried import carried_markup, carried_text
from crawler.extract.locate import densest, posts_like, widened
from crawler.extract.page import Page, parse
from crawler.extract.reading import Reading
from crawler.extract.render import Line
from crawler.extract.survey import Block, Element, Picture, survey
from crawler.extract.trim import Cuts, comments_after, is_headline, trimmed
from crawler.extract.weigh import Weighed

# so many lines may stand between a lead picture and the first paragraph
_BYLINES = 3
#: with fewer characters shown, what a page carries for its scripts is looked at
LITTLE_TEXT = 150
#: with fewer, sentences may be what stands beside verse
LITTLE_VERSE = 300


def read_general(page: Page) -> Reading | None:
    """The page's main text by density alone; None where nothing reads like a text. What a page
    carries for its scripts alone to show is read where it shows next to nothing."""
    shown = _read_shown(page)
    if shown is None or shown.size < LITTLE_TEXT:
        size = shown.size if shown else 0
        carried = carried_text(page) or _read_carried(page)
        if carried and carried.running and carried.size > 4 * size + LITTLE_TEXT:
            return carried
    return shown


def _read_carried(page: Page) -> Reading | None:
    """The largest text in the markup that scripts are to put into the page."""
    readings = [_read_shown(parse(markup, page.url)) for markup in carried_markup(page)]
    return max(filter(None, readings), key=lambda reading: reading.size, default=None)


def _read_shown(page: Page) -> Reading | None:
    """The main text of what a page shows."""
    if page.body is None:
        return None
    seen = survey(page.body)
    if not seen.blocks:
        return None
    title = _title(page)
    found = _found(Weighed(seen), title)
    if found.size < LITTLE_VERSE and found.weighed.sentences:
        verse = _found(Weighed(seen, marks=False), title)
        found = verse if verse.stands_for(found) else found
    return found.reading() if found.kept else None


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

    def _first_paragraph(self) -> int:
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
            byline_fields(weighed.blocks, kept, self._first_paragraph(), self.title),
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


def _title(page: Page) -> str:
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""
