"""Edits whose pages a web archive is asked to save: who waits, who was asked, what is confirmed."""

import sqlite3
from dataclasses import dataclass

from crawler.store.transaction import immediate

_CURSOR = "saves"


@dataclass(frozen=True, slots=True)
class Save:
    """A page that is to be saved elsewhere, or was asked for and is to be looked up."""

    id: int
    change_id: int
    page_id: int
    source_id: str
    url: str
    attempts: int
    #: when the web archive took it on; None: it was not asked yet
    asked_at: str | None


def enqueue(conn: sqlite3.Connection, now: str) -> int:
    """Let the edits of ours that were recorded since the last call wait to be saved; how many. The
    first call begins with what comes after it."""
    row = conn.execute("SELECT position FROM cursors WHERE name = ?", (_CURSOR,)).fetchone()
    (newest,) = conn.execute("SELECT coalesce(max(id), 0) FROM changes").fetchone()
    if row is not None and row[0] == newest:
        return 0
    with immediate(conn):
        added = 0
        if row is not None:
            added = conn.execute(_ENQUEUE, (now, now, row[0], newest)).rowcount
            conn.execute(_OVERTAKEN)
        conn.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (_CURSOR, newest))
    return added


_ENQUEUE = """
INSERT OR IGNORE INTO saves (change_id, page_id, url, queued_at, next_try_at)
SELECT c.id, c.page_id, p.canonical_url, ?, ? FROM changes c JOIN pages p ON p.id = c.page_id
WHERE c.id > ? AND c.id <= ? AND c.kind = 'content' AND c.score > 0 AND c.origin = 'here'
    AND p.withheld_at IS NULL
"""
# Of several edits that wait, the page is saved once.
_OVERTAKEN = """
UPDATE saves SET next_try_at = NULL, last_error = 'a later edit of the page is saved instead'
WHERE next_try_at IS NOT NULL AND asked_at IS NULL AND EXISTS (SELECT 1 FROM saves l
    WHERE l.page_id = saves.page_id AND l.id > saves.id AND l.next_try_at IS NOT NULL)
"""


def next_one(conn: sqlite3.Connection, now: str) -> Save | None:
    """Whose turn it is: of all that are due, what waits longest."""
    row = conn.execute(
        "SELECT s.id, s.change_id, s.page_id, p.source_id, s.url, s.attempts, s.asked_at "
        "FROM saves s JOIN pages p ON p.id = s.page_id "
        "WHERE s.next_try_at <= ? AND p.withheld_at IS NULL ORDER BY s.next_try_at, s.id LIMIT 1",
        (now,),
    ).fetchone()
    return None if row is None else Save(*row)


def put_off(conn: sqlite3.Connection, save: Save, until: str | None, error: str) -> None:
    """It did not come off: try again then, or never."""
    conn.execute(
        "UPDATE saves SET attempts = attempts + 1, next_try_at = ?, last_error = ? WHERE id = ?",
        (until, error, save.id),
    )


def taken_on(conn: sqlite3.Connection, save: Save, now: str, job: str | None, until: str) -> None:
    """The web archive took it on; it is looked up then."""
    conn.execute(
        "UPDATE saves SET asked_at = ?, job = ?, attempts = 0, next_try_at = ?, last_error = NULL "
        "WHERE id = ?",
        (now, job, until, save.id),
    )


def confirmed(conn: sqlite3.Connection, save: Save, memento: str, memento_at: str) -> None:
    """Its index knows the copy."""
    conn.execute(
        "UPDATE saves SET memento = ?, memento_at = ?, next_try_at = NULL, last_error = NULL "
        "WHERE id = ?",
        (memento, memento_at, save.id),
    )
