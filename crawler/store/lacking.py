"""What an archive of a build before the first release lacks: it carries the same number."""

import sqlite3
from contextlib import closing

from crawler.store.migrations import MIGRATIONS


def lacking(conn: sqlite3.Connection) -> str | None:
    """The first table or column of the newest schema that the file does not have; None where it has
    all."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for step in MIGRATIONS:
            step(fresh)
        wanted, held = _columns(fresh), _columns(conn)
    for table, columns in wanted.items():
        for column in columns:
            if column not in held.get(table, ()):
                return f"{table}.{column}" if table in held else table
    return None


def _columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    names = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    info = "SELECT name FROM pragma_table_info(?)"
    return {name: [row[0] for row in conn.execute(info, (name,))] for (name,) in names.fetchall()}
