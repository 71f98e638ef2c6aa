"""One write transaction: the log's end, new rows by table, all written with one commit.

Ids are given out here, so that rows which name each other can be written table by table in bulk;
the write lock is held meanwhile, so nobody else gives the same ones out.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from crawler import chain
from crawler.store.records import clean_value

#: tables in the order of writing, so that most rows find what they name
TABLES = (
    "pages",
    "bodies",
    "observations",
    "texts",
    "extractions",
    "versions",
    "changes",
    "events",
    "sightings",
    "seeds",
    "seed_matches",
    "outbox",
)


class Appended(NamedTuple):
    """A record that was just written to the log's end."""

    sequence: int
    hash: str
    fields: dict[str, Any]


class Transaction:
    """What one commit adds. Made and ended by `writing`."""

    def __init__(self, conn: sqlite3.Connection, recorded_at: str) -> None:
        self.conn = conn
        self.recorded_at = recorded_at
        self._log = read_frontier(conn)
        self._head = head_hash(conn)
        self._records: list[tuple[int, str, str, str, str]] = []
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._last_ids = last_ids(conn)

    def append(self, kind: str, fields: dict[str, Any]) -> Appended:
        """Append a record to the log. Its fields come back as they were written: what no UTF-8
        can hold is U+FFFD in them."""
        sequence = self._log.size
        common = {"format": 1, "kind": kind, "sequence": sequence, "previous": self._head}
        try:
            record = chain.record_text({**common, **fields})
        except ValueError:
            fields = clean_value(fields)
            record = chain.record_text({**common, **fields})
        self._head = chain.leaf_hash(record)
        subtree = self._log.append(self._head)
        self._records.append((sequence, kind, record, self._head, subtree))
        return Appended(sequence, self._head, fields)

    def reserve(self, table: str) -> int:
        """The id of a row that will be added later, so that earlier rows can name it."""
        row_id: int = self._last_ids.get(table, 0) + 1
        self._last_ids[table] = row_id
        return row_id

    def add(self, table: str, row_id: int | None = None, **row: Any) -> int:
        """Add a row; returns the id that it gets. Rows of one table have the same columns."""
        if row_id is None:
            row_id = self.reserve(table)
        columns = self._columns.setdefault(table, tuple(row))
        assert columns == tuple(row), (table, columns, tuple(row))  # noqa: S101 - a bug of ours
        self._rows[table].append((row_id, *row.values()))
        return row_id

    def flush(self, tables: Sequence[str] = TABLES) -> None:
        """Write the records, and the rows of these tables, that were added so far; still inside
        the transaction."""
        if self._records:
            self.conn.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", self._records)
            self._records.clear()
        for table in tables:
            if rows := self._rows[table]:
                names = ", ".join(("id", *self._columns[table]))
                marks = ", ".join("?" * (len(self._columns[table]) + 1))
                self.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of our own
                rows.clear()


@contextmanager
def immediate(conn: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT around the block; nothing of it stays when it raises."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def writing(conn: sqlite3.Connection, recorded_at: str) -> Iterator[Transaction]:
    """One write transaction around the block; nothing of it stays when it raises."""
    with immediate(conn):
        transaction = Transaction(conn, recorded_at)
        yield transaction
        transaction.flush()


def last_ids(conn: sqlite3.Connection) -> dict[str, int]:
    """The last id that each table gave out."""
    return dict(conn.execute("SELECT name, seq FROM sqlite_sequence"))


def never_again(conn: sqlite3.Connection, given: Mapping[str, int]) -> None:
    """Give out no id up to these any more: an id that was printed means one thing for ever."""
    for table, last in given.items():
        done = conn.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, table)
        )
        if not done.rowcount:
            conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def read_subtrees(conn: sqlite3.Connection) -> chain.Subtrees:
    """The log as the tree's functions read it; raises KeyError where a record is missing."""

    def read(sequence: int) -> tuple[str, str]:
        row = conn.execute(
            "SELECT hash, subtree_hash FROM log WHERE sequence = ?", (sequence,)
        ).fetchone()
        if row is None:
            raise KeyError(sequence)
        return row[0], row[1]

    return read


def log_size(conn: sqlite3.Connection) -> int:
    """The number of records."""
    return int(conn.execute("SELECT coalesce(max(sequence) + 1, 0) FROM log").fetchone()[0])


def read_frontier(conn: sqlite3.Connection) -> chain.Frontier:
    """The right edge of the log's tree."""
    return chain.frontier(log_size(conn), read_subtrees(conn))


def head_hash(conn: sqlite3.Connection) -> str | None:
    """The hash of the last record, None when there is none."""
    row = conn.execute("SELECT hash FROM log ORDER BY sequence DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])
