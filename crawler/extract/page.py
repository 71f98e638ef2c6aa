"""A parsed document with what its head says, gathered once and handed to every rule."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

_ARTICLE_TYPES = re.compile(r"(article|posting|report|webpage|creativework)$", re.I)
_JSON_LIMIT = 500_000
_JSON_NODES = 2_000
_LEAST_LINKS = 5
# begins with a literal, which the engine looks for ten times faster than for a choice of letters
_LINK_HOST = re.compile(r"href=[\"']?(?:https?:)?//([^/\"'>\s]+)")
_LINK_HOST_CAPITALS = re.compile(r"HREF=[\"']?(?:https?:)?//([^/\"'>\s]+)")
_CONTROL = re.compile(r"[\x00-\x1f]+")
# A copy in a web archive is read as the page that it copies.
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d{1,14}[a-z_]*/(https?:/.*)$", re.I)


def original_url(url: str) -> str:
    """The address of the page itself, where `url` is a web archive's copy of it."""
    match = _WAYBACK.match(url)
    return re.sub(r"^(https?):/+", r"\1://", match[1]) if match else url


@dataclass(slots=True)
class Page:
    """One document: its tree and its address. What costs time is worked out when asked for."""

    tree: LexborHTMLParser
    url: str
    text: str
    host: str = ""
    _meta: dict[str, str] | None = None
    _linked: list[Mapping[str, Any]] | None = None
    _base: str | None = None
    _firsts: dict[str, LexborNode | None] = field(default_factory=dict)

    @property
    def body(self) -> LexborNode | None:
        """The body element; None for an empty document."""
        return self.tree.body

    @property
    def meta(self) -> dict[str, str]:
        """The first content of each meta by lower-case name, property or itemprop."""
        if self._meta is None:
            self._meta = _meta(self.tree)
        return self._meta

    @property
    def linked(self) -> list[Mapping[str, Any]]:
        """The articles that JSON-LD describes, richest first; empty where it cannot be read."""
        if self._linked is None:
            self._linked = list(_linked_articles(self.tree))
        return self._linked

    def first(self, selector: str) -> LexborNode | None:
        """The first element that a selector matches, looked for once."""
        try:
            return self._firsts[selector]
        except KeyError:
            found = self._firsts[selector] = self.tree.css_first(selector)
            return found

    def absolute(self, address: str | None) -> str | None:
        """An address as an absolute http(s) one; None where it is none."""
        if not address:
            return None
        try:
            joined = urljoin(self.base, address.strip())
            parts = urlsplit(joined)
        except ValueError:
            return None
        return joined if parts.scheme in ("http", "https") and parts.netloc else None

    def first_in_head(self, selector: str) -> LexborNode | None:
        """The first match in the head, where there is one: text before `<html>` makes a parser
        move what stands in the head into the body."""
        head = self.tree.head
        if head is None or head.first_child is None:
            return self.first(selector)
        return head.css_first(selector)

    @property
    def base(self) -> str:
        """What relative addresses are relative to."""
        if self._base is None:
            node = self.first_in_head("base[href]")
            href = node.attributes.get("href") if node else None
            try:
                self._base = urljoin(self.url, href) if href else self.url
            except ValueError:
                self._base = self.url
        return self._base

    @property
    def canonical(self) -> str | None:
        """`rel=canonical`, else `og:url`, absolute."""
        node = self.first_in_head("link[rel=canonical]")
        href = node.attributes.get("href") if node else None
        return self.absolute(href) or self.absolute(self.meta.get("og:url"))


def parse(text: str, url: str, utf8: bytes | None = None) -> Page:
    """The page of a decoded document, of which `utf8` is the same where that is at hand. Mutation
    events are off: they cost quadratic time."""
    url = original_url(url)
    tree = LexborHTMLParser(text if utf8 is None else utf8, options=LexborDocumentOptions.WO_EVENTS)
    page = Page(tree, url, text)
    page.host = host_of(url) or host_of(page.canonical) or _linked_host(text)
    return page


def _linked_host(text: str) -> str:
    """The host that a saved page links to most: its own, where its address was not kept."""
    hosts = Counter(_LINK_HOST.findall(text) + _LINK_HOST_CAPITALS.findall(text))
    if not hosts:
        return ""
    host, count = hosts.most_common(1)[0]
    return host_of(f"http://{host}") if count >= _LEAST_LINKS else ""


def host_of(url: str | None) -> str:
    """The lower-case host of an address without its port, or nothing."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _linked_articles(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    """Objects of an article's type in JSON-LD, at any depth, in order."""
    for script in tree.css('script[type="application/ld+json"]'):
        raw = script.text()
        if len(raw) > _JSON_LIMIT:
            continue
        try:
            waiting: list[Any] = [json.loads(_CONTROL.sub(" ", raw))]
        except (ValueError, RecursionError):
            continue
        for _ in range(_JSON_NODES):
            if not waiting:
                break
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                if _is_article(value):
                    yield value
                waiting.extend(child for child in value.values() if isinstance(child, (dict, list)))


def _is_article(value: Mapping[str, Any]) -> bool:
    kinds = value.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds) and (
        "datePublished" in value or "headline" in value or "articleBody" in value
    )
