"""How far the archive's news were laid beside its other texts, and what is needed to do so."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.model import EventDraft, Router, Span
from crawler.store.changing import add_event
from crawler.store.transaction import writing
from crawler.store.work import Work

#: changes that are laid beside other texts after one pass; the rest waits for the next
MOST_CHANGES = 300


class Reached(NamedTuple):
    """The last change and the last version that were looked at."""

    change_id: int
    version_id: int


class Turned(NamedTuple):
    """A change of what a page says, or of whether it is there; `new` is None when it is gone."""

    change_id: int
    page_id: int
    url: str
    source_id: str
    published: str | None
    first_seen: str
    old: str
    new: str | None


class Placed(NamedTuple):
    """A version that shares passages with a seed copy, of a page of which that was not told."""

    version_id: int
    page_id: int
    url: str
    source_id: str
    seed: str
    seed_row: int
    relation: str
    seed_coverage: float
    spans: list[Span]


class Sharing(NamedTuple):
    """A page, what it says today (None when it is not there), and a text of it that shared."""

    page_id: int
    url: str
    source_id: str
    published: str | None
    first_seen: str
    now: str | None
    ever: str


def reached(conn: sqlite3.Connection) -> Reached:
    """How far the last pass came."""
    rows = dict(conn.execute("SELECT name, position FROM cursors"))
    return Reached(rows.get("reprints changes", 0), rows.get("reprints versions", 0))


def is_hushed(conn: sqlite3.Connection) -> bool:
    """Whether a backfill has begun, and nobody came to its end."""
    row = conn.execute("SELECT position FROM cursors WHERE name = 'reprints hushed'").fetchone()
    return row is not None and row[0] == 1


def hush(conn: sqlite3.Connection, now: str) -> None:
    """A backfill begins: what comes until the next telling is passed over, whoever tells."""
    with writing(conn, now):
        conn.execute("INSERT OR REPLACE INTO cursors VALUES ('reprints hushed', 1)")


def newest(conn: sqlite3.Connection) -> Reached:
    """The newest change and version."""
    query = "SELECT coalesce(max(id), 0) FROM "
    return Reached(*(conn.execute(query + name).fetchone()[0] for name in ("changes", "versions")))


# A source's first pass tells nothing: all its pages are new. One without listings has no pass.
_NOT_FIRST = "(s.kind = 'page' OR f.finished_at > s.first_pass_at)"

_TURNED = f"""
SELECT c.id, p.id, p.canonical_url, p.source_id, p.published, p.first_seen_at, o.text,
    CASE c.kind WHEN 'content' THEN n.text END
FROM changes c
JOIN pages p ON p.id = c.page_id JOIN sources s ON s.id = p.source_id
JOIN observations f ON f.id = c.new_first_observation_id
JOIN versions ov ON ov.id = coalesce(c.from_version_id, p.version_id)
JOIN texts o ON o.id = ov.text_id
LEFT JOIN versions nv ON nv.id = c.to_version_id LEFT JOIN texts n ON n.id = nv.text_id
WHERE c.id > ? AND c.origin = 'here' AND o.text IS NOT NULL AND {_NOT_FIRST}
    AND (c.kind = 'content' AND c.score > 0 AND n.text IS NOT NULL
        OR c.kind = 'state' AND c.to_state IN ('gone', 'emptied', 'redirected'))
ORDER BY c.id LIMIT {MOST_CHANGES}
"""  # noqa: S608 - put together from texts of our own


def turned(conn: sqlite3.Connection, since: Reached) -> list[Turned]:
    """The changes since then that are told of, the oldest first."""
    return [Turned(*row) for row in conn.execute(_TURNED, (since.change_id,))]


_PLACED = f"""
SELECT v.id, p.id, p.canonical_url, p.source_id, d.name, d.id, m.relation, m.seed_coverage,
    m.alignment
FROM versions v
JOIN seed_matches m ON m.version_id = v.id JOIN seeds d ON d.id = m.seed_id AND d.current
JOIN pages p ON p.id = v.page_id JOIN sources s ON s.id = p.source_id
JOIN observations f ON f.id = v.first_observation_id
WHERE v.id > ? AND NOT v.superseded AND v.origin = 'here' AND {_NOT_FIRST}
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.kind = 'copy_found' AND e.page_id = p.id
        AND e.subject = d.name)
    AND (s.kind <> 'page' OR EXISTS
        (SELECT 1 FROM versions b WHERE b.page_id = v.page_id AND b.id < v.id))
ORDER BY v.id
"""  # noqa: S608 - put together from texts of our own


def placed(conn: sqlite3.Connection, since: Reached) -> list[Placed]:
    """The versions since then that share passages with a seed copy, of pages of which that was
    not told; of a page that is watched by itself not the first one."""
    rows = conn.execute(_PLACED, (since.version_id,))
    return [Placed._make([*row[:-1], _spans(row[-1])]) for row in rows]


def placed_before(conn: sqlite3.Connection, one: Placed) -> Iterator[tuple[int, list[Span]]]:
    """The passages of the seed copy that earlier versions of the page shared, the newest first,
    each with the row of the revision that it was compared with."""
    rows = conn.execute(
        "SELECT e.seed_id, e.alignment FROM versions b JOIN seed_matches e ON e.version_id = b.id "
        "JOIN seeds r ON r.id = e.seed_id "
        "WHERE b.page_id = ? AND b.id < ? AND r.name = ? ORDER BY b.id DESC",
        (one.page_id, one.version_id, one.seed),
    )
    return ((seed_row, _spans(alignment)) for seed_row, alignment in rows)


def _spans(alignment: str) -> list[Span]:
    return [tuple(match["seed"]) for match in json.loads(alignment)["matches"]]


_SHARING = """
SELECT DISTINCT p.id, p.canonical_url, p.source_id, p.published, p.first_seen_at,
    CASE WHEN p.state IN ('live', 'restored', 'suspect', 'blocked') THEN n.text END, e.text
FROM json_each(?1) t
JOIN texts e ON e.id = t.value
JOIN versions v ON v.text_id = t.value
JOIN pages a ON a.id = v.page_id JOIN pages p ON p.id = coalesce(a.joined_with, a.id)
JOIN versions c ON c.id = p.version_id JOIN texts n ON n.id = c.text_id
WHERE p.id <> ?2 AND e.text IS NOT NULL
ORDER BY t.key
"""


def sharing(conn: sqlite3.Connection, text_ids: Iterable[int], page_id: int) -> list[Sharing]:
    """The pages but one that show, or showed, these texts."""
    rows = conn.execute(_SHARING, (json.dumps(list(text_ids)), page_id))
    return [Sharing(*row) for row in rows]


def tell(
    conn: sqlite3.Connection,
    drafts: Sequence[EventDraft],
    so_far: Reached,
    now: str,
    router: Router | None,
) -> list[int]:
    """Record events and how far their search came, in one transaction; the events' ids."""
    with writing(conn, now) as transaction:
        work = Work(transaction)
        work.router = router
        ids = [add_event(work, 0, draft) for draft in drafts]
        work.flush()
        conn.executemany(
            "INSERT INTO cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
            "position = excluded.position",
            [
                ("reprints changes", so_far.change_id),
                ("reprints versions", so_far.version_id),
                ("reprints hushed", 0),
            ],
        )
    return ids
