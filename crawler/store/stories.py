"""Many pages that change alike at once (a redesign, a part of a site taken down) are one story:
told in one message, and one event also where nobody is told."""

# ruff: noqa: S608 - statements are put together from names of our own

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.model import EventDraft, iso
from crawler.store.changing import add_event
from crawler.store.transaction import writing
from crawler.store.work import Work

# So many pages that came to the same state are one story; edits with the same labels are when they
# are, besides, a fifth of the source's pages that were looked at meanwhile, or very many.
ALIKE = 10
LEAST_SHARE = 0.2
VERY_MANY = 100
ALIKE_WITHIN = timedelta(hours=24)
# A story is told when no page has joined it for this long, and after a day at the latest.
STORY_ENDS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Story:
    """Changes of many pages that are alike and that no event has told of."""

    source_id: str
    kind: str
    #: the state that they came to, or the labels of the edit
    how: str
    change_ids: tuple[int, ...]
    pages: int
    first_at: str
    last_at: str


_ALIKE = """
SELECT c.source_id, c.kind, c.to_state, c.labels, json_group_array(c.id), count(DISTINCT c.page_id),
    min(c.recorded_at), max(c.recorded_at)
FROM changes c
WHERE c.recorded_at > :since AND c.score > 0 AND c.origin = 'here' AND c.id NOT IN (
    SELECT told.value FROM events e, json_each(e.changes) told
    WHERE e.kind = 'redesign' AND e.recorded_at > :since)
GROUP BY c.source_id, c.kind, CASE c.kind WHEN 'state' THEN c.to_state ELSE c.labels END
HAVING count(DISTINCT c.page_id) >= :alike
"""


def stories(conn: sqlite3.Connection, now: datetime) -> list[Story]:
    """What is a story at this moment."""
    rows = conn.execute(_ALIKE, {"since": iso(now - ALIKE_WITHIN), "alike": ALIKE}).fetchall()
    return [story for story in _stories(rows) if _is_one(conn, story)]


def _stories(rows: list[tuple[str, str, str | None, str, str, int, str, str]]) -> Iterator[Story]:
    for source_id, kind, state, labels, ids, pages, first, last in rows:
        how = state or "" if kind == "state" else ", ".join(json.loads(labels))
        yield Story(source_id, kind, how, tuple(sorted(json.loads(ids))), pages, first, last)


def _is_one(conn: sqlite3.Connection, story: Story) -> bool:
    """Whether so many pages are more than a source's usual day."""
    if story.kind == "state" or story.pages >= VERY_MANY:
        return True
    (looked_at,) = conn.execute(
        "SELECT count(*) FROM pages WHERE source_id = ? AND joined_with IS NULL "
        "AND last_checked_at >= ?",
        (story.source_id, story.first_at),
    ).fetchone()
    return bool(story.pages >= LEAST_SHARE * looked_at)


def hold(conn: sqlite3.Connection, story: Story, until: str) -> None:
    """Put the story's messages off: it may be growing."""
    conn.execute(
        "UPDATE outbox SET next_try_at = max(next_try_at, ?) WHERE delivered_at IS NULL "
        "AND attempts = 0 AND change_id IN (SELECT value FROM json_each(?))",
        (until, json.dumps(story.change_ids)),
    )


def tell_story(conn: sqlite3.Connection, story: Story, draft: EventDraft, now: str) -> None:
    """Record one event for the story and let one message for each channel carry all of its
    changes that wait to be told, in one transaction."""
    waiting = (
        "delivered_at IS NULL AND told_in IS NULL AND NOT digest "
        "AND change_id IN (SELECT value FROM json_each(:ids))"
    )
    ids = {"ids": json.dumps(story.change_ids)}
    with writing(conn, now) as transaction:
        work = Work(transaction)
        event_id = add_event(work, 0, draft)
        work.flush()
        channels = conn.execute(
            f"SELECT DISTINCT channel FROM outbox WHERE {waiting}", ids
        ).fetchall()
        for (channel,) in channels:
            cursor = conn.execute(
                "INSERT INTO outbox (channel, message_key, event_id, payload, queued_at, "
                "next_try_at) VALUES (?, ?, ?, '{}', ?, ?)",
                (channel, f"{channel}:story:{event_id}", event_id, now, now),
            )
            conn.execute(
                f"UPDATE outbox SET told_in = :row, next_try_at = NULL "
                f"WHERE channel = :channel AND {waiting}",
                {**ids, "row": cursor.lastrowid, "channel": channel},
            )
