"""Seed copies against what the archive held before they came, or before they were revised.

A new version is compared with every seed copy when it is read; a new seed copy is compared here
with the versions that stand, as a step of the indexes' catch-up.
"""

import sqlite3
from typing import NamedTuple

from crawler.model import Alignment
from crawler.store import candidates, seeds, versions
from crawler.store.seed_drafts import match_row
from crawler.store.seeds import SeedRow
from crawler.store.transaction import immediate
from crawler.store.versions import VersionRow

# The pages that share most with a seed copy; `crawl seeds compare` looks at all of them.
PAGES = 100


class _Found(NamedTuple):
    """A version that shares a passage with a seed copy."""

    version: VersionRow
    alignment: Alignment


def match_new_seeds(conn: sqlite3.Connection, now: str) -> int:
    """Compare the seed copies that were not compared with the archive yet; returns how many."""
    waiting = [row[0] for row in conn.execute("SELECT id FROM seeds WHERE compared_at IS NULL")]
    for row_id in waiting:
        seed = seeds.by_row(conn, row_id)
        _write(conn, seed, _standing(conn, seed), now)
    return len(waiting)


def _standing(conn: sqlite3.Connection, seed: SeedRow) -> list[_Found]:
    """The current versions that share a passage with a seed copy."""
    from crawler.compare import align

    shared = candidates.candidates(conn, seed.text, PAGES)
    rows = versions.current_with_texts(conn, shared.text_ids)[:PAGES]
    found = [
        _Found(row, align(seed.text, row.text, declared=row.url in seed.originals)) for row in rows
    ]
    return [one for one in found if one.alignment.matches]


def _write(conn: sqlite3.Connection, seed: SeedRow, found: list[_Found], now: str) -> None:
    with immediate(conn):
        rows = [match_row(seed.row_id, one.version.id, one.alignment, now) for one in found]
        conn.executemany(_INSERT, rows)
        conn.executemany(
            "UPDATE pages SET shares_seed = 1 WHERE id = ?",
            [(one.version.page_id,) for one in found],
        )
        conn.execute("UPDATE seeds SET compared_at = ? WHERE id = ?", (now, seed.row_id))


_INSERT = """
INSERT OR IGNORE INTO seed_matches (seed_id, version_id, seed_coverage, page_coverage, relation,
    confidence, score, coarse, alignment, recorded_at)
VALUES (:seed_id, :version_id, :seed_coverage, :page_coverage, :relation,
    :confidence, :score, :coarse, :alignment, :recorded_at)
"""
