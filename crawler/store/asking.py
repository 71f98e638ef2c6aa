"""One query of the passage index: what is read of it, step by step, and the texts that come of it.

Rare fingerprints are read at once. What the best texts then leave unexplained is read further: a
quotation inside a text of other origin is what is left when that origin is known. Of Latin text the
fingerprints that only begin alike are read there too, since an edit may have spoilt their ends.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

import numpy as np

from crawler.compare.ranking import Explained, Flags, Numbers, Places, Shared, Weights
from crawler.store import postings
from crawler.store.postings import Rows
from crawler.text.winnowing import alike

_Weighed = tuple[Numbers, Numbers, Weights]

#: rows of fingerprints that stand whole in the query, at which no further ones are read once so
#: many of the rarest are
BUDGET_ROWS: Final = 1_500
RAREST: Final = 8
#: rows that are read beyond of what no text explains
UNEXPLAINED_ROWS: Final = 2_000
#: fingerprints of a query that are read at first, evenly, and the others where these leave
#: something unexplained
AT_FIRST: Final = 72
#: pairs of a text and a fingerprint too frequent to be read that are looked up in all
PROBES: Final = 400
#: in a query of more places than few, only where so many in a row are unexplained
FEW: Final = 24
IN_A_ROW: Final = 2
#: one fingerprint is read so far, the pages that were first among the archive's
MOST_ROWS: Final = 4_000


def _between(known: Flags, unread: Flags) -> Flags:
    """Of places that were not read yet those between known ones, but for others not read."""
    read = np.flatnonzero(~unread)
    if not read.size:
        return np.zeros(known.size, np.bool_)
    at = np.arange(known.size)
    after = np.searchsorted(read, at)
    before = read[np.maximum(after - 1, 0)]
    flags: Flags = unread & known[before] & known[read[np.minimum(after, read.size - 1)]]
    return flags


def _in_rows(unexplained: Flags) -> Flags:
    """Of many places those that stand in a row of several; what stands alone is an edit."""
    if unexplained.size <= FEW:
        return unexplained
    edges = np.flatnonzero(np.diff(unexplained, prepend=False, append=False))
    kept = np.zeros(unexplained.size, np.bool_)
    for start, end in edges.reshape(-1, 2).tolist():
        kept[start:end] = end - start >= IN_A_ROW
    return kept


class Asking:
    """The fingerprints of a query (as the index keeps them, in the order of their places; whether
    each is of Latin words), and the rows that were read for them."""

    def __init__(self, hashes: Sequence[int], latin: Sequence[bool], pages: int) -> None:
        self._hashes = np.array(hashes, np.int64)
        self._order = np.argsort(self._hashes)
        self._latin = np.array(latin, np.bool_)
        self._pages = max(1, pages)
        self._rows = [Rows.of(())]
        self._alike: list[_Weighed] = []
        self._shared: Shared | None = None
        #: whether rows were left unread
        self.coarse = False
        #: rows of frequent fingerprints, as far as they were counted
        self._counts: dict[int, int] = {}
        self._explained = Explained(np.zeros(len(hashes), np.bool_), [])

    def read(self, conn: sqlite3.Connection) -> None:
        """Read what the limits allow."""
        frequent, skipped = self._at_once(conn)
        wanted = ~self._explain([*frequent, *skipped]).places
        latin = wanted & self._latin
        more = postings.beginning_alike(conn, self._hashes[latin].tolist(), UNEXPLAINED_ROWS)
        self._add_alike(more, latin)
        left = set(frequent) - set(more.hashes.tolist())
        rare = self.rows()
        self.add(more.only(np.array(list(set(frequent) - left), np.int64)))
        at_least = RAREST - np.unique(rare.hashes).size
        if at_least > 0:
            left -= self._read_frequent(conn, left, BUDGET_ROWS - rare.texts.size, at_least)
        open_ = left.intersection(self._hashes[wanted].tolist())
        left -= self._read_frequent(conn, open_, UNEXPLAINED_ROWS, 0)
        left -= self._read_frequent(conn, left, BUDGET_ROWS - self.rows().texts.size, 0)
        self.coarse |= bool(left or skipped)
        self._probe(conn, wanted, left)
        self._explained = self._explain([*left, *skipped])

    def _at_once(self, conn: sqlite3.Connection) -> tuple[list[int], list[int]]:
        """Read the rare fingerprints; which are too frequent for it, and which of many were not
        looked up, because the texts of their neighbours explain them."""
        step = -(-self._hashes.size // AT_FIRST)
        at_first = np.arange(self._hashes.size) % max(1, step) == 0
        rare, frequent = postings.at_once(conn, self._hashes[at_first].tolist())
        self.add(rare)
        if at_first.all():
            return frequent, []
        unread = [*frequent, *self._hashes[~at_first].tolist()]
        open_ = ~at_first & ~self._explain(unread).places
        rare, others = postings.at_once(conn, self._hashes[open_].tolist())
        self.add(rare)
        return frequent + others, self._hashes[~at_first & ~open_].tolist()

    def _probe(self, conn: sqlite3.Connection, wanted: Flags, left: set[int]) -> None:
        """Look up which of the texts that share something of what was unexplained have there one
        of the fingerprints too frequent to be read, the rarest first."""
        asked = left.intersection(self._hashes[wanted].tolist())
        texts = self._all().sharing(wanted, PROBES) if asked else np.zeros(0, np.int64)
        if not texts.size:
            return
        most = max(1, PROBES // texts.size)
        for value in sorted(asked, key=lambda one: self._counts.get(one, MOST_ROWS))[:most]:
            found = np.array(postings.having(conn, value, texts.tolist()), np.int64)
            places = np.full(found.size, np.flatnonzero(self._flags([value]))[0])
            count = max(BUDGET_ROWS, self._counts.get(value, 0))
            weight = np.log1p(self._pages / count)
            self._alike.append((places, found, np.full(found.size, weight)))
        self._shared = None

    def _flags(self, hashes: Sequence[int]) -> Flags:
        """The places of some of the query's fingerprints."""
        flags = np.zeros(self._hashes.size, np.bool_)
        at = np.searchsorted(self._hashes, np.array(hashes, np.int64), sorter=self._order)
        flags[self._order[at]] = True
        return flags

    def _explain(self, unread: Sequence[int]) -> Explained:
        """What texts explain, and what stands among that: unread, or alone."""
        known, texts = self._all().explained(self._hashes.size)
        known |= _between(known, self._flags(unread))
        return Explained(~_in_rows(~known), texts)

    def _read_frequent(
        self, conn: sqlite3.Connection, hashes: set[int], budget: int, at_least: int
    ) -> set[int]:
        """Read fingerprints, the rarest first: so many, then what the budget holds; which were."""
        if not hashes or (at_least <= 0 and budget < postings.AT_ONCE_LEAST):
            return set()
        most = MOST_ROWS if at_least > 0 else postings.counted_rows(len(hashes), budget)
        chosen: set[int] = set()
        found = postings.counted(conn, list(hashes), most)
        self._counts.update((value, count) for count, value in found)
        for count, value in found:
            if len(chosen) >= at_least and count > min(budget, most - 1):
                break
            chosen.add(value)
            self.coarse |= count >= MOST_ROWS
            budget -= count
        self.add(postings.whole(conn, chosen, MOST_ROWS))
        return chosen

    def add(self, rows: Rows) -> None:
        """Take in rows of fingerprints of the query."""
        if rows.texts.size:
            self._rows.append(rows)
            self._shared = None

    def _add_alike(self, rows: Rows, asked: Flags) -> None:
        """Take in rows of fingerprints that begin as some of the query's do."""
        for place in np.flatnonzero(asked).tolist():
            low, high = alike(int(self._hashes[place]))
            mine = (rows.hashes >= low) & (rows.hashes <= high)
            if mine.any():
                texts = np.abs(rows.texts[mine])
                self._alike.append(self._weighed(np.full(texts.size, place), texts))
        self._shared = None

    def rows(self) -> Rows:
        """The rows of fingerprints that were read whole, or that wait."""
        self._rows = [Rows.joined(self._rows)]
        return self._rows[0]

    def _all(self) -> Shared:
        if self._shared is None:
            parts = [self._whole(), *self._alike]
            places, texts, weights = (
                np.concatenate([part[column] for part in parts]) for column in range(3)
            )
            self._shared = Shared(places, texts, weights, parts[0][0].size)
        return self._shared

    def _whole(self) -> _Weighed:
        rows = self.rows()
        at = np.searchsorted(self._hashes, rows.hashes, sorter=self._order)
        return self._weighed(self._order[at], np.abs(rows.texts))

    def _weighed(self, places: Numbers, texts: Numbers) -> _Weighed:
        counts = np.bincount(places, minlength=self._hashes.size)
        return places, texts, np.log1p(self._pages / np.maximum(counts, 1))[places]

    @property
    def unexplained(self) -> Flags:
        """Places of the query of which no text explains several."""
        return ~self._explained.places

    @property
    def texts(self) -> int:
        """How many texts share something."""
        return int(self._all().texts.size)

    def ranked(self, limit: int) -> list[int]:
        """At most so many of them, the likeliest first."""
        return self._all().ranked(limit, self._explained)

    def places(self, texts: Sequence[int]) -> list[Places]:
        """Which places of the query each of these texts shares."""
        return self._all().places_of(texts)
