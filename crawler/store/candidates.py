"""Which texts share passages with a query: the rarest fingerprints first, within a budget.

No fingerprint is left out for being frequent, or the most reprinted article would be the one that
is never found; a query that stops early says so.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.store.passages import fingerprints_of, kept

# The rarest fingerprints of a query that are always read, and the rows at which it stops after.
RAREST: Final = 8
BUDGET_ROWS: Final = 4_000
# A fingerprint with so many rows is rare and read at once; others are counted first, so far.
RARE_ROWS: Final = 16
COUNTED_ROWS: Final = 256
# One fingerprint is read so far, the pages that were first among the archive's.
MOST_ROWS: Final = 4_000
# A query takes so many of its fingerprints, evenly, and so many characters of texts that wait.
QUERY_HASHES: Final = 20_000
WAITING_CHARACTERS: Final = 2_000_000


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


class _Read(NamedTuple):
    """The texts behind each fingerprint that was read, and whether all was read."""

    texts: dict[int, list[int]]
    coarse: bool


def candidates(conn: sqlite3.Connection, text: str, limit: int) -> Candidates:
    """The texts that share passages with this one, at most `limit`."""
    asked = {kept(value): value for value, _ in fingerprints_of(text)}
    hashes = list(asked)
    if too_many := len(hashes) > QUERY_HASHES:
        hashes = hashes[:: len(hashes) // QUERY_HASHES + 1]
    read = _read(conn, hashes)
    waiting = _waiting(conn, frozenset(hashes))
    for value, more in waiting.texts.items():
        read.texts[value] = [*read.texts.get(value, ()), *more]
    places = _places(conn, {one for texts in read.texts.values() for one in texts})
    frequency: dict[int, int] = {}
    weights: defaultdict[int, float] = defaultdict(float)
    for value, texts in read.texts.items():
        pages = len(set().union(*(places[one] for one in texts)))
        frequency[asked[value]] = pages
        for one in texts:
            weights[one] += 1 / pages
    ranked = sorted(weights, key=lambda one: (-weights[one], one))
    coarse = too_many or read.coarse or waiting.coarse or len(ranked) > limit
    return Candidates(tuple(ranked[:limit]), frequency, coarse, _pages(conn))


def _pages(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM pages WHERE version_id NOT NULL").fetchone()[0])


_ROWS = "SELECT coalesce(later_text_id, owner_text_id) FROM passages WHERE hash = ? LIMIT ?"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM passages WHERE hash = ? LIMIT ?)"


def _read(conn: sqlite3.Connection, hashes: Sequence[int]) -> _Read:
    """The rare fingerprints whole, then the others, the rarest first, within the budget."""
    texts: dict[int, list[int]] = {}
    frequent = []
    for value in hashes:
        rows = conn.execute(_ROWS, (value, RARE_ROWS)).fetchall()
        if len(rows) == RARE_ROWS:
            frequent.append(value)
        elif rows:
            texts[value] = [row[0] for row in rows]
    left = BUDGET_ROWS - sum(map(len, texts.values()))
    for count, value in _by_count(conn, frequent, max(left, 0) if len(texts) >= RAREST else None):
        if len(texts) >= RAREST and count > left:
            return _Read(texts, coarse=True)
        rows = conn.execute(_ROWS, (value, MOST_ROWS)).fetchall()
        texts[value] = [row[0] for row in rows]
        left -= len(rows)
    return _Read(texts, coarse=any(len(found) >= MOST_ROWS for found in texts.values()))


def _by_count(
    conn: sqlite3.Connection, hashes: Sequence[int], left: int | None
) -> list[tuple[int, int]]:
    """Fingerprints with their number of rows, as far as it is counted, the rarest first."""
    limit = COUNTED_ROWS if left is None else max(RARE_ROWS, min(COUNTED_ROWS, left + 1))
    return sorted((conn.execute(_COUNT, (value, limit)).fetchone()[0], value) for value in hashes)


def _places(conn: sqlite3.Connection, text_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The pages that carry each text; one that only a seed copy holds has a place of its own."""
    found: dict[int, set[int]] = {}
    rows = conn.execute(
        "SELECT t.value, coalesce(g.joined_with, g.id) FROM json_each(?) t "
        "LEFT JOIN versions v ON v.text_id = t.value LEFT JOIN pages g ON g.id = v.page_id",
        (json.dumps(list(text_ids)),),
    )
    for text_id, page_id in rows:
        found.setdefault(text_id, set()).add(-text_id if page_id is None else page_id)
    return found


def _waiting(conn: sqlite3.Connection, hashes: frozenset[int]) -> _Read:
    """The texts that wait for the index, the newest first, by what they share."""
    texts: dict[int, list[int]] = {}
    left = WAITING_CHARACTERS
    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 AND text IS NOT NULL AND "
        "(EXISTS (SELECT 1 FROM versions WHERE text_id = texts.id) OR "
        "EXISTS (SELECT 1 FROM seeds WHERE text_id = texts.id)) ORDER BY id DESC"
    )
    for text_id, text in rows:
        if left <= 0:
            return _Read(texts, coarse=True)
        left -= len(text)
        for value in hashes & {kept(value) for value, _ in fingerprints_of(text)}:
            texts.setdefault(value, []).append(text_id)
    return _Read(texts, coarse=False)
