"""Messages to be delivered, each written in the transaction of what it tells.

A message that is about to be sent is put off first (a lease), so that nobody else sends it
meanwhile; a process that is killed between sending and writing that down sends it once more when
the lease has run out, and never otherwise.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.model import iso
from crawler.store.transaction import immediate

# A message that is being sent is nobody else's for this long.
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
# While a message failed no more often than this, the later ones of its channel wait for it.
IN_ORDER_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox that is to be sent now."""

    id: int
    channel: str
    key: str
    change_id: int | None
    event_id: int | None
    payload: dict[str, Any]
    queued_at: str
    attempts: int
    #: of a digest: the changes and events that it carries
    carries: tuple[tuple[int | None, int | None], ...] = field(default=())


def add(
    conn: sqlite3.Connection,
    channel: str,
    key: str,
    payload: dict[str, Any],
    now: str,
    *,
    delivered: bool = False,
) -> int | None:
    """Queue a message that is about no row; None when its key was queued before."""
    cursor = conn.execute(
        "INSERT OR IGNORE INTO outbox (channel, message_key, payload, queued_at, next_try_at, "
        "delivered_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            channel,
            f"{channel}:{key}",
            json.dumps(payload, ensure_ascii=False),
            now,
            now,
            now if delivered else None,
        ),
    )
    return int(cursor.lastrowid or 0) if cursor.rowcount else None


_READY = """
SELECT o.id FROM outbox o
WHERE o.delivered_at IS NULL AND o.next_try_at <= :now
    AND o.channel IN (SELECT value FROM json_each(:channels))
    AND NOT EXISTS (
        SELECT 1 FROM outbox f WHERE f.channel = o.channel AND f.id < o.id
            AND f.delivered_at IS NULL AND f.next_try_at > :now AND f.attempts BETWEEN 1 AND :most)
ORDER BY o.id LIMIT 1
"""


def claim(conn: sqlite3.Connection, channels: Iterable[str], now: datetime) -> Message | None:
    """The oldest message that is to be sent now, put off for others; None when there is none. A
    channel's messages come in order, but for one that failed very often."""
    with immediate(conn):
        row = conn.execute(
            _READY,
            {"now": iso(now), "channels": json.dumps(list(channels)), "most": IN_ORDER_ATTEMPTS},
        ).fetchone()
        if row is not None:
            conn.execute(
                "UPDATE outbox SET attempts = attempts + 1, next_try_at = ? WHERE id = ?",
                (iso(now + LEASE), row[0]),
            )
    return None if row is None else _message(conn, row[0])


def _message(conn: sqlite3.Connection, row_id: int) -> Message:
    row = conn.execute(
        "SELECT id, channel, message_key, change_id, event_id, payload, queued_at, attempts "
        "FROM outbox WHERE id = ?",
        (row_id,),
    ).fetchone()
    carried = conn.execute(
        "SELECT change_id, event_id FROM outbox WHERE told_in = ? ORDER BY id", (row_id,)
    ).fetchall()
    return Message(*[*row[:5], json.loads(row[5]), *row[6:], tuple(carried)])


def delivered(conn: sqlite3.Connection, message: Message, now: str) -> None:
    """Write down that a message was taken by its channel, with all that it carried."""
    conn.execute(
        "UPDATE outbox SET delivered_at = ?, last_error = NULL WHERE id = ? OR told_in = ?",
        (now, message.id, message.id),
    )


def failed(conn: sqlite3.Connection, message: Message, error: str, now: datetime) -> str:
    """Write down that a message was not taken; returns when it is tried again."""
    wait = min(FIRST_RETRY * 2 ** min(message.attempts - 1, 16), LONGEST_RETRY)
    again = iso(now + wait)
    conn.execute(
        "UPDATE outbox SET next_try_at = ?, last_error = ? WHERE id = ?",
        (again, error, message.id),
    )
    return again


def resend(conn: sqlite3.Connection, since: str, channel: str | None, now: str) -> int:
    """Make what was delivered since a moment due again; how many messages."""
    cursor = conn.execute(
        "UPDATE outbox SET delivered_at = NULL, next_try_at = ?, attempts = 0, last_error = NULL "
        "WHERE delivered_at IS NOT NULL AND queued_at >= ? AND told_in IS NULL AND NOT digest "
        "AND (change_id IS NOT NULL OR event_id IS NOT NULL OR payload LIKE '%\"digest\"%') "
        "AND (? IS NULL OR channel = ?)",
        (now, since, channel, channel),
    )
    return cursor.rowcount


def depth(conn: sqlite3.Connection) -> dict[str, Any]:
    """How many messages wait, since when, and each channel's last error."""
    waiting, oldest = conn.execute(
        "SELECT count(*), min(queued_at) FROM outbox WHERE delivered_at IS NULL AND NOT digest"
    ).fetchone()
    errors = conn.execute(
        "SELECT channel, last_error, max(next_try_at) FROM outbox "
        "WHERE delivered_at IS NULL AND last_error IS NOT NULL GROUP BY channel"
    ).fetchall()
    names = ("channel", "error", "next_try")
    return {
        "waiting": waiting,
        "oldest": oldest,
        "errors": [dict(zip(names, row, strict=True)) for row in errors],
    }


# By the keys of digests, between `:` and the character after it, so that their index serves.
_LAST_DIGEST = """
SELECT max(json_extract(payload, '$.digest.until')) FROM outbox
WHERE message_key >= ? AND message_key < ? AND json_valid(payload)
    AND json_extract(payload, '$.digest.until') <= min(?, queued_at)
"""


def last_digest(conn: sqlite3.Connection, channel: str, now: str) -> str | None:
    """The end of the period that a channel's last digest told of; one that a clock which ran ahead
    made for a time to come does not count."""
    key = f"{channel}:digest"
    row = conn.execute(_LAST_DIGEST, (f"{key}:", f"{key};", now)).fetchone()
    return None if row is None else row[0]


def make_digest(conn: sqlite3.Connection, channel: str, since: str, until: str, now: str) -> None:
    """Queue a channel's digest of a period with everything that waits for it; nothing when that
    digest was queued before."""
    with immediate(conn):
        period = {"digest": {"since": since, "until": until}}
        row_id = add(conn, channel, f"digest:{since}:{until}", period, now)
        if row_id is not None:
            conn.execute(
                "UPDATE outbox SET told_in = ? WHERE channel = ? AND digest "
                "AND told_in IS NULL AND delivered_at IS NULL AND queued_at < ?",
                (row_id, channel, until),
            )


def give_up(conn: sqlite3.Connection, now: str) -> int:
    """Count everything that waits as delivered (a copy that was put back sends nothing again)."""
    return conn.execute(
        "UPDATE outbox SET delivered_at = ?, last_error = 'given up by restore' "
        "WHERE delivered_at IS NULL",
        (now,),
    ).rowcount
