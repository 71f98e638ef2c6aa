"""Readers' judgements beside changes: kept apart from the record, which they never touch."""

import sqlite3
from typing import Any

from crawler.errors import UsageError
from crawler.model import Mark
from crawler.store import history
from crawler.store.faults import explained
from crawler.store.openfile import OpenFile
from crawler.store.transaction import immediate

#: characters of a note
NOTE_CHARS = 2_000


class MarkSide(OpenFile):
    """What readers write beside what was seen."""

    def mark(self, change: str, mark: Mark, note: str | None = None) -> dict[str, Any]:
        """Put a judgement beside a change, named by its id or a prefix of its hash; the change's id
        and all its marks. The same judgement again takes the first one's place. Raises UnknownName,
        and UsageError for a note that is too long."""
        self._must_write()
        if note is not None and len(note) > NOTE_CHARS:
            raise UsageError(
                f"the note has {len(note):,} characters", f"use {NOTE_CHARS:,} at most"
            )
        with explained(self.path):
            return _mark(self.conn, change, mark, note, self._now())

    def unmark(self, change: str, mark: Mark) -> dict[str, Any]:
        """Take a judgement back; the change's id and the marks that are left. Raises
        UnknownName."""
        self._must_write()
        with explained(self.path):
            return _unmark(self.conn, change, mark)


def _mark(
    conn: sqlite3.Connection, change: str, given: Mark, note: str | None, now: str
) -> dict[str, Any]:
    number = _number(conn, change)
    with immediate(conn):
        conn.execute("DELETE FROM marks WHERE change_id = ? AND mark = ?", (number, str(given)))
        conn.execute(
            "INSERT INTO marks (change_id, mark, note, marked_at) VALUES (?, ?, ?, ?)",
            (number, str(given), note, now),
        )
    return marks_of(conn, number)


def _unmark(conn: sqlite3.Connection, change: str, given: Mark) -> dict[str, Any]:
    number = _number(conn, change)
    conn.execute("DELETE FROM marks WHERE change_id = ? AND mark = ?", (number, str(given)))
    return marks_of(conn, number)


def marks_of(conn: sqlite3.Connection, number: int) -> dict[str, Any]:
    """A change's id and its marks, the oldest first."""
    rows = conn.execute(
        "SELECT mark, note, marked_at FROM marks WHERE change_id = ? ORDER BY id", (number,)
    )
    told = [dict(zip(("mark", "note", "marked_at"), row, strict=True)) for row in rows]
    return {"change": number, "marks": told}


def _number(conn: sqlite3.Connection, change: str) -> int:
    """A change's id by itself or by its hash; raises UnknownName."""
    return int(history.change(conn, change)["change"])
