"""How pages stand: what a look needs to know before it is taken."""

# ruff: noqa: S608 - statements are put together from names of our own

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawler.model import (
    AddressState,
    Fields,
    KnownVersion,
    PageKey,
    PageState,
    State,
)
from crawler.store import promises
from crawler.store.addresses import ADDRESS, address_of, first_addresses

# Rows fetched by one statement with a list of ids in it.
CHUNK = 500

#: a page's age at its last look, in seconds
_AGE_S = (
    "(julianday(coalesce(p.last_checked_at, p.first_seen_at)) - julianday(p.first_seen_at)) * 86400"
)
_PAGE = f"""
SELECT
    p.id, p.source_id, p.canonical_url, p.state, p.state_since, p.suspicion, p.suspect_since,
    p.blocked_since, p.blocked_told, p.first_seen_at, p.published, p.last_checked_at,
    p.last_conclusive_at, p.next_check_at, p.failures, p.shares_seed,
    v.id, t.sha256, e.title, e.author, e.source_name, e.editor, e.published, e.images, e.links,
    e.extractor, e.rule, v.as_of, p.rate_evidence, {promises.of_others("p", _AGE_S)}
FROM pages p
LEFT JOIN versions v ON v.id = p.version_id
LEFT JOIN extractions e ON e.id = v.extraction_id
LEFT JOIN texts t ON t.id = v.text_id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A page to look at, by one of its addresses."""

    page: PageState
    address: AddressState
    #: the address is not the one that the page is known by
    aside: bool = False

    @property
    def url(self) -> str:
        """The address to ask."""
        return self.address.url


def page_of(row: Sequence[Any]) -> PageState:
    """A row of the page query as a value."""
    state, suspicion = State(row[3]), None if row[5] is None else State(row[5])
    version = version_of(row[16:])
    told, shares_seed = bool(row[8]), bool(row[15])
    kept = [told, *row[9:15], shares_seed, version, row[29], row[28]]
    return PageState(*[*row[:3], state, row[4], suspicion, *row[6:8], *kept])


def version_of(row: Sequence[Any]) -> KnownVersion | None:
    """A row of a version's columns as a value; None where there is none."""
    if row[0] is None:
        return None
    images, links = (tuple(json.loads(text)) for text in row[7:9])
    fields = Fields(*[*row[2:7], images, links])
    return KnownVersion(row[0], row[1], fields, *row[9:12])


def also_bound_s() -> str:
    """In SQL, the strictest promise to a page `p` of the sources that list it beside its own."""
    return promises.of_others("p", _AGE_S)


def page_state(conn: sqlite3.Connection, page_id: int) -> PageState | None:
    """A page by its id; one that was joined with another is that other one."""
    row = conn.execute(
        _PAGE + "WHERE p.id = (SELECT coalesce(joined_with, id) FROM pages WHERE id = ?)",
        (page_id,),
    ).fetchone()
    return None if row is None else page_of(row)


def page_id_of(conn: sqlite3.Connection, key: PageKey) -> int | None:
    """The page that carries this key today."""
    row = conn.execute(
        "SELECT coalesce(joined_with, id) FROM pages WHERE site = ? AND key = ?",
        (key.site, key.key),
    ).fetchone()
    return None if row is None else int(row[0])


def page_id_at(conn: sqlite3.Connection, url: str) -> int | None:
    """The page that has this address, or this canonical URL."""
    row = conn.execute(
        "SELECT coalesce(p.joined_with, p.id) FROM addresses a JOIN pages p ON p.id = a.page_id "
        "WHERE a.url = ? AND a.purpose = 'article' UNION ALL "
        "SELECT coalesce(joined_with, id) FROM pages WHERE canonical_url = ? LIMIT 1",
        (url, url),
    ).fetchone()
    return None if row is None else int(row[0])


def pages_of_source(conn: sqlite3.Connection, source_id: str) -> list[int]:
    """All pages of a source, those that were joined with others too."""
    rows = conn.execute("SELECT id FROM pages WHERE source_id = ?", (source_id,))
    return [row[0] for row in rows]


def due(
    conn: sqlite3.Connection,
    source_ids: Iterable[str],
    now: str | None,
    limit: int | None = None,
) -> list[Due]:
    """Pages of the sources whose time has come (all of them when `now` is None), the most overdue
    first; pages never looked at come before all others."""
    rows = conn.execute(
        # Chosen first: what is known of a page is gathered for those that are asked for alone.
        _PAGE
        + "WHERE p.id IN (SELECT id FROM pages "
        + "WHERE source_id IN (SELECT value FROM json_each(?)) AND joined_with IS NULL AND watched"
        + ("" if now is None else " AND (next_check_at IS NULL OR next_check_at <= ?)")
        + " ORDER BY next_check_at, id LIMIT ?) ORDER BY p.next_check_at, p.id",
        (
            json.dumps(list(source_ids)),
            *(() if now is None else (now,)),
            -1 if limit is None else limit,
        ),
    )
    return list(_with_addresses(conn, (page_of(row) for row in rows)))


def due_at(conn: sqlite3.Connection, urls: Iterable[str]) -> list[Due]:
    """The pages at these URLs, each by the very address that was named."""
    found = []
    for url in urls:
        page_id = page_id_at(conn, url)
        page = None if page_id is None else page_state(conn, page_id)
        if page is None:
            continue
        row = conn.execute(
            ADDRESS + "WHERE page_id = ? AND purpose = 'article' ORDER BY url = ? DESC, id LIMIT 1",
            (page.page_id, url),
        ).fetchone()
        if row is not None:
            address = address_of(row)
            first = first_addresses(conn, [page.page_id])[page.page_id]
            aside = page.version is not None and first.address_id != address.address_id
            found.append(Due(page, address, aside))
    return found


def due_pages(
    conn: sqlite3.Connection, keys: Iterable[PageKey], now: str | None
) -> list[tuple[PageKey, Due]]:
    """The pages with these keys whose time has come, in the order of the keys."""
    found = []
    for key in keys:
        page_id = page_id_of(conn, key)
        page = None if page_id is None else page_state(conn, page_id)
        if page is None or (now and page.next_check_at and page.next_check_at > now):
            continue
        if not is_watched(conn, page.page_id):
            continue
        found += [(key, item) for item in _with_addresses(conn, iter([page]))]
    return found


def canonical_url(conn: sqlite3.Connection, page_id: int) -> str:
    """The address that a page is known by."""
    row = conn.execute("SELECT canonical_url FROM pages WHERE id = ?", (page_id,)).fetchone()
    return str(row[0])


def is_watched(conn: sqlite3.Connection, page_id: int) -> bool:
    """Whether a page is asked for at its own address; not one that only others' copies name."""
    row = conn.execute("SELECT watched FROM pages WHERE id = ?", (page_id,)).fetchone()
    return row is not None and bool(row[0])


def is_withheld(conn: sqlite3.Connection, page_id: int) -> bool:
    """Whether `crawl withhold` took a page out: it is asked for no more."""
    row = conn.execute("SELECT withheld_at FROM pages WHERE id = ?", (page_id,)).fetchone()
    return row is not None and row[0] is not None


def _with_addresses(conn: sqlite3.Connection, pages: Iterator[PageState]) -> Iterator[Due]:
    """Each page with its first address: the canonical URL where that was asked for."""
    while chunk := list(islice(pages, CHUNK)):
        first = first_addresses(conn, [page.page_id for page in chunk])
        yield from (Due(page, first[page.page_id]) for page in chunk if page.page_id in first)


_OTHER = """
SELECT a.id, a.page_id, a.url, a.etag, a.last_modified, a.validators_from, a.validators_url,
    a.last_full_at, a.last_body_sha256, a.extraction_id
FROM json_each(?) w
JOIN addresses a ON a.page_id = w.value AND a.purpose = 'article'
JOIN pages p ON p.id = a.page_id
LEFT JOIN observations o ON o.id = p.last_observation_id
WHERE (a.last_checked_at IS NULL OR a.last_checked_at <= ?)
    AND a.url <> p.canonical_url AND a.url <> coalesce(o.final_url, '')
ORDER BY w.key, a.id
"""


def other_addresses(conn: sqlite3.Connection, found: Sequence[Due], before: str) -> list[Due]:
    """The further addresses of these pages that were not looked at since `before`, and to which
    the last look at the page did not lead; only of pages that showed a text."""
    pages = {one.page.page_id: one for one in found if one.page.version is not None}
    rows = conn.execute(_OTHER, (json.dumps(list(pages)), before))
    others = [(pages[row[1]], address_of(row)) for row in rows]
    return [
        Due(one.page, address, aside=True)
        for one, address in others
        if address.address_id != one.address.address_id
    ]
