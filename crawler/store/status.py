"""How each source stands against its promise, what does not come back, and the file itself."""

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.model import iso, parse_iso
from crawler.store import indexing
from crawler.store.gaps import WINDOW
from crawler.store.history import need_names
from crawler.store.promises import ABSENT, bound
from crawler.store.space import free_bytes
from crawler.store.transaction import log_size, read_subtrees
from crawler.store.witness import anchored_until

# ruff: noqa: S608 - statements are put together from text of our own

# The days over which growth is measured.
GROWTH_DAYS = 7
# Nobody plans a disk for longer.
LONGEST_DAYS = 36_500


def status(
    conn: sqlite3.Connection, path: Path, source: str | None, now: datetime
) -> dict[str, Any]:
    """The contract of `crawl status --json`; raises UnknownName for a source that is not there."""
    wanted = "(?1 IS NULL AND removed_at IS NULL) OR id = ?1"
    rows = conn.execute(
        "SELECT id, kind, max_gap_s, max_interval_s, last_success_at, next_listing_at, "
        f"enabled FROM sources WHERE {wanted} ORDER BY rowid",
        (source,),
    ).fetchall()
    if source is not None and not rows:
        need_names(conn, source, None, None)
    return {
        "archive": archive_status(conn, path, now),
        "sources": [source_status(conn, row, now) for row in rows],
        "problems": problems(conn, source),
    }


def head(conn: sqlite3.Connection) -> dict[str, Any]:
    """The log's head: the root of its tree, and its size."""
    from crawler.chain import root

    size = log_size(conn)
    return {"size": size, "root": root(size, read_subtrees(conn))}


def archive_status(conn: sqlite3.Connection, path: Path, now: datetime) -> dict[str, Any]:
    """The file: its size, growth and room, its counts, and the log's head."""
    log = path.with_name(path.name + "-wal")
    size = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
    observations = conn.execute("SELECT coalesce(max(id), 0) FROM observations").fetchone()[0]
    grows, free = growth(conn, size, observations, now), free_bytes(path)
    return {
        "path": str(path),
        "size_bytes": size,
        "growth_bytes_per_day": grows,
        "free_bytes": free,
        "full_at": full_at(grows, free, now),
        "observations": conn.execute("SELECT count(*) FROM observations").fetchone()[0],
        "texts": conn.execute("SELECT count(*) FROM texts").fetchone()[0],
        "head": head(conn),
        "anchored_until": anchored_until(conn),
        "indexes_waiting": indexing.waiting(conn),
    }


def growth(
    conn: sqlite3.Connection, size_bytes: int, observations: int, now: datetime
) -> int | None:
    """Bytes a day: the share of the file that the last week's observations take, by their number;
    None before there is a day to measure."""
    if not observations:
        return None
    first = conn.execute("SELECT started_at FROM observations ORDER BY id LIMIT 1").fetchone()[0]
    since = max(parse_iso(first), now - timedelta(days=GROWTH_DAYS))
    days = (now - since).total_seconds() / 86_400
    if days < 1:
        return None
    recent = observations - first_since(conn, iso(since)) + 1
    return round(size_bytes * recent / observations / days)


def full_at(growth_bytes_per_day: int | None, free: int, now: datetime) -> str | None:
    """When the disk is full at this pace; None where that is not known or a lifetime away."""
    if not growth_bytes_per_day or free / growth_bytes_per_day > LONGEST_DAYS:
        return None
    return iso(now + timedelta(days=free / growth_bytes_per_day))


def first_since(conn: sqlite3.Connection, moment: str) -> int:
    """The id of the first observation that began at or after a moment (ids follow time but for the
    clock's steps), by bisection: no index of millions of moments is kept for that."""
    last = conn.execute("SELECT coalesce(max(id), 0) FROM observations").fetchone()[0]
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        row = conn.execute(
            "SELECT started_at FROM observations WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        ).fetchone()
        low, high = (low, middle) if row is None or row[0] >= moment else (middle + 1, high)
    return low


def source_status(conn: sqlite3.Connection, row: tuple[Any, ...], now: datetime) -> dict[str, Any]:
    """One source's counts, its longest gap against the promise, and when it is due next."""
    source_id, kind, max_gap_s, max_interval_s, last_success, next_listing, enabled = row
    known = {
        "source": source_id,
        "now": iso(now),
        "month": iso(now - WINDOW),
        "max_gap": max_gap_s,
    }
    pages, failing, due, success, gap, old_gap, full_gap, broken = conn.execute(
        _PAGES, known
    ).fetchone()
    listing_gap, listings_failing = _listings(conn, source_id, kind, now)
    count = {
        table: conn.execute(query, (source_id,)).fetchone()[0] for table, query in _COUNTS.items()
    }
    kept = not broken and not listing_gap > max_gap_s
    times = [moment for moment in (next_listing, due) if moment is not None]
    return {
        "id": source_id,
        "pages": pages,
        **count,
        "failing": failing + listings_failing,
        "last_success": max(filter(None, (last_success, success)), default=None),
        "longest_gap_s": max(gap or 0.0, listing_gap),
        "longest_full_gap_s": full_gap or 0.0,
        "max_gap_s": max_gap_s,
        "longest_old_gap_s": old_gap or 0.0,
        "max_interval_s": max_interval_s,
        "promise_kept": kept or not enabled,
        "next_due": min(times, default=None) if enabled else None,
    }


_COUNTS = {
    "versions": "SELECT count(*) FROM versions v JOIN pages p ON p.id = v.page_id "
    "WHERE p.source_id = ? AND NOT v.superseded",
    "changes": "SELECT count(*) FROM changes c WHERE source_id = ? AND score > 0 "
    "AND NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = c.id)",
}

# Gaps: the longest that ended within the month, or the one still open; of the pages that `max_gap`
# binds and of those that are old, and how many break their own bound. A page that is gone is bound
# by its open gap alone.
_GAP = """max(
    (julianday(:now) - julianday(coalesce(p.last_{which}_at, p.first_seen_at))) * 86400,
    CASE WHEN p.state IN {absent} THEN 0 ELSE coalesce((
        SELECT max(json_extract(g.value, '$[0]')) FROM json_each(p.{gaps}) g
        WHERE json_extract(g.value, '$[1]') >= :month), 0) END)"""
_PAGES = f"""
WITH gaps AS (
    SELECT p.failures, p.next_check_at, p.last_conclusive_at, p.state IN {ABSENT} AS absent,
        {_GAP.format(which="conclusive", gaps="longest_gaps", absent=ABSENT)} AS gap_s,
        {_GAP.format(which="full", gaps="longest_full_gaps", absent=ABSENT)} AS full_gap_s,
        {bound("p", "s", "(julianday(:now) - julianday(p.first_seen_at)) * 86400")} AS bound_s
    FROM pages p JOIN sources s ON s.id = p.source_id
    WHERE p.source_id = :source AND p.joined_with IS NULL AND p.watched
)
SELECT (SELECT count(*) FROM pages p WHERE p.source_id = :source AND p.joined_with IS NULL),
    coalesce(sum(failures > 0), 0), min(next_check_at), max(last_conclusive_at),
    round(max(gap_s) FILTER (WHERE NOT absent AND bound_s <= :max_gap), 3),
    round(max(gap_s) FILTER (WHERE NOT absent AND bound_s > :max_gap), 3),
    round(max(full_gap_s) FILTER (WHERE NOT absent), 3),
    coalesce(sum(gap_s > bound_s), 0)
FROM gaps
"""


def _listings(
    conn: sqlite3.Connection, source_id: str, kind: str, now: datetime
) -> tuple[float, int]:
    """The longest gap of the source's listing, and how many listings fail."""
    if kind == "page":
        return 0.0, 0
    added, success, gaps = conn.execute(
        "SELECT added_at, last_success_at, longest_gaps FROM sources WHERE id = ?", (source_id,)
    ).fetchone()
    open_s = (now - parse_iso(success or added)).total_seconds()
    month = iso(now - WINDOW)
    closed = max((gap for gap, end in json.loads(gaps) if end >= month), default=0.0)
    failing = conn.execute(_LISTINGS_FAILING + " AND a.source_id = ?", (source_id,)).fetchone()[0]
    return round(max(open_s, closed, 0.0), 3), failing


# A listing that was given up (no longer in the file) is not asked for any more, and no problem.
_FAILING = (
    "FROM addresses a JOIN sources s ON s.id = a.source_id WHERE a.purpose = 'listing' "
    "AND a.failures > 0 AND s.removed_at IS NULL "
    "AND julianday(s.last_listed_at) - julianday(a.last_checked_at) < 1"
)
_LISTINGS_FAILING = f"SELECT count(*) {_FAILING}"


def problems(conn: sqlite3.Connection, source: str | None) -> list[dict[str, Any]]:
    """Listings and pages whose last look told nothing, the longest trouble first."""
    rows = conn.execute(_PROBLEMS, {"source": source})
    keys = ("source", "url", "outcome", "reason", "since", "next_try", "error")
    return [dict(zip(keys, row, strict=True)) for row in rows]


_PROBLEMS = f"""
SELECT a.source_id, a.url, o.outcome, o.reason, a.failing_since AS since, s.next_listing_at, o.error
{_FAILING.replace(" WHERE", " JOIN observations o ON o.id = a.last_observation_id WHERE")}
    AND (:source IS NULL OR a.source_id = :source)
UNION ALL
SELECT p.source_id, p.canonical_url, o.outcome, o.reason, p.failing_since, p.next_check_at, o.error
FROM pages p JOIN observations o ON o.id = p.last_observation_id
JOIN sources s ON s.id = p.source_id
WHERE p.failures > 0 AND p.joined_with IS NULL AND s.removed_at IS NULL
    AND (:source IS NULL OR p.source_id = :source)
ORDER BY since
"""
