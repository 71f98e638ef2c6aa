"""Kind `wayback`: what a web archive holds of an address or of everything below it, by its CDX
index; a second route to pages older than a live index and to vanished ones.

The links are raw copies (`id_`: as served, not rewritten), each with the moment of its capture.
"""

import re
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit

from crawler.discover.gather import Gathering, NotAListing
from crawler.discover.jsontext import parse_json
from crawler.discover.urls import with_query
from crawler.model import Document, Link, Listing, Source

SERVICE = "https://web.archive.org/cdx/search/cdx"
#: captures asked for at once
PAGE_ROWS = 10_000
#: newest captures asked for on a pass that is no backfill
NEWEST_ROWS = 50

_FIELDS = "timestamp,original,mimetype,statuscode,digest"
_STAMP = re.compile(r"\d{14}$")
#: a copy's address: its moment, and the address that it is a copy of
_COPY = re.compile(
    r"(?P<head>https?://[^/]+(?:/[\w.-]+)*/)(?P<stamp>\d{14})id_/(?P<url>https?://.+)"
)
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "warc/revisit", "unk", "-")


def start(source: Source, backfill: bool) -> tuple[str, ...]:
    """An index query for each address; one that ends in `*` asks for all below it. An address that
    is itself a CDX query is asked of that service, with the `filter` and `collapse` that it has."""
    return tuple(query(url, backfill=backfill) for url in source.urls)


def query(url: str, *, backfill: bool = True, service: str = SERVICE) -> str:
    """The index query for the captures of one address, oldest first, each text of it once; without
    `backfill` only the newest ones."""
    if "/cdx" in urlsplit(url).path:
        address = url
    elif url.endswith("*"):
        address = f"{service}?url={quote(url[:-1], safe='')}&matchType=prefix"
    else:
        address = f"{service}?url={quote(url, safe='')}"
    asked: dict[str, str | int] = {"output": "json", "fl": _FIELDS}
    chosen = {"filter": "statuscode:200", "collapse": "digest"}
    given = parse_qs(urlsplit(address).query)
    asked |= {name: value for name, value in chosen.items() if name not in given}
    paging: dict[str, str | int] = (
        {"limit": PAGE_ROWS, "showResumeKey": "true"} if backfill else {"limit": -NEWEST_ROWS}
    )
    return with_query(address, **asked, **paging)


def read(document: Document, source: Source) -> Listing:
    """The captures of one answer; `next` where the service says that there are more. Raises
    NotAListing."""
    rows = parse_json(document, source)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise NotAListing("its JSON is no list of captures")
    gathering = Gathering(document.url, source)
    rows, resume = _resume_key(rows)
    names = rows[0] if rows else []
    if rows and not {"timestamp", "original"} <= {name for name in names if isinstance(name, str)}:
        raise NotAListing("its JSON names no `timestamp` and `original`")
    for row in rows[1:]:
        _take(dict(zip(map(str, names), map(str, row), strict=False)), gathering)
    more = with_query(document.url, resumeKey=_in_query(resume)) if resume else None
    return gathering.listing(following=more)


def original_of(url: str) -> str:
    """The address that a raw copy is a copy of, from the copy's own; any other as it is."""
    found = _COPY.fullmatch(url)
    return url if found is None else found["url"]


def moment_of(url: str) -> str | None:
    """The moment that a raw copy's address names: a web archive sends on to the nearest one."""
    found = _COPY.fullmatch(url)
    return None if found is None else _moment(found["stamp"])


def copy_beside(copy: str, url: str) -> str:
    """The address of the copy of `url` next to another copy; `url` itself beside no copy."""
    found = _COPY.fullmatch(copy)
    return url if found is None else f"{found['head']}{found['stamp']}id_/{url}"


def _resume_key(rows: list[list[object]]) -> tuple[list[list[object]], str | None]:
    """The rows, and the key that follows them after an empty row."""
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        return rows[:-2], str(rows[-1][0])
    return rows, None


def _in_query(resume: str) -> str:
    """The key as a query holds it. The service prints it so; one with its blank between address
    and moment is as it is, and has to be escaped."""
    return quote(resume, safe="") if " " in resume else resume


def _take(row: dict[str, str], gathering: Gathering) -> None:
    stamp, original = row.get("timestamp", ""), row.get("original", "")
    moment = _moment(stamp)
    if moment is None or row.get("statuscode", "200") not in ("200", "-"):
        return
    if not row.get("mimetype", "text/html").startswith(_READABLE):
        return
    parts = urlsplit(gathering.url)
    copy = f"{parts.scheme}://{parts.netloc}/web/{stamp}id_/{original}"
    gathering.add(original, Link("", as_of=moment), copy=copy)


def _moment(stamp: str) -> str | None:
    """Fourteen digits as ISO 8601; None for a moment that no calendar has."""
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(f"{stamp}+0000", "%Y%m%d%H%M%S%z").isoformat()
    except ValueError:
        return None
