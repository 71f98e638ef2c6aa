"""Looks at a page that was withheld, at a copy of it say: that they happened is written down, and
nothing of what came is kept."""

import sqlite3
from dataclasses import replace

from crawler.model import Attempt, Intent, Purpose


def without_content(conn: sqlite3.Connection, intent: Intent) -> Intent:
    """The intent as it came; of a page that was withheld without bytes, text and changes."""
    row = conn.execute(
        "SELECT withheld_at FROM pages WHERE id = ?", (intent.page.page_id,)
    ).fetchone()
    if row is None or row[0] is None:
        return intent
    return replace(
        intent,
        attempts=tuple((_emptied(one), outcome, why) for one, outcome, why in intent.attempts),
        extraction=None,
        same_extraction_id=None,
        reread=None,
        reread_change=None,
        alike=None,
        alike_change=None,
        new_version=False,
        changes=(),
        seed_matches=(),
    )


def _emptied(attempt: Attempt) -> Attempt:
    if attempt.purpose is not Purpose.ARTICLE:
        return attempt
    return replace(attempt, body=None, body_sha256=None)
