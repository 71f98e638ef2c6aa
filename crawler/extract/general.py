"""Our own reading of pages that no profile knows: find the element where running text is densest,
widen it to the whole article, and leave out what is not the article's inside and around it."""

from crawler.extract import lines as kinds
from crawler.extract.byline import byline_fields
from crawler.extract.locate import densest, posts_like, widened
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line
from crawler.extract.survey import Block, survey
from crawler.extract.trim import comments_after, is_cut, trimmed
from crawler.extract.weigh import Weighed


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
    kept = [n for n in inside if n < end and not is_cut(weighed, n, core, root)]
    # a page of links alone is shown as that, so that it can be judged
    kept = trimmed(weighed, kept, core, title) or list(inside)
    blocks = [seen.blocks[number] for number in kept]
    if not blocks:
        return None
    return Reading(
        "general",
        [Line(b.text, "caption" if b.caption else kinds.kind_of(b.text)) for b in blocks],
        [address for b in blocks for address in b.images],
        [href for b in blocks for href in b.hrefs],
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


def _is_named(blocks: list[Block], title: str) -> bool:
    """Whether a line that is no link repeats the beginning of the title: then lines without any
    sentence (verse, a list of names, a table) can be an article."""
    return any(len(b.text) > 1 and not b.links and title.startswith(b.text) for b in blocks)


def _title(page: Page) -> str:
    title = page.first("title")
    return " ".join(title.text().split()) if title is not None else ""
