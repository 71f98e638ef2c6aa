"""Kind `feed`: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, paged by rel=next (RFC 5005)."""

from collections.abc import Iterator
from datetime import timezone
from urllib.parse import urljoin

from crawler.discover.dates import moment
from crawler.discover.gather import Gathering, NotAListing
from crawler.discover.htmltext import plain_text
from crawler.discover.xmltext import Element, child_text, children, local_name, parse_xml
from crawler.model import Document, Link, Listing, Source

_ROOTS = {"rss", "feed", "rdf"}


def read(document: Document, source: Source, zone: timezone | None = None) -> Listing:
    """A feed's entries; `zone` is that of dates without one. Raises NotAListing where the document
    is no feed."""
    root, gathering = open_feed(document, source)
    for entry in entries(root, gathering):
        if address := link_of(entry):
            gathering.add(address, said(entry, zone))
    return gathering.listing(following=next_of(root), title=title_of(root))


def open_feed(document: Document, source: Source) -> tuple[Element, Gathering]:
    """A feed's root element and an empty gathering for it. Raises NotAListing as `read` does."""
    xml = parse_xml(document, source)
    root = _feed_root(xml.root)
    if root is None:
        raise NotAListing(f"it is <{local_name(xml.root)}> where a feed was promised")
    gathering = Gathering(document.url, source)
    if xml.mended or root is not xml.root:
        gathering.flag("not_well_formed")
    return root, gathering


def entries(root: Element, gathering: Gathering) -> Iterator[Element]:
    """Items and entries, wherever the dialect puts them (RSS 1.0: beside the channel), until the
    gathering is full."""
    for element in root.iter():
        if local_name(element) in ("item", "entry"):
            if gathering.full:
                return
            yield element


def said(entry: Element, zone: timezone | None = None) -> Link:
    """What an entry says of its page; the address is left to the caller."""
    published = child_text(entry, "published", "pubdate", "issued", "date", "created")
    return Link(
        url="",
        title=plain_text(child_text(entry, "title")),
        published=moment(published, zone),
        updated=moment(child_text(entry, "updated", "modified"), zone),
        author=_author(entry),
    )


def link_of(entry: Element) -> str | None:
    """Where an entry's article stands: Atom's alternate link, RSS's link, or a guid or id that is
    an address. FeedBurner's original link comes first: the other one is a redirect."""
    written = child_text(entry, "origlink") or _atom_link(entry, "alternate")
    return written or child_text(entry, "link") or _address(child_text(entry, "guid", "id"))


def next_of(root: Element) -> str | None:
    """The address of the feed's next page."""
    channel = next(children(root, "channel"), root)
    return _atom_link(channel, "next") or _atom_link(root, "next")


def home_of(root: Element) -> str | None:
    """The address of the site that an Atom feed says it belongs to."""
    return _address(_atom_link(root, "alternate"))


def title_of(root: Element) -> str | None:
    """The feed's own title."""
    return plain_text(child_text(next(children(root, "channel"), root), "title"))


def _feed_root(root: Element) -> Element | None:
    """The feed, also where somebody wrapped it into a page."""
    if local_name(root) in _ROOTS:
        return root
    inner = (one for one in root.iter() if local_name(one) in ("rss", "feed"))
    return next(inner, None)


def _atom_link(parent: Element, relation: str) -> str | None:
    for link in children(parent, "link"):
        if link.get("rel", "alternate") == relation and link.get("href"):
            return _from_its_base(link, str(link.get("href")))
    return None


def _from_its_base(element: Element, reference: str) -> str:
    """The reference as `xml:base` around the element makes it (RFC 4287 2)."""
    try:
        return urljoin(element.base or "", reference)
    except ValueError:
        return reference


def _address(text: str | None) -> str | None:
    return text if text and text.startswith(("http://", "https://")) else None


def _author(entry: Element) -> str | None:
    for author in children(entry, "author", "creator"):
        name = child_text(author, "name") or "".join(author.itertext()).strip()
        if name:
            return plain_text(name)
    return None
