"""A few numbers of how the archive's work stands, and events as people are told of them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from crawler.store import indexing, outbox
from crawler.store.quoting import MESSAGE
from crawler.store.space import log_bytes
from crawler.store.status import first_since


def period(conn: sqlite3.Connection, since: str, until: str) -> dict[str, Any]:
    """What a period brought: checks of pages, changes above score 0, events."""
    counts = {
        "checks": "SELECT count(*) FROM observations WHERE purpose = 'article' "
        "AND id >= :first AND id < :end",
        "changes": "SELECT count(*) FROM changes WHERE score > 0 "
        "AND recorded_at >= :since AND recorded_at < :until",
        "events": "SELECT count(*) FROM events "
        "WHERE recorded_at >= :since AND recorded_at < :until",
    }
    looks = {"first": first_since(conn, since), "end": first_since(conn, until)}
    asked = {"since": since, "until": until, **looks}
    found = {name: conn.execute(sql, asked).fetchone()[0] for name, sql in counts.items()}
    broken = conn.execute(
        "SELECT count(*) FROM alarms WHERE kind = 'promise_broken' AND ended_at IS NULL"
    ).fetchone()[0]
    return {**found, "since": since, "until": until, "broken_promises": broken}


def event(conn: sqlite3.Connection, event_id: int) -> dict[str, Any]:
    """One event with the names of `crawl events --json`."""
    row = conn.execute(
        f"SELECT e.id, e.kind, e.subject, e.changes, e.recorded_at, {MESSAGE}, e.next_step, "  # noqa: S608 - text of our own
        "e.source_id, e.page_id FROM events e JOIN log l ON l.sequence = e.sequence "
        "WHERE e.id = ?",
        (event_id,),
    ).fetchone()
    names = ("event", "kind", "subject", "changes", "recorded_at", "message", "next_step")
    found = dict(zip((*names, "source", "page"), row, strict=True))
    return {**found, "changes": json.loads(found["changes"])}


def counts(conn: sqlite3.Connection, path: Path, now: str) -> dict[str, Any]:
    """How the work stands: pages due and since when, messages and texts that wait, the file."""
    due, oldest = conn.execute(
        "SELECT count(*), min(p.next_check_at) FROM pages p JOIN sources s ON s.id = p.source_id "
        "WHERE p.joined_with IS NULL AND p.watched AND s.enabled AND s.removed_at IS NULL "
        "AND (p.next_check_at IS NULL OR p.next_check_at <= ?)",
        (now,),
    ).fetchone()
    broken = conn.execute(
        "SELECT count(*) FROM alarms WHERE kind = 'promise_broken' AND ended_at IS NULL"
    ).fetchone()[0]
    return {
        "due": due,
        "oldest_due": oldest,
        "broken_promises": broken,
        "outbox": outbox.depth(conn)["waiting"],
        "indexes_waiting": indexing.waiting(conn),
        "size_bytes": path.stat().st_size + log_bytes(path),
    }
