"""The catch-up step of the passage and search indexes: texts that wait, a slice at a time.

A text and its index entries are committed apart, so a crash between the two leaves a text that
waits, and the next step finds it.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from crawler.store import passages, words
from crawler.store.transaction import immediate

# What a version or a seed copy carries; a stub's text has no place in the indexes.
_SHOWN = (
    "SELECT 1 FROM texts t WHERE t.id = ? AND t.text IS NOT NULL AND ("
    "EXISTS (SELECT 1 FROM versions WHERE text_id = t.id) "
    "OR EXISTS (SELECT 1 FROM seeds WHERE text_id = t.id))"
)


class Entry(NamedTuple):
    """A text's entries, made before the write lock is taken, here or in a reader process."""

    text_id: int
    fingerprints: passages.Fingerprints
    tokens: str


def index_waiting(conn: sqlite3.Connection, limit: int) -> int:
    """Index up to `limit` texts that wait; returns how many it did."""
    return write(conn, [entry(*row) for row in waiting_texts(conn, limit)])


def waiting_texts(conn: sqlite3.Connection, limit: int) -> list[tuple[int, str]]:
    """The ids and texts of those that have waited longest."""
    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 ORDER BY id LIMIT ?", (limit,)
    )
    return [(text_id, text or "") for text_id, text in rows]


def entry(text_id: int, text: str) -> Entry:
    """What the indexes keep of a text. Pure."""
    from crawler.text import search_tokens

    return Entry(text_id, passages.fingerprints_of(text), search_tokens(text))


def write(conn: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    """Write these entries in one transaction; how many there were."""
    ready = list(entries)
    if not ready:
        return 0
    # Every row names a text that was just read from `texts`, where none is ever deleted: to look
    # each up again took half the time. `verify` looks.
    conn.execute("PRAGMA foreign_keys = OFF")
    try:
        return _write_all(conn, ready)
    finally:
        conn.execute("PRAGMA foreign_keys = ON")


def _write_all(conn: sqlite3.Connection, ready: list[Entry]) -> int:
    with immediate(conn):
        for one in ready:
            _write(conn, one)
    return len(ready)


def _write(conn: sqlite3.Connection, entry: Entry) -> None:
    """Index one text, unless somebody else has done it meanwhile."""
    done = conn.execute(
        "UPDATE texts SET indexed = 1 WHERE id = ? AND indexed = 0", (entry.text_id,)
    )
    if not done.rowcount or not conn.execute(_SHOWN, (entry.text_id,)).fetchone():
        return
    passages.index(conn, entry.text_id, entry.fingerprints)
    # A text that came to stand on a second page waits again, for its passages alone.
    if not words.has(conn, entry.text_id):
        words.add(conn, entry.text_id, entry.tokens)


def waiting(conn: sqlite3.Connection) -> int:
    """How many texts wait."""
    return int(conn.execute("SELECT count(*) FROM texts WHERE indexed = 0").fetchone()[0])
