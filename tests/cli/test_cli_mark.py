"""`crawl mark`: beside a change, never in it; and how marks are listed and taken back."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.config import load
from crawler.demo import DemoWeb
from crawler.pipeline import crawl_once


@pytest.fixture(scope="module")
def two_ticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a few changes."""
    folder = tmp_path_factory.mktemp("marked")
    with DemoWeb() as web:
        config = load(web.sources_toml(folder / "sources.toml"))
        for tick in range(2):
            web.advance(tick - web.tick)
            crawl_once(config, folder / "archive.db", backfill=tick == 0)
    return folder / "archive.db"


@pytest.fixture
def marked(run: Any, two_ticks: Path, tmp_path: Path) -> Callable[..., Any]:
    """Call `crawl` on a copy of that archive."""
    shutil.copy(two_ticks, tmp_path / "archive.db")
    return lambda *args, **more: run("--db", "archive.db", *args, **more)


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_mark_stands_beside_the_change_alone(
    marked: Any, tmp_path: Path, json_lines: Any
) -> None:
    db = tmp_path / "archive.db"
    before = rows(db, "SELECT * FROM changes ORDER BY id"), rows(db, "SELECT hash FROM log")
    (number, digest) = rows(
        db, "SELECT c.id, l.hash FROM changes c JOIN log l ON l.sequence = c.sequence LIMIT 1"
    )[0]
    first = json_lines(marked("mark", number, "important", "--note", "一字之差", "--json"))
    assert [(one["mark"], one["note"]) for one in first[0]["marks"]] == [("important", "一字之差")]
    (told,) = json_lines(marked("mark", digest[:10], "seen", "--json"))
    assert [one["mark"] for one in told["marks"]] == ["important", "seen"]
    assert before == (
        rows(db, "SELECT * FROM changes ORDER BY id"),
        rows(db, "SELECT hash FROM log"),
    )
    assert marked("verify").exit_code == 0


def test_the_same_mark_again_takes_its_place_and_can_be_taken_back(
    marked: Any, json_lines: Any
) -> None:
    everything = [row["change"] for row in json_lines(marked("changes", "--json"))]
    marked("mark", everything[0], "false", "--note", "a clock")
    (told,) = json_lines(marked("mark", everything[0], "false", "--note", "a counter", "--json"))
    assert [one["note"] for one in told["marks"]] == ["a counter"]
    unseen = [row["change"] for row in json_lines(marked("changes", "--unseen", "--json"))]
    assert unseen == everything[1:]
    again = marked("mark", everything[0], "false", "--remove")
    assert "has no mark" in again.stdout
    unseen = [row["change"] for row in json_lines(marked("changes", "--unseen", "--json"))]
    assert unseen == everything


def test_for_a_person(marked: Any) -> None:
    told = marked("mark", 1, "important", "--note", "look again")
    assert told.exit_code == 0
    assert "important, " in told.stdout
    assert "look again" in told.stdout


def test_mistakes(marked: Any, run: Any, tmp_path: Path) -> None:
    unknown = marked("mark", 99_999, "seen")
    assert unknown.exit_code == 2
    assert "there is no change '99999'" in unknown.stderr
    assert marked("mark", 1, "liked").exit_code == 2
    assert marked("mark", 1, "seen", "--note", "x" * 2_001).exit_code == 2
    assert marked("mark", 1, "seen", "--note", "x", "--remove").exit_code == 2
    assert run("--db", "none.db", "mark", 1, "seen").exit_code == 5
    assert not (tmp_path / "none.db").exists()
