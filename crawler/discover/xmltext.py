"""XML from strangers: no entities, no network, limits on depth, attributes and elements; the only
user of lxml in this room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element

from crawler.decode import decode
from crawler.discover.gather import NotAListing
from crawler.model import Document, Source

MAX_ATTRIBUTES = 256
MAX_ELEMENTS = 2_000_000

_RESOURCE_LIMIT = "ERR_RESOURCE_LIMIT"
# Characters that no XML 1.0 document may hold (its production 2).
_DECLARATION = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{2,40})["']"""
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Where XML begins; some servers write warnings of their own before it.
_OPENING = re.compile(r"^<|<\?xml|<(?:rss|feed|urlset|sitemapindex)\b")
_GARBAGE_CHARS = 4_000
#: one that is never closed reaches to the end: else every one of many would be searched to there
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_AMPERSAND = re.compile(r"&(#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)?")
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})

_LISTING = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")

Element: TypeAlias = _Element


def is_xml(body: bytes) -> bool:
    """Whether a document is a feed, a sitemap or other XML rather than a page: pages of the years
    about 2008 begin with an XML declaration, too."""
    opening = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:4_000]
    if opening.startswith(b"<?xml"):
        return re.search(rb"<html\b", opening, re.I) is None
    return _LISTING.match(opening) is not None


@dataclass(frozen=True, slots=True)
class Xml:
    """A document's root; `mended` says that it was not well-formed and read as far as could be."""

    root: Element
    mended: bool


def parse_xml(document: Document, source: Source) -> Xml:
    """The document as a tree. Raises NotAListing where it is no XML, declares entities, or is
    nested or stuffed beyond the limits."""
    encoding = source.encoding or _declared(document)
    text = decode(document.body, document.content_type, encoding).text.lstrip("\ufeff \t\r\n")
    opening = _OPENING.search(text[:_GARBAGE_CHARS])
    if opening is None:
        raise NotAListing("it is no XML")
    clean = _FORBIDDEN.sub("", text[opening.start() :])
    root, errors = _parsed(clean)
    well_formed = not errors and clean == text
    if errors:
        root, errors = _parsed(_with_ampersands_mended(clean))
    if root is None:
        raise NotAListing("it is no XML")
    _check(root, errors)
    return Xml(root, mended=not well_formed)


def _declared(document: Document) -> str | None:
    """The encoding of the XML declaration, where it is one of the Chinese wide ones: valid UTF-8
    and the header are judged by `decode` itself."""
    found = _DECLARATION.match(document.body)
    label = found[1].decode("ascii", "replace").lower() if found else ""
    if not label.startswith(("gb", "big5")):
        return None
    try:
        document.body.decode("utf-8")
    except UnicodeDecodeError:
        return label
    return None


def local_name(element: Element) -> str:
    """The element's name without its namespace, in lower case; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The element's own children of these names, whatever their namespace."""
    return (child for child in element if local_name(child) in names)


def child_text(element: Element, *names: str) -> str | None:
    """The text of the first child that has one, of the first of these names that is there."""
    for name in names:
        for child in children(element, name):
            text = "".join(child.itertext()).strip()
            if text:
                return text
    return None


def _parsed(text: str) -> tuple[Element | None, list[str]]:
    # The text is decoded by us: an `encoding` in its declaration no longer counts.
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        return None, [str(error)]
    return root, [entry.type_name for entry in parser.error_log if entry.level >= 2]


def _check(root: Element, errors: list[str]) -> None:
    if _RESOURCE_LIMIT in errors:
        raise NotAListing("its XML is nested too deep or too large")
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise NotAListing("its XML declares entities")
    for count, element in enumerate(root.iter()):
        if count >= MAX_ELEMENTS:
            raise NotAListing(f"its XML holds more than {MAX_ELEMENTS} elements")
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise NotAListing(f"its XML holds a tag with more than {MAX_ATTRIBUTES} attributes")


def _with_ampersands_mended(text: str) -> str:
    """Bare `&` written out, and the names that HTML has and XML has not as characters."""
    pieces = _CDATA.split(text)
    return "".join(
        piece if piece.startswith("<![CDATA[") else _AMPERSAND.sub(_mended, piece)
        for piece in pieces
    )


def _mended(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name.startswith("#") or name in _XML_NAMES:
        return found[0]
    return unescape(found[0]) if name in html5 else "&amp;" + name
