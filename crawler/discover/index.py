"""Kind `index`: pages of links, any number of levels deep (list, year, issue, article).

What is followed and what is an article comes from the source's own `follow` and `article`, or else
from what is known of the site's lists.
"""

import re
from collections.abc import Sequence

from crawler.discover import qstheory
from crawler.discover.gather import Gathering
from crawler.discover.htmltext import Anchor, Html, parse_html
from crawler.discover.keys import page_key
from crawler.discover.sites import known_site
from crawler.model import Document, Link, Listing, Source

_YEAR_ISSUE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?(?:\D{0,6}?(\d{1,3})\s*期)?")
_DATE_IN_PATH = re.compile(r"/((?:19|20)\d{2})[-/]?(\d{2})[-/]?(\d{2})/")
_ENDS_LIKE_ARTICLE = re.compile(r"(\.s?html?|/\d{3,}/?|/[\w%-]{20,}/?)$")
_INDEX_PAGE = re.compile(r"/(?:index|default|list|node)[\w-]*\.\w+$|/$")
# Profiles of sites whose articles are known by a number in their address.
_NUMBERED = re.compile(r"(?:qstheory|xinhua)(?:_en)?|chinanews|people|12371")


def read(document: Document, source: Source) -> Listing:
    """A page of a tree: what lies one level deeper (newest first), and at the lowest level its
    articles. Raises NotAListing where the document is no HTML."""
    page = parse_html(document, source)
    gathering = Gathering(document.url, source, page.base(document.url))
    deeper = _deeper(page, document, source)
    for anchor in newest_first(deeper, gathering):
        gathering.lead(anchor.href)
    if not deeper:
        gather_articles(page, gathering)
    return gathering.listing(following=page.next_page(), title=page.title())


def gather_articles(page: Html, gathering: Gathering) -> None:
    """Takes the articles that a page links to: those that `article` names, or that carry a site's
    number, or on a site without numbers those that look like an article."""
    source = gathering.source
    numbered = source.article is None and _has_numbers(gathering.url, source)
    ours = _profile(gathering.url, source) == "qstheory"
    inner = qstheory.articles(page) if ours else []
    for anchor in inner or page.anchors():
        url = gathering.resolve(anchor.href)
        if url is None:
            if not anchor.href.startswith("#"):
                gathering.flag("bad_links_dropped")
        elif source.article is not None or _is_article(url, anchor, source, numbered):
            gathering.add(url, Link(url, title=anchor.text))


def newest_first(anchors: Sequence[Anchor], gathering: Gathering) -> list[Anchor]:
    """Anchors by the year, issue or date that their text or address names; in document order,
    which most sites keep newest first, where one of them names none."""
    ages = [_age(anchor, gathering) for anchor in anchors]
    if any(age is None for age in ages):
        return list(anchors)
    order = sorted(range(len(anchors)), key=lambda i: ages[i] or (), reverse=True)
    return [anchors[i] for i in order]


def _deeper(page: Html, document: Document, source: Source) -> list[Anchor]:
    if source.follow:
        level = source.follow[document.depth : document.depth + 1]
        return [anchor for selector in level for anchor in page.anchors(selector)]
    if _profile(document.url, source) in ("qstheory", "qstheory_en"):
        return qstheory.deeper(page, document.depth)
    return []


def _profile(url: str, source: Source) -> str | None:
    if source.profile:
        return source.profile
    site = known_site(_host(url))
    return site.profile if site else None


def _host(url: str) -> str:
    return url.split("/", 3)[2].split(":")[0] if url.count("/") > 1 else ""


def _has_numbers(url: str, source: Source) -> bool:
    return _NUMBERED.fullmatch(_profile(url, source) or "") is not None


def _is_article(url: str, anchor: Anchor, source: Source, numbered: bool) -> bool:
    if numbered:
        return not page_key(url, source).key.startswith("url:")
    path = url.split("?")[0]
    if _INDEX_PAGE.search(path) or not _ENDS_LIKE_ARTICLE.search(path):
        return False
    return len(anchor.text) >= 6


def _age(anchor: Anchor, gathering: Gathering) -> tuple[int, ...] | None:
    if found := _YEAR_ISSUE.search(anchor.text):
        return (int(found[1]), int(found[2] or 0))
    dated = _DATE_IN_PATH.search(gathering.resolve(anchor.href) or "")
    return (int(dated[1]), int(dated[2]), int(dated[3])) if dated else None
