"""The archive as a stream of what others read: looks with their bytes, versions, changes."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from crawler.store import bodies
from crawler.store.history import need_names
from crawler.store.versions import VersionRow, by_id

# Rows whose ids are fetched at once: a bound on memory, whatever the archive's size.
CHUNK = 1_000


class Kept(NamedTuple):
    """An observation's record, and its body where it is here."""

    id: int
    hash: str
    record: str
    body: bytes | None


def require_source(conn: sqlite3.Connection, source: str | None) -> None:
    """Raises UnknownName for a source that is not there."""
    need_names(conn, source, None, None)


def _ids(
    conn: sqlite3.Connection, query: str, source: str | None, since: str | None
) -> Iterator[int]:
    last = 0
    while True:
        rows = conn.execute(
            f"{query} AND (:source IS NULL OR x.source_id = :source) "
            "AND (:since IS NULL OR x.at >= :since) AND x.id > :last ORDER BY x.id LIMIT :chunk",
            {"source": source, "since": since, "last": last, "chunk": CHUNK},
        ).fetchall()
        if not rows:
            return
        yield from (row[0] for row in rows)
        last = rows[-1][0]


_LOOKS = "SELECT x.id FROM (SELECT *, finished_at AS at FROM observations) x WHERE 1"
_VERSIONS = (
    "SELECT x.id FROM (SELECT v.*, p.source_id, v.as_of AS at FROM versions v "
    "JOIN pages p ON p.id = v.page_id WHERE NOT v.superseded) x WHERE 1"
)


def looks(conn: sqlite3.Connection, source: str | None, since: str | None) -> Iterator[Kept]:
    """All attempts in order, with what they brought."""
    for look_id in _ids(conn, _LOOKS, source, since):
        yield kept(conn, look_id)


def kept(conn: sqlite3.Connection, look_id: int) -> Kept:
    """One attempt; its body is None where none came, or where it was withheld."""
    digest, record, body_sha256 = conn.execute(
        "SELECT l.hash, l.record, o.body_sha256 FROM observations o "
        "JOIN log l ON l.sequence = o.sequence WHERE o.id = ?",
        (look_id,),
    ).fetchone()
    body = None if body_sha256 is None else bodies.read_or_none(conn, body_sha256)
    return Kept(look_id, digest, record, body)


def all_versions(
    conn: sqlite3.Connection, source: str | None, since: str | None
) -> Iterator[VersionRow]:
    """All versions that stand, the oldest row first."""
    for version_id in _ids(conn, _VERSIONS, source, since):
        found = by_id(conn, version_id)
        if found is not None:
            yield found


def shown_by(conn: sqlite3.Connection, look_id: int) -> tuple[str, str] | None:
    """Title and text that a look showed; None where it showed no article."""
    row = conn.execute(
        "SELECT coalesce(e.title, ''), coalesce(t.text, '') FROM observations o "
        "JOIN extractions e ON e.id = o.extraction_id JOIN texts t ON t.id = e.text_id "
        "WHERE o.id = ? AND o.outcome IN ('new', 'changed', 'unchanged')",
        (look_id,),
    ).fetchone()
    return None if row is None else (row[0], row[1])
