"""Kind `xinhua`: a hub page names its data (`datasource:<32 hex>`), which stands beside it as
`ds_<hex>.json` with up to 1,000 rows; lists without data are read as links. Lists of the years
before came page by page from `qc.wa.news.cn/nodeart/list`, wrapped in a call (JSONP)."""

import re
from dataclasses import replace
from urllib.parse import urljoin

from crawler.discover.dates import CHINA, moment
from crawler.discover.gather import Gathering, NotAListing
from crawler.discover.htmltext import parse_html, plain_text
from crawler.discover.index import gather_articles
from crawler.discover.jsontext import parse_json, rows_of, text_of
from crawler.discover.urls import counted, with_query
from crawler.model import Document, Link, Listing, Source

_DATASOURCE = re.compile(r"datasource\s*[:=]\s*[\"']?([0-9a-f]{32})", re.I)
_WRAPPED = re.compile(rb"^[\w.$]{0,80}\s*\(\s*([{\[].*[}\]])\s*\)\s*;?\s*$", re.S)


def read(document: Document, source: Source) -> Listing:
    """A hub (its data files to follow, its own links) or one data file. Raises NotAListing."""
    opening = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if opening[:1] in (b"{", b"["):
        return _read_rows(document, source)
    if wrapped := _WRAPPED.match(opening):
        return _read_rows(replace(document, body=wrapped[1]), source)
    return _read_hub(document, source)


def _read_hub(document: Document, source: Source) -> Listing:
    page = parse_html(document, source)
    gathering = Gathering(document.url, source, page.base(document.url))
    for number in dict.fromkeys(_DATASOURCE.findall(page.text)):
        # Beside the page's own address, whatever its <base> says.
        gathering.lead(urljoin(document.url, f"ds_{number.lower()}.json"))
    gather_articles(page, gathering)
    return gathering.listing(following=page.next_page(), title=page.title())


def _read_rows(document: Document, source: Source) -> Listing:
    value = parse_json(document, source)
    if isinstance(value, dict):
        data = value.get("data")
        value = value.get("datasource", data.get("list") if isinstance(data, dict) else None)
    if value is None:
        raise NotAListing("its JSON has no `datasource`")
    gathering = Gathering(document.url, source)
    for row in rows_of(value):
        address = text_of(row, "publishUrl", "url", "linkUrl", "LinkUrl")
        if address and not gathering.full:
            gathering.add(address, _said(row))
    return gathering.listing(following=_next_page(document.url) if gathering.links else None)


def _next_page(url: str) -> str | None:
    """The page after one that counts by `pgnum`."""
    number = counted(url, "pgnum")
    return None if number is None else with_query(url, pgnum=number + 1)


def _said(row: dict[str, object]) -> Link:
    return Link(
        url="",
        title=plain_text(text_of(row, "title", "showTitle", "Title")),
        published=moment(text_of(row, "publishTime", "PubTime"), CHINA),
        author=text_of(row, "author", "Author"),
    )
