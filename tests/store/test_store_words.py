"""The index of words: which texts it gives against a plain look into each, and its size."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.store import stemming, words
from crawler.text import query_parts, search_query, search_tokens

WRITTEN = st.text("党国家的一a2 ，。", max_size=14)


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    with stemming.index_aside() as aside:
        aside.isolation_level = None
        yield aside


def found(index: sqlite3.Connection, query: str) -> set[int]:
    asked = words.finding(query)
    return {row[0] for row in index.execute(*asked)} if asked else set()


def stands(query: str, text: str) -> bool:
    """Whether all parts of a query stand in a text, with only marks between the runs of one."""
    return all(
        re.search(
            r"[ ，。]*".join(run if cjk else rf"(?<![a2]){run}(?![a2])" for run, cjk in part), text
        )
        for part in query_parts(query)
    )


@given(st.lists(WRITTEN, min_size=1, max_size=6), st.data())
def test_it_gives_just_the_texts_that_have_the_words(texts: list[str], data: Any) -> None:
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    query = f'"{piece}"' if data.draw(st.booleans()) else piece
    with stemming.index_aside() as index:
        for number, one in enumerate(texts):
            words.add(index, number, search_tokens(one))
        given_ = found(index, query)
    parts = query_parts(query)
    truth = {n for n, one in enumerate(texts) if parts and stands(query, one)}
    cut = {run for part in parts for run, cjk in (part[0], part[-1]) if not cjk}
    # A word that the query cuts in two (a|a2) is another word, and no truth of substrings.
    if not cut:
        assert truth <= given_
    # Where a phrase begins with one character and a mark, that one may stand anywhere.
    if not any(len(part) > 1 and len(part[0][0]) == 1 and part[1][1] for part in parts):
        assert given_ <= truth


def test_a_text_that_is_taken_out_leaves_nothing(index: sqlite3.Connection) -> None:
    tokens = search_tokens("全党。国家。")
    words.add(index, 7, tokens)
    words.add(index, 8, search_tokens("党内"))
    assert found(index, "党") == {7, 8}
    assert found(index, "家 党 国家") == {7}
    words.remove(index, 7, tokens)
    assert found(index, "党") == {8}
    assert not found(index, "家")
    assert found(index, '"') == set()


def test_the_one_table_alone_answers_for_words_of_two_characters(
    index: sqlite3.Connection,
) -> None:
    words.add(index, 1, search_tokens("全党、国家2024年"))
    for query in ("全党", "国家2024年", '"全党、国家"'):
        rows = index.execute(
            "SELECT rowid FROM search WHERE search MATCH ?", (search_query(query),)
        )
        assert rows.fetchall() == [(1,)]


def test_segments_are_merged_while_texts_come_and_nothing_is_lost(tmp_path: Any) -> None:
    with closing(sqlite3.connect(tmp_path / "words.db", isolation_level=None)) as conn:
        conn.execute(f"CREATE VIRTUAL TABLE search USING {words.INDEX}")
        conn.execute(f"CREATE VIRTUAL TABLE search_ends USING {words.ENDS}")
        grown = []
        for slice_ in range(40):
            conn.execute("BEGIN")
            for at in range(slice_ * 25, slice_ * 25 + 25):
                text = "".join(chr(0x4E00 + (at * 7919 + n * n * 31) % 3000) for n in range(300))
                words.add(conn, at, search_tokens(text + "。忠诚"))
            conn.execute("COMMIT")
            words.merge(conn)
            grown.append(loose(conn))
        assert max(grown) <= words.LOOSE_SHARE
        assert len(found(conn, "忠诚")) == 1_000
        assert len(found(conn, "诚")) == 1_000
        conn.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        before = pages(conn)
        words.optimize(conn)
        assert before <= 1.05 * pages(conn)
        still = conn.total_changes
        words.merge(conn)
        assert conn.total_changes - still <= 2, "an index at rest is left alone"


def loose(conn: sqlite3.Connection) -> float:
    rows = conn.execute("SELECT count(*) FROM search_idx GROUP BY segid").fetchall()
    return 1 - max(row[0] for row in rows) / sum(row[0] for row in rows)


def pages(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM search_data").fetchone()[0])
