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

from crawler.store.passages import fingerprints_of, kept

# The rarest fingerprints of a query that are always read, and the rows at which it stops after.
RAREST: Final = 8
BUDGET_ROWS: Final = 1_500
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
    #: pages that the archive knows, against which a frequency is to be read
    pages: int = 0


class _Read(NamedTuple):
    """The texts behind each fingerprint that was read, and whether all was read; those of them
    that stand on several pages."""

    texts: dict[int, list[int]]
    coarse: bool
    several: set[int]


def candidates(conn: sqlite3.Connection, text: str, limit: int, min_letters: int = 0) -> Candidates:
    """The texts that share passages with this one, at most `limit`. With `min_letters` only those
    of them are given that, read, hold so many letters and digits of it in exact runs."""
    first: dict[int, int] = {}
    asked: dict[int, int] = {}
    for value, at in fingerprints_of(text):
        first.setdefault(kept(value), at)
        asked[kept(value)] = value
    hashes = list(first)
    if too_many := len(hashes) > QUERY_HASHES:
        hashes = hashes[:: len(hashes) // QUERY_HASHES + 1]
    read = _read(conn, hashes)
    waiting = _waiting(conn, frozenset(hashes))
    for value, more in waiting.texts.items():
        read.texts[value] = [*read.texts.get(value, ()), *more]
        read.several.update(more)
    ranked = _ranked(read.texts)
    chosen = ranked[:limit]
    if min_letters:
        chosen = _verified(conn, text, first, read.texts, chosen, min_letters)
    frequency = {asked[value]: pages for value, pages in _frequency(conn, read)}
    coarse = too_many or read.coarse or waiting.coarse or len(ranked) > limit
    return Candidates(tuple(chosen), frequency, coarse, _pages(conn))


def _ranked(texts: Mapping[int, list[int]]) -> list[int]:
    """The texts by how many fingerprints they share and in how few texts each of those stands."""
    weights: defaultdict[int, float] = defaultdict(float)
    for sharing in texts.values():
        weight = 1 / len(sharing)
        for one in sharing:
            weights[one] += weight
    return sorted(weights, key=lambda one: (-weights[one], one))


def _frequency(conn: sqlite3.Connection, read: _Read) -> Iterator[tuple[int, int]]:
    """Each fingerprint and on how many pages it stands: its rows, but for texts that stand on
    several pages, or that wait and may stand beside an earlier one of their page."""
    several = {
        value: sharing
        for value, sharing in read.texts.items()
        if not read.several.isdisjoint(sharing)
    }
    places = _places(conn, {one for sharing in several.values() for one in sharing})
    for value, sharing in read.texts.items():
        if value in several:
            yield value, len(set().union(*map(places.__getitem__, sharing)))
        else:
            yield value, len(sharing)


def _verified(
    conn: sqlite3.Connection,
    text: str,
    first: Mapping[int, int],
    texts: Mapping[int, list[int]],
    ranked: Sequence[int],
    min_letters: int,
) -> list[int]:
    """Of these texts those that hold enough of the query."""
    from crawler.compare.extending import Query

    query = Query(text, (first[value] for value in texts))
    shared: dict[int, list[int]] = {one: [] for one in ranked}
    for value, sharing in texts.items():
        for one in sharing:
            if one in shared:
                shared[one].append(first[value])
    found = set()
    for some in batched(ranked, FETCHED_TEXTS):
        for one, other in conn.execute(_TEXTS, (json.dumps(some),)):
            if query.shared(other or "", shared[one], min_letters) >= min_letters:
                found.add(one)
    return [one for one in ranked if one in found]


_TEXTS = "SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))"


def batched(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """Ids in groups of a size, the last one smaller."""
    left = iter(ids)
    while group := tuple(islice(left, size)):
        yield group


def _pages(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM pages").fetchone()[0])


# A text that stands on several pages is given negative.
_TEXT = (
    "CASE later_text_id WHEN owner_text_id THEN -owner_text_id "
    "ELSE coalesce(later_text_id, owner_text_id) END"
)
_ROWS = f"SELECT {_TEXT} FROM passages WHERE hash = ? LIMIT ?"  # noqa: S608 - texts of our own
# All at once, which costs a third of asking one by one.
_RARE = (
    "SELECT value, texts FROM (SELECT h.value, (SELECT group_concat(one) FROM (SELECT "  # noqa: S608
    f"{_TEXT} AS one FROM passages WHERE hash = h.value LIMIT ?1)) "
    "AS texts FROM json_each(?2) h) WHERE texts NOT NULL"
)
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM passages WHERE hash = ? LIMIT ?)"


def _read(conn: sqlite3.Connection, hashes: Sequence[int]) -> _Read:
    """The rare fingerprints whole, then the others, the rarest first, within the budget."""
    rows: dict[int, list[int]] = {}
    frequent = []
    for value, joined in conn.execute(_RARE, (RARE_ROWS, json.dumps(hashes))):
        found = [int(one) for one in joined.split(",")]
        if len(found) == RARE_ROWS:
            frequent.append(value)
        else:
            rows[value] = found
    coarse = _read_frequent(conn, frequent, rows)
    several = {-one for found in rows.values() for one in found if one < 0}
    texts = {value: [abs(one) for one in found] for value, found in rows.items()}
    return _Read(texts, coarse, several)


def _read_frequent(
    conn: sqlite3.Connection, frequent: Sequence[int], rows: dict[int, list[int]]
) -> bool:
    """Add the rows of frequent fingerprints within the budget; whether some were left out."""
    left = BUDGET_ROWS - sum(map(len, rows.values()))
    for count, value in _by_count(conn, frequent, max(left, 0) if len(rows) >= RAREST else None):
        if len(rows) >= RAREST and count > left:
            return True
        found = conn.execute(_ROWS, (value, MOST_ROWS)).fetchall()
        rows[value] = [row[0] for row in found]
        left -= len(found)
    return any(len(found) >= MOST_ROWS for found in rows.values())


def _by_count(
    conn: sqlite3.Connection, hashes: Sequence[int], left: int | None
) -> list[tuple[int, int]]:
    """Fingerprints with their number of rows, as far as it is counted, the rarest first."""
    limit = COUNTED_ROWS if left is None else max(RARE_ROWS, min(COUNTED_ROWS, left + 1))
    return sorted((conn.execute(_COUNT, (value, limit)).fetchone()[0], value) for value in hashes)


def _places(conn: sqlite3.Connection, text_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The pages that carry each text; one that only a seed copy holds has a place of its own."""
    joined = dict(conn.execute("SELECT id, joined_with FROM pages WHERE joined_with NOT NULL"))
    found: dict[int, set[int]] = {}
    rows = conn.execute(
        "SELECT t.value, v.page_id FROM json_each(?) t LEFT JOIN versions v ON v.text_id = t.value",
        (json.dumps(list(text_ids)),),
    )
    for text_id, page_id in rows:
        place = -text_id if page_id is None else joined.get(page_id, page_id)
        found.setdefault(text_id, set()).add(place)
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
            return _Read(texts, True, set())
        left -= len(text)
        for value in hashes & {kept(value) for value, _ in fingerprints_of(text)}:
            texts.setdefault(value, []).append(text_id)
    return _Read(texts, False, set())
