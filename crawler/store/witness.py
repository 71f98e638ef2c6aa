"""Records by which the log bears witness to itself: keys, anchors, restored archives.

They have no rows of their own: what they say is read from the log.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from crawler.store.transaction import writing

#: kinds that are few, in the index `log_rare`; a query that names them all and one finds it there
RARE = ("anchor", "key", "restored", "withheld", "import")
_RARE = "kind IN ('anchor', 'key', 'restored', 'withheld', 'import')"


class Told(NamedTuple):
    """A record as it stands in the log."""

    sequence: int
    hash: str
    fields: dict[str, Any]


def origin(conn: sqlite3.Connection) -> str | None:
    """How a log is called in its checkpoints: by the hash of its first record."""
    row = conn.execute("SELECT hash FROM log WHERE sequence = 0").fetchone()
    return None if row is None else f"palimpsest/{row[0][:16]}"


def told(conn: sqlite3.Connection, kind: str) -> Iterator[Told]:
    """All records of a kind that is rare, the oldest first."""
    for sequence, digest, record in conn.execute(
        f"SELECT sequence, hash, record FROM log WHERE {_RARE} AND kind = ? ORDER BY sequence",  # noqa: S608
        (kind,),
    ):
        yield Told(sequence, digest, json.loads(record))


def latest(conn: sqlite3.Connection, kind: str, count: int) -> list[Told]:
    """The newest records of a kind that is rare, the newest first."""
    rows = conn.execute(
        f"SELECT sequence, hash, record FROM log WHERE {_RARE} AND kind = ? "  # noqa: S608
        "ORDER BY sequence DESC LIMIT ?",
        (kind, count),
    )
    return [Told(sequence, digest, json.loads(record)) for sequence, digest, record in rows]


def last_told(conn: sqlite3.Connection, kind: str) -> Told | None:
    """The newest record of a kind that is rare."""
    return next(iter(latest(conn, kind, 1)), None)


def tell(conn: sqlite3.Connection, kind: str, fields: dict[str, Any], now: str) -> Told:
    """Append one record of a kind that has no rows."""
    with writing(conn, now) as transaction:
        appended = transaction.append(kind, {**fields, "recorded_at": now})
    return Told(*appended)


def tail(conn: sqlite3.Connection, size: int) -> int:
    """How many records stand after the first `size`, the anchors themselves not counted: each of
    them is signed or stamped by itself."""
    (count,) = conn.execute(
        "SELECT count(*) FROM log WHERE sequence >= ? AND kind <> 'anchor'", (size,)
    ).fetchone()
    return int(count)


def anchored_until(conn: sqlite3.Connection) -> str | None:
    """The moment of the last anchor: what was recorded before it is under a signed head."""
    last = last_told(conn, "anchor")
    return None if last is None else last.fields.get("signed_at")
