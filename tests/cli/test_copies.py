"""Placing copies: rarity of passages, set phrases, the order of the lines."""

import sqlite3
from dataclasses import dataclass, field
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.copies import Rarity, compare_seed, reuse
from crawler.errors import UnknownName
from crawler.store import Candidates
from crawler.text import fingerprints

PHRASE = "坚持以习近平新时代中国特色社会主义思想为指导，全面贯彻党的二十大精神，深入学习"
OWN = (
    "他在三月的一个早晨走进县档案馆，要求查看那一年所有关于水库移民的会议记录，管理员说已经没有了。"
)
OTHER = "秋天的果园里挂满了红透的柿子，老人们坐在门槛上说着收成，孩子们追着一只黄狗跑过打谷场。"


def without_texts() -> sqlite3.Connection:
    """An archive's tables and no row."""
    conn = sqlite3.connect(":memory:")
    conn.executescript(files("crawler.store").joinpath("schema.sql").read_text("utf-8"))
    return conn


@dataclass
class FakeArchive:
    """The part of an archive that placing needs: candidates with frequencies, versions, seeds."""

    rows: list[Any]
    frequency: dict[int, int] = field(default_factory=dict)
    pages: int = 100_000
    copies: list[Any] = field(default_factory=list)
    #: without texts, so that no translation is looked for among them
    conn: sqlite3.Connection = field(default_factory=without_texts)

    def candidates(self, text: str, *, limit: int = 200) -> Candidates:
        """Every row, whatever is asked."""
        return Candidates(tuple(range(len(self.rows))), self.frequency, False, self.pages)

    def current_versions(self, text_ids: Any) -> list[Any]:
        """The rows that are current."""
        return [row for row in self.rows if row.current]

    def all_versions(self, text_ids: Any) -> list[Any]:
        """All rows."""
        return self.rows

    def find_version(self, ref: str) -> Any:
        """The row at this URL."""
        for row in self.rows:
            if row.url == ref:
                return row
        raise UnknownName(ref)

    def seeds(self) -> list[Any]:
        """The seed copies."""
        return self.copies


def version(number: int, text: str, *, page: int | None = None, current: bool = True) -> Any:
    """A version row as far as placing reads it."""
    return SimpleNamespace(
        id=number,
        page_id=page or number,
        url=f"https://example.org/{page or number}",
        source_id="s",
        state="live",
        current=current,
        first_seen="2026-01-01T00:00:00.000Z",
        last_seen="2026-01-02T00:00:00.000Z",
        as_of=f"2026-01-01T00:00:{number:02d}.000Z",
        text=text,
    )


def copy(text: str, originals: tuple[str, ...] = ()) -> Any:
    """A seed copy as far as placing reads it."""
    return SimpleNamespace(
        name="copy", text=text, originals=originals, url=None, retrieved="2026", recorded_at=""
    )


def frequent(text: str, pages: int) -> dict[int, int]:
    """All fingerprints of a text as standing on so many pages."""
    return {value: pages for value, _ in fingerprints(text)}


def test_a_page_that_shares_set_phrases_alone_stands_in_the_list_only_with_all() -> None:
    seed = copy(PHRASE + OWN)
    archive = FakeArchive([version(1, PHRASE + OTHER), version(2, OTHER + OWN)])
    archive.frequency = frequent(PHRASE, 40_000) | frequent(OWN, 2)
    assert [row["version"] for row in compare_seed(archive, seed)] == [2]
    assert {row["version"] for row in compare_seed(archive, seed, all_=True)} == {1, 2}


def test_best_coverage_comes_first_and_history_adds_what_stood_before() -> None:
    seed = copy(OWN + OTHER)
    rows = [
        version(1, OWN, page=7, current=False),
        version(2, OWN + OTHER, page=7),
        version(3, OTHER),
    ]
    archive = FakeArchive(rows)
    now = list(compare_seed(archive, seed))
    assert [row["version"] for row in now] == [2, 3]
    ever = list(compare_seed(archive, seed, history=True))
    assert sorted(row["version"] for row in ever) == [1, 2, 3]
    assert ever[0]["version"] == 2
    assert [row["current"] for row in ever if row["version"] == 1] == [False]


def test_a_declared_original_is_quoted_by_the_copy() -> None:
    seed = copy(OTHER + OWN, originals=("HTTPS://Example.org:443/1",))
    (row,) = compare_seed(FakeArchive([version(1, OWN)]), seed)
    assert row["relation"] == "quoted_by"


def test_reuse_names_the_first_version_of_a_page_that_holds_a_passage() -> None:
    rows = [
        version(2, OWN + OTHER, page=7),
        version(1, OTHER + OWN, page=7),
        version(3, OWN, page=8),
    ]
    archive = FakeArchive(rows, copies=[copy(OWN)])
    found = list(reuse(archive, OWN))
    assert {(row["version"], row["seed"]) for row in found} == {
        (1, None),
        (3, None),
        (None, "copy"),
    }
    for row in found:
        assert row["exact"]
        start, end = row["query"]
        assert (
            OWN[start:end].strip("。") in (OTHER + OWN)[slice(*row["found"])] or row["version"] != 1
        )
    without = list(reuse(archive, OWN, page_id=7, seed="copy"))
    assert [row["version"] for row in without] == [3]


def test_reuse_puts_the_rarest_first() -> None:
    archive = FakeArchive([version(1, PHRASE), version(2, OWN)])
    archive.frequency = frequent(PHRASE, 40_000) | frequent(OWN, 1)
    found = list(reuse(archive, PHRASE + "\n" + OWN))
    assert [row["version"] for row in found] == [2, 1]
    assert found[0]["rarity"] == 1.0
    assert found[1]["rarity"] < 0.1


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_rarity_falls_with_the_number_of_pages(pages: int, total: int) -> None:
    rarity = Rarity.of(OWN, Candidates((), frequent(OWN, pages), False, total))
    more = Rarity.of(OWN, Candidates((), frequent(OWN, pages + 1), False, total))
    assert 0 <= more.at(0, len(OWN)) <= rarity.at(0, len(OWN)) <= 1


@pytest.mark.parametrize(("coarse", "expected"), [(True, 0.0), (False, 1.0)])
def test_a_passage_without_a_known_fingerprint(coarse: bool, expected: float) -> None:
    """A query reads the rarest fingerprints first: what it did not come to stands everywhere."""
    rarity = Rarity.of(OWN, Candidates((), {}, coarse, 5_000))
    assert rarity.at(0, 10) == expected
