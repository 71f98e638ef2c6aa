"""Changes as they stand in lists: with the edit itself in the line."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from crawler.model import Op
from crawler.model.compared import op_from_dict
from crawler.store import Archive
from crawler.web.marking import language_of
from crawler.web.redline import Line, excerpt

#: texts above this length get no edit in their line
EXCERPT_CHARS = 500_000

_ROW = """
SELECT c.id, c.kind, c.score, c.from_state, c.to_state, c.from_version_id, c.to_version_id,
    c.old_last_seen, c.new_first_seen, c.recorded_at, c.labels, c.fields, c.seeds, c.terms,
    c.inserted, c.deleted, c.moved, c.masked, c.source_id, s.name, p.id, p.canonical_url, p.title,
    (SELECT json_group_array(m.mark) FROM marks m WHERE m.change_id = c.id),
    CASE WHEN length(c.ops) < 2000000 THEN c.ops END, f.text, t.text
FROM changes c JOIN pages p ON p.id = c.page_id JOIN sources s ON s.id = c.source_id
LEFT JOIN versions fv ON fv.id = c.from_version_id
LEFT JOIN versions tv ON tv.id = c.to_version_id
LEFT JOIN texts f ON f.id = fv.text_id AND f.characters < :most
LEFT JOIN texts t ON t.id = tv.text_id AND t.characters < :most
"""
_KEYS = (
    "change", "kind", "score", "from_state", "to_state", "from_version", "to_version",
    "old_last_seen", "new_first_seen", "recorded_at", "labels", "fields", "seeds", "terms",
    "inserted", "deleted", "moved", "masked", "source", "source_name", "page", "url", "title",
    "marks",
)  # fmt: skip
_JSON = ("labels", "fields", "seeds", "terms", "marks")

#: a later change says the same better
STANDS = "NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = c.id)"


def changes_where(
    archive: Archive, where: str, order: str, limit: int, **values: object
) -> list[dict[str, Any]]:
    """Changes with `excerpt`, the edit in one line, and its `tongue`. `where` and `order` are SQL
    of our own."""
    statement = f"{_ROW} WHERE {where} ORDER BY {order} LIMIT :limit"
    rows = archive.conn.execute(statement, {**values, "limit": limit, "most": EXCERPT_CHARS})
    return [shown(row) for row in rows]


def shown(row: Sequence[Any] | sqlite3.Row) -> dict[str, Any]:
    """A row of the query above as the templates read it."""
    change = dict(zip(_KEYS, row, strict=False))
    change |= {key: json.loads(change[key]) for key in _JSON}
    ops, old, new = row[-3:]
    change["excerpt"] = edit_line(ops, old, new)
    change["tongue"] = language_of(new or old)
    return change


def edit_line(ops: str | None, old: str | None, new: str | None) -> Line:
    """The weightiest edit of stored operations; empty where they or a text are not at hand."""
    if ops is None or old is None or new is None:
        return ()
    return excerpt(read_ops(json.loads(ops)), old, new)


def read_ops(told: Iterable[dict[str, Any]]) -> list[Op]:
    """Operations as they are stored."""
    return [op_from_dict(op) for op in told]
