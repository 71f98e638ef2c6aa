"""What the law or good sense takes out of the archive: bytes, texts, index entries and operations
go for ever; rows, hashes and records stay, and a record names all that went.

What something else carries too (a page with the same text, a seed copy) stays unless it is asked
for everywhere.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.store import bodies, passages
from crawler.store.bodies import DELTA, FULL, MAX_DELTA_SHARE
from crawler.store.transaction import writing

# ruff: noqa: S608 - statements are put together from names of our own

# So many hashes of a kind stand in one record; more make several.
NAMED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for: looks and versions, and the pages that are asked for no more."""

    looks: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What of a scope is still here and would go, and what stays because others carry it."""

    bodies: tuple[str, ...] = ()
    texts: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()
    kept_bodies: int = 0
    kept_texts: int = 0
    #: pages and seed copies that carry those texts
    carriers: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would go."""
        return not (self.bodies or self.texts or self.changes)


def page_scope(conn: sqlite3.Connection, page_id: int) -> Scope:
    """Everything of a page, and of the pages that were found to be it."""
    pages = _ids(conn, "SELECT id FROM pages WHERE ?1 IN (id, joined_with)", page_id)
    of_pages = "IN (SELECT value FROM json_each(?1))"
    return Scope(
        _ids(conn, f"SELECT id FROM observations WHERE page_id {of_pages}", _list(pages)),
        _ids(conn, f"SELECT id FROM versions WHERE page_id {of_pages}", _list(pages)),
        pages,
    )


def version_scope(conn: sqlite3.Connection, version_id: int) -> Scope:
    """One version: all readings of its capture, all of its page's versions with its text, and all
    looks that showed them."""
    versions = _ids(
        conn,
        "SELECT o.id FROM versions v JOIN versions o ON o.page_id = v.page_id AND "
        "(o.text_id = v.text_id OR o.first_observation_id = v.first_observation_id) "
        "WHERE v.id = ?",
        version_id,
    )
    looks = _ids(
        conn,
        "WITH chosen AS (SELECT * FROM versions WHERE id IN (SELECT value FROM json_each(?1))) "
        "SELECT id FROM observations WHERE page_id IN (SELECT page_id FROM chosen) "
        "AND version_id IN (SELECT id FROM chosen) "
        "UNION SELECT first_observation_id FROM chosen "
        "UNION SELECT o.id FROM chosen c JOIN extractions e ON e.id = c.extraction_id "
        "JOIN log l ON l.sequence = e.sequence "
        "JOIN json_each(json_extract(l.record, '$.capture')) part "
        "JOIN log p ON p.hash = part.value JOIN observations o ON o.sequence = p.sequence",
        _list(versions),
    )
    return Scope(looks, versions)


def listing_scope(conn: sqlite3.Connection, page_id: int | None, source: str | None) -> Scope:
    """The looks at listings while they showed a page, or all of a source's."""
    return Scope(
        _ids(
            conn,
            "SELECT o.id FROM sightings s JOIN observations o ON o.address_id = s.address_id "
            "AND o.id BETWEEN s.first_observation_id AND s.last_observation_id "
            "WHERE s.page_id = ?1 UNION SELECT o.id FROM observations o "
            "WHERE o.source_id = ?2 AND o.purpose = 'listing'",
            page_id,
            source,
        )
    )


def look_up(conn: sqlite3.Connection, scope: Scope, *, everywhere: bool) -> Found:
    """What would go."""
    looks, versions = _list(scope.looks), _list(scope.versions)
    known = _ids(conn, _BODIES, looks)
    carried = set() if everywhere else set(_ids(conn, _BODIES_CARRIED, _list(known), looks))
    texts = _ids(conn, _TEXTS, versions, looks)
    kept = [] if everywhere else sorted(_ids(conn, _TEXTS_CARRIED, _list(texts), versions))
    going = tuple(one for one in texts if one not in set(kept))
    return Found(
        tuple(digest for digest in known if digest not in carried),
        going,
        _ids(conn, _CHANGES, _list(going)),
        len(carried),
        len(kept),
        _ids(conn, _CARRIERS, _list(kept), versions),
    )


_BODIES = """
SELECT sha256 FROM bodies WHERE data IS NOT NULL AND sha256 IN (SELECT body_sha256
    FROM observations WHERE id IN (SELECT value FROM json_each(?)))
ORDER BY id
"""
_BODIES_CARRIED = """
SELECT body_sha256 FROM observations WHERE body_sha256 IN (SELECT value FROM json_each(?1))
    AND id NOT IN (SELECT value FROM json_each(?2))
UNION SELECT file_sha256 FROM seeds WHERE file_sha256 IN (SELECT value FROM json_each(?1))
"""
_TEXTS = """
SELECT id FROM texts WHERE text IS NOT NULL AND id IN (
    SELECT text_id FROM versions WHERE id IN (SELECT value FROM json_each(?1))
    UNION SELECT text_id FROM extractions
        WHERE observation_id IN (SELECT value FROM json_each(?2)))
ORDER BY id
"""
_TEXTS_CARRIED = """
SELECT text_id FROM versions WHERE text_id IN (SELECT value FROM json_each(?1))
    AND id NOT IN (SELECT value FROM json_each(?2))
UNION SELECT text_id FROM seeds WHERE text_id IN (SELECT value FROM json_each(?1))
"""
_CHANGES = """
SELECT c.id FROM changes c WHERE c.ops IS NOT NULL AND EXISTS (SELECT 1 FROM versions v
    WHERE v.id IN (c.from_version_id, c.to_version_id)
    AND v.text_id IN (SELECT value FROM json_each(?)))
"""
_CARRIERS = """
SELECT DISTINCT p.canonical_url FROM versions v JOIN pages p ON p.id = v.page_id
WHERE v.text_id IN (SELECT value FROM json_each(?1))
    AND v.id NOT IN (SELECT value FROM json_each(?2))
UNION SELECT 'seed copy ' || s.name FROM seeds s
WHERE s.text_id IN (SELECT value FROM json_each(?1))
"""


def remove(
    conn: sqlite3.Connection,
    scope: Scope,
    said: dict[str, Any],
    now: str,
    *,
    everywhere: bool,
) -> Found:
    """Take out what is found, in one transaction with its record (`said` and the hashes of all that
    went), and ask for the pages no more; what went."""
    conn.execute("PRAGMA secure_delete = ON")
    with writing(conn, now) as transaction:
        conn.executemany(
            "UPDATE pages SET watched = 0, withheld_at = coalesce(withheld_at, ?) WHERE id = ?",
            [(now, page_id) for page_id in scope.pages],
        )
        found = look_up(conn, scope, everywhere=everywhere)
        if found.empty:
            return found
        names = {
            "bodies": list(found.bodies),
            "texts": _hashes(conn, "SELECT sha256 FROM texts WHERE id", found.texts),
            "changes": _hashes(conn, _CHANGE_HASHES, found.changes),
        }
        _free_deltas(conn, found.bodies)
        _wipe(conn, "bodies SET data = NULL WHERE sha256", found.bodies)
        _unindex(conn, found.texts)
        _wipe(conn, "texts SET text = NULL WHERE id", found.texts)
        _wipe(conn, "changes SET ops = NULL WHERE id", found.changes)
        for fields in _parts(names):
            transaction.append("withheld", {**said, **fields, "recorded_at": now})
    return found


def _parts(names: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """The hashes for one record, or for several where they are very many."""
    longest = max(map(len, names.values()))
    for start in range(0, longest, NAMED_AT_ONCE):
        yield {kind: found[start : start + NAMED_AT_ONCE] for kind, found in names.items()}


_CHANGE_HASHES = "SELECT l.hash FROM changes c JOIN log l ON l.sequence = c.sequence WHERE c.id"


def _free_deltas(conn: sqlite3.Connection, going: Sequence[str]) -> None:
    """Let every delta that stays rest on a body that stays: the first becomes full itself."""
    for digest in going:
        rows = conn.execute(
            "SELECT sha256 FROM bodies WHERE base_sha256 = ? AND data IS NOT NULL AND "
            "sha256 NOT IN (SELECT value FROM json_each(?)) ORDER BY id",
            (digest, _list(going)),
        ).fetchall()
        base: tuple[str, bytes] | None = None
        for (resting,) in rows:
            base = _rest_on(conn, resting, base)
        conn.execute(
            "UPDATE addresses SET key_body_sha256 = NULL, key_body_at = NULL, key_body_deltas = 0 "
            "WHERE key_body_sha256 = ?",
            (digest,),
        )


def _rest_on(
    conn: sqlite3.Connection, digest: str, base: tuple[str, bytes] | None
) -> tuple[str, bytes]:
    """Keep a body anew, as a delta against this one where that is much smaller; on what the next
    ones rest."""
    body = bodies.read(conn, digest)
    whole = bodies.compress(body)
    row: tuple[str, str | None, bytes] = (FULL, None, whole)
    if base is not None:
        smaller = bodies.delta(body, base[1])
        if len(smaller) <= MAX_DELTA_SHARE * len(whole):
            row = (DELTA, base[0], smaller)
    conn.execute(
        "UPDATE bodies SET encoding = ?, base_sha256 = ?, data = ? WHERE sha256 = ?", (*row, digest)
    )
    return base or (digest, body)


def _unindex(conn: sqlite3.Connection, text_ids: Iterable[int]) -> None:
    """Take texts out of search, of passages, and of what was compared with seed copies."""
    from crawler.text import search_tokens

    for text_id in text_ids:
        (text,) = conn.execute("SELECT text FROM texts WHERE id = ?", (text_id,)).fetchone()
        if conn.execute("SELECT 1 FROM search_docsize WHERE id = ?", (text_id,)).fetchone():
            conn.execute(
                "INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?, ?)",
                (text_id, search_tokens(text)),
            )
        passages.remove(conn, text_id, passages.fingerprints_of(text))
        conn.execute("UPDATE texts SET indexed = 1 WHERE id = ?", (text_id,))
        conn.execute(
            "DELETE FROM seed_matches WHERE version_id IN "
            "(SELECT id FROM versions WHERE text_id = ?)",
            (text_id,),
        )


def scrub(conn: sqlite3.Connection, *, rebuild: bool) -> bool:
    """Leave no trace of what went in the file and beside it: the search index put together anew,
    with `rebuild` the whole file, the write-ahead log emptied; whether that last was possible."""
    conn.execute("INSERT INTO search (search) VALUES ('optimize')")
    if rebuild:
        conn.execute("VACUUM")
    busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def named(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The records of what was withheld, the oldest first."""
    for (record,) in conn.execute(
        "SELECT record FROM log WHERE kind = 'withheld' ORDER BY sequence"
    ):
        yield json.loads(record)


def _ids(conn: sqlite3.Connection, query: str, *values: Any) -> tuple[Any, ...]:
    """The first column."""
    return tuple(row[0] for row in conn.execute(query, values))


def _list(values: Sequence[Any]) -> str:
    return json.dumps(list(values))


def _hashes(conn: sqlite3.Connection, query: str, ids: Sequence[int]) -> list[str]:
    rows = conn.execute(f"{query} IN (SELECT value FROM json_each(?)) ORDER BY 1", (_list(ids),))
    return [row[0] for row in rows]


def _wipe(conn: sqlite3.Connection, where: str, values: Sequence[Any]) -> None:
    conn.executemany(f"UPDATE {where} = ?", [(value,) for value in values])
