"""The canned queries answer what their titles ask."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.web.queries import QUERIES

PARAMETER = re.compile(r":([a-z_]+)")


def ask(path: Path, name: str, **given: str) -> list[dict[str, Any]]:
    """A canned query's rows; parameters that are not given stay empty, as in the form."""
    query = next(query for query in QUERIES if query.name == name)
    values = dict.fromkeys(PARAMETER.findall(query.sql), "") | given
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query.sql, values)]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_runs_with_empty_parameters(small_archive: Path, query: Any) -> None:
    assert isinstance(ask(small_archive, query.name), list)
    assert query.title
    assert query.description.endswith((".", "`."))


def test_names_are_unique() -> None:
    assert len({query.name for query in QUERIES}) == len(QUERIES) >= 15


def test_what_vanished_shows_the_last_text(small_archive: Path) -> None:
    (row,) = ask(small_archive, "what_vanished")
    assert row["state"] == "gone"
    assert "第二段" in row["text"]
    assert ask(small_archive, "what_vanished", source="party") == []


def test_weighty_edits_begin_at_one_half(small_archive: Path) -> None:
    assert [row["change"] for row in ask(small_archive, "weighty_edits")] == [1]
    assert [row["change"] for row in ask(small_archive, "weighty_edits", score="0.3")] == [2, 1]


def test_quiet_edits_by_label(small_archive: Path) -> None:
    assert [row["change"] for row in ask(small_archive, "quiet_edits", label="name")] == [2]


def test_masked_names(small_archive: Path) -> None:
    assert [row["change"] for row in ask(small_archive, "masked_names")] == [2]


def test_before_and_after(small_archive: Path) -> None:
    before, after = ask(small_archive, "before_and_after", change="1")
    assert "第二段" in before["text"]
    assert "第二段" not in after["text"]


def test_reprints_of_a_text_are_found_through_an_earlier_version(small_archive: Path) -> None:
    rows = ask(small_archive, "reprints_of_a_text", url="https://party.example/1")
    assert {row["url"] for row in rows if row["fold_sha256"] == "f1"} == {
        "https://party.example/1",
        "https://agency.example/3",
    }


def test_diverged_reprints(small_archive: Path) -> None:
    (row,) = ask(small_archive, "diverged_reprints")
    assert (row["url"], row["other_url"]) == ("https://party.example/1", "https://agency.example/3")


def test_came_back_is_empty_without_a_return(small_archive: Path) -> None:
    assert ask(small_archive, "came_back") == []
    with closing(sqlite3.connect(small_archive)) as connection:
        connection.execute(
            "INSERT INTO versions (page_id, extraction_id, text_id, first_observation_id, as_of,"
            " origin) VALUES (1, 1, 1, 1, '2026-03-08T08:00:00.000Z', 'here')"
        )
        connection.commit()
    (row,) = ask(small_archive, "came_back")
    assert (row["first_version"], row["other_version"], row["returned_version"]) == (1, 2, 5)


def test_missing_from_seeds_cuts_out_the_passage(small_archive: Path) -> None:
    (row,) = ask(small_archive, "missing_from_seeds", seed="copy")
    assert row["passage"] == "第二段说了中间。"
    assert row["characters"] == 8


def test_seed_copies_and_edits_that_touch_them(small_archive: Path) -> None:
    (row,) = ask(small_archive, "seed_copies")
    assert (row["seed"], row["relation"]) == ("copy", "quoted_by")
    assert [row["change"] for row in ask(small_archive, "edits_that_touch_seeds")] == [1]


def test_words(small_archive: Path) -> None:
    found = ask(small_archive, "search_inside_texts", words="第二段")
    assert {row["version"] for row in found} == {1, 4}
    assert "第二段" in found[0]["place"]
    (row,) = ask(small_archive, "words_that_vanished", words="第二段")
    assert (row["last_version_with"], row["version_now"]) == (1, 2)
    assert ask(small_archive, "watched_terms")[0]["after"] == 0


def test_trouble(small_archive: Path) -> None:
    assert [row["failures"] for row in ask(small_archive, "pages_that_fail")] == [3]
    assert {row["source"] for row in ask(small_archive, "promises_broken")} == {"party", "agency"}


def test_counts(small_archive: Path) -> None:
    assert sum(row["edits"] for row in ask(small_archive, "edits_by_month")) == 2
    assert sum(row["looks"] for row in ask(small_archive, "looks_by_day")) == 4
    assert ask(small_archive, "named_origins")[0]["source_name"] == "新华网"
    assert len(ask(small_archive, "history_of_a_page", url="party.example")) == 2
