"""Passages from state to state: between which looks a page went, or came back."""

import sqlite3
from dataclasses import replace
from typing import NamedTuple

from crawler.model import Outcome, State
from crawler.store.changing import Moments, Passage, Place
from crawler.store.looks import Look
from crawler.store.records import VersionPlace

PRESENT = frozenset({State.LIVE, State.RESTORED})
ABSENT = frozenset({Outcome.GONE, Outcome.REDIRECTED, Outcome.EMPTIED})
# Looks that say nothing of whether a page is absent.
SILENT = frozenset({Outcome.FAILED, Outcome.REFUSED, Outcome.BLOCKED})


class Sign(NamedTuple):
    """A look that told of an absence."""

    id: int
    finished_at: str
    hash: str


def state_passage(
    conn: sqlite3.Connection,
    page_id: int,
    to_state: State | None,
    before: Place | None,
    after: Place | None,
    last: Look,
) -> Passage:
    """A passage from state to state: from the last sight of the old one to the first of the new.

    The first sight of an absence is the first look in a row that told of it, not the one that
    confirmed it; the last sight of the article is the last look at its bytes."""
    if to_state in PRESENT:
        return _came_back(conn, page_id, after, last)
    first = _first_sign(conn, page_id, last)
    new = VersionPlace(None, None, first.hash, last.hash)
    if before is None:
        return Passage(None, new, Moments(None, first.finished_at, None, first.id))
    old_seen, old_id = before.last_started_at, before.last_observation_id
    return Passage(before, new, Moments(old_seen, first.finished_at, old_id, first.id))


def _came_back(conn: sqlite3.Connection, page_id: int, after: Place | None, last: Look) -> Passage:
    """From the last look that told of the absence to this one."""
    row = conn.execute(
        "SELECT o.started_at, o.id, l.hash FROM observations o "
        "JOIN log l ON l.sequence = o.sequence WHERE o.page_id = ? "
        "AND o.state IS NOT NULL AND o.outcome NOT IN ('refused', 'failed') "
        "ORDER BY o.id DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    here = last.attempt.finished_at
    new = None if after is None else _seen_again(after, last)
    if row is None:
        return Passage(None, new, Moments(None, here, None, last.id))
    old = VersionPlace(None, None, None, row[2])
    return Passage(old, new, Moments(row[0], here, row[1], last.id))


def _seen_again(place: Place, look: Look) -> Place:
    """A version that came back, maybe the very one that went: this look is the first of it here."""
    return replace(
        place,
        first_observation_id=look.id,
        first_observation=look.hash,
        last_observation_id=look.id,
        last_observation=look.hash,
    )


def _first_sign(conn: sqlite3.Connection, page_id: int, last: Look) -> Sign:
    """The first look of the unbroken row of looks that tell the same as the last one. Different
    signs of absence tell the same, and looks that tell nothing do not break the row."""
    blocked = last.outcome is Outcome.BLOCKED
    same = {Outcome.BLOCKED} if blocked else ABSENT
    silent = {Outcome.FAILED, Outcome.REFUSED} if blocked else SILENT
    first = Sign(last.id, last.attempt.finished_at, last.hash)
    for *row, seen in conn.execute(
        "SELECT o.id, o.finished_at, l.hash, o.outcome FROM observations o "
        "JOIN log l ON l.sequence = o.sequence "
        "WHERE o.page_id = ? AND o.state IS NOT NULL ORDER BY o.id DESC",
        (page_id,),
    ):
        if seen in same:
            first = Sign(*row)
        elif seen not in silent:
            break
    return first
