"""Text that a page carries for its scripts to show: markup in a script that is a template, and the
article's text as JSON-LD declares it. Read where the page itself shows next to nothing."""

from collections.abc import Iterator

from crawler.complexity import too_complex
from crawler.extract.page import Page, parse
from crawler.extract.reading import Reading
from crawler.extract.render import Line, clean, render
from crawler.extract.weigh import SENTENCE

_TEMPLATES = ", ".join(f'script[type="text/{kind}"]' for kind in ("template", "html", "x-template"))
_MOST_TEMPLATES, _LONGEST_BYTES = 20, 2_000_000


def carried_markup(page: Page) -> Iterator[str]:
    """The markup of the templates in a page, the first few of them, each as a document with the
    page's title."""
    title = page.first("title")
    head = title.html or "" if title is not None else ""
    for script in page.tree.css(_TEMPLATES)[:_MOST_TEMPLATES]:
        markup = script.text()
        if "<" in markup and _is_readable(markup):
            yield head + markup


def carried_text(page: Page) -> Reading | None:
    """The `articleBody` of the first article that JSON-LD describes, one paragraph a line."""
    body = next((text for one in page.linked[:3] if (text := one.get("articleBody"))), None)
    if not isinstance(body, str) or not _is_readable(body):
        return None
    lines = _lines(body)
    running = any(SENTENCE.search(line.text) for line in lines)
    return Reading("general", lines, running=running) if lines else None


def _is_readable(markup: str) -> bool:
    """Whether to parse it costs no more than a page may: what stands in a script was not counted
    when the page was."""
    if len(markup) > _LONGEST_BYTES:
        return False
    return too_complex(markup.encode("utf-8", "replace")) is None


def _lines(body: str) -> list[Line]:
    """The lines of a declared text, which some write with markup."""
    if "</" in body or "<br" in body:
        root = parse(body, "").body
        return render(root).lines if root is not None else []
    return [Line(line) for raw in body.splitlines() if (line := clean(raw))]
