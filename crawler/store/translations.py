"""Texts that may be translations of another one: those that carry its rare numbers and names, as
the other language writes them, found through the index of words."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

#: a marker that so many texts carry finds none
FREQUENT: Final = 2_000
#: texts that wait for the index are all looked at, up to so many, the newest first
WAITING: Final = 200


def translation_candidates(conn: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """The ids of at most `limit` texts by how much they carry of this text's numbers and names,
    and of those that wait for the index."""
    total = max(2, conn.execute("SELECT count(*) FROM texts").fetchone()[0])
    weights: defaultdict[int, float] = defaultdict(float)
    for phrases in _phrases(text):
        carrying = _carrying(conn, phrases)
        for one in carrying if len(carrying) <= FREQUENT else ():
            weights[one] += math.log(total / len(carrying))
    ranked = sorted(weights, key=lambda one: (-weights[one], one))[:limit]
    waiting = conn.execute(
        "SELECT id FROM texts WHERE indexed = 0 AND text IS NOT NULL ORDER BY id DESC LIMIT ?",
        (WAITING,),
    )
    return list(dict.fromkeys([*ranked, *(row[0] for row in waiting)]))


def _phrases(text: str) -> Iterator[list[str]]:
    """For each rare marker of either language in a text the FTS5 phrases of its other forms."""
    from crawler.compare import lookups, traits
    from crawler.compare.translating import parts
    from crawler.text import search_query

    for half in parts(text):
        for forms in lookups(traits(half)).values():
            queries = (search_query(f'"{form}"') for form in forms)
            yield [query for query in dict.fromkeys(queries) if query]


def _carrying(conn: sqlite3.Connection, phrases: Iterable[str]) -> set[int]:
    """The texts with one of these phrases; at least one more than FREQUENT stands for very many."""
    rows = "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?"
    match = " OR ".join(phrases)
    return {row[0] for row in conn.execute(rows, (match, FREQUENT + 1))}
