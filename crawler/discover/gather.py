"""Collecting a listing's links: what is no address, foreign, excluded or too much stays out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from crawler.discover.keys import bare_address, page_key
from crawler.discover.sites import same_domain, same_site
from crawler.discover.urls import resolve
from crawler.model import Link, Listing, PageKey, Source

#: links that one document may give, and listings that it may lead to (a sitemap's own limit)
MAX_LINKS = 50_000

_MAX_TEXT_CHARS = 1_000


class NotAListing(Exception):
    """The document is not the kind of listing that was promised; the message says what it is."""


@dataclass(slots=True)
class Gathering:
    """Links of one document in its order, each address once; `url` is the document's own, `base`
    what its relative links count from where that is another address, `home` another address that
    the listing speaks for (a blog's own domain)."""

    url: str
    source: Source
    base: str | None = None
    home: str | None = None
    #: by their addresses, of which http, https and `www.` make no other one
    links: dict[str, Link] = field(default_factory=dict)
    follow: dict[str, None] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)
    _near_hosts: dict[str, bool] = field(default_factory=dict)
    #: where in `links` each page's first one is
    _first: dict[PageKey, str] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether no further link is taken; says so among the flags."""
        if len(self.links) >= MAX_LINKS:
            self.flag("capped")
        return len(self.links) >= MAX_LINKS

    def flag(self, word: str) -> None:
        """Notes something that the pipeline should record of this document."""
        self.flags[word] = None

    def resolve(self, reference: str) -> str | None:
        """The address that the document means; None for what is no address of a page."""
        return resolve(self.base or self.url, reference)

    def add(
        self,
        reference: str,
        said: Link | None = None,
        *,
        key: str | None = None,
        copy: str | None = None,
    ) -> None:
        """Takes a link with what the listing says of it (its `url` does not count) and, where the
        listing knows it, the page's native key. What a later link of a page says fills only what
        its first one left open. `copy` is where a web archive keeps it: a link of its own."""
        if self.full:
            return
        url = self.resolve(reference)
        if url is None:
            self.flag("bad_links_dropped")
        elif url != self.url and self._wanted(url):
            self._keep(url, said or Link(url), key, copy)

    def lead(self, reference: str) -> None:
        """Takes the address of a listing one level deeper."""
        url = self.resolve(reference)
        if url is None:
            self.flag("bad_links_dropped")
        elif not self._near(url):
            self.flag("foreign_links_dropped")
        elif len(self.follow) >= MAX_LINKS:
            self.flag("capped")
        elif url != self.url:
            self.follow[url] = None

    def listing(self, *, following: str | None = None, title: str | None = None) -> Listing:
        """The listing as it was gathered; `following` is the address of its next page."""
        after = self.resolve(following) if following else None
        if after is not None and (after == self.url or not self._near(after)):
            after = None
        return Listing(
            links=tuple(self.links.values()),
            follow=tuple(self.follow),
            next=after,
            title=short(title),
            flags=tuple(self.flags),
        )

    def _wanted(self, url: str) -> bool:
        if any(re.search(pattern, url) for pattern in self.source.exclude):
            return False
        if self.source.article is not None:
            return re.search(self.source.article, url) is not None
        if not self._near(url):
            self.flag("foreign_links_dropped")
            return False
        return True

    def _near(self, url: str) -> bool:
        """Of the listing's own site or domain, or of one that the source names: a feed may be kept
        elsewhere, and a web archive keeps many sites."""
        host = url.split("/", 3)[2]
        if host not in self._near_hosts:
            known = (self.url, *self.source.urls, *([self.home] if self.home else ()))
            near = any(same_site(url, one) or same_domain(url, one) for one in known)
            self._near_hosts[host] = near
        return self._near_hosts[host]

    def _keep(self, url: str, said: Link, number: str | None, copy: str | None) -> None:
        by_url = page_key(url, self.source)
        key = PageKey(by_url.site, number) if number else by_url
        said = replace(
            said,
            url=copy or url,
            title=short(said.title),
            author=short(said.author),
            key=key if number or copy or not key.key.startswith("url:") else None,
            original=url if copy else None,
        )
        place = copy or bare_address(urlsplit(url))
        seen = self.links.get(place)
        self.links[place] = _merged(seen, said) if seen else said
        first = place if copy else self._first.setdefault(key, place)
        if first != place:
            self.links[first] = _merged(self.links[first], said)


def pages_of(links: Iterable[Link], source: Source) -> dict[PageKey, Link]:
    """The pages that links name, in their order, each with the first that names it."""
    pages: dict[PageKey, Link] = {}
    for link in links:
        pages.setdefault(link.key or page_key(link.url, source), link)
    return pages


def short(text: str | None) -> str | None:
    """A text on one line, at most 1,000 characters; None where nothing is left."""
    joined = " ".join((text or "")[: _MAX_TEXT_CHARS * 4].split())
    return joined[:_MAX_TEXT_CHARS] or None


def _merged(first: Link, second: Link) -> Link:
    return replace(
        first,
        title=first.title or second.title,
        published=first.published or second.published,
        updated=first.updated or second.updated,
        author=first.author or second.author,
    )
