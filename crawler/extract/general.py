"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

from collections.abc import Iterator
from operator import itemgetter

from crawler.extract import lines as kinds
from crawler.extract.byline import byline_fields
from crawler.extract.locate import densest, posts_like, widened
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line
from crawler.extract.survey import Block, Element, Picture, survey
from crawler.extract.trim import Cuts, comments_after, trimmed
from crawler.extract.weigh import Weighed

# so many lines may stand between a lead picture and the first paragraph
_BYLINES = 3


def read_general(page: Page) -> Reading | None:
    """The page's main text by density alone; None where nothing reads like a text."""
    if page.body is None:
        return None
    seen = survey(page.body)
    if not seen.blocks:
        return None
    weighed, title = Weighed(seen), _title(page)
    named = weighed.sentences or _is_named(seen.blocks, title)
    core = densest(weighed) if named else 0
    root = widened(weighed, core)
    inside = _inside(weighed, root, core)
    end = comments_after(weighed, core)
    cuts = Cuts(weighed, core, root)
    kept = [n for n in inside if n < end and not cuts.hold(seen.blocks[n].element)]
    # a page of links alone is shown as that, so that it can be judged
    kept = trimmed(weighed, kept, core, title) or list(inside)
    blocks = [seen.blocks[number] for number in kept]
    if not blocks:
        return None
    shown: list[tuple[float, Block | Picture]] = [
        *_pictures(seen.pictures, kept, cuts, weighed.elements[root]),
        *((float(n), seen.blocks[n]) for n in kept),
    ]
    shown.sort(key=itemgetter(0))
    return Reading(
        "general",
        [Line(b.text, "caption" if b.caption else kinds.kind_of(b.text)) for b in blocks],
        [address for _, it in shown for address in it.images],
        [href for _, it in shown for href in it.hrefs],
        byline_fields(seen.blocks, kept[0], kept[-1], title),
        linked=sum(b.link_chars for b in blocks),
        running=named and sum(weighed.weights[n] > 0 for n in kept) >= weighed.least_lines,
    )


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
    """Whether a line that is no link repeats the beginning of the title: then lines without any
    sentence (verse, a list of names, a table) can be an article."""
    return any(len(b.text) > 1 and not b.links and title.startswith(b.text) for b in blocks)


def _title(page: Page) -> str:
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""
