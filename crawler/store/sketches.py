"""What every page's texts look like by a sample of their fingerprints, from which families of
reprints are put together (FracMinHash: Irber et al., 2022; all hashes below a bound)."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

#: rows of the passage index that are read at most, about
MOST_ROWS: Final = 2_000_000
#: the lowest hash, how many there are, and the share of them by which the rows are counted
_LOWEST: Final = -(1 << 31)
_HASHES: Final = 1 << 32
_TRIED: Final = 256


class Sketch(NamedTuple):
    """A page with its current text, and the fingerprints of the sample that its texts have."""

    page_id: int
    version_id: int
    text_id: int
    url: str
    source_id: str
    #: as claimed
    published: str | None
    first_seen: str
    state: str
    hashes: frozenset[int]


_PAGES = """
SELECT g.id, v.id, v.text_id, g.canonical_url, g.source_id, g.published, g.first_seen_at, g.state
FROM pages g JOIN versions v ON v.id = g.version_id JOIN texts t ON t.id = v.text_id
WHERE g.joined_with IS NULL AND t.text <> ''
ORDER BY substr(coalesce(g.published, g.first_seen_at), 1, 10), g.first_seen_at, g.id
"""


def sketches(conn: sqlite3.Connection) -> Iterator[Sketch]:
    """The pages, the oldest first by the day of publication as claimed, else of the first look."""
    hashes = _sampled(conn)
    for row in conn.execute(_PAGES).fetchall():
        yield Sketch._make([*row, frozenset(hashes.get(row[0], ()))])


def _sampled(conn: sqlite3.Connection) -> dict[int, list[int]]:
    """The fingerprints of the sample by page."""
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for text_id, page_id in conn.execute(
        "SELECT v.text_id, coalesce(g.joined_with, g.id) FROM versions v "
        "JOIN pages g ON g.id = v.page_id"
    ):
        pages[text_id].add(page_id)
    below = "SELECT hash, owner_text_id FROM passages WHERE hash < ?"
    found: defaultdict[int, list[int]] = defaultdict(list)
    for value, owner in conn.execute(below, (_LOWEST + _bound(conn),)):
        for page_id in pages.get(owner, ()):
            found[page_id].append(value)
    return found


def _bound(conn: sqlite3.Connection) -> int:
    """How many hashes from the lowest on have about MOST_ROWS rows."""
    tried = _HASHES // _TRIED
    count = "SELECT count(*) FROM passages WHERE hash < ?"
    (rows,) = conn.execute(count, (_LOWEST + tried,)).fetchone()
    return min(_HASHES, tried * MOST_ROWS // max(1, int(rows)))
