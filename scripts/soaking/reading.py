"""What stands in the archive, read from outside while the daemon writes it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Reader:
    """A connection for each question, so that nothing of ours holds up a checkpoint."""

    path: Path

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; none while there is no archive."""
        try:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
            try:
                return connection.execute(sql, values).fetchall()
            finally:
                connection.close()
        except sqlite3.OperationalError:
            return []

    def one(self, sql: str, *values: object) -> Any:
        """The first column of the first row, None where there is no row."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def head(self) -> tuple[int, str] | None:
        """The last committed record: its sequence and hash."""
        rows = self.rows("SELECT sequence, hash FROM log ORDER BY sequence DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else None

    def due_next(self) -> str | None:
        """The moment at which anything is due next; "" for at once."""
        return self.one(
            "SELECT min(moment) FROM ("
            "SELECT coalesce(min(coalesce(next_check_at, '')), '') AS moment FROM pages "
            "UNION ALL SELECT coalesce(next_listing_at, '') FROM sources "
            "WHERE kind = 'feed' AND removed_at IS NULL)"
        )

    def at_rest(self, pid: int) -> bool:
        """Whether the process with this id has ended the last run that it began (one that met a
        full disk stays open, and another follows)."""
        return self.one(
            "SELECT finished_at IS NOT NULL FROM runs WHERE pid = ? ORDER BY id DESC LIMIT 1", pid
        ) in (None, 1)

    def letters_due(self, now: str) -> int:
        """How many messages may be sent now."""
        return self.one(
            "SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND next_try_at <= ?", now
        )


def settled(reader: Reader, marks: Callable[[], list[str]]) -> bool:
    """Whether every page is known as it stands and no message waits."""
    latest = [
        text
        for (text,) in reader.rows(
            "SELECT t.text FROM pages p JOIN versions v ON v.id = p.version_id "
            "JOIN texts t ON t.id = v.text_id"
        )
    ]
    known = all(any(mark in text for text in latest) for mark in marks())
    return known and reader.one("SELECT count(*) FROM outbox WHERE delivered_at IS NULL") == 0
