"""Which texts share passages with a query: the rarest fingerprints first, within a budget.

No fingerprint is left out for being frequent, or the most reprinted article would be the one that
is never found; a query that stops early says so.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from crawler.store.passages import Fingerprints, fingerprints_of, kept

# The rarest fingerprints of a query that are always read, and the rows at which it stops after.
RAREST: Final = 8
BUDGET_ROWS: Final = 4_000
# A fingerprint with so many rows is rare and read at once; others are counted first, so far.
RARE_ROWS: Final = 16
COUNTED_ROWS: Final = 256
# One fingerprint is read so far, the pages that were first among the archive's.
MOST_ROWS: Final = 4_000
# So many texts are fetched at once to be verified.
FETCHED_TEXTS: Final = 32
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


def candidates(conn: sqlite3.Connection, text: str, limit: int, min_letters: int = 0) -> Candidates:
    """The texts that share passages with this one, at most `limit`. With `min_letters` only those
    are given that, read, hold so many letters and digits of it in exact runs."""
    found = fingerprints_of(text)
    asked = {kept(value): value for value, _ in found}
    hashes = list(asked)
    if too_many := len(hashes) > QUERY_HASHES:
        hashes = hashes[:: len(hashes) // QUERY_HASHES + 1]
    read = _read(conn, hashes)
    waiting = _waiting(conn, frozenset(hashes))
    for value, more in waiting.texts.items():
        read.texts[value] = [*read.texts.get(value, ()), *more]
    places = _places(conn, {one for texts in read.texts.values() for one in texts})
    ranking = _ranked(read.texts, places)
    ids: Iterable[int] = ranking.text_ids
    if min_letters:
        ids = _verified(conn, text, found, read.texts, ranking.text_ids, min_letters)
    chosen = tuple(islice(ids, limit))
    coarse = too_many or read.coarse or waiting.coarse
    coarse = coarse or (len(chosen) == limit and len(ranking.text_ids) > limit)
    frequency = {asked[value]: pages for value, pages in ranking.frequency.items()}
    return Candidates(chosen, frequency, coarse, _pages(conn))


class _Ranking(NamedTuple):
    text_ids: list[int]
    frequency: dict[int, int]


def _ranked(texts: Mapping[int, list[int]], places: Mapping[int, set[int]]) -> _Ranking:
    """The texts by how many fingerprints they share and on how few pages each of those stands."""
    frequency: dict[int, int] = {}
    weights: defaultdict[int, float] = defaultdict(float)
    for value, sharing in texts.items():
        pages = len(set().union(*map(places.__getitem__, sharing)))
        frequency[value] = pages
        for one in sharing:
            weights[one] += 1 / pages
    return _Ranking(sorted(weights, key=lambda one: (-weights[one], one)), frequency)


def _verified(
    conn: sqlite3.Connection,
    text: str,
    found: Fingerprints,
    texts: Mapping[int, list[int]],
    ranked: Iterable[int],
    min_letters: int,
) -> Iterator[int]:
    """Of the ranked texts those that hold enough of the query, as they are read."""
    from crawler.compare.extending import Query

    first: dict[int, int] = {}
    for value, at in found:
        first.setdefault(kept(value), at)
    query = Query(text, (first[value] for value in texts))
    shared: defaultdict[int, list[int]] = defaultdict(list)
    for value, sharing in texts.items():
        for one in sharing:
            shared[one].append(first[value])
    for some in batched(ranked, FETCHED_TEXTS):
        others = dict(conn.execute(_TEXTS, (json.dumps(some),)))
        for one in some:
            if query.shared(others[one] or "", shared[one], min_letters) >= min_letters:
                yield one


_TEXTS = "SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))"


def batched(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """Ids in groups of a size, the last one smaller."""
    left = iter(ids)
    while group := tuple(islice(left, size)):
        yield group


def _pages(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM pages WHERE version_id NOT NULL").fetchone()[0])


_ROWS = "SELECT coalesce(later_text_id, owner_text_id) FROM passages WHERE hash = ? LIMIT ?"
# All at once, which costs a third of asking one by one.
_RARE = (
    "SELECT value, texts FROM (SELECT h.value, (SELECT group_concat(one) FROM (SELECT "
    "coalesce(later_text_id, owner_text_id) AS one FROM passages WHERE hash = h.value LIMIT ?1)) "
    "AS texts FROM json_each(?2) h) WHERE texts NOT NULL"
)
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM passages WHERE hash = ? LIMIT ?)"


def _read(conn: sqlite3.Connection, hashes: Sequence[int]) -> _Read:
    """The rare fingerprints whole, then the others, the rarest first, within the budget."""
    texts: dict[int, list[int]] = {}
    frequent = []
    for value, joined in conn.execute(_RARE, (RARE_ROWS, json.dumps(hashes))):
        found = [int(one) for one in joined.split(",")]
        if len(found) == RARE_ROWS:
            frequent.append(value)
        else:
            texts[value] = found
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
