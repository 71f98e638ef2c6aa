"""`/-/events`: whatever else people must hear of."""

import json

from crawler.store import Archive
from crawler.store.quoting import MESSAGE
from crawler.web.asking import Answer, Asked
from crawler.web.sentences import said
from crawler.web.templating import html

LINES = 60

_EVENTS = f"""
SELECT e.id, e.kind, e.subject, {MESSAGE}, e.next_step, e.changes, e.recorded_at, e.source_id,
    e.page_id, s.name FROM events e JOIN log l ON l.sequence = e.sequence
    LEFT JOIN sources s ON s.id = e.source_id
WHERE (:kind = '' OR e.kind = :kind) AND (:source = '' OR e.source_id = :source)
    AND (:before = 0 OR e.id < :before) ORDER BY e.id DESC LIMIT :limit
"""  # noqa: S608 - text of our own
_KEYS = (
    "event", "kind", "subject", "message", "next_step", "changes", "recorded_at", "source", "page",
    "source_name",
)  # fmt: skip


def events(archive: Archive, asked: Asked) -> Answer:
    """The list, newest first."""
    wanted = {"kind": asked.text("kind"), "source": asked.text("source")}
    before = asked.number("before", 0)
    values = {**wanted, "before": before, "limit": LINES + 1}
    found = []
    for row in archive.conn.execute(_EVENTS, values):
        event = dict(zip(_KEYS, row, strict=True))
        words = {
            "said": said(event["message"], asked.language),
            "advice": said(event["next_step"] or "", asked.language),
        }
        found.append({**event, **words, "changes": json.loads(event["changes"])})
    kinds = archive.conn.execute("SELECT DISTINCT kind FROM events ORDER BY kind").fetchall()
    return html(
        "events.html",
        asked,
        events=found[:LINES],
        kinds=[kind for (kind,) in kinds],
        wanted=wanted,
        earlier=asked.here(before=found[LINES - 1]["event"]) if len(found) > LINES else None,
        later=asked.here(before=None) if before else None,
    )
