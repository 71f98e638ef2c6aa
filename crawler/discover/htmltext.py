"""HTML listings as trees, from text that was decoded first; the only user of selectolax in this
room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.complexity import too_complex
from crawler.decode import decode
from crawler.discover.gather import NotAListing
from crawler.model import Document, Source

_NEXT_TEXT = re.compile(
    r"\s*(?:下一页|下页|后一页|next(?: page)?|older(?: posts| entries)?)\s*[>»›→]*\s*$", re.I
)
_XML_LISTING = re.compile(
    r"<\?xml[^>]*>\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*<(?!!doctype|html)", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link on a page, as it is written there, with the text that a reader sees of it."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Html:
    """A page that can be asked for its anchors by CSS selector."""

    text: str
    tree: LexborHTMLParser

    def anchors(self, selector: str = "a") -> Iterator[Anchor]:
        """Links that a selector finds, or that stand inside what it finds, in document order;
        none for a selector that cannot be read."""
        try:
            nodes = self.tree.css(selector)
        except SelectolaxError:
            return
        for node in nodes:
            for link in [node] if node.tag == "a" else node.css("a"):
                if href := (link.attributes.get("href") or "").strip():
                    yield Anchor(href, _seen_text(link))

    def rows(self, row: str, link: str, date: str | None = None) -> Iterator[tuple[Anchor, str]]:
        """The first link of each row of a list, with what stands in its date element (or in the
        whole row where `date` is None)."""
        for node in self.tree.css(row):
            found = node.css_first(link)
            href = (found.attributes.get("href") or "").strip() if found else ""
            beside = node.css_first(date) if date else node
            if found and href:
                yield Anchor(href, _seen_text(found)), beside.text().strip() if beside else ""

    def title(self) -> str | None:
        """What stands in the page's title element."""
        node = self.tree.css_first("title")
        return node.text().strip() or None if node else None

    def meta(self, name: str) -> str:
        """The content of a meta element by its name or property; empty where there is none."""
        for node in self.tree.css("meta[content]"):
            if (node.attributes.get("name") or node.attributes.get("property")) == name:
                return node.attributes.get("content") or ""
        return ""

    def alternates(self) -> Iterator[tuple[str, str]]:
        """Type and address of each rel=alternate link: feeds, mostly."""
        for node in self.tree.css('link[rel~="alternate"][href]'):
            yield node.attributes.get("type") or "", node.attributes.get("href") or ""

    def has(self, selector: str) -> bool:
        """Whether anything on the page matches a selector."""
        return self.tree.css_first(selector) is not None

    def base(self, url: str) -> str:
        """The address that relative links count from: `<base href>`, itself counted from the page's
        own (HTML 4.2.3), or the page's own."""
        node = self.tree.css_first("base[href]")
        written = (node.attributes.get("href") or "").strip() if node else ""
        try:
            return urljoin(url, written)
        except ValueError:
            return url

    def next_page(self) -> str | None:
        """Where the page says that its list goes on: rel=next, or a link named 下一页 and so on."""
        for node in self.tree.css('link[rel="next"], a[rel="next"]'):
            if href := node.attributes.get("href"):
                return href
        return next((a.href for a in self.anchors() if _NEXT_TEXT.match(a.text)), None)


def parse_html(document: Document, source: Source) -> Html:
    """The page as a tree. Raises NotAListing where it is something else (a feed, JSON, a file) or
    would cost too much to parse."""
    if reason := too_complex(document.body):
        raise NotAListing(f"it is too complex: {reason}")
    text = decode(document.body, document.content_type, source.encoding).text
    opening = text.lstrip("\ufeff \t\r\n")[:2_000]
    if opening.startswith(("{", "[", "%PDF")) or _XML_LISTING.match(opening):
        raise NotAListing("it is no HTML")
    if "<" not in text:
        raise NotAListing("it is no HTML, or empty")
    return Html(text, LexborHTMLParser(text))


def plain_text(markup: str | None) -> str | None:
    """A title without the tags and entities that feeds and lists write into it."""
    if not markup or ("<" not in markup and "&" not in markup):
        return markup
    body = LexborHTMLParser(markup[:10_000]).body
    return body.text().strip() or None if body else None


def _seen_text(link: LexborNode) -> str:
    text = " ".join(link.text().split())
    if not text:
        image = link.css_first("img[alt]")
        text = (image.attributes.get("alt") or "") if image else ""
    return text or (link.attributes.get("title") or "")
