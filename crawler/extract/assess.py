"""What kind of document came back, judged before it is believed.

A challenge, a stub or a login wall served with status 200 must never become a version. Only short
texts are suspected: an article about captchas is an article.
"""

import re
from urllib.parse import urlsplit

from crawler.extract.offered import FILE
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.extract.render import render
from crawler.extract.vocabulary import (
    BLOCK,
    CHALLENGE,
    CHALLENGE_MARKUP,
    CHALLENGE_NAMES,
    STUB,
    STUB_TITLE,
    WALL,
)
from crawler.model import Assessment

Judgement = tuple[Assessment, str]

# A document with more running text than this is what it says, whatever words stand in it.
_ARTICLE_CHARS = 600
_SHORT_CHARS = 200
_MOST_LOOKED_AT = 3_000

_UNSUPPORTED = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office file"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"RIFF", "picture or sound"),
    (b"ID3", "sound"),
    (b"\x1f\x8b", "compressed file"),
    (b"Rar!", "compressed file"),
    (b"{\\rtf", "RTF"),
)
_READ_TYPES = re.compile(r"^\s*(?:text/|application/(?:xhtml|xml|rss|atom|json)|\s*$)", re.I)
_LEAST_LINKS = 5
_LINKED_SHARE = 0.5
_LISTED_SHARE, _LITTLE_BESIDE = 0.6, 200
_ARTICLE_METAS = ("article:published_time", "publishdate", "pubdate", "articletitle", "contentid")
_HOME_PATH = re.compile(r"^/?(?:index\.\w+|default\.\w+|home)?/?$", re.I)


def unsupported(body: bytes, content_type: str | None) -> str | None:
    """What a document is that is no page of text: by its first bytes, else by its type."""
    head = body[:16].lstrip()
    for magic, name in _UNSUPPORTED:
        if head.startswith(magic):
            return name
    if content_type and not _READ_TYPES.match(content_type) and b"<" not in body[:2_000]:
        return content_type.split(";")[0].strip()
    return None


def assess(page: Page, reading: Reading | None, asked: str, status: int) -> Judgement:
    """The kind of document and the reason for it. `asked` is the address that was requested."""
    size = reading.size if reading else 0
    if size >= _ARTICLE_CHARS and status < 400:
        return _list_or_article(page, reading, asked)
    visible, title = _seen(page, reading, size), _title(page)
    return (
        _challenged(page, visible, title, status)
        or _stub(visible, title, size, status)
        or _walled(visible, size)
        or _empty(reading, visible)
        or _list_or_article(page, reading, asked)
    )


def _seen(page: Page, reading: Reading | None, size: int) -> str:
    """What is judged: the text alone where a profile found one that is no scrap in its place, and
    where scripts are to show it; else the beginning of all that a visitor sees."""
    if reading is not None and ((reading.by_profile and size >= _SHORT_CHARS) or reading.carried):
        return " ".join(line.text for line in reading.lines)
    # where the text itself is no scrap, it matters only whether more stands around it
    most = _MOST_LOOKED_AT if size < _SHORT_CHARS else _ARTICLE_CHARS
    if page.body is None:
        return ""
    return " ".join(line.text for line in render(page.body, most=most).lines)[:most]


def _title(page: Page) -> str:
    node = page.first("title")
    return " ".join(node.text().split()) if node is not None else ""


def _challenged(page: Page, visible: str, title: str, status: int) -> Judgement | None:
    """A check of the visitor, or a firewall's refusal."""
    short = len(visible) < _ARTICLE_CHARS
    text = f"{title} {visible}"
    if short and (match := BLOCK.search(text)):
        return Assessment.BLOCK, f"block: {match[0]}"
    if short and (match := CHALLENGE.search(text)):
        return Assessment.CHALLENGE, f"challenge: {match[0]}"
    if len(visible) < _SHORT_CHARS and (said := _challenge_markup(page.text)):
        return Assessment.CHALLENGE, f"challenge: {said}"
    if status in (412, 521) and len(visible) < _SHORT_CHARS and "<script" in page.text:
        return Assessment.CHALLENGE, f"challenge: script with status {status}"
    return None


def _challenge_markup(markup: str) -> str | None:
    """What in a document's markup is of a visitor's check. Plain words, each looked for by itself,
    take a hundredth of the time of one expression."""
    small = markup.lower()
    if word := next((word for word in CHALLENGE_MARKUP if word in small), None):
        return word
    match = CHALLENGE_NAMES.search(markup)
    return match[0] if match else None


def _stub(visible: str, title: str, size: int, status: int) -> Judgement | None:
    """A page that says that there is none."""
    if size < _ARTICLE_CHARS and (match := STUB_TITLE.search(title)):
        return Assessment.STUB, f"stub: {match[0]}"
    if (size < _SHORT_CHARS or len(visible) < _ARTICLE_CHARS) and (match := STUB.search(visible)):
        at_start = match.start() < _SHORT_CHARS * 2
        if at_start or status in (404, 410):
            return Assessment.STUB, f"stub: {match[0]}"
    return None


def _walled(visible: str, size: int) -> Judgement | None:
    """A demand to log in, to pay or to accept cookies in place of the text."""
    if size < _SHORT_CHARS and len(visible) < _ARTICLE_CHARS and (match := WALL.search(visible)):
        return Assessment.WALL, f"wall: {match[0]}"
    return None


def _empty(reading: Reading | None, visible: str) -> Judgement | None:
    """A shell without text."""
    if reading is None or not reading.lines:
        return Assessment.EMPTY, "empty: no text" if not visible else "empty: no article text"
    if not visible:
        # what is said to readers without scripts is no article
        return Assessment.EMPTY, "empty: nothing is shown without scripts"
    return None


def _list_or_article(page: Page, reading: Reading | None, asked: str) -> Judgement:
    """An article, unless it is a home page that was led to, or nothing but links."""
    here, there = urlsplit(page.url), urlsplit(asked)
    if _HOME_PATH.match(here.path) and not here.query and not _HOME_PATH.match(there.path):
        return Assessment.LIST, f"list: home page {page.url}"
    if reading is None:
        return Assessment.EMPTY, "empty: no text"
    if said := _offers(page, reading):
        return Assessment.LIST, said
    links = len(reading.links)
    files = sum(1 for href in reading.links if FILE.search(href))
    if reading.running and 2 * files > links:
        # a notice with the files that it hands out
        return Assessment.ARTICLE, "article"
    if links >= _LEAST_LINKS and reading.linked > _LINKED_SHARE * reading.size:
        return Assessment.LIST, f"list: {links} links hold most of the text"
    if not reading.running and len(page.tree.css("a[href]")) >= 2 * _LEAST_LINKS:
        return Assessment.LIST, "list: links and no running text"
    return Assessment.ARTICLE, "article"


def _offers(page: Page, reading: Reading) -> str | None:
    """Why a page is a list of contents: most of what was taken for its text are entries that lead
    to other pages, or little was found beside far more of them."""
    if reading.bylined or not reading.offered:
        return None
    if reading.listed > _LISTED_SHARE * reading.size:
        return "list: most of the text announces other pages"
    beside = reading.size - reading.listed
    little = beside < _LITTLE_BESIDE and reading.offered > 2 * beside
    if little and not reading.headed and not _is_declared(page):
        return "list: far more titles of other pages than text"
    return None


def _is_declared(page: Page) -> bool:
    """Whether a page says of itself that it is an article."""
    return bool(page.linked) or any(name in page.meta for name in _ARTICLE_METAS)
