"""A text that came back: A → B → A is three versions, also where only a copy that another kept has
seen the B between two looks of ours at A."""

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from crawler.store.transaction import Transaction, writing

# ruff: noqa: S608 - statements are put together from names of our own


class _Version(NamedTuple):
    id: int
    as_of: str
    first_look: int
    #: text and all that stands beside it
    reading: tuple[Any, ...]


class _Look(NamedTuple):
    id: int
    version_id: int
    as_of: str
    origin: str
    extraction_id: int | None


_READING = (
    "v.text_id, e.title, e.author, e.source_name, e.editor, e.published, e.images, e.links, "
    "e.extractor, e.rule"
)
_VERSIONS = f"""
SELECT v.id, v.as_of, v.first_observation_id, {_READING}
FROM versions v JOIN extractions e ON e.id = v.extraction_id
WHERE v.page_id = ? AND NOT v.superseded ORDER BY v.as_of, v.id
"""
_LOOKS = """
SELECT id, version_id, as_of, origin, extraction_id FROM observations
WHERE page_id = ? AND version_id IS NOT NULL AND outcome IN ('new', 'changed', 'unchanged')
ORDER BY as_of, id
"""


def split(conn: sqlite3.Connection, page_id: int, now: str) -> int:
    """Give every look at a page the version that stood at its moment: one that shows an earlier
    text after another begins a version of its own. How many versions were added."""
    rows = conn.execute(_VERSIONS, (page_id,)).fetchall()
    versions = [_Version(row[0], row[1], row[2], tuple(row[3:])) for row in rows]
    looks = [_Look(*row) for row in conn.execute(_LOOKS, (page_id,))]
    if not _misplaced(versions, looks):
        return 0
    with writing(conn, now) as transaction:
        return _put_right(transaction, page_id, versions, looks)


def _misplaced(versions: Sequence[_Version], looks: Sequence[_Look]) -> bool:
    known = {version.id: version for version in versions}
    return any(_stands(versions, look) != known.get(look.version_id) for look in looks)


def _stands(versions: Sequence[_Version], look: _Look) -> _Version | None:
    """The version at a look's moment; the one that it began, where it began one."""
    own = next((one for one in versions if one.id == look.version_id), None)
    if own is None or own.first_look == look.id:
        return own
    return next((one for one in reversed(versions) if one.as_of <= look.as_of), own)


def _put_right(
    transaction: Transaction, page_id: int, versions: list[_Version], looks: Sequence[_Look]
) -> int:
    conn, known, added = transaction.conn, {one.id: one for one in versions}, 0
    for look in looks:
        stands, own = _stands(versions, look), known.get(look.version_id)
        if stands is None or own is None or stands == own:
            continue
        if stands.reading != own.reading:
            stands = _begin(transaction, page_id, look, own)
            known[stands.id] = stands
            versions.append(stands)
            versions.sort(key=lambda one: (one.as_of, one.id))
            added += 1
        conn.execute(
            "UPDATE observations SET version_id = ?1 WHERE id = ?2 OR (page_id = ?3 AND "
            "version_id = ?4 AND outcome = 'not_modified' AND as_of > ?5)",
            (stands.id, look.id, page_id, own.id, look.as_of),
        )
    conn.execute(
        "UPDATE pages SET version_id = coalesce((SELECT o.version_id FROM observations o "
        "WHERE o.id = last_bytes_observation_id), version_id) WHERE id = ?",
        (page_id,),
    )
    return added


def _begin(transaction: Transaction, page_id: int, look: _Look, own: _Version) -> _Version:
    """A version that begins with this look and reads as that earlier one."""
    conn = transaction.conn
    earlier, text_id = conn.execute(
        "SELECT extraction_id, text_id FROM versions WHERE id = ?", (own.id,)
    ).fetchone()
    new = transaction.add(
        "versions",
        page_id=page_id,
        extraction_id=look.extraction_id or earlier,
        text_id=text_id,
        first_observation_id=look.id,
        as_of=look.as_of,
        origin=look.origin,
    )
    transaction.flush()
    columns = (
        "seed_coverage, page_coverage, relation, confidence, score, coarse, alignment, recorded_at"
    )
    conn.execute(
        f"INSERT INTO seed_matches (seed_id, version_id, {columns}) "
        f"SELECT seed_id, ?, {columns} FROM seed_matches WHERE version_id = ?",
        (new, own.id),
    )
    return _Version(new, look.as_of, look.id, own.reading)
