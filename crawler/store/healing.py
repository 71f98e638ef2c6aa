"""Working state that a clock which ran ahead wrote into the future, brought back to now.

Only what is reckoned with is touched: what was observed stands in the log as it was written.
"""

# ruff: noqa: S608 - statements are put together from names of our own

import sqlite3
from datetime import datetime, timedelta

from crawler.model import iso
from crawler.store.transaction import immediate

#: moments from which a wait is counted: one that lies ahead would put that wait off by as much
SINCE = {
    "pages": (
        "suspect_since",
        "blocked_since",
        "failing_since",
        "last_checked_at",
        "last_conclusive_at",
        "last_full_at",
    ),
    "sources": ("last_success_at",),
    "hosts": ("robots_unreachable_since",),
    "addresses": ("failing_since", "shrunk_since"),
    "outbox": ("queued_at",),
}
#: no host is ever left alone for longer (`fetch.pace.MAX_ASKED_PAUSE_S`)
LONGEST_PAUSE = timedelta(hours=24)
#: a message's next try lies within the first while it has failed seldom, and always within the
#: second (`outbox.STORY_ENDS`, `outbox.LONGEST_RETRY`)
SOON, LATEST = timedelta(hours=1), timedelta(hours=6)
SELDOM = 6


def heal(conn: sqlite3.Connection, now: datetime) -> int:
    """Bring moments that lie ahead of `now` back to it, and end pauses longer than any that is
    ever made; how many rows. A clock that stands before the archive's first look is itself wrong,
    and heals nothing."""
    first = conn.execute("SELECT started_at FROM observations ORDER BY id LIMIT 1").fetchone()
    if first is None or iso(now) < first[0]:
        return 0
    with immediate(conn):
        return _clamp(conn, iso(now)) + _end_waits(conn, now)


def _clamp(conn: sqlite3.Connection, now: str) -> int:
    healed = 0
    for table, columns in SINCE.items():
        moved = ", ".join(f"{column} = min({column}, :now)" for column in columns)
        ahead = " OR ".join(f"{column} > :now" for column in columns)
        done = conn.execute(f"UPDATE {table} SET {moved} WHERE {ahead}", {"now": now})
        healed += done.rowcount
    return healed


def _end_waits(conn: sqlite3.Connection, now: datetime) -> int:
    hosts = conn.execute(
        "UPDATE hosts SET paused_until = NULL WHERE paused_until > ?", (iso(now + LONGEST_PAUSE),)
    )
    messages = conn.execute(
        "UPDATE outbox SET next_try_at = ? WHERE delivered_at IS NULL "
        "AND next_try_at > CASE WHEN attempts <= ? THEN ? ELSE ? END",
        (iso(now), SELDOM, iso(now + SOON), iso(now + LATEST)),
    )
    return hosts.rowcount + messages.rowcount
