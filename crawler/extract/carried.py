"""Text that a page carries for its scripts to show: markup in a script that is a template, the
article's text as JSON-LD declares it, and in the data of its scripts. Read where the page itself is
a shell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.complexity import too_complex
from crawler.extract.dates import from_epoch, parse_date
from crawler.extract.lines import kind_of
from crawler.extract.page import Page, parse
from crawler.extract.reading import SCRIPT, Reading
from crawler.extract.render import Line, Rendered, clean, render
from crawler.extract.scripts import carried_values, is_texts, objects
from crawler.extract.weigh import SENTENCE

_TEMPLATES = ", ".join(f'script[type="text/{kind}"]' for kind in ("template", "html", "x-template"))
_MOST_TEMPLATES, _LONGEST_BYTES = 20, 2_000_000
_IS_CJK = re.compile("[\u4e00-\u9fff]")
_SPACE = re.compile(r"\s+")
#: fewer characters are no article's text
LEAST_CARRIED = 150
_MOST_OBJECTS, _MOST_READ, _MOST_PARAGRAPHS, _DEEPEST = 20_000, 200, 5_000, 12
# one of several texts is the page's own where it is this share of all of them
_OWN_SHARE = 0.6
_TITLES = ("title", "headline", "articleTitle", "newsTitle", "mainTitle", "name", "subject")
_DATES = (
    "publishTime", "publishedAt", "publishDate", "published_at", "publish_time", "pubTime",
    "pubDate", "pubtime", "ptime", "datePublished", "published", "releaseTime", "date",
)  # fmt: skip
_AUTHORS = ("author", "authorName", "authors", "writer")
_SOURCES = ("source", "sourceName", "origin", "mediaName", "media")
_INNER_TEXT = ("text", "value", "content", "html", "children", "nodes", "data", "paragraphs")
_LONGEST_NAME = 200


def carried_markup(page: Page) -> Iterator[str]:
    """The markup of the templates in a page, the first few of them, each as a document with the
    page's title."""
    title = page.first("title")
    head = title.html or "" if title is not None else ""
    for script in page.tree.css(_TEMPLATES)[:_MOST_TEMPLATES]:
        markup = script.text()
        if "<" in markup and _is_readable(markup):
            yield head + markup


def carried_text(page: Page) -> Reading | None:
    """The `articleBody` of the first article that JSON-LD describes, one paragraph a line."""
    body = next((text for one in page.linked[:3] if (text := one.get("articleBody"))), None)
    if not isinstance(body, str):
        return None
    read = _rendered(body)
    return _reading(read) if read.lines else None


def _reading(read: Rendered, fields: dict[str, tuple[str, str]] | None = None) -> Reading:
    """What was carried, as it is handed on."""
    images, links = ([address for _, address in placed] for placed in (read.images, read.links))
    return Reading(
        SCRIPT,
        [Line(line.text, line.kind or kind_of(line.text)) for line in read.lines],
        images,
        links,
        fields or {},
        linked=read.linked,
        running=_is_running(read.lines),
        carried=True,
    )


@dataclass(slots=True)
class _Text:
    """One text in a script's data, and the object that it stands in under a key."""

    read: Rendered
    beside: Mapping[str, Any]
    key: str
    size: int


def carried_data(page: Page, title: str) -> Reading | None:
    """The text in the data of a page's scripts: that which stands beside the page's own title, else
    the one that outweighs all others together."""
    found = list(_texts(page))
    own = [one for one in found if _is_titled(one.beside, title)]
    best = max(own or found, key=lambda one: one.size, default=None)
    if best is None or (not own and best.size < _OWN_SHARE * sum(one.size for one in found)):
        return None
    return _reading(best.read, _fields(best))


def _texts(page: Page) -> Iterator[_Text]:
    """The texts in the data that read like an article's, each of them once."""
    seen: set[str] = set()
    looked = read = 0
    for value in carried_values(page):
        for one in _all_objects(value):
            looked += 1
            if looked > _MOST_OBJECTS or read >= _MOST_READ:
                return
            for key, inner in one.items():
                if not _is_long(inner) or not is_texts(key):
                    continue
                read += 1
                found = _read(inner)
                whole = "\n".join(line.text for line in found.lines)
                if len(whole) < LEAST_CARRIED or whole in seen or not _is_running(found.lines):
                    continue
                seen.add(whole)
                yield _Text(found, one, key, len(whole))


def _all_objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a value; the strings of a script that is no JSON as an object each."""
    yield from objects(value)
    if isinstance(value, list):
        yield from ({"text": it} for it in value if isinstance(it, str))


def _is_long(value: Any) -> bool:
    """Whether a value can be a text: a long string, a list, or the root of a tree of nodes."""
    if isinstance(value, str):
        return len(value) >= LEAST_CARRIED
    if isinstance(value, dict):
        return any(isinstance(value.get(name), list) for name in _INNER_TEXT)
    # what has a title each is a list of other articles
    return isinstance(value, list) and not any(
        isinstance(it, dict) and "title" in it for it in value
    )


def _is_titled(beside: Mapping[str, Any], title: str) -> bool:
    """Whether an object's title is the page's, or what that begins with."""
    own = _SPACE.sub("", _first_text(beside, _TITLES) or "")
    return len(own) > 3 and own in _SPACE.sub("", title)


def _first_text(beside: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these that is a short text, or an object or list with a name in it."""
    for name in names:
        value = beside.get(name)
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") if isinstance(value, dict) else value
        if isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_NAME:
            return " ".join(value.split())
    return None


def _fields(text: _Text) -> dict[str, tuple[str, str]]:
    """Title, author, source and moment of the object that the text stands in."""
    chinese = any(_IS_CJK.search(line.text) for line in text.read.lines[:3])
    said = {
        "title": _first_text(text.beside, _TITLES),
        "author": _first_text(text.beside, _AUTHORS),
        "source": _first_text(text.beside, _SOURCES),
        "date": next(filter(None, (_moment(text.beside.get(n), chinese) for n in _DATES)), None),
    }
    return {name: (value, f"script:{text.key}") for name, value in said.items() if value}


def _moment(value: Any, chinese: bool) -> str | None:
    """A date as data writes it; a count of seconds or milliseconds is a moment in China's zone on
    a Chinese page, else in UTC."""
    if isinstance(value, str) and not value.isdigit():
        return parse_date(value)
    if isinstance(value, bool) or not str(value).isdigit():
        return None
    digits = str(value)
    seconds = int(digits[:10]) if len(digits) in (10, 13) else 0
    return from_epoch(seconds, 8 if chinese else 0) if digits[0] == "1" and seconds else None


def _read(value: Any, depth: int = 0) -> Rendered:
    """A text, a list of paragraphs, or a tree of nodes."""
    if isinstance(value, str):
        return _rendered(value)
    if depth > _DEEPEST:
        return _rendered("")
    if isinstance(value, dict):
        inner = next((value[name] for name in _INNER_TEXT if value.get(name)), "")
        return _read(inner, depth + 1)
    if not isinstance(value, list):
        return _rendered("")
    if depth and all(map(_is_leaf, value)):
        return _rendered("".join(map(_leaf, value)))
    whole = Rendered([], [], [], 0)
    for it in value[:_MOST_PARAGRAPHS]:
        part = _read(it, depth + 1)
        for mine, its in zip(whole[:3], part[:3], strict=True):
            mine += its  # type: ignore[operator]
        whole = whole._replace(linked=whole.linked + part.linked)
        if len(whole.lines) > _MOST_PARAGRAPHS:
            break
    return whole


def _is_leaf(value: Any) -> bool:
    """Whether a node is a run of characters within a paragraph."""
    return isinstance(value, dict) and (
        value.get("type") == "text" or (isinstance(value.get("text"), str) and "type" not in value)
    )


def _leaf(value: Mapping[str, Any]) -> str:
    text = value.get("text") or value.get("value") or ""
    return text if isinstance(text, str) else ""


def _is_readable(markup: str) -> bool:
    """Whether to parse it costs no more than a page may: what stands in a script was not counted
    when the page was."""
    if len(markup) > _LONGEST_BYTES:
        return False
    return too_complex(markup.encode("utf-8", "replace")) is None


def _is_running(lines: list[Line]) -> bool:
    return any(SENTENCE.search(line.text) for line in lines)


def _rendered(body: str) -> Rendered:
    """The lines of a declared text, which some write with markup."""
    if not _is_readable(body):
        return Rendered([], [], [], 0)
    if ("</" in body or "<br" in body) and (root := parse(body, "").body) is not None:
        return render(root)
    return Rendered([Line(x) for raw in body.splitlines() if (x := clean(raw))], [], [], 0)
