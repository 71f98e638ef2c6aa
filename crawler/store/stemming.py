"""Stems of English words, as the search index itself makes them: FTS5's tokenizer by Porter's
algorithm (Porter 1980), asked through a small table of its own."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager

from crawler.store.words import ENDS, INDEX


@contextmanager
def index_aside() -> Iterator[sqlite3.Connection]:
    """An empty index of words in memory with the rules of the archive's."""
    with closing(sqlite3.connect(":memory:")) as aside:
        aside.execute(f"CREATE VIRTUAL TABLE search USING {INDEX}")
        aside.execute(f"CREATE VIRTUAL TABLE search_ends USING {ENDS}")
        yield aside


def stems(words: Collection[str]) -> dict[str, str]:
    """The stem of each word of letters and digits; others are left out."""
    numbered = list(words)
    with index_aside() as aside:
        rows = enumerate(numbered)
        aside.executemany("INSERT INTO search (rowid, tokens) VALUES (?, ?)", rows)
        aside.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(search, instance)")
        found = aside.execute("SELECT doc, term FROM terms").fetchall()
    return {numbered[at]: stem for at, stem in found}
