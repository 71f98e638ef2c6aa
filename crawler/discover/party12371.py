"""Kind `12371`: 共产党员网 writes its lists into the page as a JavaScript value, `item=[{…}]`."""

import json
import re

from crawler.discover.dates import CHINA, moment
from crawler.discover.gather import Gathering, NotAListing
from crawler.discover.htmltext import parse_html, plain_text
from crawler.discover.index import gather_articles
from crawler.discover.jsontext import MAX_DEPTH, read_json, rows_of, text_of
from crawler.model import Document, Link, Listing, Source

_ITEMS = re.compile(r"\bitem\s*=\s*(?=\[)")
_TOKEN = re.compile(
    r"""'(?P<single>(?:[^'\\\n]|\\.)*+)'|"(?P<double>(?:[^"\\\n]|\\.)*+)"|"""
    r"""(?P<name>[A-Za-z_$][\w$]*)(?=\s*:)|(?P<mark>[\[\]{}])|(?P<trailing>,)(?=\s*[\]}])""",
    re.DOTALL,
)
_MOST_ENDLESS = 8
_ESCAPED_QUOTE = re.compile(r"\\'|(?<!\\)\"")


def read(document: Document, source: Source) -> Listing:
    """The items of a list page. Raises NotAListing where it holds none and no article links."""
    page = parse_html(document, source)
    gathering = Gathering(document.url, source, page.base(document.url))
    literals = _literals(page.text)
    for literal in literals:
        for row in rows_of(read_json(literal)):
            if address := text_of(row, "link_add", "url"):
                when = moment(text_of(row, "brief", "date"), CHINA)
                title = plain_text(text_of(row, "title"))
                gathering.add(address, Link("", title=title, published=when))
    if not gathering.links:
        gather_articles(page, gathering)
    if not gathering.links and not literals:
        raise NotAListing("it holds no whole `item=[…]` and no links to articles")
    return gathering.listing(following=page.next_page(), title=page.title())


def _literals(text: str) -> list[str]:
    """Every `item=[…]` of a page as JSON, but for those after a few that never end: each of these
    is searched to the end of the page."""
    found: list[str] = []
    endless = 0
    for start in _ITEMS.finditer(text):
        literal = _as_json(text, start.end())
        if literal is not None:
            found.append(literal)
        elif (endless := endless + 1) == _MOST_ENDLESS:
            break
    return found


def _as_json(text: str, at: int) -> str | None:
    """The array that begins at an offset, its quotes and names as JSON has them; None where it
    does not end, or stands too deep."""
    pieces: list[str] = []
    depth, copied = 0, at
    for token in _TOKEN.finditer(text, at):
        pieces += [text[copied : token.start()], _json_token(token)]
        copied = token.end()
        if token["mark"]:
            depth += 1 if token["mark"] in "[{" else -1
            if depth == 0:
                return "".join(pieces)
            if depth > MAX_DEPTH:
                return None
    return None


def _json_token(token: re.Match[str]) -> str:
    if token["trailing"]:
        return ""
    if token["name"]:
        return json.dumps(token["name"])
    if token["single"] is not None:
        return '"' + _ESCAPED_QUOTE.sub(_requoted, token["single"]) + '"'
    return token[0]


def _requoted(found: re.Match[str]) -> str:
    return "'" if found[0] == "\\'" else '\\"'
