"""What a look is judged beside: the page's last texts, its host's other pages, unread bytes."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.model import KnownVersion, PageKey
from crawler.store.changing import Moments, Passage
from crawler.store.looks import Look
from crawler.store.pages import page_id_of, version_of
from crawler.store.records import VersionPlace, clean


class RecentText(NamedTuple):
    """A text that a page showed, and the change that led to it."""

    text_sha256: str
    as_of: str
    change_id: int | None


def latest_texts(conn: sqlite3.Connection, page_id: int, since: str) -> list[RecentText]:
    """A page's last three versions that stand and were first seen after `since`, newest first."""
    rows = conn.execute(
        "SELECT t.sha256, v.as_of, (SELECT max(c.id) FROM changes c WHERE c.page_id = v.page_id "
        "AND c.to_version_id = v.id AND c.kind = 'content') "
        "FROM versions v JOIN texts t ON t.id = v.text_id "
        "WHERE v.page_id = ? AND NOT v.superseded AND v.as_of >= ? "
        "ORDER BY v.as_of DESC, v.id DESC LIMIT 3",
        (page_id, since),
    )
    return [RecentText(*row) for row in rows]


def event_told(conn: sqlite3.Connection, page_id: int, kind: str, since: str) -> bool:
    """Whether an event of this kind was recorded of the page since a moment."""
    row = conn.execute(
        "SELECT 1 FROM events WHERE recorded_at >= ? AND page_id = ? AND kind = ? LIMIT 1",
        (since, page_id, kind),
    ).fetchone()
    return row is not None


def host_answers(conn: sqlite3.Connection, url: str, since: str) -> bool:
    """Whether the host of a URL gave a conclusive answer at the last look at any other of its
    pages, not before `since`."""
    parts = urlsplit(url)
    prefix = f"{parts.scheme}://{parts.netloc}/"
    row = conn.execute(
        "SELECT o.outcome, o.finished_at FROM addresses a "
        "JOIN observations o ON o.id = a.last_observation_id "
        "WHERE a.url >= ? AND a.url < ? AND a.url <> ? AND a.purpose = 'article' "
        "ORDER BY o.id DESC LIMIT 1",
        (prefix, prefix[:-1] + "0", url),
    ).fetchone()
    if row is None or row[1] < since:
        return False
    return row[0] not in ("blocked", "refused", "failed")


def knows_any(conn: sqlite3.Connection, keys: Iterable[PageKey]) -> bool:
    """Whether the archive has a page with one of these keys."""
    return any(page_id_of(conn, key) is not None for key in keys)


def version_before(
    conn: sqlite3.Connection, page_id: int, as_of: str
) -> tuple[KnownVersion | None, bool]:
    """A page's version that stood at a moment, and whether a later one is known."""
    row = conn.execute(
        "SELECT v.id, t.sha256, e.title, e.author, e.source_name, e.editor, e.published, e.images, "
        "e.links, e.extractor, e.rule, v.as_of FROM versions v "
        "JOIN extractions e ON e.id = v.extraction_id JOIN texts t ON t.id = v.text_id "
        "WHERE v.page_id = ? AND NOT v.superseded AND v.as_of <= ? "
        "ORDER BY v.as_of DESC, v.id DESC LIMIT 1",
        (page_id, as_of),
    ).fetchone()
    later = conn.execute(
        "SELECT 1 FROM versions WHERE page_id = ? AND NOT superseded AND as_of > ? LIMIT 1",
        (page_id, as_of),
    ).fetchone()
    return (None if row is None else version_of(row)), later is not None


# A copy stays as it is: what cannot be read in it today will not be read tomorrow.
GIVEN_UP_AFTER = 3
_MISSING = """
SELECT w.value FROM json_each(?) w WHERE NOT EXISTS (
    SELECT 1 FROM addresses a WHERE a.url = w.value AND a.purpose = 'article' AND (
        a.last_full_at IS NOT NULL OR ?2 <= (
            SELECT count(*) FROM observations o WHERE o.address_id = a.id
            AND (o.body_sha256 IS NOT NULL OR o.reason = 'too_large')
            AND o.outcome <> 'blocked' AND coalesce(o.reason, '') NOT IN ('server', 'rate_limited'))
    ))
"""


def copies_missing(conn: sqlite3.Connection, urls: Iterable[str]) -> set[str]:
    """Those of a web archive's copies that never gave an answer here, but for those that could
    not be read so many times."""
    rows = conn.execute(_MISSING, (json.dumps(list(urls)), GIVEN_UP_AFTER))
    return {row[0] for row in rows}


def copies_filed(conn: sqlite3.Connection, urls: Iterable[str]) -> None:
    """Write down that these copies have their place in the time of their pages."""
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(
        "UPDATE addresses SET last_full_at = last_checked_at WHERE url = ? AND purpose = 'article'",
        [(clean(url),) for url in urls],
    )
    conn.execute("COMMIT")


_UNREAD = """
SELECT o.reason, o.body_sha256, o.started_at, o.id, l.hash FROM observations o
JOIN log l ON l.sequence = o.sequence
WHERE o.address_id = ? AND o.id < ? AND o.body_sha256 IS NOT NULL
AND (o.reason = 'unsupported_type' OR o.outcome IN ('new', 'changed', 'unchanged'))
ORDER BY o.id DESC LIMIT 1
"""


def unread_body(conn: sqlite3.Connection, address_id: int) -> str | None:
    """The sha256 of the last document at an address that was kept and not read, where nothing
    that can be read has come since."""
    row = conn.execute(_UNREAD, (address_id, 1 << 62)).fetchone()
    return row[1] if row is not None and row[0] == "unsupported_type" else None


def unread_passage(conn: sqlite3.Connection, look: Look) -> Passage:
    """From the look before at the bytes of a document that nobody reads to this one."""
    row = conn.execute(_UNREAD, (look.address.id, look.id)).fetchone()
    here = look.attempt.finished_at
    new = VersionPlace(None, None, look.hash, look.hash)
    if row is None:
        return Passage(None, new, Moments(None, here, None, look.id))
    _, _, started_at, look_id, digest = row
    old = VersionPlace(None, None, None, digest)
    return Passage(old, new, Moments(started_at, here, look_id, look.id))
