"""Which texts a search finds: by the full-text index, among the texts that wait for it, and for a
single Chinese character by looking at the newest texts first."""

import sqlite3
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Matching:
    """The texts that match, each with its rank (the lowest is the best)."""

    query: str
    ranks: dict[int, float]
    #: whether all texts that match are among them
    complete: bool
    letters: tuple[str, ...] = ()

    @classmethod
    def of(cls, conn: sqlite3.Connection, query: str, most: int | None) -> "Matching":
        """The texts that match; when they are more than `most`, the newest ones."""
        letters = _forms(query) if most is not None else ()
        if letters and (newest := _newest(conn, letters)):
            return cls(query, newest, False, letters)
        found = words.finding(query)
        if found is None:
            return cls(query, {}, True)
        statement, values = found
        waiting = _waiting(conn, statement, values)
        if most is not None:
            by_age = f"SELECT rowid FROM ({statement}) ORDER BY rowid DESC LIMIT {most + 1}"
            rows = conn.execute(by_age, values).fetchall()
            if len(rows) > most:
                ranks = {row[0]: float(at) for at, row in enumerate(rows)}
                return cls(query, {**ranks, **dict.fromkeys(waiting, -1.0)}, False)
        ranked = conn.execute(statement, values)
        return cls(query, {**dict(ranked.fetchall()), **waiting}, True)

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
        one = f"SELECT 1 FROM ({statement}) WHERE rowid = :one"
        return conn.execute(one, {**values, "one": text_id}).fetchone() is not None


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


def _waiting(conn: sqlite3.Connection, statement: str, values: dict[str, str]) -> dict[int, float]:
    """The texts that wait for the index and match, by the same rules: in an index of their own."""
    from crawler.text import search_tokens

    rows = conn.execute(
        "SELECT id, text FROM texts WHERE indexed = 0 AND text IS NOT NULL "
        "AND id NOT IN (SELECT id FROM search_docsize) ORDER BY id DESC"
    )
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
