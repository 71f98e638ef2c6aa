"""What every page's text looks like by a sample of its fingerprints, from which families of
reprints are put together (FracMinHash: Irber et al., 2022; all hashes below a bound). The shorter a
text, the higher its bound, so that no page is too short to be seen, and what two texts have below
the lower of their bounds can be compared."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.store.passages import fingerprints_of, kept

#: rows of the passage index up to which all are taken
ALL_ROWS: Final = 2_000_000
#: fingerprints of a text that its sample holds at least, about, and how many characters give one
_SAMPLE: Final = 16
_CHARACTERS: Final = 10
#: how many hashes there are, and what mixes them (the finaliser of MurmurHash3, Appleby 2011)
_HASHES: Final = 1 << 32
_MIXING: Final = (0x85EBCA6B, 0xC2B2AE35)
_FETCHED: Final = 100_000

Ints = npt.NDArray[np.int64]


class Sketch(NamedTuple):
    """A page with its current text."""

    page_id: int
    version_id: int
    text_id: int
    url: str
    source_id: str
    #: as claimed
    published: str | None
    first_seen: str
    state: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The pages by number, the oldest first, and which of the sampled fingerprints that several
    pages have each of them has."""

    page_ids: Ints
    text_ids: Ints
    #: the hash bound of each page, as the power of two by which the whole range is divided
    halvings: Ints
    #: for each page, and each number of halvings, how many fingerprints lie below that bound
    sizes: list[list[int]]
    #: page n has groups[first[n] : first[n + 1]], by hash; and the hash of each group
    first: Ints
    groups: Ints
    hashes: Ints

    def groups_of(self, page: int) -> Sequence[int]:
        """The numbers of the groups of pages that share a sampled fingerprint with this one."""
        found: list[int] = self.groups[self.first[page] : self.first[page + 1]].tolist()
        return found


_PAGES = """
SELECT g.id, v.text_id, t.characters
FROM pages g JOIN versions v ON v.id = g.version_id JOIN texts t ON t.id = v.text_id
WHERE g.joined_with IS NULL AND t.text IS NOT NULL AND t.characters > 0
ORDER BY substr(coalesce(g.published, g.first_seen_at), 1, 10), g.first_seen_at, g.id
"""


def sample(conn: sqlite3.Connection) -> Sample:
    """The pages, the oldest first by the day of publication as claimed, else of the first look."""
    pages = _array(conn.execute(_PAGES), 3)
    (rows,) = conn.execute("SELECT count(*) FROM passages").fetchone()
    per_page = pages[:, 2] / (_CHARACTERS * _SAMPLE)
    halvings = np.floor(np.log2(np.maximum(1.0, per_page))).astype(np.int64)
    if rows <= ALL_ROWS:
        halvings[:] = 0
    found = np.concatenate([*_rows(conn, pages, halvings)])
    return _sample(pages, halvings, found)


def sketches(conn: sqlite3.Connection, page_ids: Iterable[int]) -> dict[int, Sketch]:
    """Pages by their ids."""
    query = (
        "SELECT g.id, v.id, v.text_id, g.canonical_url, g.source_id, g.published, "
        "g.first_seen_at, g.state FROM json_each(?) i JOIN pages g ON g.id = i.value "
        "JOIN versions v ON v.id = g.version_id"
    )
    rows = conn.execute(query, (json.dumps(list(page_ids)),))
    return {row[0]: Sketch._make(row) for row in rows}


def _rows(conn: sqlite3.Connection, pages: Ints, halvings: Ints) -> Iterator[Ints]:
    """Pairs (hash, number of the page) below the page's bound."""
    owners, several = _owners(conn, pages)
    bounds = _HASHES >> halvings
    yield np.zeros((0, 2), np.int64)
    # Two numbers in one are fetched in half the time.
    packed = conn.execute("SELECT (hash << 32) | owner_text_id FROM passages")
    for some in _fetched(packed):
        low = np.searchsorted(owners[:, 0], some[:, 1], "left")
        high = np.searchsorted(owners[:, 0], some[:, 1], "right")
        counts = high - low
        at = np.repeat(low, counts) + _counting(counts)
        numbers = owners[at, 1]
        hashes = np.repeat(_mixed(some[:, 0]), counts)
        below = hashes < bounds[numbers]
        yield np.column_stack([hashes[below], numbers[below]])
    # A page of several texts owns the fingerprints of all: its present one is read.
    for number in several:
        (text,) = conn.execute(
            "SELECT text FROM texts WHERE id = ?", (int(pages[number, 1]),)
        ).fetchone()
        mine = [kept(value) for value, _ in fingerprints_of(text)]
        hashes = np.unique(_mixed(np.array(mine, np.int64)))
        hashes = hashes[hashes < bounds[number]]
        yield np.column_stack([hashes, np.full(hashes.size, number)])


def _owners(conn: sqlite3.Connection, pages: Ints) -> tuple[Ints, list[int]]:
    """Pairs (text, number of the page) of the pages that showed one text alone, by text; and the
    numbers of the others."""
    query = (
        "SELECT coalesce(g.joined_with, g.id), min(v.text_id), max(v.text_id) "
        "FROM versions v JOIN pages g ON g.id = v.page_id GROUP BY 1"
    )
    texts = _array(conn.execute(query), 3)
    numbers = np.full(int(max(texts[:, 0].max(initial=0), pages[:, 0].max(initial=0))) + 1, -1)
    numbers[pages[:, 0]] = np.arange(len(pages))
    texts = texts[numbers[texts[:, 0]] >= 0]
    alone = texts[:, 1] == texts[:, 2]
    pairs = np.column_stack([texts[alone, 1], numbers[texts[alone, 0]]])
    return pairs[np.argsort(pairs[:, 0], kind="stable")], numbers[texts[~alone, 0]].tolist()


def _sample(pages: Ints, halvings: Ints, found: Ints) -> Sample:
    """The rows by page and by the group of those with one hash; what one page alone has counts
    and makes no group."""
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    most = int(halvings.max(initial=0)) + 1
    sizes = np.zeros((len(pages), most), np.int32)
    for power in range(most):
        below = found[found[:, 0] < _HASHES >> power, 1]
        sizes[:, power] = np.bincount(below, minlength=len(pages))
    edges = np.append(True, found[1:, 0] != found[:-1, 0])[: len(found)]
    group = np.cumsum(edges) - 1
    shared = np.bincount(group)[group] > 1 if len(found) else np.zeros(0, np.bool_)
    hashes, group = np.unique(found[shared, 0], return_inverse=True)
    numbers = found[shared, 1]
    order = np.argsort(numbers, kind="stable")
    first = np.searchsorted(numbers[order], np.arange(len(pages) + 1))
    return Sample(pages[:, 0], pages[:, 1], halvings, sizes.tolist(), first, group[order], hashes)


def _mixed(hashes: Ints) -> Ints:
    """Numbers from 0 for hashes of 32 bits, one for each: those of Latin text that begin alike lie
    together, and would all be in a sample of the lowest or none."""
    mixed = hashes.astype(np.uint32)
    mixed = (mixed ^ (mixed >> np.uint32(16))) * np.uint32(_MIXING[0])
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(_MIXING[1])
    return (mixed ^ (mixed >> np.uint32(16))).astype(np.int64)


def _counting(counts: Ints) -> Ints:
    """0, 1 … for each of the counts."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _fetched(packed: sqlite3.Cursor) -> Iterator[Ints]:
    while rows := packed.fetchmany(_FETCHED):
        values = np.fromiter(chain.from_iterable(rows), np.int64, len(rows))
        yield np.column_stack([values >> 32, values & (_HASHES - 1)])


def _array(cursor: sqlite3.Cursor, columns: int) -> Ints:
    return np.fromiter(chain.from_iterable(cursor), np.int64).reshape(-1, columns)
