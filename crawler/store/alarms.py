"""Conditions that people are told of once: a promise broken, a source silent, a disk nearly full.

A condition is open from the check that first finds it to the one that no longer does. Its event
and the mark that it was told are one transaction, so that a kill neither doubles nor loses it.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from crawler.model import EventDraft, Router, iso
from crawler.store.changing import add_event
from crawler.store.promises import bound
from crawler.store.transaction import immediate, writing
from crawler.store.work import Work

# ruff: noqa: S608 - statements are put together from text of our own


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is the case now; `detail` says more of it."""

    kind: str
    subject: str
    source_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An open condition that nobody has been told of."""

    id: int
    kind: str
    subject: str
    source_id: str | None
    since: str
    detail: Mapping[str, Any]


def observe(
    conn: sqlite3.Connection, kind: str, found: Iterable[Condition], now: str
) -> list[Alarm]:
    """Open and close alarms of a kind by what is the case now; those that are open and untold."""
    conditions = {condition.subject: condition for condition in found}
    with immediate(conn):
        conn.execute(
            "UPDATE alarms SET ended_at = ? WHERE kind = ? AND ended_at IS NULL "
            "AND subject NOT IN (SELECT value FROM json_each(?))",
            (now, kind, json.dumps(list(conditions))),
        )
        conn.executemany(
            "INSERT INTO alarms (kind, subject, source_id, since, detail) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            [
                (kind, c.subject, c.source_id, now, json.dumps(c.detail, ensure_ascii=False))
                for c in conditions.values()
            ],
        )
    rows = conn.execute(
        "SELECT id, kind, subject, source_id, since, detail FROM alarms "
        "WHERE kind = ? AND ended_at IS NULL AND event_id IS NULL ORDER BY id",
        (kind,),
    )
    return [Alarm(*[*row[:5], json.loads(row[5])]) for row in rows]


def last_told(conn: sqlite3.Connection, kind: str, source_id: str | None) -> str | None:
    """When an alarm of this kind was last told of this source."""
    row = conn.execute(
        "SELECT max(e.recorded_at) FROM alarms a JOIN events e ON e.id = a.event_id "
        "WHERE a.kind = ? AND a.source_id IS ?",
        (kind, source_id),
    ).fetchone()
    return None if row is None else row[0]


def tell(
    conn: sqlite3.Connection,
    draft: EventDraft,
    alarms: Sequence[Alarm],
    now: str,
    router: Router | None,
) -> int:
    """Record one event and mark the alarms that it tells of; the event's id."""
    with writing(conn, now) as transaction:
        work = Work(transaction)
        work.router = router
        event_id = add_event(work, 0, draft)
        work.flush()
        conn.executemany(
            "UPDATE alarms SET event_id = ? WHERE id = ?",
            [(event_id, alarm.id) for alarm in alarms],
        )
    return event_id


# What is the case


def broken_promises(conn: sqlite3.Connection, now: datetime) -> list[Condition]:
    """Pages and listings without a conclusive look for longer than promised."""
    return [*_broken_pages(conn, now), *_broken_listings(conn, now)]


def _broken_pages(conn: sqlite3.Connection, now: datetime) -> list[Condition]:
    rows = conn.execute(_BROKEN, {"now": iso(now)})
    return [
        Condition("promise_broken", url, source, {"gap_s": gap, "promise_s": promise})
        for url, source, gap, promise in rows
    ]


_AGE_S = "(julianday(:now) - julianday(p.first_seen_at)) * 86400"
_BROKEN = f"""
SELECT url, source, gap_s, promise_s FROM (
    SELECT p.canonical_url AS url, p.source_id AS source,
        round((julianday(:now)
            - julianday(coalesce(p.last_conclusive_at, p.first_seen_at))) * 86400) AS gap_s,
        {bound("p", "s", _AGE_S)} AS promise_s
    FROM pages p JOIN sources s ON s.id = p.source_id
    WHERE p.joined_with IS NULL AND p.watched AND s.removed_at IS NULL AND s.enabled
) WHERE gap_s > promise_s ORDER BY gap_s DESC
"""


def _broken_listings(conn: sqlite3.Connection, now: datetime) -> list[Condition]:
    rows = conn.execute(
        "SELECT coalesce(url, id), id, "
        "round((julianday(?) - julianday(coalesce(last_success_at, added_at))) * 86400), max_gap_s "
        "FROM sources WHERE kind != 'page' AND removed_at IS NULL AND enabled",
        (iso(now),),
    )
    return [
        Condition("promise_broken", url, source, {"gap_s": gap, "promise_s": promise})
        for url, source, gap, promise in rows
        if gap > promise
    ]


def lost_names(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Addresses whose last look ended with a name that has no address: the source, the address,
    since when it fails."""
    return conn.execute(_LOST_NAMES).fetchall()


_LOST_NAMES = """
SELECT p.source_id, p.canonical_url, p.failing_since
FROM pages p JOIN observations o ON o.id = p.last_observation_id
WHERE p.failures > 0 AND p.joined_with IS NULL AND o.reason = 'dns'
UNION ALL
SELECT a.source_id, a.url, a.failing_since
FROM addresses a JOIN observations o ON o.id = a.last_observation_id
WHERE a.purpose = 'listing' AND a.failures > 0 AND o.reason = 'dns'
"""

# A source is silent when nothing new came for so many times its longest pause of late.
SILENCE_FACTOR = 3.0
ARRIVALS = 20
LEAST_ARRIVALS = 5
LEAST_SILENCE = timedelta(days=2)


def silent_sources(conn: sqlite3.Connection, now: datetime) -> list[Condition]:
    """Sources whose listings are read and have shown no new page for unusually long."""
    found = []
    sources = conn.execute(
        "SELECT id FROM sources WHERE kind != 'page' AND removed_at IS NULL AND enabled "
        "AND last_success_at IS NOT NULL"
    ).fetchall()
    for (source_id,) in sources:
        rows = conn.execute(
            "SELECT DISTINCT substr(first_seen_at, 1, 13) FROM pages WHERE source_id = ? "
            "ORDER BY 1 DESC LIMIT ?",
            (source_id, ARRIVALS),
        ).fetchall()
        hours = [datetime.fromisoformat(f"{row[0]}:00:00+00:00") for row in rows]
        if len(hours) < LEAST_ARRIVALS:
            continue
        usual = max(newer - older for newer, older in pairwise(hours))
        if now - hours[0] > max(SILENCE_FACTOR * usual, LEAST_SILENCE):
            detail = {"last_new": iso(hours[0]), "usual_s": usual.total_seconds()}
            found.append(Condition("source_silent", source_id, source_id, detail))
    return found


# Extraction breaks when at least half of a day's complete answers, of as many pages, are read as
# no article although they were articles before.
LEAST_UNREAD = 5
UNREAD_WITHIN = timedelta(days=1)


def breaking_extraction(conn: sqlite3.Connection, now: datetime) -> list[Condition]:
    """Sources whose answers come but are no longer read as articles."""
    rows = conn.execute(_UNREAD, {"since": iso(now - UNREAD_WITHIN), "now": iso(now)})
    return [
        Condition("extraction_breaks", source, source, {"unread": unread, "looks": looks})
        for source, unread, looks in rows
        if unread >= LEAST_UNREAD and 2 * unread >= looks
    ]


_UNREAD = """
SELECT o.source_id,
    count(DISTINCT CASE WHEN o.outcome IN ('emptied', 'failed') AND p.version_id IS NOT NULL
        OR o.outcome = 'gone' AND o.reason = 'stub' THEN o.page_id END),
    count(DISTINCT o.page_id)
FROM observations o JOIN pages p ON p.id = o.page_id
WHERE o.purpose = 'article' AND o.status = 200 AND o.id > coalesce((
    SELECT max(id) FROM observations WHERE started_at < :since AND id > (
        SELECT coalesce(max(id), 0) - 200000 FROM observations)), 0)
    AND o.started_at BETWEEN :since AND :now
GROUP BY o.source_id
"""
