"""Which texts a search finds: by the full-text index, among the texts that wait for it, and for a
single Chinese character by looking at the newest texts first."""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from crawler.store import words
from crawler.store.stemming import index_aside

# ruff: noqa: S608 - statements are put together from text of our own

# Texts that wait are read for a search up to so many characters, the newest first.
WAITING_CHARACTERS: Final = 2_000_000
# A single character is looked for in so many of the newest texts before the index is asked, which
# has to gather all pairs of characters that begin with it.
NEWEST_TEXTS: Final = 400
# It is common when so many of them have it.
COMMON_TEXTS: Final = 100


# The best are taken in steps, as many in the first, so many times more in each that follows.
FIRST: Final = 400
STEP: Final = 16

Scores = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Among:
    """A statement that gives ids of texts, and its parameters: no other text is looked for."""

    texts: str
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Matching:
    """The texts that match, each with its rank (the lowest is the best)."""

    query: str
    #: those that were ranked at once
    ranks: dict[int, float]
    #: whether all texts that match are among them
    complete: bool
    letters: tuple[str, ...] = ()
    #: where the rest is to be had
    rest: tuple[str, Mapping[str, str | None]] | None = None
    #: all that match, once they were asked for
    gathered: set[int] = field(default_factory=set)

    @classmethod
    def newest(cls, conn: sqlite3.Connection, query: str, most: int) -> "Matching":
        """The texts that match; when they are more than `most`, the newest ones."""
        letters = _forms(query)
        if letters and (newest := _newest(conn, letters)):
            return cls(query, newest, False, letters)
        found = words.finding(query)
        if found is None:
            return cls(query, {}, True)
        statement, values = found
        waiting = _waiting(conn, statement, values)
        by_age = f"SELECT rowid FROM ({statement}) ORDER BY rowid DESC LIMIT {most + 1}"
        rows = conn.execute(by_age, values).fetchall()
        if len(rows) > most:
            ranks = {row[0]: float(at) for at, row in enumerate(rows)}
            return cls(query, {**ranks, **dict.fromkeys(waiting, -1.0)}, False)
        ranked = conn.execute(statement, values)
        return cls(query, {**dict(ranked.fetchall()), **waiting}, True)

    @classmethod
    def among(cls, conn: sqlite3.Connection, query: str, among: Among | None) -> "Matching":
        """All texts that match, or those of them that a statement gives."""
        found = words.finding(query)
        if found is None:
            return cls(query, {}, True)
        statement, values = found
        waiting = _waiting(conn, statement, values)
        if among is None:
            return cls(query, waiting, False, rest=(statement, values))
        # The plus keeps SQLite from asking the index row by row.
        only = f"{statement} AND +rowid IN ({among.texts})"
        return cls(query, waiting, False, rest=(only, {**values, **among.values}))

    def best_first(self, conn: sqlite3.Connection) -> Iterator[Scores]:
        """The texts in lists, those of a list before those of the next; texts of one rank stand in
        one list."""
        known = sorted(self.ranks.items(), key=lambda item: item[1])
        for scores in self._steps(conn):
            last = scores[-1][1]
            at = bisect_right(known, last, key=lambda item: item[1])
            yield scores + known[:at]
            known = known[at:]
        while known:
            last = known[:FIRST][-1][1]
            at = bisect_right(known, last, key=lambda item: item[1])
            yield known[:at]
            known = known[at:]

    def _steps(self, conn: sqlite3.Connection) -> Iterator[Scores]:
        """What was not ranked at once: ever more of the best are asked for, since to sort them all
        takes longer than to rank them all."""
        if self.rest is None:
            return
        statement, values = self.rest
        best = f"{statement} ORDER BY +rank, rowid LIMIT :most"
        given, most = 0, FIRST
        while True:
            rows = conn.execute(best, {**values, "most": most}).fetchall()
            whole = len(rows) < most
            end = len(rows) if whole else bisect_left(rows, rows[-1][1], key=lambda row: row[1])
            if end > given:
                yield rows[given:end]
            if whole:
                return
            given, most = max(given, end), most * STEP

    def has(self, conn: sqlite3.Connection, text_id: int) -> bool:
        """Whether a text matches."""
        if text_id in self.ranks or self.complete:
            return text_id in self.ranks
        if self.letters:
            (text,) = conn.execute("SELECT text FROM texts WHERE id = ?", (text_id,)).fetchone()
            return any(letter in (text or "") for letter in self.letters)
        found = words.finding(self.query)
        if found is None:
            return False
        statement, values = found
        if "letter0" not in values:
            one = f"SELECT 1 FROM ({statement}) WHERE rowid = :one"
            return conn.execute(one, {**values, "one": text_id}).fetchone() is not None
        # A single character is gathered from hundreds of lists: once, for all texts.
        if not self.gathered:
            self.gathered.update(row[0] for row in conn.execute(statement, values))
        return text_id in self.gathered


def _forms(query: str) -> tuple[str, ...]:
    """A single Chinese character in all forms that a text may have it in; else nothing."""
    from crawler.text.script import simplified_table, simplify

    letter = simplify(query.strip().strip('"'))
    if len(letter) != 1 or not "\u4e00" <= letter <= "\u9fff":
        return ()
    table = simplified_table().items()
    return (letter, *(chr(one) for one, plain in table if plain == ord(letter)))


def _newest(conn: sqlite3.Connection, letters: tuple[str, ...]) -> dict[int, float]:
    """The newest texts with a letter, when it is a common one."""
    found: dict[int, float] = {}
    rows = conn.execute(
        "SELECT id, text FROM texts WHERE text IS NOT NULL ORDER BY id DESC LIMIT ?",
        (NEWEST_TEXTS,),
    )
    for text_id, text in rows:
        if any(letter in text for letter in letters):
            found[text_id] = float(len(found))
            if len(found) == COMMON_TEXTS:
                return found
    return {}


_WAITING = (
    "texts WHERE indexed = 0 AND text IS NOT NULL AND id NOT IN (SELECT id FROM search_docsize)"
)


def unsearched(conn: sqlite3.Connection) -> int:
    """How many texts wait for the index and are more than a search reads."""
    newer = f"SELECT sum(characters) OVER (ORDER BY id DESC) - characters AS newer FROM {_WAITING}"
    query = f"SELECT count(*) FROM ({newer}) WHERE newer >= ?"
    return int(conn.execute(query, (WAITING_CHARACTERS,)).fetchone()[0])


def _waiting(conn: sqlite3.Connection, statement: str, values: dict[str, str]) -> dict[int, float]:
    """The texts that wait for the index and match, by the same rules: in an index of their own."""
    from crawler.text import search_tokens

    rows = conn.execute(f"SELECT id, text FROM {_WAITING} ORDER BY id DESC")
    left, some = WAITING_CHARACTERS, []
    for text_id, text in rows:
        some.append((text_id, search_tokens(text)))
        left -= len(text)
        if left <= 0:
            break
    if not some:
        return {}
    with index_aside() as aside:
        for text_id, tokens in some:
            words.add(aside, text_id, tokens)
        return dict(aside.execute(statement, values).fetchall())
