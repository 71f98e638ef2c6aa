"""Which texts share passages with a query: the rarest fingerprints first, within a budget.

No fingerprint is left out for being frequent, or the most reprinted article would be the one that
is never found; a query that stops early says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.store.passages import fingerprints_of, kept

if TYPE_CHECKING:
    from crawler.store.postings import Rows
    from crawler.text.folding import Folded

# A query takes so many of its fingerprints, evenly, and so many characters of texts that wait.
QUERY_HASHES: Final = 20_000
WAITING_CHARACTERS: Final = 2_000_000
# What is a short query, and what no long one.
FEW_HASHES: Final = 24
SOME_HASHES: Final = 160


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


class _Asked(NamedTuple):
    """The fingerprints of a query as the index keeps them, in the order of their first places."""

    hashes: list[int]
    offsets: list[int]
    #: as the text has them
    wide: list[int]
    coarse: bool

    @classmethod
    def of(cls, folded: Folded) -> _Asked:
        from crawler.text.winnowing import folded_fingerprints

        first: dict[int, tuple[int, int]] = {}
        for value, at in folded_fingerprints(folded):
            first.setdefault(kept(value), (at, value))
        step = len(first) // QUERY_HASHES + 1 if len(first) > QUERY_HASHES else 1
        chosen = list(first.items())[::step]
        return cls(
            [value for value, _ in chosen],
            [at for _, (at, _) in chosen],
            [wide for _, (_, wide) in chosen],
            step > 1,
        )


def candidates(conn: sqlite3.Connection, text: str, limit: int, min_letters: int = 0) -> Candidates:
    """The texts that share passages with this one, at most `limit`. With `min_letters` only those
    of them are given that hold so many letters and digits of it in exact runs."""
    from crawler.compare.extending import Query
    from crawler.store.asking import Asking
    from crawler.store.verifying import verified
    from crawler.text import fold

    folded = fold(text)
    asked, pages = _Asked.of(folded), _pages(conn)
    asking = Asking(asked.hashes, _latin(text, asked), pages)
    asking.read(conn)
    late = _waiting(conn, frozenset(asked.hashes))
    asking.add(late.rows)
    chosen = asking.ranked(limit * _for_one(asked) if min_letters else limit)
    coarse = asked.coarse or asking.coarse or late.coarse or asking.texts > len(chosen)
    if min_letters:
        places = dict(zip(chosen, asking.places(chosen), strict=True))
        query = Query(text, asked.offsets, folded)
        unexplained = asking.unexplained
        chosen, stopped = verified(conn, query, places, unexplained, min_letters, limit)
        coarse |= stopped
    wide = dict(zip(asked.hashes, asked.wide, strict=True))
    counts = _frequency(conn, asking.rows(), late.texts)
    frequency = {wide[value]: count for value, count in counts}
    return Candidates(tuple(chosen), frequency, coarse, pages)


def _for_one(asked: _Asked) -> int:
    """How many texts are looked at for each one that is wanted: the shorter a query, the more."""
    from crawler.store.verifying import MOST_FOR_ONE, TEXTS_FOR_ONE

    if len(asked.hashes) <= FEW_HASHES:
        return MOST_FOR_ONE
    return TEXTS_FOR_ONE if len(asked.hashes) <= SOME_HASHES else 1


def _latin(text: str, asked: _Asked) -> list[bool]:
    from crawler.text.winnowing import is_headed

    return [is_headed(text[at]) for at in asked.offsets]


def _frequency(
    conn: sqlite3.Connection, rows: Rows, late: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """Each fingerprint and on how many pages it stands: its rows, but for texts that stand on
    several pages, or that wait and may stand beside an earlier one of their page."""
    import numpy as np

    values, counts = np.unique(rows.hashes, return_counts=True)
    found = dict(zip(values.tolist(), counts.tolist(), strict=True))
    odd = rows.texts < 0
    if late:
        odd |= np.isin(rows.texts, list(late))
    if not odd.any():
        yield from found.items()
        return
    mixed = np.isin(rows.hashes, rows.hashes[odd])
    sharing: dict[int, set[int]] = {}
    pairs = zip(rows.hashes[mixed].tolist(), np.abs(rows.texts[mixed]).tolist(), strict=True)
    for value, one in pairs:
        sharing.setdefault(value, set()).add(one)
    places = _places(conn, set().union(*sharing.values())) if sharing else {}
    for value, texts in sharing.items():
        found[value] = len(set().union(*map(places.__getitem__, texts)))
    yield from found.items()


def _pages(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM pages").fetchone()[0])


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


class _Waiting(NamedTuple):
    rows: Rows
    texts: frozenset[int]
    coarse: bool


def _waiting(conn: sqlite3.Connection, hashes: frozenset[int]) -> _Waiting:
    """What the texts that wait for the index share, the newest first."""
    from crawler.store.postings import Rows

    pairs: list[tuple[int, int]] = []
    left = WAITING_CHARACTERS
    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 AND text IS NOT NULL AND "
        "(EXISTS (SELECT 1 FROM versions WHERE text_id = texts.id) OR "
        "EXISTS (SELECT 1 FROM seeds WHERE text_id = texts.id)) ORDER BY id DESC"
    )
    coarse = False
    for text_id, text in rows:
        if left <= 0:
            coarse = True
            break
        left -= len(text)
        shared = hashes & {kept(value) for value, _ in fingerprints_of(text)}
        pairs += ((value, text_id) for value in shared)
    return _Waiting(Rows.of(pairs), frozenset(text_id for _, text_id in pairs), coarse)
