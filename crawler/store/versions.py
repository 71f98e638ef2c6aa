"""Versions as people name and read them."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crawler.errors import UnknownName
from crawler.model import PageKey, iso, parse_iso
from crawler.store.pages import page_id_at, page_id_of
from crawler.store.passages import pages_of_texts

# ruff: noqa: S608 - statements are put together from names of our own


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its text. `first_seen` is the end of the first request whose bytes gave it,
    `last_seen` the start of the last one; `hash` is that of the observation that saw it first."""

    id: int
    page_id: int
    url: str
    source_id: str
    title: str | None
    author: str | None
    source_name: str | None
    editor: str | None
    published: str | None
    images: tuple[str, ...]
    links: tuple[str, ...]
    text: str
    text_sha256: str
    text_id: int
    as_of: str
    first_seen: str
    last_seen: str
    #: of the page, today
    state: str
    extractor: str
    rule: str
    body_sha256: str | None
    hash: str
    #: whether it is what the page showed when it was last seen
    current: bool
    origin: str
    #: the text was taken out by `crawl withhold`; `text` is empty
    withheld: bool = False


# The last look at a version's bytes: the page knows it for its latest version.
_LAST_LOOK = """
CASE WHEN p.version_id = v.id THEN p.last_bytes_observation_id ELSE (
    SELECT o.id FROM observations o WHERE o.version_id = v.id
        AND o.outcome IN ('new', 'changed', 'unchanged') ORDER BY o.as_of DESC, o.id DESC LIMIT 1
) END
"""

_VERSION = f"""
SELECT v.id, coalesce(p.joined_with, p.id), p.canonical_url, p.source_id, e.title, e.author,
    e.source_name, e.editor, e.published, e.images, e.links, coalesce(t.text, ''), t.sha256, t.id,
    v.as_of, CASE WHEN f.origin = 'here' THEN f.finished_at ELSE f.as_of END,
    (SELECT CASE WHEN b.origin = 'here' THEN b.started_at ELSE b.as_of END
        FROM observations b WHERE b.id = coalesce({_LAST_LOOK}, f.id)),
    p.state, e.extractor, e.rule, f.body_sha256, l.hash, p.version_id = v.id, v.origin,
    t.text IS NULL
FROM versions v
JOIN pages p ON p.id = v.page_id
JOIN extractions e ON e.id = v.extraction_id
JOIN texts t ON t.id = v.text_id
JOIN observations f ON f.id = v.first_observation_id
JOIN log l ON l.sequence = f.sequence
"""

_OF_PAGE = (
    _VERSION + "WHERE v.page_id IN (SELECT id FROM pages WHERE id = ?1 OR joined_with = ?1) "
    "AND NOT v.superseded "
)

_HASH = re.compile(r"[0-9a-fA-F]{8,64}")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?)?)?")


def version_of(row: Sequence[Any]) -> VersionRow:
    """A row of the version query as a value."""
    images, links = (tuple(json.loads(text)) for text in row[9:11])
    return VersionRow(
        *[*row[:9], images, links, *row[11:22], bool(row[22]), row[23], bool(row[24])]
    )


def by_id(conn: sqlite3.Connection, version_id: int) -> VersionRow | None:
    """A version by its id."""
    row = conn.execute(_VERSION + "WHERE v.id = ?", (version_id,)).fetchone()
    return None if row is None else version_of(row)


def find(conn: sqlite3.Connection, ref: str) -> VersionRow:
    """A version by id, by 8 or more characters of a hash (of its observation, extraction or text),
    by URL (its latest) or by URL@2026-03-01 (what stood there at that day's end); raises
    UnknownName."""
    found = None
    if ref.isdecimal() and len(ref) < 19:
        found = by_id(conn, int(ref))
    if found is None and _HASH.fullmatch(ref):
        found = _by_hash(conn, ref.lower())
    if found is None and "://" in ref:
        return _at_url(conn, ref)
    if found is None:
        raise UnknownName(
            f"there is no version {ref!r}",
            "name a version's id, 8 or more characters of a hash, or a page's URL; "
            "`crawl log URL` lists a page's versions",
        )
    return found


def _by_hash(conn: sqlite3.Connection, prefix: str) -> VersionRow | None:
    end = prefix + "g"
    ids: set[int] = set()
    for query in _HASH_QUERIES:
        ids |= {row[0] for row in conn.execute(query, (prefix, end)) if row[0] is not None}
    if len(ids) > 1:
        shown = ", ".join(map(str, sorted(ids)[:5]))
        raise UnknownName(
            f"{prefix} begins the hashes of several versions: {shown}", "give more of it"
        )
    return by_id(conn, ids.pop()) if ids else None


_HASH_QUERIES = (
    "SELECT coalesce((SELECT v.id FROM versions v WHERE v.first_observation_id = o.id "
    "ORDER BY v.superseded, v.id DESC LIMIT 1), o.version_id) FROM log l "
    "JOIN observations o ON o.sequence = l.sequence WHERE l.hash >= ? AND l.hash < ?",
    "SELECT (SELECT max(v.id) FROM versions v WHERE v.extraction_id = e.id) FROM log l "
    "JOIN extractions e ON e.sequence = l.sequence WHERE l.hash >= ? AND l.hash < ?",
    "SELECT (SELECT max(v.id) FROM versions v WHERE v.text_id = t.id) FROM texts t "
    "WHERE t.sha256 >= ? AND t.sha256 < ?",
)


def _at_url(conn: sqlite3.Connection, ref: str) -> VersionRow:
    url, at, day = ref.rpartition("@")
    if not (at and _DAY.fullmatch(day)) or page_of_url(conn, ref) is not None:
        url, day = ref, ""
    try:
        end = period_end(day) if day else "9999"
    except (ValueError, OverflowError):
        raise UnknownName(f"{day} is no day", "write URL@2026-03-01") from None
    page_id = require_page(conn, url)
    row = conn.execute(
        _OF_PAGE + "AND v.as_of < ?2 ORDER BY v.as_of DESC, v.id DESC LIMIT 1",
        (page_id, end),
    ).fetchone()
    if row is None:
        when = f" as early as {day}" if day else ""
        raise UnknownName(f"no version of {url} was seen{when}", f"see `crawl log {url}`")
    return version_of(row)


def period_end(day: str) -> str:
    """The moment after a year, a month, a day or a moment, in UTC; raises ValueError or
    OverflowError where the calendar has no such one."""
    if "T" in day:
        return iso(parse_iso(day) + timedelta(milliseconds=1))
    if len(day) == len("2026-03-01"):
        return iso(parse_iso(day) + timedelta(days=1))
    year, month = (*map(int, day.split("-")), 12)[:2]
    last = date(year, month, 28) + timedelta(days=4)
    return last.isoformat()[: len(day)]


def page_of_url(conn: sqlite3.Connection, url: str) -> int | None:
    """The page that a URL names: one of its addresses as written, or one with the same key."""
    page_id = page_id_at(conn, url)
    if page_id is not None:
        return page_id
    key = _key_of(url)
    return None if key is None else page_id_of(conn, key)


def _key_of(url: str) -> PageKey | None:
    from crawler.discover import page_key

    try:
        return page_key(url)
    except ValueError:
        return None


def require_page(conn: sqlite3.Connection, url: str) -> int:
    """The page that a URL names; raises UnknownName."""
    page_id = page_of_url(conn, url)
    if page_id is None:
        raise not_kept(url)
    return page_id


def not_kept(url: str) -> UnknownName:
    """What is said of a page that the archive does not know."""
    keep = f"`crawl once {url}` looks at it and keeps it"
    whole = "name a page by its whole URL, as `crawl changes` and `crawl search` show it"
    return UnknownName(f"{url} is not in the archive", keep if "://" in url else whole)


def of_url(conn: sqlite3.Connection, url: str) -> list[VersionRow]:
    """All versions of a page, in the order of `as_of`; raises UnknownName."""
    return of_pages(conn, [require_page(conn, url)])


def of_pages(conn: sqlite3.Connection, page_ids: Iterable[int]) -> list[VersionRow]:
    """All versions of these pages that stand, page by page, in the order of `as_of`."""
    in_order = _OF_PAGE + "ORDER BY v.as_of, v.id"
    return [version_of(row) for page_id in page_ids for row in conn.execute(in_order, (page_id,))]


def latest_of_pages(conn: sqlite3.Connection, page_ids: Iterable[int]) -> list[VersionRow]:
    """The latest version of each of these pages."""
    rows = conn.execute(
        _VERSION + "JOIN json_each(?) w ON w.value = p.id WHERE p.version_id = v.id ORDER BY w.key",
        (json.dumps(list(page_ids)),),
    )
    return [version_of(row) for row in rows]


def current_with_texts(conn: sqlite3.Connection, text_ids: Iterable[int]) -> list[VersionRow]:
    """The latest versions of the pages that show, or ever showed, one of these texts."""
    return latest_of_pages(conn, pages_of_texts(conn, text_ids))


def all_with_texts(conn: sqlite3.Connection, text_ids: Iterable[int]) -> list[VersionRow]:
    """All versions of the pages that show, or ever showed, one of these texts."""
    return of_pages(conn, pages_of_texts(conn, text_ids))
