"""A version read again from its capture: the new reading takes its place, the old one is kept."""

# ruff: noqa: S608 - statements are put together from names of our own

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crawler.model import AddressState, Extraction, Intent, SeedMatchDraft
from crawler.store import changing
from crawler.store.extracting import add_reading, add_version
from crawler.store.pages import page_state
from crawler.store.seed_drafts import add_seed_match
from crawler.store.transaction import writing
from crawler.store.work import Work


def waiting(
    conn: sqlite3.Connection, extractor: str, rule: str, page_ids: Sequence[int] | None
) -> list[tuple[int, int]]:
    """(page, version) of all that stands and that another extractor read, page by page; what was
    given by `rule` is no reading."""
    return conn.execute(
        "SELECT v.page_id, v.id FROM versions v JOIN extractions e ON e.id = v.extraction_id "
        "WHERE NOT v.superseded AND e.extractor <> ?1 AND e.rule <> ?2 "
        "AND (?3 IS NULL OR v.page_id IN (SELECT value FROM json_each(?3))) "
        "ORDER BY v.page_id, v.as_of",
        (extractor, rule, None if page_ids is None else json.dumps(list(page_ids))),
    ).fetchall()


def read_by(conn: sqlite3.Connection, extractor: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(extraction, its record) of all that an extractor's version read."""
    rows = conn.execute(
        "SELECT e.id, l.record FROM extractions e JOIN log l ON l.sequence = e.sequence "
        "WHERE e.extractor = ? ORDER BY e.id",
        (extractor,),
    )
    return ((row_id, json.loads(record)) for row_id, record in rows)


def read_again(
    conn: sqlite3.Connection,
    version_id: int,
    read: Extraction,
    matches: Iterable[SeedMatchDraft],
    now: str,
) -> int:
    """Keep a new reading of a version's capture as a version in its place; the new one's id."""
    page_id, extraction_id, text_id, look, as_of, origin = conn.execute(
        "SELECT page_id, extraction_id, text_id, first_observation_id, as_of, origin "
        "FROM versions WHERE id = ?",
        (version_id,),
    ).fetchone()
    earlier = changing.capture_record(conn, extraction_id)
    page = page_state(conn, page_id)
    assert page is not None  # noqa: S101 - a foreign key
    with writing(conn, now) as transaction:
        work = Work(transaction)
        intent = Intent(
            0,
            page,
            AddressState(0, page_id, ""),
            (),
            encoding=earlier.encoding,
            profile=earlier.profile,
        )
        kept = add_reading(work, intent, read, earlier)
        new_id = add_version(work, page_id, kept, look, as_of, origin=origin)
        work.flush()
        _put_in_place(conn, page_id, (version_id, new_id), (extraction_id, kept.id))
        if kept.text_id == text_id:
            conn.execute(
                "UPDATE seed_matches SET version_id = ? WHERE version_id = ?", (new_id, version_id)
            )
        else:
            _match(work, new_id, matches)
        work.flush()
    return new_id


# What names a version or an extraction stands with its page, or with one that was joined with it:
# by these it is found without a look at every row.
_PAGES = "(SELECT ?3 UNION ALL SELECT id FROM pages WHERE joined_with = ?3)"
_PUT_IN_PLACE = (
    f"UPDATE observations SET version_id = ?2 WHERE version_id = ?1 AND page_id IN {_PAGES}",
    f"UPDATE pages SET version_id = ?2 WHERE version_id = ?1 AND id IN {_PAGES}",
)
_READ_ANEW = (
    f"UPDATE addresses SET extraction_id = ?2 WHERE extraction_id = ?1 AND page_id IN {_PAGES}"
)


def _put_in_place(
    conn: sqlite3.Connection, page_id: int, version: tuple[int, int], extraction: tuple[int, int]
) -> None:
    """Let all that named the old version and extraction name the new ones (each old, new)."""
    conn.execute("UPDATE versions SET superseded = 1 WHERE id = ?", version[:1])
    for statement in _PUT_IN_PLACE:
        conn.execute(statement, (*version, page_id))
    conn.execute(_READ_ANEW, (*extraction, page_id))


def _match(work: Work, version_id: int, matches: Iterable[SeedMatchDraft]) -> None:
    for draft in matches:
        found = work.seeds().get(draft.seed)
        if found is None:
            continue
        add_seed_match(work, found[0], version_id, draft)
