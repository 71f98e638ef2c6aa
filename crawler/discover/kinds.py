"""The kinds of source: how each reads a listing, where it starts and how far it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from crawler.discover import (
    blogger,
    chinanews,
    feed,
    index,
    party12371,
    people,
    sitemap,
    wayback,
    wordpress,
    xinhua,
)
from crawler.discover.gather import NotAListing
from crawler.discover.urls import normalise_url
from crawler.model import Document, Link, Listing, Source


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source: `start` gives its first listings (with or without the whole past),
    `read` what one of them says."""

    read: Callable[[Document, Source], Listing]
    start: Callable[[Source, bool], tuple[str, ...]]
    #: what `follow` leads to: older listings of which the first is the newest, the past alone, or
    #: parts of the same listing, which are read on every pass
    deeper: Literal["newest", "past", "parts"] = "newest"
    #: the address of a next page is reckoned, so a missing one is the end and no failure
    reckoned: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A listing to read: its address, and how many levels it stands below the source's own."""

    url: str
    depth: int


def _own_urls(source: Source, backfill: bool) -> tuple[str, ...]:
    return source.urls


_KINDS: dict[str, Kind] = {
    "feed": Kind(feed.read, _own_urls),
    "blogger": Kind(blogger.read, blogger.start),
    "wordpress": Kind(wordpress.read, wordpress.start, reckoned=True),
    "index": Kind(index.read, _own_urls),
    "sitemap": Kind(sitemap.read, _own_urls),
    "xinhua": Kind(xinhua.read, _own_urls, deeper="parts"),
    "chinanews": Kind(chinanews.read, _own_urls, deeper="past", reckoned=True),
    "people": Kind(people.read, people.start, reckoned=True),
    "12371": Kind(party12371.read, _own_urls),
    "wayback": Kind(wayback.read, wayback.start),
}

#: levels below a source's own listings that are followed at most
MAX_DEPTH = 8

#: every kind that can be crawled; `page` has no listing
KINDS = frozenset({"page", *_KINDS})


def read(kind: str, document: Document, source: Source) -> Listing:
    """What a listing says, by the rules of its kind; a document that is no such listing (HTML
    where a feed was promised, broken JSON, XML beyond the limits) gives `problem`. Never raises
    for what the document holds."""
    if kind not in _KINDS:
        return Listing(problem=f"there is no listing of kind {kind}")
    try:
        return _KINDS[kind].read(document, source)
    except NotAListing as reason:
        return Listing(problem=f"{document.url} is no listing of kind {kind}: {reason}")


def page_links(source: Source) -> tuple[Link, ...]:
    """The pages that a source of kind `page` names; none for the other kinds."""
    return tuple(Link(normalise_url(url)) for url in source.urls) if source.kind == "page" else ()


def start_urls(source: Source, *, backfill: bool) -> tuple[str, ...]:
    """The listings to begin a pass with; none for kind `page`."""
    kind = _KINDS.get(source.kind)
    return tuple(dict.fromkeys(kind.start(source, backfill))) if kind else ()


def next_urls(
    listing: Listing, source: Source, *, backfill: bool, depth: int = 0, catch_up: bool = False
) -> tuple[Step, ...]:
    """The listings to read after this one (which stands at `depth`), in order: all of them on a
    backfill, else only the newest one a level deeper. `catch_up` also turns the page: for a source
    read before whose listing held nothing known, so that a gap between two passes is closed. An
    address that was read in the same pass already is not to be read again."""
    kind = _KINDS.get(source.kind)
    if kind is None:
        return ()
    steps = [Step(url, depth + 1) for url in _deeper(listing, kind, backfill, depth)]
    if listing.next is not None and (backfill or catch_up):
        steps.append(Step(listing.next, depth))
    return tuple(steps)


def _deeper(listing: Listing, kind: Kind, backfill: bool, depth: int) -> tuple[str, ...]:
    if depth >= MAX_DEPTH:
        return ()
    if backfill or kind.deeper == "parts":
        return listing.follow
    return listing.follow[:1] if kind.deeper == "newest" else ()


def ends_at(source: Source, status: int | None, url: str) -> bool:
    """Whether an answer of this status to a page that `next` named is the end of the list rather
    than a failure: a page beyond the last one of a list whose pages we count by ourselves."""
    kind = _KINDS.get(source.kind)
    own = url in source.urls
    return kind is not None and kind.reckoned and not own and status in (400, 404, 410)
