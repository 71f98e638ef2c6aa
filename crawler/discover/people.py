"""Kind `people`: 人民网's feeds, sitemaps and lists, and its database of speeches (jhsjk), whose
results stand at `/result/<page>?year=<calendar year - 1811>` (0: all years)."""

import re
from urllib.parse import urlsplit

from crawler.discover import feed, sitemap
from crawler.discover.dates import CHINA, moment
from crawler.discover.gather import Gathering
from crawler.discover.htmltext import Html, parse_html
from crawler.discover.index import gather_articles
from crawler.discover.urls import normalise_url
from crawler.discover.xmltext import is_xml
from crawler.model import Document, Link, Listing, Source

_RESULT = re.compile(r"^/result(?:/(\d{1,9}))?/?$")
_DAY = re.compile(r"\d{4}[年.-]\d{1,2}[月.-]\d{1,2}日?(?:\s+\d{1,2}:\d{2})?")


def start(source: Source, backfill: bool) -> tuple[str, ...]:
    """The source's own addresses: the database's first page of results among them."""
    return tuple(normalise_url(url) for url in source.urls)


def read(document: Document, source: Source) -> Listing:
    """A feed, a sitemap, a list, or a page of the database's results. Raises NotAListing."""
    opening = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_xml(opening):
        is_feed = re.search(rb"<(?:rss|feed|rdf:RDF)\b", opening[:4_000]) is not None
        return feed.read(document, source, CHINA) if is_feed else sitemap.read(document, source)
    page = parse_html(document, source)
    gathering = Gathering(document.url, source, page.base(document.url))
    _gather_speeches(page, gathering)
    if not gathering.links:
        gather_articles(page, gathering)
    following = page.next_page() or _next_result(document.url, gathering)
    return gathering.listing(following=following, title=page.title())


def _gather_speeches(page: Html, gathering: Gathering) -> None:
    for anchor, written in page.rows("ul.list_14.p1_2 li", "a", None):
        day = _DAY.search(written)
        # Its links lack the leading slash but count from the root.
        href = anchor.href if "//" in anchor.href else "/" + anchor.href.lstrip("/")
        when = moment(day[0], CHINA) if day else None
        gathering.add(href, Link("", title=anchor.text, published=when))


def _next_result(url: str, gathering: Gathering) -> str | None:
    parts = urlsplit(url)
    shown = _RESULT.match(parts.path)
    if shown is None or not gathering.links:
        return None
    return parts._replace(path=f"/result/{int(shown[1] or 1) + 1}").geturl()
