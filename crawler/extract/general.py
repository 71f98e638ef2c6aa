"""Our own reading of pages that no profile knows: where the running text is densest."""

import re

from selectolax.lexbor import LexborNode

from crawler.extract import lines as kinds
from crawler.extract.page import Page
from crawler.extract.profiled import ADS
from crawler.extract.reading import Reading
from crawler.extract.render import SKIPPED, Line, render

_PUNCTUATION = re.compile(r"[，。；：！？、,.;:!?]")
_SHARE = 0.6
_NOISE = (
    "nav, footer, aside, [role=navigation], [role=complementary], [role=banner], #comments, "
    ".comments, .comment, .related, .share, .sidebar, .breadcrumb, [style*='display:none'], "
    "[style*='display: none'], [class*=related], [class*=comment], [class*=share], [class*=cookie]"
)


def read_general(page: Page) -> Reading | None:
    """The page's main text by density alone; None where nothing reads like a text."""
    body = page.body
    if body is None:
        return None
    dropped = {node.mem_id for node in page.tree.css(f"{_NOISE}, {ADS}")}
    weights: dict[int, int] = {}
    _weigh(body, dropped, weights)
    node = body
    while True:
        children = [c for c in node.iter() if c.mem_id in weights]
        best = max(children, key=lambda c: weights[c.mem_id], default=None)
        if best is None or weights[best.mem_id] < _SHARE * weights[node.mem_id]:
            break
        node = best
    rendered = render(node, dropped)
    lines = [Line(line.text, line.kind or kinds.kind_of(line.text)) for line in rendered.lines]
    return Reading("general", lines, rendered.images, rendered.links) if lines else None


def _weigh(node: LexborNode, dropped: set[int], weights: dict[int, int]) -> int:
    weight = 0
    for child in node.iter(include_text=True):
        if child.is_text_node:
            text = child.text_content or ""
            weight += len(text) if _PUNCTUATION.search(text) else 0
        elif child.tag_id not in SKIPPED and child.mem_id not in dropped and child.tag != "a":
            weight += _weigh(child, dropped, weights)
    weights[node.mem_id] = weight
    return weight
