"""What a proof needs of single records: their text, their place in the tree, whose they are."""

import json
import sqlite3
from typing import Any, NamedTuple

from crawler import chain
from crawler.errors import UnknownName
from crawler.store.transaction import read_subtrees

# ruff: noqa: S608 - statements are put together from names of our own


class Record(NamedTuple):
    """A record as the log keeps it."""

    sequence: int
    hash: str
    text: str

    @property
    def said(self) -> dict[str, Any]:
        """Its fields."""
        fields: dict[str, Any] = json.loads(self.text)
        return fields


_TABLES = {
    "observation": "observations",
    "extraction": "extractions",
    "change": "changes",
    "event": "events",
    "seed": "seeds",
}


def record_of(conn: sqlite3.Connection, kind: str, row_id: int) -> Record:
    """The record of a row."""
    row = conn.execute(
        "SELECT l.sequence, l.hash, l.record FROM log l "
        f"JOIN {_TABLES[kind]} r ON r.sequence = l.sequence WHERE r.id = ?",
        (row_id,),
    ).fetchone()
    return Record(*row)


def by_hash(conn: sqlite3.Connection, prefix: str) -> Record | None:
    """The record whose hash begins so (8 digits or more); None where there is none, raises
    UnknownName where there are several."""
    low = prefix.lower()
    rows = conn.execute(
        "SELECT sequence, hash, record FROM log WHERE hash >= ? AND hash < ? LIMIT 2",
        (low, low + "g"),
    ).fetchall()
    if len(rows) > 1:
        raise UnknownName(f"{prefix} begins the hashes of several records", "give more of it")
    return Record(*rows[0]) if rows else None


def proof(conn: sqlite3.Connection, sequence: int, size: int) -> list[str]:
    """The audit path of a record in the tree of the first `size`."""
    return chain.inclusion_proof(sequence, size, read_subtrees(conn))


def extraction_of(
    conn: sqlite3.Connection, observation_id: int, text_sha256: str, version_id: int | None
) -> Record | None:
    """The extraction by which these bytes gave this text: the look's own, or its version's."""
    for row in conn.execute(
        "SELECT l.sequence, l.hash, l.record FROM log l JOIN extractions e "
        "ON e.sequence = l.sequence JOIN texts t ON t.id = e.text_id AND t.sha256 = ?2 "
        "WHERE e.id = (SELECT extraction_id FROM observations WHERE id = ?1) "
        "OR e.id = (SELECT extraction_id FROM versions WHERE id = ?3) "
        "ORDER BY e.id = (SELECT extraction_id FROM versions WHERE id = ?3) DESC, e.id DESC",
        (observation_id, text_sha256, version_id),
    ):
        found = Record(*row)
        if _same_bytes(conn, observation_id, found.said["capture"]):
            return found
    return None


def _same_bytes(conn: sqlite3.Connection, observation_id: int, capture: list[str]) -> bool:
    row = conn.execute(
        "SELECT 1 FROM observations o JOIN observations c ON c.body_sha256 = o.body_sha256 "
        "JOIN log l ON l.sequence = c.sequence WHERE o.id = ? "
        "AND l.hash IN (SELECT value FROM json_each(?))",
        (observation_id, json.dumps(capture)),
    ).fetchone()
    return row is not None


def last_look(conn: sqlite3.Connection, version_id: int) -> int:
    """The last look at a version's bytes."""
    row = conn.execute(
        "SELECT coalesce((SELECT o.id FROM observations o WHERE o.version_id = v.id "
        "AND o.outcome IN ('new', 'changed', 'unchanged') ORDER BY o.as_of DESC, o.id DESC "
        "LIMIT 1), v.first_observation_id) FROM versions v WHERE v.id = ?",
        (version_id,),
    ).fetchone()
    return int(row[0])


def first_look(conn: sqlite3.Connection, version_id: int) -> int:
    """The look that saw a version first."""
    row = conn.execute("SELECT first_observation_id FROM versions WHERE id = ?", (version_id,))
    return int(row.fetchone()[0])


def memento(conn: sqlite3.Connection, page_id: int, moment: str) -> tuple[str, str] | None:
    """The Wayback Machine's copy of a page that is nearest to a moment, of those that were imported
    and those that it was asked for and lists: its URL and when it was served."""
    row = conn.execute(_NEAREST, (page_id, moment)).fetchone()
    if row is None:
        return None
    if "/web/" in row[0]:  # the look was at the copy's own address
        return str(row[0]).replace("id_/", "/", 1), row[1]
    digits = "".join(filter(str.isdigit, row[1]))[:14]
    return f"https://web.archive.org/web/{digits}/{row[0]}", row[1]


_NEAREST = """
SELECT request_url, as_of FROM (
    SELECT request_url, as_of FROM observations WHERE page_id = ?1 AND origin = 'wayback'
    UNION ALL SELECT memento, memento_at FROM saves WHERE page_id = ?1 AND memento IS NOT NULL
) ORDER BY abs(julianday(as_of) - julianday(?2)) LIMIT 1
"""
