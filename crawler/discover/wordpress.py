"""Kind `wordpress`: a blog's feed, paged by `?paged=`, or its REST interface where a source names
that. The post's number, which the guid or `id` carries, is the key."""

import re
from urllib.parse import parse_qs, urlsplit

from crawler.discover.dates import moment
from crawler.discover.feed import entries, link_of, next_of, open_feed, said, title_of
from crawler.discover.gather import Gathering
from crawler.discover.htmltext import plain_text
from crawler.discover.jsontext import parse_json, rows_of, text_of
from crawler.discover.urls import counted, normalise_url, with_query
from crawler.discover.xmltext import child_text
from crawler.model import Document, Link, Listing, Source

#: posts that the REST interface gives in one answer, at most
PER_PAGE = 100
_REST_DEFAULT = 10

_GUID = re.compile(r"[?&]p=(\d{1,20})(?:&|$)")
_FEED_PATH = re.compile(r"/(?:feed|rss2?|atom)/?$|\.(?:xml|rss|php)$")
_REST = "wp-json/"


def start(source: Source, backfill: bool) -> tuple[str, ...]:
    """Each blog's feed (`feed/` behind an address that names none) or REST posts, first page."""
    return tuple(_first_page(url) for url in source.urls)


def read(document: Document, source: Source) -> Listing:
    """A page of the feed or of the REST posts. Raises NotAListing."""
    if _REST in document.url or "rest_route=" in document.url:
        return _read_posts(document, source)
    return _read_feed(document, source)


def _first_page(url: str) -> str:
    parts = urlsplit(normalise_url(url))
    if _REST in url or "rest_route=" in url:
        fields = "id,link,title,date_gmt,modified_gmt"
        asked: dict[str, str | int] = {
            "per_page": PER_PAGE,
            "orderby": "modified",
            "_fields": fields,
        }
        given = parse_qs(parts.query)
        return with_query(url, **{k: v for k, v in asked.items() if k not in given})
    if _FEED_PATH.search(parts.path) or "feed=" in parts.query:
        return parts.geturl()
    return parts._replace(path=parts.path.rstrip("/") + "/feed/", query="").geturl()


def _read_feed(document: Document, source: Source) -> Listing:
    root, gathering = open_feed(document, source)
    for entry in entries(root, gathering):
        number = _GUID.search(child_text(entry, "guid", "id") or "")
        if address := link_of(entry):
            gathering.add(address, said(entry), key=f"p:{number[1]}" if number else None)
    # WordPress names no next page and answers 404 beyond the last.
    more = next_of(root) or (_turned(document.url, "paged") if gathering.links else None)
    return gathering.listing(following=more, title=title_of(root))


def _read_posts(document: Document, source: Source) -> Listing:
    posts = rows_of(parse_json(document, source))
    gathering = Gathering(document.url, source)
    for post in posts:
        title = post.get("title")
        shown = text_of(title, "rendered") if isinstance(title, dict) else text_of(post, "title")
        said_here = Link(
            url="",
            title=plain_text(shown),
            published=_utc(text_of(post, "date_gmt")),
            updated=_utc(text_of(post, "modified_gmt")),
        )
        number = post.get("id")
        key = f"p:{number}" if isinstance(number, int) and 0 < number < 10**20 else None
        gathering.add(text_of(post, "link") or "", said_here, key=key)
    full = len(posts) >= (counted(document.url, "per_page") or _REST_DEFAULT)
    return gathering.listing(following=_turned(document.url, "page") if full else None)


def _utc(text: str | None) -> str | None:
    return moment(f"{text}+00:00") if text else None


def _turned(url: str, parameter: str) -> str:
    return with_query(url, **{parameter: (counted(url, parameter) or 1) + 1})
