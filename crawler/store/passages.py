"""The passage index: winnowed fingerprints of every text, and who shares them.

A row is a fingerprint under an *owner*: the first text of a page. A later text of the page adds
only the fingerprints that its earlier ones lack, under the same owner, so a page of a thousand
versions costs little; a text that stands on several pages is written whole, as an owner of its
own, once, and its rows name it twice. So the rows of a fingerprint count pages, not texts, but
for those, whose pages a query looks up.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

Fingerprints = list[tuple[int, int]]

# Of a 64-bit hash the index keeps the low 32 bits, which SQLite stores in four bytes. Among twenty
# million fingerprints one of a query in two hundred meets a strange one; verification tells.
_BITS: Final = 32
_HALF: Final = 1 << (_BITS - 1)
_MASK: Final = (1 << _BITS) - 1


def fingerprints_of(text: str) -> Fingerprints:
    """The text's winnowed fingerprints with their positions."""
    from crawler.text import fingerprints

    return fingerprints(text)


def kept(value: int) -> int:
    """A fingerprint as the index keeps it: its low 32 bits, signed."""
    return ((value + _HALF) & _MASK) - _HALF


def index(conn: sqlite3.Connection, text_id: int, found: Fingerprints) -> None:
    """Write a text's fingerprints, inside the caller's transaction."""
    hashes = sorted({kept(value) for value, _ in found})
    place = _place(conn, text_id)
    if place.owner != text_id:
        rows = ((value, place.owner, text_id) for value in hashes)
        conn.executemany("INSERT OR IGNORE INTO passages VALUES (?, ?, ?)", rows)
    elif hashes and not _is_whole(conn, place, hashes[0]):
        whole = ((value, text_id, place.later) for value in hashes)
        conn.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?, ?)", whole)


def remove(conn: sqlite3.Connection, text_id: int, found: Fingerprints) -> None:
    """Take a text's fingerprints out, inside the caller's transaction; the other texts of its
    pages wait for the index again, since they may have left theirs to this one."""
    hashes = {kept(value) for value, _ in found}
    conn.executemany(
        "DELETE FROM passages WHERE hash = ? AND coalesce(later_text_id, owner_text_id) = ?",
        ((value, text_id) for value in sorted(hashes)),
    )
    conn.execute(
        "UPDATE texts SET indexed = 0 WHERE id <> ?1 AND id IN (SELECT o.text_id FROM versions v "
        "JOIN versions o ON o.page_id = v.page_id WHERE v.text_id = ?1)",
        (text_id,),
    )


class _Place(NamedTuple):
    """Where a text's fingerprints stand: under the first text of its page or itself, and what its
    rows say of who brought them when it is itself."""

    owner: int
    later: int | None


def _place(conn: sqlite3.Connection, text_id: int) -> _Place:
    pages = conn.execute(_PAGES_OF, (text_id,)).fetchall()
    if len(pages) != 1:
        return _Place(text_id, text_id)
    if pages[0][0] < 0:
        return _Place(text_id, None)
    row = conn.execute(
        "SELECT text_id FROM versions WHERE id = (SELECT min(id) FROM versions WHERE page_id = ?)",
        pages[0],
    ).fetchone()
    return _Place(row[0], None)


# Two of the pages that carry a text are enough; a seed copy counts like a page of its own.
_PAGES_OF = (
    "SELECT page_id FROM versions WHERE text_id = ?1 "
    "UNION SELECT -id FROM seeds WHERE text_id = ?1 LIMIT 2"
)


def _is_whole(conn: sqlite3.Connection, place: _Place, first: int) -> bool:
    """Whether a text's rows are written already: they all are, or none is."""
    row = conn.execute(
        "SELECT 1 FROM passages WHERE hash = ? AND owner_text_id = ? AND later_text_id IS ?",
        (first, *place),
    ).fetchone()
    return row is not None


def pages_of_texts(conn: sqlite3.Connection, text_ids: Iterable[int]) -> list[int]:
    """The pages that show, or ever showed, one of these texts, in the order of the texts."""
    rows = conn.execute(
        "SELECT coalesce(g.joined_with, g.id) FROM json_each(?) t "
        "JOIN versions v ON v.text_id = t.value JOIN pages g ON g.id = v.page_id "
        "ORDER BY t.key, v.page_id",
        (json.dumps(list(text_ids)),),
    )
    return list(dict.fromkeys(row[0] for row in rows))
