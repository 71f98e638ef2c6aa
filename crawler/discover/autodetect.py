"""What an address most likely is as a source: its feeds, its kind, its profile. For adding sources;
a guess with its reason, never a verdict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.discover.gather import Gathering, NotAListing
from crawler.discover.htmltext import Html, parse_html
from crawler.discover.index import gather_articles
from crawler.discover.keys import page_key
from crawler.discover.sites import canonical_host, known_site
from crawler.discover.urls import resolve
from crawler.discover.xmltext import child_text, children, local_name, parse_xml
from crawler.model import Document, Source

#: links to articles from which on a page is taken for a list
LIST_FROM = 8

_FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")
_NOT_POSTS = re.compile(r"comment|/podcast\b|oembed", re.I)
_POSTS_OF_BLOG = re.compile(r"/feeds/posts/default$")
_BLANK = Source(id="", kind="index")


@dataclass(frozen=True, slots=True)
class Guess:
    """One way to watch an address: the `kind`, the address to write as `url`, the profile where the
    host alone does not tell it, and why."""

    kind: str
    url: str
    reason: str
    profile: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of an OPML list, with the folders that it stands in."""

    url: str
    title: str | None
    folders: tuple[str, ...] = ()


def guesses(document: Document) -> tuple[Guess, ...]:
    """Ways to watch what was fetched from an address, the likeliest first; empty where it is
    neither a page nor a feed."""
    try:
        return tuple(_of_xml(document))
    except NotAListing:
        pass
    try:
        page = parse_html(document, _BLANK)
    except NotAListing:
        return ()
    return tuple(dict.fromkeys(_of_page(document, page)))


def read_opml(document: Document) -> tuple[Outline, ...]:
    """The feeds of an OPML list in its order, each once. Raises NotAListing where it is none."""
    root = parse_xml(document, _BLANK).root
    if local_name(root) != "opml":
        raise NotAListing(f"it is <{local_name(root)}> where OPML was promised")
    found: dict[str, Outline] = {}
    for outline in root.iter():
        address = _attribute(outline, "xmlurl") if local_name(outline) == "outline" else None
        if address and (url := resolve(document.url, address)):
            title = _attribute(outline, "title") or _attribute(outline, "text")
            found.setdefault(url, Outline(url, title, _folders(outline)))
    return tuple(found.values())


def suggested_id(url: str, taken: frozenset[str] = frozenset()) -> str:
    """A short id for a source at this address that none of `taken` is."""
    host = canonical_host(urlsplit(url).hostname or "source")
    labels = [label for label in host.split(".") if label not in ("feeds", "rss", "blog")]
    base = re.sub(r"[^\w-]+", "-", labels[0] if labels else host) or "source"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _of_xml(document: Document) -> Iterator[Guess]:
    root = parse_xml(document, _BLANK).root
    name = local_name(root)
    if name in ("urlset", "sitemapindex"):
        yield Guess("sitemap", document.url, f"it is a sitemap (<{name}>)")
    elif name in ("rss", "feed", "rdf"):
        channel = next(children(root, "channel"), root)
        made_by = (
            f"{child_text(channel, 'generator') or ''} {child_text(channel, 'id') or ''}".lower()
        )
        kind = next((k for k in ("blogger", "wordpress") if k in made_by), "feed")
        site = known_site(urlsplit(document.url).hostname or "")
        if site and site.profile in ("people", "chinanews"):
            kind = site.profile
        yield Guess(kind, document.url, "it is a feed", title=child_text(channel, "title"))
    else:
        raise NotAListing(f"it is <{name}>")


def _of_page(document: Document, page: Html) -> Iterator[Guess]:
    title = page.title()
    article = _is_article(document.url, page)
    if article:
        yield Guess("page", document.url, "it is an article", title=title)
    site = known_site(urlsplit(document.url).hostname or "")
    if site and not article:
        kind = "index" if site.profile == "qstheory" else site.profile
        yield Guess(kind, document.url, f"it is a page of {site.id}", title=title)
    yield from _of_platform(document, page, title)
    gathering = Gathering(document.url, _BLANK, page.base(document.url))
    gather_articles(page, gathering)
    if article:
        return
    if len(gathering.links) >= LIST_FROM:
        reason = f"it links to {len(gathering.links)} pages that look like articles"
        yield Guess("index", document.url, reason, title=title)
    yield Guess("page", document.url, "it can be watched as it is", title=title)


def _of_platform(document: Document, page: Html, title: str | None) -> Iterator[Guess]:
    made_by = page.meta("generator").lower()
    feeds = [url for url in _feeds(document, page) if not _NOT_POSTS.search(url)]
    for url in feeds:
        if "blogger" in made_by or _POSTS_OF_BLOG.search(urlsplit(url).path):
            yield Guess("blogger", _home(url), "it is a blog at Blogger", "blogger", title)
        elif "wordpress" in made_by or page.has('link[rel="https://api.w.org/"]'):
            yield Guess("wordpress", url, "it is made with WordPress", "wordpress", title)
        else:
            yield Guess("feed", url, "the page names this feed", title=title)


def _feeds(document: Document, page: Html) -> Iterator[str]:
    for kind, href in page.alternates():
        if kind.lower() in _FEED_TYPES and (url := resolve(document.url, href)):
            yield url


def _is_article(url: str, page: Html) -> bool:
    if page.meta("og:type").lower() == "article":
        return True
    return known_site(urlsplit(url).hostname or "") is not None and not page_key(
        url
    ).key.startswith("url:")


def _home(url: str) -> str:
    return urlsplit(url)._replace(path="/", query="").geturl()


def _attribute(element: object, name: str) -> str | None:
    attributes = getattr(element, "attrib", {})
    return next((str(v).strip() or None for k, v in attributes.items() if k.lower() == name), None)


def _folders(outline: object) -> tuple[str, ...]:
    above = getattr(outline, "iterancestors", lambda: ())()
    named = [_attribute(one, "title") or _attribute(one, "text") for one in above]
    return tuple(name for name in reversed(named) if name)
