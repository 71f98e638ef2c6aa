"""The catch-up step of the passage and search indexes: texts that wait, a slice at a time.

A text and its index entries are committed apart, so a crash between the two leaves a text that
waits, and the next step finds it.
"""

import sqlite3
from typing import NamedTuple

from crawler.store import passages

# What a version or a seed copy carries; a stub's text has no place in the indexes.
_SHOWN = (
    "SELECT 1 FROM texts t WHERE t.id = ? AND t.text IS NOT NULL AND ("
    "EXISTS (SELECT 1 FROM versions WHERE text_id = t.id) "
    "OR EXISTS (SELECT 1 FROM seeds WHERE text_id = t.id))"
)


class _Ready(NamedTuple):
    """A text's entries, made before the write lock is taken."""

    text_id: int
    fingerprints: passages.Fingerprints
    tokens: str


def index_waiting(conn: sqlite3.Connection, limit: int) -> int:
    """Index up to `limit` texts that wait; returns how many it did."""
    from crawler.text import search_tokens

    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 ORDER BY id LIMIT ?", (limit,)
    ).fetchall()
    ready = [
        _Ready(text_id, passages.fingerprints_of(text or ""), search_tokens(text or ""))
        for text_id, text in rows
    ]
    if not ready:
        return 0
    conn.execute("BEGIN IMMEDIATE")
    try:
        for entry in ready:
            _write(conn, entry)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return len(ready)


def _write(conn: sqlite3.Connection, entry: _Ready) -> None:
    """Index one text, unless somebody else has done it meanwhile."""
    done = conn.execute(
        "UPDATE texts SET indexed = 1 WHERE id = ? AND indexed = 0", (entry.text_id,)
    )
    if not done.rowcount or not conn.execute(_SHOWN, (entry.text_id,)).fetchone():
        return
    passages.index(conn, entry.text_id, entry.fingerprints)
    # A text that came to stand on a second page waits again, for its passages alone.
    if conn.execute("SELECT 1 FROM search_docsize WHERE id = ?", (entry.text_id,)).fetchone():
        return
    conn.execute("INSERT INTO search (rowid, tokens) VALUES (?, ?)", (entry.text_id, entry.tokens))


def waiting(conn: sqlite3.Connection) -> int:
    """How many texts wait."""
    return int(conn.execute("SELECT count(*) FROM texts WHERE indexed = 0").fetchone()[0])
