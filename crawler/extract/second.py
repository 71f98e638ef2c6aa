"""The second opinion: trafilatura, asked where our own reading found next to nothing.

It is imported when first asked, for it takes longer to import than a page takes to read."""

import re

from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import Line

# beyond this its time is no longer bounded: 300,000 paragraphs keep it busy for 25 s
_MOST_TAGS = 20_000
_SENTENCE, _SHORTEST = re.compile(r"[，。；！？]|\w[.!?](?:\s|$)"), 8


def read_second(page: Page) -> Reading | None:
    """The page as trafilatura reads it, or None where it finds nothing or fails.

    It is handed the tree written out again by lexbor: lxml closes a body early where pages hold
    two, and then finds the navigation alone."""
    if page.text.count("<") > _MOST_TAGS:
        return None
    import lxml.etree
    import trafilatura

    html = page.tree.html or ""
    try:
        text = trafilatura.extract(html, include_comments=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        return None
    except lxml.etree.LxmlError:
        return None
    lines = [Line(line.strip()) for line in (text or "").split("\n") if line.strip()]
    running = any(len(line.text) >= _SHORTEST and _SENTENCE.search(line.text) for line in lines)
    return Reading("trafilatura", lines, running=running) if lines else None
