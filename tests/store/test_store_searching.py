"""Search in English as well as in Chinese: stems, phrases, and the passage that is shown."""

import re
from pathlib import Path
from typing import Any

import pytest

from crawler.store import matching, snippets, stemming, words

ENGLISH = (
    "Local parties govern strictly. Governing the Party is a lasting task; 从严治党 is loyalty."
)


def shown(hit: dict[str, Any]) -> list[str]:
    return [hit["snippet"][start:end] for start, end in hit["hits"]]


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("governs", ["govern", "Governing"]),
        ("PARTY", ["parties", "Party"]),
        ('"governed the parties"', ["Governing the Party"]),
        ('"the party governs"', None),
        ("loyal", None),
        ("tasks 从严治党", ["task", "从严治党"]),
        ("art", None),
        ("从严", ["从严"]),
        ("严", ["严"]),
    ],
)
def test_words_are_found_in_all_their_forms(
    world: Any, query: str, found: list[str] | None, waits: bool
) -> None:
    world.listing("a")
    world.look("a", ENGLISH)
    assert waits or world.archive.index_waiting() == 1
    hits = world.archive.search(query)
    assert [shown(hit) for hit in hits] == ([] if found is None else [found])
    for hit in hits:
        assert hit["hit"] == hit["hits"][0]


def test_the_passage_with_most_words_is_shown() -> None:
    text = "党在这里。" + "无关的话。" * 60 + "从严治党与忠诚。" + "无关的话。" * 60
    found = snippets.snippet(text, "党 忠诚")
    assert shown(found) == ["党", "忠诚"]
    assert found["snippet"].startswith("…")
    assert found["snippet"].endswith("…")


def test_a_word_inside_another_is_no_hit() -> None:
    assert snippets.snippet("the party of art", "art")["hit"] == [13, 16]
    assert snippets.snippet("the party", "art")["hits"] == []


def test_chinese_beside_latin_letters() -> None:
    found = snippets.snippet("他说WTO规则，而非ＷＴＯ的规则", "wto规则")
    assert shown(found) == ["WTO规则"]


def test_a_query_of_a_thousand_words_costs_little() -> None:
    query = " ".join(f"w{n}" for n in range(1_000))
    assert snippets.snippet("w3 " * 20_000, query)["hits"]


def test_stems_are_those_of_the_index() -> None:
    found = stemming.stems(["governing", "government", "parties", "忠诚", "2024"])
    assert found == {
        "governing": "govern",
        "government": "govern",
        "parties": "parti",
        "忠诚": "忠诚",
        "2024": "2024",
    }
    schema = (Path(stemming.__file__).parent / "schema.sql").read_text("utf-8")
    for table, kind in (("search", words.INDEX), ("search_ends", words.ENDS)):
        declared = re.search(rf"VIRTUAL TABLE {table} USING (fts5 \(.*?\));", schema, re.DOTALL)
        assert declared is not None
        assert re.sub(r"\s+", "", declared[1]).replace('"', "'") == re.sub(r"\s+", "", kind)


def test_a_word_is_whole_at_both_ends_also_between_others() -> None:
    text = "xgovern govern parties, governs the party"
    found = snippets.snippet(text, '"govern party"')
    assert shown(found) == ["govern parties"]
    assert shown(snippets.snippet("2024年 12024年", "2024年")) == ["2024年"]


def test_stems_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    once = stemming._asked
    monkeypatch.setattr(stemming, "_known", {})
    monkeypatch.setattr(
        stemming, "_asked", lambda words: (asked.append(list(words)), once(words))[1]
    )
    for _ in range(2):
        assert stemming.stems(["governs", "——"]) == {"governs": "govern"}
    assert [words for words in asked if words] == [["governs", "——"]]


def test_a_search_says_how_many_texts_it_did_not_read(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        world.listing(f"{number}")
        world.look(f"{number}", f"第{number}篇讲从严治党的文章。" * 10)
    assert world.archive.unsearched() == 0
    size = len("第0篇讲从严治党的文章。" * 10)
    monkeypatch.setattr(matching, "WAITING_CHARACTERS", size + 1)
    hits = world.archive.search("从严治党")
    assert (len(hits), world.archive.unsearched()) == (2, 2)
    world.archive.index_waiting()
    assert (len(world.archive.search("从严治党")), world.archive.unsearched()) == (4, 0)
