"""The index of words: what a text puts into it and takes out again, how it is asked, and how its
segments are merged as it grows.

It has two tables: `search` with the tokens of a text in their order, and `search_ends`, which keeps
no places, with the characters that only ever end a run of Chinese. Without them a search for a
single character would miss texts; with their places they took an eighth of the index.
"""

import sqlite3
from typing import Final

# ruff: noqa: S608 - statements are put together from text of our own

#: how the two tables are made; the schema says the same
INDEX: Final = "fts5 (tokens, content = '', tokenize = 'porter unicode61 remove_diacritics 0')"
ENDS: Final = (
    "fts5 (tokens, content = '', detail = none, columnsize = 0, "
    "tokenize = 'unicode61 remove_diacritics 0')"
)

# Merged when so much of it stands outside the largest segment: it takes a twelfth more room when
# FTS5 merges by its own rules alone, and the whole was written about ten times while it grew.
LOOSE_SHARE: Final = 0.1
# Pages that one step of merging writes, in a transaction of its own, and steps at one time: what
# else is to be written waits some hundredths of a second for a step.
STEP_PAGES: Final = 500
STEPS: Final = 20


def add(conn: sqlite3.Connection, text_id: int, tokens: str) -> None:
    """Take in a text by its tokens, as `search_tokens` gives them."""
    _write(conn, "INSERT INTO {0} (rowid, tokens) VALUES (?, ?)", text_id, tokens)


def remove(conn: sqlite3.Connection, text_id: int, tokens: str) -> None:
    """Take a text out, by the tokens with which it came."""
    _write(conn, "INSERT INTO {0} ({0}, rowid, tokens) VALUES ('delete', ?, ?)", text_id, tokens)


def _write(conn: sqlite3.Connection, statement: str, text_id: int, tokens: str) -> None:
    ordered, _, ends = tokens.partition("\n")
    conn.execute(statement.format("search"), (text_id, ordered))
    if ends:
        conn.execute(statement.format("search_ends"), (text_id, ends))


def has(conn: sqlite3.Connection, text_id: int) -> bool:
    """Whether a text is in the index."""
    known = conn.execute("SELECT 1 FROM search_docsize WHERE id = ?", (text_id,))
    return known.fetchone() is not None


def finding(query: str) -> tuple[str, dict[str, str]] | None:
    """A statement that gives rowid and rank (the lowest is the best) of the texts with all that a
    query asks for, and its parameters; None when there is nothing in it to search for."""
    from crawler.text import search_terms

    phrases, letters = search_terms(query)
    values = {f"letter{n}": letter for n, letter in enumerate(letters)}
    if phrases:
        statement = "SELECT rowid, rank FROM search WHERE search MATCH :phrases"
        conditions = [_AMONG.format(_LETTER.format(name)) for name in values]
        values["phrases"] = " AND ".join(phrases)
        return " AND ".join([statement, *conditions]), values
    if letters:
        first, *others = (_LETTER.format(name) for name in values)
        conditions = list(map(_AMONG.format, others))
        return " AND ".join([f"SELECT rowid, rank FROM ({first}) WHERE true", *conditions]), values
    return None


# No text is in both: one that begins a word with a character does not have it among the ends.
_LETTER = (
    "SELECT rowid, rank FROM search WHERE search MATCH '\"' || :{0} || '\"*' UNION ALL "
    "SELECT rowid, 0.0 FROM search_ends WHERE search_ends MATCH '\"' || :{0} || '\"'"
)
# The plus keeps SQLite from asking the index row by row.
_AMONG = "+rowid IN (SELECT rowid FROM ({0}))"


def merge(conn: sqlite3.Connection) -> None:
    """Bring the segments nearer to a single one, where much stands outside the largest. Does a
    bounded part of the work; what is begun goes on at the next call, or as texts come."""
    for _ in range(STEPS):
        if _step(conn, STEP_PAGES):
            continue
        if _loose(conn) <= LOOSE_SHARE or not _step(conn, -STEP_PAGES):
            return


def _step(conn: sqlite3.Connection, pages: int) -> bool:
    """One step of FTS5's `merge`: of what is begun, or, below 0, of all segments into one. Whether
    it did anything, which it says by more than one row changed."""
    before = conn.total_changes
    conn.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (pages,))
    return conn.total_changes - before > 1


def _loose(conn: sqlite3.Connection) -> float:
    """The share of pages that are not in the largest segment."""
    rows = conn.execute("SELECT count(*) FROM search_idx GROUP BY segid").fetchall()
    pages = [row[0] for row in rows]
    return 1 - max(pages) / sum(pages) if pages else 0.0


def optimize(conn: sqlite3.Connection) -> None:
    """Put both tables together anew, so that nothing of a text that was taken out is left."""
    for table in ("search", "search_ends"):
        conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
