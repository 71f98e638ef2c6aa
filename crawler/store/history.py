"""What happened: changes, events, and the looks at one address, as the contracts write them."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.errors import UnknownName, not_called
from crawler.store.quoting import MESSAGE
from crawler.store.versions import not_kept, page_of_url

# ruff: noqa: S608 - statements are put together from text of our own

_CHANGE = """
SELECT c.id, c.page_id, p.canonical_url, c.source_id, c.kind, c.from_version_id, c.to_version_id,
    c.from_state, c.to_state, c.old_last_seen, c.new_first_seen, c.old_last_observation_id,
    c.new_first_observation_id, c.recorded_at, c.inserted, c.deleted, c.moved, c.masked, c.labels,
    c.score, c.fields, c.seeds, c.terms, c.origin, c.supersedes_id,
    (SELECT max(n.id) FROM changes n WHERE n.supersedes_id = c.id), p.title, c.coarse, l.hash,
    json_extract(l.record, '$.reason'),
    (SELECT json_group_array(m.mark) FROM marks m WHERE m.change_id = c.id)
FROM changes c JOIN pages p ON p.id = c.page_id JOIN log l ON l.sequence = c.sequence
"""
_CHANGE_KEYS = [
    "change",
    "page",
    "url",
    "source",
    "kind",
    "from_version",
    "to_version",
    "from_state",
    "to_state",
    "old_last_seen",
    "new_first_seen",
    "old_last_observation",
    "new_first_observation",
    "recorded_at",
    "inserted",
    "deleted",
    "moved",
    "masked",
    "labels",
    "score",
    "fields",
    "seeds",
    "terms",
    "origin",
    "supersedes",
    "superseded_by",
    "title",
    "coarse",
    "hash",
    "reason",
    "marks",
]
_CHANGE_JSON = ("labels", "fields", "seeds", "terms", "marks")

# Told in the order of their ids as they are read, not gathered and sorted first: the least id of
# the time is looked up, by the index of times (hence `+id`). Ids follow time but for the clock's
# steps.
_SINCE = (
    "{0}.id >= (SELECT min(+id) FROM {1} WHERE recorded_at >= :since) "
    "AND +{0}.recorded_at >= :since"
)
#: option -> what a change must fulfil
_FILTERS = {
    "since": _SINCE.format("c", "changes"),
    "after": "c.id > :after",
    "until": "c.recorded_at < :until",
    "source": "c.source_id = :source",
    "tag": "EXISTS (SELECT 1 FROM sources s, json_each(s.tags) g "
    "WHERE s.id = c.source_id AND g.value = :tag)",
    "seed": "c.seeds <> '[]' AND EXISTS (SELECT 1 FROM json_each(c.seeds) g "
    "WHERE json_extract(g.value, '$.seed') = :seed)",
    "kind": "c.kind = :kind",
    "min_score": "c.score >= :min_score",
    "label": "EXISTS (SELECT 1 FROM json_each(c.labels) g WHERE g.value = :label)",
    "term": "c.terms <> '[]' AND EXISTS (SELECT 1 FROM json_each(c.terms) g "
    "WHERE json_extract(g.value, '$.term') = :term)",
}
_UNSEEN = "NOT EXISTS (SELECT 1 FROM marks m WHERE m.change_id = c.id)"


def changes(
    conn: sqlite3.Connection, *, unseen: bool = False, **wanted: Any
) -> Iterator[dict[str, Any]]:
    """The contract of `crawl changes --json`, the oldest first; `wanted` are its options."""
    where, asked = _where(unseen, wanted)
    for row in conn.execute(_CHANGE + where + " ORDER BY c.id", asked):
        yield change_dict(row)


def count_changes(
    conn: sqlite3.Connection, *, unseen: bool = False, **wanted: Any
) -> tuple[int, str | None]:
    """How many changes there are with these options, and when the first was recorded."""
    where, asked = _where(unseen, wanted)
    counted = f"SELECT count(*), min(c.recorded_at) FROM changes c{where}"
    number, first = conn.execute(counted, asked).fetchone()
    return number, first


def _where(unseen: bool, wanted: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The options that were given as a condition with its values."""
    asked = {name: value for name, value in wanted.items() if value is not None}
    conditions = [_FILTERS[name] for name in asked] + ([_UNSEEN] if unseen else [])
    if not {"since", "after"}.isdisjoint(asked):
        # What came of late is less than what a source ever gave.
        conditions = [
            condition.replace("c.source_id =", "+c.source_id =") for condition in conditions
        ]
    return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), asked


#: what is named -> all names of its kind, those of the past included
_KNOWN = {
    "source": "SELECT id FROM sources",
    "tag": "SELECT g.value FROM sources s, json_each(s.tags) g",
    "seed copy": "SELECT name FROM seeds",
}


def need_names(
    conn: sqlite3.Connection, source: str | None, tag: str | None, seed: str | None
) -> None:
    """Raises UnknownName for a source, tag or seed copy that the archive never knew."""
    for kind, name in zip(_KNOWN, (source, tag, seed), strict=True):
        if name is None:
            continue
        known = {str(row[0]) for row in conn.execute(_KNOWN[kind])}
        if name not in known:
            raise not_called(kind, name, known, "the archive knows")


def change(conn: sqlite3.Connection, ref: str) -> dict[str, Any]:
    """One change by its id or 8 or more characters of its hash, with its `ops`; raises
    UnknownName."""
    row = None
    if ref.isdecimal() and len(ref) < 19:
        row = conn.execute(_CHANGE + " WHERE c.id = ?", (int(ref),)).fetchone()
    if row is None and len(ref) >= 8:
        low = ref.lower()
        row = conn.execute(
            _CHANGE + " WHERE l.hash >= ? AND l.hash < ? LIMIT 1", (low, low + "g")
        ).fetchone()
    if row is None:
        raise UnknownName(f"there is no change {ref!r}", "`crawl changes` lists them")
    ops = conn.execute("SELECT ops FROM changes WHERE id = ?", (row[0],)).fetchone()[0]
    return {**change_dict(row), "ops": None if ops is None else json.loads(ops)}


def change_to(conn: sqlite3.Connection, version_id: int) -> dict[str, Any] | None:
    """The change that stands and led to a version; None where none did."""
    row = conn.execute(
        _CHANGE + " WHERE c.page_id = (SELECT page_id FROM versions WHERE id = ?1) "
        "AND c.to_version_id = ?1 AND c.kind IN ('content', 'extractor') "
        "AND NOT EXISTS (SELECT 1 FROM changes n WHERE n.supersedes_id = c.id) "
        "ORDER BY c.id DESC LIMIT 1",
        (version_id,),
    ).fetchone()
    return None if row is None else change_dict(row)


def change_dict(row: Sequence[Any]) -> dict[str, Any]:
    """A row of the change query in the contract's shape."""
    shown = dict(zip(_CHANGE_KEYS, row, strict=True))
    shown |= {key: json.loads(shown[key]) for key in _CHANGE_JSON}
    shown["coarse"] = bool(shown["coarse"])
    shown["fields"] = [
        {**{key: field[key] for key in ("field", "from", "to")}, **field}
        for field in shown["fields"]
    ]
    return shown


def events(
    conn: sqlite3.Connection, since: str | None, kind: str | None
) -> Iterator[dict[str, Any]]:
    """The contract of `crawl events --json`, the oldest first."""
    wanted = {_SINCE.format("e", "events"): since, "e.kind = :kind": kind}
    asked = [condition for condition, value in wanted.items() if value is not None]
    where = f"WHERE {' AND '.join(asked)} " if asked else ""
    for row in conn.execute(
        f"SELECT e.id, e.kind, e.subject, e.changes, e.recorded_at, {MESSAGE}, e.next_step, "
        "e.source_id, e.page_id, l.hash FROM events e JOIN log l ON l.sequence = e.sequence "
        f"{where}ORDER BY e.id",
        {"since": since, "kind": kind},
    ):
        yield {
            "event": row[0],
            "kind": row[1],
            "subject": row[2],
            "changes": json.loads(row[3]),
            "recorded_at": row[4],
            "message": row[5],
            "next_step": row[6],
            "source": row[7],
            "page": row[8],
            "hash": row[9],
        }


_LOOK_KEYS = [
    "observation",
    "run",
    "started_at",
    "origin",
    "outcome",
    "reason",
    "status",
    "url",
    "final_url",
    "body_sha256",
    "version",
    "state",
    "hash",
    "error",
    "finished_at",
    "source",
    "purpose",
]
_LOOK = """
SELECT o.id, o.run_id, o.started_at, o.origin, o.outcome, o.reason, o.status, o.request_url,
    o.final_url, o.body_sha256, o.version_id, o.state, l.hash, o.error, o.finished_at, o.source_id,
    o.purpose
FROM observations o JOIN log l ON l.sequence = o.sequence
"""


def looks(conn: sqlite3.Connection, url: str) -> Iterator[dict[str, Any]]:
    """The contract of `crawl log URL --json`: every look at the page that a URL names, or at that
    listing or robots file, the oldest first; raises UnknownName."""
    page_id = page_of_url(conn, url)
    if page_id is not None:
        where = "WHERE o.page_id IN (SELECT id FROM pages WHERE id = ?1 OR joined_with = ?1)"
        rows = conn.execute(_LOOK + where + " ORDER BY o.id", (page_id,))
    else:
        ids = [row[0] for row in conn.execute("SELECT id FROM addresses WHERE url = ?", (url,))]
        if not ids:
            raise not_kept(url)
        rows = conn.execute(
            _LOOK + "WHERE o.address_id IN (SELECT value FROM json_each(?)) ORDER BY o.id",
            (json.dumps(ids),),
        )
    return (dict(zip(_LOOK_KEYS, row, strict=True)) for row in rows)
