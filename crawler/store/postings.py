"""The rows of the passage index for the fingerprints of a query, read within limits."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from crawler.compare.ranking import Numbers
from crawler.text.winnowing import alike

#: a fingerprint with fewer rows is read at once, whole: with fewer than the least of these among
#: many fingerprints, than the most among few, so that not many more than these are read in all
AT_ONCE_LEAST: Final = 16
AT_ONCE_MOST: Final = 64
AT_ONCE_ROWS: Final = 3_000
#: rows that are counted in all to tell which of many fingerprints are the rarest, of each at least
COUNTED_ROWS: Final = 6_000
LEAST_COUNTED: Final = 32

# A text that stands on several pages is given negative.
_TEXT = (
    "iif(later_text_id IS NULL, owner_text_id, "
    "iif(later_text_id = owner_text_id, -owner_text_id, later_text_id))"
)
# All at once, which costs a third of asking one by one.
_SOME = (
    "SELECT value, texts FROM (SELECT h.value, (SELECT group_concat(one) FROM (SELECT "  # noqa: S608
    f"{_TEXT} AS one FROM passages WHERE hash = h.value LIMIT ?1)) "
    "AS texts FROM json_each(?2) h) WHERE texts NOT NULL"
)
_FREQUENT = (
    "SELECT h.value FROM json_each(?1) h "
    "WHERE EXISTS (SELECT 1 FROM passages WHERE hash = h.value LIMIT 1 OFFSET ?2)"
)
_COUNTS = (
    "SELECT h.value, (SELECT count(*) FROM (SELECT 1 FROM passages "
    "WHERE hash BETWEEN h.value AND h.value + ?1 LIMIT ?2)) FROM json_each(?3) h"
)
_ROWS = (
    f"SELECT group_concat(hash), group_concat({_TEXT}) FROM json_each(?1) h "  # noqa: S608
    "JOIN passages ON hash BETWEEN h.value AND h.value + ?2"
)
_HAVING = (
    "SELECT t.value FROM json_each(?2) t WHERE EXISTS "
    "(SELECT 1 FROM passages WHERE hash = ?1 AND owner_text_id = t.value)"
)


class Rows(NamedTuple):
    """Rows by the fingerprint that they stand under; texts on several pages are negative."""

    hashes: Numbers
    texts: Numbers

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> "Rows":
        """Of pairs of a fingerprint and a text."""
        both = np.array(list(pairs), np.int64).reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """All of several."""
        return cls(
            np.concatenate([part.hashes for part in parts]),
            np.concatenate([part.texts for part in parts]),
        )

    def only(self, hashes: Numbers) -> "Rows":
        """Those of some fingerprints."""
        if not hashes.size:
            return Rows.of(())
        mine = np.isin(self.hashes, hashes)
        return Rows(self.hashes[mine], self.texts[mine])


def at_once(conn: sqlite3.Connection, hashes: Iterable[int]) -> tuple[Rows, list[int]]:
    """The rows of rare fingerprints, and those that are frequent."""
    wanted = sorted(hashes)
    most = AT_ONCE_ROWS // max(1, len(wanted))
    most = min(AT_ONCE_MOST, max(AT_ONCE_LEAST, most))
    asked = json.dumps(wanted)
    frequent = [value for (value,) in conn.execute(_FREQUENT, (asked, most - 1))]
    rare = json.dumps(sorted(set(wanted).difference(frequent))) if frequent else asked
    return _between(conn, rare, 0), frequent


def whole(conn: sqlite3.Connection, hashes: Iterable[int], most: int) -> Rows:
    """The rows of these fingerprints, of each at most so many."""
    found = conn.execute(_SOME, (most, json.dumps(sorted(hashes)))).fetchall()
    if not found:
        return Rows.of(())
    values, texts = zip(*found, strict=True)
    read = np.fromstring(",".join(texts), np.int64, sep=",")
    counts = [one.count(",") + 1 for one in texts]
    return Rows(np.repeat(np.array(values, np.int64), counts), read)


def having(conn: sqlite3.Connection, value: int, texts: Sequence[int]) -> list[int]:
    """Which of these texts, the first of their pages or alone, have a fingerprint."""
    return [row[0] for row in conn.execute(_HAVING, (value, json.dumps(texts)))]


def counted_rows(fingerprints: int, budget: int) -> int:
    """How far each of so many fingerprints is counted, when no more than a budget can be read."""
    return min(budget + 1, max(LEAST_COUNTED, COUNTED_ROWS // fingerprints))


def counted(
    conn: sqlite3.Connection, hashes: Sequence[int], most: int, span: int = 0
) -> list[tuple[int, int]]:
    """How many rows each of these fingerprints has, with those of the span above it, as far as it
    is counted; the rarest first."""
    found = conn.execute(_COUNTS, (span, most, json.dumps(hashes)))
    return sorted((count, value) for value, count in found)


def beginning_alike(conn: sqlite3.Connection, hashes: Iterable[int], budget: int) -> Rows:
    """The rows of all Latin fingerprints that begin as one of these does, the rarest beginnings
    first, within a budget."""
    lows = sorted({alike(value)[0] for value in hashes})
    if not lows:
        return Rows.of(())
    low, high = alike(lows[0])
    most = counted_rows(len(lows), budget)
    chosen = []
    for count, value in counted(conn, lows, most, high - low):
        budget -= count
        if budget < 0 or count >= most:
            break
        chosen.append(value)
    return _between(conn, json.dumps(chosen), high - low)


def _between(conn: sqlite3.Connection, lows: str, span: int) -> Rows:
    """All rows of these fingerprints (a JSON list) with those of the span above each."""
    columns = conn.execute(_ROWS, (lows, span)).fetchone()
    return Rows(*(np.fromstring(column or "", np.int64, sep=",") for column in columns))
