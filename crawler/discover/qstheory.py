"""What is known of the lists of 求是网: year → issue → article, all three with one template.

The list of a journal (`mulu.htm`) names its years in `.booktitle`; a year's page names its issues
(2026年第3期), and an issue's contents its articles, both inside `.highlight`. The English edition
keeps its past issues at `n_<number>.htm`. Columns link to articles at once.
"""

import re

from crawler.discover.htmltext import Anchor, Html

_ISSUE = re.compile(r"第\s*\d{1,3}\s*期")
_CONTENTS = ".highlight a, div.content p a"
_COLUMN = ".list-style1 ul li a, .text h2 a, .no-pic ul li a"
_ENGLISH_ISSUE = re.compile(r"(?:^|/)n_\d+\.htm$")


def deeper(page: Html, depth: int) -> list[Anchor]:
    """The years or issues that a page of a journal names; empty where it names articles."""
    if depth == 0 and (years := list(page.anchors(".booktitle a"))):
        return years
    issues = [a for a in page.anchors(".highlight a, div.content p a") if _ISSUE.search(a.text)]
    if depth < 2 and issues:
        return _each_once(issues)
    if depth == 0:
        return _each_once([a for a in page.anchors() if _ENGLISH_ISSUE.search(a.href)])
    return []


def articles(page: Html) -> list[Anchor]:
    """The links of a contents page or a column, without those of its frame; empty where the page
    has another shape."""
    return list(page.anchors(_CONTENTS)) or list(page.anchors(_COLUMN))


def _each_once(anchors: list[Anchor]) -> list[Anchor]:
    return list({anchor.href: anchor for anchor in anchors}.values())
