"""What a listing says: links with their titles, dates and ids."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A fetched listing as the discover room reads it; `depth` is how many levels it stands below
    the source's own addresses (a year 1, an issue 2)."""

    url: str
    body: bytes
    content_type: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PageKey:
    """A site's id and the article's key in it; never joins pages of two sites. The key is
    `url:<normalised URL>` where the site has no numbering of its own."""

    site: str
    key: str


@dataclass(frozen=True, slots=True)
class Link:
    """An article as its listing shows it."""

    url: str
    title: str | None = None
    #: as claimed, ISO 8601 with the zone where the listing gives one
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    #: the page's key where the listing knows it (Blogger's post id), else by its URL
    key: PageKey | None = None
    #: for a copy kept by a web archive (`url` is the copy's): the page's own address, and when
    #: the archive was served these bytes, ISO 8601
    original: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that one listing document says. `follow` are listings one level deeper (a year,
    an issue), newest first; `next` is the next page of this same listing."""

    links: tuple[Link, ...] = ()
    follow: tuple[str, ...] = ()
    next: str | None = None
    title: str | None = None
    #: e.g. not_well_formed, capped, foreign_links_dropped
    flags: tuple[str, ...] = ()
    #: why the document is no listing of this kind (reason `listing`); links are then empty
    problem: str | None = None
