"""Kind `sitemap`: sitemaps.org 0.9 with its index, gzip, news and plain text forms, and feeds that
stand in their place."""

import re
import zlib
from dataclasses import replace

from crawler.discover import feed
from crawler.discover.dates import moment
from crawler.discover.gather import MAX_LINKS, Gathering, NotAListing
from crawler.discover.htmltext import plain_text
from crawler.discover.xmltext import Element, child_text, children, local_name, parse_xml
from crawler.model import Document, Link, Listing, Source

#: of one sitemap without its compression (the protocol's own limit is 50 MB)
MAX_BYTES = 50_000_000

#: of more digits than a date with its time has, the last ones
_NUMBER = re.compile(r"\d{1,14}(?!\d)")


def read(document: Document, source: Source) -> Listing:
    """A sitemap's pages, or for an index its sitemaps, newest first. Raises NotAListing."""
    plain = replace(document, body=_unpacked(document.body))
    if plain.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:4] == b"http":
        return _read_text(plain, source)
    xml = parse_xml(plain, source)
    name = local_name(xml.root)
    if name in ("rss", "feed", "rdf"):
        return feed.read(plain, source)
    if name not in ("urlset", "sitemapindex"):
        raise NotAListing(f"it is <{name}> where a sitemap was promised")
    gathering = Gathering(plain.url, source)
    if xml.mended:
        gathering.flag("not_well_formed")
    return (
        _read_index(xml.root, gathering)
        if name == "sitemapindex"
        else _read_urls(xml.root, gathering)
    )


def _unpacked(body: bytes) -> bytes:
    """A gzip body unpacked up to the limit; others as they are."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacking.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise NotAListing(f"its gzip is broken: {error}") from error
    if unpacking.unconsumed_tail:
        raise NotAListing(f"it unpacks to more than {MAX_BYTES} bytes")
    if not unpacking.eof:
        raise NotAListing("its gzip is cut off")
    return plain


def _read_text(document: Document, source: Source) -> Listing:
    gathering = Gathering(document.url, source)
    lines = document.body.decode("utf-8", "replace").splitlines()
    for line in lines[: MAX_LINKS + 1]:
        if line.strip().startswith("http"):
            gathering.add(line)
    return gathering.listing()


def _read_urls(root: Element, gathering: Gathering) -> Listing:
    for entry in children(root, "url"):
        if gathering.full:
            break
        news = next(children(entry, "news"), None)
        said = Link(
            url="",
            title=plain_text(child_text(news, "title")) if news is not None else None,
            published=moment(child_text(news, "publication_date")) if news is not None else None,
            updated=moment(child_text(entry, "lastmod")),
        )
        gathering.add(child_text(entry, "loc") or "", said)
    return gathering.listing()


def _read_index(root: Element, gathering: Gathering) -> Listing:
    found = [
        (moment(child_text(entry, "lastmod")) or "", child_text(entry, "loc") or "")
        for entry in children(root, "sitemap")
    ]
    # By the day they changed; those that say none by the number in their name, the last first.
    found.sort(key=lambda one: (one[0], [int(n) for n in _NUMBER.findall(one[1])]), reverse=True)
    for _, address in found:
        gathering.lead(address)
    return gathering.listing()
