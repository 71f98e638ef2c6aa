"""`/-/changes`: every change that stands, with filters."""

from typing import Any

from crawler.store import Archive
from crawler.web.asking import Answer, Asked
from crawler.web.changes_shown import STANDS, changes_where
from crawler.web.templating import html

LINES = 40

_FILTERS = {
    "source": "c.source_id = :source",
    "kind": "c.kind = :kind",
    "label": "EXISTS (SELECT 1 FROM json_each(c.labels) g WHERE g.value = :label)",
    "seed": "c.seeds <> '[]' AND EXISTS (SELECT 1 FROM json_each(c.seeds) g "
    "WHERE json_extract(g.value, '$.seed') = :seed)",
    "term": "c.terms <> '[]' AND EXISTS (SELECT 1 FROM json_each(c.terms) g "
    "WHERE json_extract(g.value, '$.term') = :term)",
    "since": "c.recorded_at >= :since",
    "until": "substr(c.recorded_at, 1, length(:until)) <= :until",
    "mark": "CASE :mark WHEN 'none' THEN "
    "NOT EXISTS (SELECT 1 FROM marks k WHERE k.change_id = c.id) "
    "ELSE EXISTS (SELECT 1 FROM marks k WHERE k.change_id = c.id AND k.mark = :mark) END",
    "page": "c.page_id = CAST(:page AS INTEGER)",
}


def changes(archive: Archive, asked: Asked) -> Answer:
    """The changes that the query asks for, newest first."""
    wanted = {name: asked.text(name) for name in _FILTERS if asked.text(name)}
    conditions = [STANDS, *(_FILTERS[name] for name in wanted)]
    values: dict[str, Any] = dict(wanted)
    if not asked.text("all"):
        conditions.append("c.score > 0")
    if before := asked.number("before", 0):
        conditions.append("c.id < :before")
        values["before"] = before
    found = changes_where(archive, " AND ".join(conditions), "c.id DESC", LINES + 1, **values)
    more = len(found) > LINES
    shown = found[:LINES]
    return html(
        "changes.html",
        asked,
        changes=shown,
        wanted={name: asked.text(name) for name in _FILTERS},
        sources=archive.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall(),
        label_names=_labels(archive),
        earlier=asked.here(before=shown[-1]["change"]) if more else None,
        later=asked.here(before=None) if before else None,
    )


def _labels(archive: Archive) -> list[str]:
    """The labels of the newest changes."""
    rows = archive.conn.execute(
        "SELECT DISTINCT g.value FROM (SELECT labels FROM changes ORDER BY id DESC LIMIT 5000) c, "
        "json_each(c.labels) g ORDER BY 1"
    )
    return [row[0] for row in rows]
