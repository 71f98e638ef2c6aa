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

from crawler.store import bodies, passages, words
from crawler.store.bodies import DELTA, FULL, MAX_DELTA_SHARE
from crawler.store.scopes import Scope, ids, listed
from crawler.store.transaction import writing

# ruff: noqa: S608 - statements are put together from names of our own

# So many hashes of a kind stand in one record; more make several.
NAMED_AT_ONCE = 5_000


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


def look_up(conn: sqlite3.Connection, scope: Scope, *, everywhere: bool) -> Found:
    """What would go."""
    looks, versions = listed(scope.looks), listed(scope.versions)
    texts = ids(conn, _TEXTS, versions, looks)
    kept = [] if everywhere else sorted(ids(conn, _TEXTS_CARRIED, listed(texts), versions))
    going = tuple(one for one in texts if one not in set(kept))
    if everywhere:
        looks = listed(sorted({*scope.looks, *ids(conn, _LOOKS_AT, listed(going))}))
    known = ids(conn, _BODIES, looks, listed(going if everywhere else ()))
    carried = set() if everywhere else set(ids(conn, _BODIES_CARRIED, listed(known), looks))
    return Found(
        tuple(digest for digest in known if digest not in carried),
        going,
        ids(conn, _CHANGES, listed(going)),
        len(carried),
        len(kept),
        ids(conn, _CARRIERS, listed(kept), versions),
    )


# All looks whose bytes gave one of these texts, on whatever page.
_LOOKS_AT = """
WITH chosen AS (SELECT value AS text_id FROM json_each(?1))
SELECT id FROM observations
    WHERE version_id IN (SELECT id FROM versions WHERE text_id IN (SELECT text_id FROM chosen))
UNION SELECT id FROM observations
    WHERE extraction_id IN (SELECT e.id FROM extractions e JOIN chosen c ON c.text_id = e.text_id)
UNION SELECT o.id FROM extractions e JOIN log l ON l.sequence = e.sequence
    JOIN json_each(json_extract(l.record, '$.capture')) part
    JOIN log p ON p.hash = part.value JOIN observations o ON o.sequence = p.sequence
    WHERE e.text_id IN (SELECT text_id FROM chosen)
"""
_BODIES = """
SELECT sha256 FROM bodies WHERE data IS NOT NULL AND (sha256 IN (SELECT body_sha256
    FROM observations WHERE id IN (SELECT value FROM json_each(?1)))
    OR sha256 IN (SELECT file_sha256 FROM seeds
    WHERE text_id IN (SELECT value FROM json_each(?2))))
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
            (digest, listed(going)),
        ).fetchall()
        base: tuple[str, bytes] | None = None
        for (resting,) in rows:
            base = _rest_on(conn, resting, base)
    conn.execute(
        "UPDATE addresses SET key_body_sha256 = NULL, key_body_at = NULL, key_body_deltas = 0 "
        "WHERE key_body_sha256 IN (SELECT value FROM json_each(?))",
        (listed(going),),
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
        if words.has(conn, text_id):
            words.remove(conn, text_id, search_tokens(text))
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
    words.optimize(conn)
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


def _hashes(conn: sqlite3.Connection, query: str, ids: Sequence[int]) -> list[str]:
    rows = conn.execute(f"{query} IN (SELECT value FROM json_each(?)) ORDER BY 1", (listed(ids),))
    return [row[0] for row in rows]


def _wipe(conn: sqlite3.Connection, where: str, values: Sequence[Any]) -> None:
    conn.executemany(f"UPDATE {where} = ?", [(value,) for value in values])
