"""Many changes in one message: an event that names them all, and for each channel that would be
told of any of them one row of the outbox, which carries the others."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from crawler.model import EventDraft, Router, Told
from crawler.store.changing import add_event
from crawler.store.transaction import writing
from crawler.store.work import Work

_CHANGE = """
SELECT l.hash, c.kind, c.source_id, c.recorded_at, c.score, c.labels, c.seeds, c.terms, c.to_state
FROM changes c JOIN log l ON l.sequence = c.sequence WHERE c.id = ?
"""


def tell_together(
    conn: sqlite3.Connection, draft: EventDraft, now: str, router: Router | None
) -> int:
    """Record the event and queue its messages, in one transaction; the event's id."""
    with writing(conn, now) as transaction:
        work = Work(transaction)
        event_id = add_event(work, 0, draft)
        work.flush()
        for channel, change_ids in _channels(conn, draft.changes, router).items():
            _queue(conn, channel, event_id, change_ids, now)
    return event_id


def _channels(
    conn: sqlite3.Connection, change_ids: Sequence[int], router: Router | None
) -> dict[str, list[int]]:
    """Who is told of which of the changes."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for change_id in change_ids if router is not None else ():
        assert router is not None  # noqa: S101 - there is nothing to go through without one
        for post in router(told_of(conn, change_id)):
            found[post.channel].append(change_id)
    return dict(found)


def told_of(conn: sqlite3.Connection, change_id: int) -> Told:
    """A change as channels are chosen by it."""
    hash_, kind, source, at, score, labels, seeds, terms, state = conn.execute(
        _CHANGE, (change_id,)
    ).fetchone()
    return Told(
        hash_,
        kind,
        source,
        is_change=True,
        recorded_at=at,
        score=score,
        labels=tuple(json.loads(labels)),
        seeds=tuple(one["seed"] for one in json.loads(seeds)),
        terms=tuple(one["term"] for one in json.loads(terms)),
        to_state=state,
    )


def _queue(
    conn: sqlite3.Connection, channel: str, event_id: int, change_ids: Sequence[int], now: str
) -> None:
    cursor = conn.execute(
        "INSERT INTO outbox (channel, message_key, event_id, payload, queued_at, next_try_at) "
        "VALUES (?, ?, ?, '{}', ?, ?)",
        (channel, f"{channel}:together:{event_id}", event_id, now, now),
    )
    conn.executemany(
        "INSERT INTO outbox (channel, message_key, change_id, payload, queued_at, told_in) "
        "VALUES (?, ?, ?, '{}', ?, ?)",
        [
            (channel, f"{channel}:{told_of(conn, one).hash}", one, now, cursor.lastrowid)
            for one in change_ids
        ],
    )
