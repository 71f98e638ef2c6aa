"""Kind `blogger`: the Atom feed of a blog at Blogger, paged by start-index and max-results.

The feed ordered by `updated` comes first, because it brings edited old posts back to the front.
Its rel=next leads to another host (www.blogger.com); the same page is asked of the blog itself.
"""

import re
from urllib.parse import urlsplit

from crawler.discover.feed import entries, home_of, link_of, next_of, open_feed, said, title_of
from crawler.discover.urls import counted, normalise_url, with_query
from crawler.discover.xmltext import Element, child_text
from crawler.model import Document, Listing, Source

#: posts that Blogger gives in one answer, at most; by default 25
MAX_RESULTS = 150

_FEED_PATH = "/feeds/posts/default"
_POST = re.compile(r"\.post-(\d{1,24})$")


def start(source: Source, backfill: bool) -> tuple[str, ...]:
    """Each blog's feed: the posts edited or written last, or on a backfill all from the newest."""
    asked: dict[str, str | int] = {"orderby": "updated"}
    if backfill:
        asked = {"start-index": 1, "max-results": MAX_RESULTS}
    return tuple(with_query(_feed_of(url), **asked) for url in source.urls)


def read(document: Document, source: Source) -> Listing:
    """A page of the feed; the posts' own numbers are the keys. Raises NotAListing."""
    root, gathering = open_feed(document, source)
    # A blog with a domain of its own is still asked at blogspot.com, and says where it lives.
    gathering.home = home_of(root)
    for entry in entries(root, gathering):
        post = _POST.search(child_text(entry, "id") or "")
        if address := link_of(entry):
            gathering.add(address, said(entry), key=f"post:{post[1]}" if post else None)
    return gathering.listing(following=_next_page(document, root), title=title_of(root))


def _feed_of(url: str) -> str:
    parts = urlsplit(normalise_url(url))
    if "/feeds/" in parts.path:
        return parts.geturl()
    return parts._replace(path=_FEED_PATH, query="").geturl()


def _next_page(document: Document, root: Element) -> str | None:
    """The next page as the blog's own address; never one that is not further down."""
    after = counted(next_of(root), "start-index")
    if after is None or after <= (counted(document.url, "start-index") or 1):
        return None
    return with_query(document.url, **{"start-index": after})
