"""Search tokens: words of any length are found in a real FTS5 table, in either script."""

import sqlite3
from pathlib import Path

import pytest

from crawler.text import search_query, search_tokens, simplify

SEEDS = sorted((Path(__file__).parents[2] / "archive/seeds").glob("*.txt"))


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table search using fts5(tokens)")
    texts = [path.read_text("utf-8") for path in SEEDS] + ["全面從嚴治黨「忠誠」"]
    rows = [(number, search_tokens(text)) for number, text in enumerate(texts)]
    db.executemany("insert into search(rowid, tokens) values (?, ?)", rows)
    return db


def found(index: sqlite3.Connection, query: str) -> list[int]:
    rows = index.execute("select rowid from search where search match ?", [search_query(query)])
    return sorted(row[0] for row in rows)


CHINESE = "伪忠诚 偽忠誠 习近平 全面从严治党体系 從嚴治黨 党 忠诚 严治党体 一 的治理 马关 无此词语"


@pytest.mark.parametrize("query", CHINESE.split())
def test_words_of_any_length_are_found_where_they_stand(
    index: sqlite3.Connection, query: str
) -> None:
    texts = [path.read_text("utf-8") for path in SEEDS] + ["全面从严治党「忠诚」"]
    plain = [number for number, text in enumerate(texts) if simplify(query) in simplify(text)]
    assert found(index, query) == plain


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("“伪忠诚”的治理", [0]),
        ("Akismet", [3]),
        ("AKISMET spam", [3]),
        ("2024年6月27日", [1]),
        ("２０２４年６月２７日", [1]),
        ("习近平 Akismet", []),
        ('"党的 领导"', [0, 1, 4]),
    ],
)
def test_phrases_and_several_words(index: sqlite3.Connection, query: str, rows: list[int]) -> None:
    assert found(index, query) == rows


def test_a_query_of_nothing_is_none() -> None:
    assert search_query("") is None
    assert search_query(" “…” *") is None


def test_operators_of_fts_are_words() -> None:
    assert search_query('a OR "b NEAR') == '"a" AND "or" AND "b" AND "near"'


def test_tokens_and_queries() -> None:
    assert search_tokens("习近平：健全 ABC-d 黨") == "习近 近平 健全 全 abc d 党\n平"
    assert search_tokens("平。习近平。") == "平 习近 近平"
    assert search_query("党") == '"党"*'
    assert search_query('"党、国家"') == '"国家" AND "党"*'
    assert search_query('"国、家。党2"') == '"家 党 2" AND "国"*'
    assert search_query("abc中国x") == '"abc 中国 国 x"'


def test_simplify_keeps_the_length() -> None:
    assert simplify("黨的領導，from 臺灣") == "党的领导，from 台湾"
