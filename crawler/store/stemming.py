"""Stems of English words, as the search index itself makes them: FTS5's tokenizer by Porter's
algorithm (Porter 1980), asked through a small table of its own."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

from crawler.store.words import ENDS, INDEX


@contextmanager
def index_aside() -> Iterator[sqlite3.Connection]:
    """An empty index of words in memory with the rules of the archive's."""
    with closing(sqlite3.connect(":memory:")) as aside:
        aside.execute(f"CREATE VIRTUAL TABLE search USING {INDEX}")
        aside.execute(f"CREATE VIRTUAL TABLE search_ends USING {ENDS}")
        yield aside


# Stems that were asked for, and how many are kept: a search asks for the same words of each text,
# and a table of its own takes a millisecond to be made.
_known: dict[str, str | None] = {}
MOST_KNOWN: Final = 20_000


def stems(words: Collection[str]) -> dict[str, str]:
    """The stem of each word of letters and digits; others are left out."""
    given = {word: stem for word in words if (stem := _known.get(word, "")) != ""}
    given.update(_asked([word for word in words if word not in given]))
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.update(given)
    return {word: stem for word, stem in given.items() if stem is not None}


def _asked(words: Sequence[str]) -> dict[str, str | None]:
    """The stems as the index makes them; none for what it takes as no word."""
    if not words:
        return {}
    with index_aside() as aside:
        aside.executemany("INSERT INTO search (rowid, tokens) VALUES (?, ?)", enumerate(words))
        aside.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(search, instance)")
        found = aside.execute("SELECT doc, term FROM terms").fetchall()
    return {**dict.fromkeys(words), **{words[at]: stem for at, stem in found}}
