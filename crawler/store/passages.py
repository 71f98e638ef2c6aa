"""The passage index: winnowed fingerprints of every text, and who shares them.

A later text of a page adds only the fingerprints that its earlier ones lack, so a page of a
thousand versions costs little; a text that stands on several pages is written whole. How frequent
a fingerprint is counts pages, not texts. None is left out for being frequent: a query reads the
rarest first, within a budget, and says when it stopped.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Fingerprints = list[tuple[int, int]]

# The rarest fingerprints of a query that are always read, and the rows at which it stops after.
RAREST = 8
BUDGET_ROWS = 6_000
# How far a fingerprint's rows are counted to find the rarest ones.
COUNTED_ROWS = 256
# A query takes so many of its fingerprints, evenly, and this many texts that wait for the index.
QUERY_HASHES = 20_000
WAITING_TEXTS = 200
# So many earlier texts of a page are asked what they have already: the first and the last ones.
EARLIER_TEXTS = 9


@dataclass(frozen=True, slots=True)
class Candidates:
    """Texts that share fingerprints with a query, most and rarest shared first."""

    text_ids: tuple[int, ...]
    #: each shared fingerprint that was read, and on how many pages (or seed copies) it stands
    frequency: Mapping[int, int] = field(default_factory=dict)
    #: limits made the answer rougher than it could be
    coarse: bool = False
    #: pages with a text, against which a frequency is to be read
    pages: int = 0


def fingerprints_of(text: str) -> Fingerprints:
    """The text's winnowed fingerprints with their positions."""
    from crawler.text import fingerprints

    return fingerprints(text)


def index(conn: sqlite3.Connection, text_id: int, found: Fingerprints) -> None:
    """Write a text's fingerprints, inside the caller's transaction."""
    lacking = _lacking(conn, text_id, {value for value, _ in found})
    conn.executemany(
        "INSERT OR IGNORE INTO passages (hash, text_id, position) VALUES (?, ?, ?)",
        sorted((value, text_id, at) for value, at in found if value in lacking),
    )


def _lacking(conn: sqlite3.Connection, text_id: int, hashes: set[int]) -> set[int]:
    """Those that no earlier text of the same page has."""
    pages = [row[0] for row in conn.execute(_PAGES_OF, (text_id,))]
    if len(pages) != 1:
        return hashes
    earlier = [row[0] for row in conn.execute(_EARLIER, (pages[0], text_id))]
    if not earlier:
        return hashes
    asked = (
        earlier if len(earlier) <= EARLIER_TEXTS else [earlier[0], *earlier[1 - EARLIER_TEXTS :]]
    )
    known = conn.execute(
        "SELECT DISTINCT p.hash FROM json_each(?1) h CROSS JOIN json_each(?2) t "
        "CROSS JOIN passages p ON p.hash = h.value AND p.text_id = t.value",
        (json.dumps(list(hashes)), json.dumps(asked)),
    )
    return hashes - {row[0] for row in known}


# Pages that carry a text; a seed copy counts like a page of its own.
_PAGES_OF = (
    "SELECT page_id FROM versions WHERE text_id = ?1 UNION SELECT -id FROM seeds WHERE text_id = ?1"
)
_EARLIER = (
    "SELECT DISTINCT v.text_id FROM versions v JOIN texts t ON t.id = v.text_id "
    "WHERE v.page_id = ? AND v.text_id <> ? AND t.indexed ORDER BY v.text_id"
)


def candidates(conn: sqlite3.Connection, text: str, limit: int) -> Candidates:
    """The texts that share passages with this one, at most `limit`."""
    hashes = list(dict.fromkeys(value for value, _ in fingerprints_of(text)))
    coarse = len(hashes) > QUERY_HASHES
    if coarse:
        hashes = hashes[:: len(hashes) // QUERY_HASHES + 1]
    pages = conn.execute("SELECT count(*) FROM pages WHERE version_id IS NOT NULL").fetchone()[0]
    frequency: dict[int, int] = {}
    weights: defaultdict[int, float] = defaultdict(float)
    read_rows = 0
    for place, (value, rows) in enumerate(_rarest_first(conn, hashes)):
        if place >= RAREST and read_rows + rows > BUDGET_ROWS:
            coarse = True
            break
        owners, texts = _postings(conn, value)
        read_rows += len(texts)
        frequency[value] = owners
        for text_id in texts:
            weights[text_id] += 1 / owners
    more = _waiting(conn, set(hashes), weights, frequency)
    ranked = sorted(weights, key=lambda text_id: (-weights[text_id], text_id))[:limit]
    coarse = coarse or more or len(weights) > limit
    return Candidates(tuple(ranked), frequency, coarse, pages)


def _rarest_first(conn: sqlite3.Connection, hashes: list[int]) -> list[tuple[int, int]]:
    """The hashes that stand anywhere, with their number of rows as far as it is counted."""
    rows = conn.execute(
        "SELECT h.value, (SELECT count(*) FROM "
        "(SELECT 1 FROM passages p WHERE p.hash = h.value LIMIT ?)) AS rows "
        "FROM json_each(?) h WHERE rows > 0 ORDER BY rows",
        (COUNTED_ROWS, json.dumps(hashes)),
    )
    return [(row[0], row[1]) for row in rows]


def _postings(conn: sqlite3.Connection, value: int) -> tuple[int, set[int]]:
    """On how many pages and seed copies a hash stands, and in which texts."""
    owners, texts = set(), set()
    for text_id, page_id in conn.execute(
        "SELECT DISTINCT p.text_id, v.page_id FROM passages p "
        "LEFT JOIN versions v ON v.text_id = p.text_id WHERE p.hash = ?",
        (value,),
    ):
        texts.add(text_id)
        owners.add(-text_id if page_id is None else page_id)
    return len(owners), texts


def _waiting(
    conn: sqlite3.Connection,
    hashes: set[int],
    weights: dict[int, float],
    frequency: dict[int, int],
) -> bool:
    """Take in the texts that wait for the index; says whether there were too many."""
    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 AND text IS NOT NULL "
        "ORDER BY id DESC LIMIT ?",
        (WAITING_TEXTS + 1,),
    ).fetchall()
    for text_id, text in rows[:WAITING_TEXTS]:
        for value in hashes & {value for value, _ in fingerprints_of(text)}:
            frequency[value] = frequency.get(value, 0) + 1
            weights[text_id] += 1 / frequency[value]
    return len(rows) > WAITING_TEXTS


def pages_of_texts(conn: sqlite3.Connection, text_ids: Iterable[int]) -> list[int]:
    """The pages that show, or ever showed, one of these texts, in the order of the texts."""
    rows = conn.execute(
        "SELECT coalesce(g.joined_with, g.id) FROM json_each(?) t "
        "JOIN versions v ON v.text_id = t.value JOIN pages g ON g.id = v.page_id "
        "ORDER BY t.key, v.page_id",
        (json.dumps(list(text_ids)),),
    )
    return list(dict.fromkeys(row[0] for row in rows))
