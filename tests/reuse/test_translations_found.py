"""A seed copy in translation among thousands of texts of its own field: the archive is asked, and
every page that is no translation stays unnamed.

The thousands are made here: stories with figures, people, places and days drawn from one small
stock, in Chinese or in English, so that false pairs are possible. Seed 001's two halves are the
real pair. No Chinese original of seed 003 is at hand: its stand-in is made here from the numbers
and names of the English text.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.compare.markers import markers
from crawler.copies import compare_seed, translations
from crawler.model import SeedSetting

ROOT = Path(__file__).parents[2]
STORIES = 3_000
#: stories that stand in the archive in one language and are held as a seed copy in the other
TOLD_TWICE = range(0, STORIES, 300)


def seed_text(number: int) -> str:
    (path,) = (ROOT / "archive/seeds").glob(f"00{number}_*.txt")
    return path.read_text("utf-8")


def halves() -> tuple[str, str]:
    lines = seed_text(1).split("\n")
    return "\n".join(lines[9:27]), "\n".join(lines[27:])


def stand_in() -> str:
    """Not the original of seed 003: a Chinese text made of its numbers and names in their order."""
    lines = ["1927年9月,三湾改编决定把支部建在连上。毛泽东同志说过,这是红军不溃散的原因。"]
    for marker in markers(seed_text(3)):
        kind, _, value = marker.key.partition(":")
        if kind == "n" and float(value) > 31:
            number = float(value)
            written = f"{number / 10000:.10g}万" if number >= 100_000 else f"{number:g}"
            lines.append(f"全国基层党组织中有{written}个,组织覆盖进一步扩大,作用发挥更加明显。")
        elif kind == "name":
            lines.append(f"在{value},党员干部冲在一线,党旗高高飘扬。")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def agency(module_at: Callable[[str], ModuleType]) -> ModuleType:
    return module_at("compare/agency.py")


@pytest.fixture(scope="module")
def stories(agency: ModuleType) -> list[Any]:
    draw = random.Random(7)
    return [agency.story(draw, draw.randint(5, 12)) for _ in range(STORIES)]


@pytest.fixture(scope="module")
def pages(stories: list[Any]) -> dict[str, str]:
    """Every story in one language, and the texts that are looked for."""
    told = {
        f"http://s.test/{at}": one.chinese if at % 2 else one.english
        for at, one in enumerate(stories)
    }
    chinese, english = halves()
    return {**told, "http://s.test/zh": chinese, "http://s.test/en": english,
            "http://s.test/003": stand_in()}  # fmt: skip


def write(conn: sqlite3.Connection, number: int, url: str, text: str) -> None:
    """A page that shows a text, with the look and the extraction of the first page."""
    conn.execute(
        "INSERT INTO pages (id, source_id, site, key, canonical_url, first_seen_at) "
        "VALUES (?1, 'news', 's.test', ?2, ?2, ?3)",
        (number, url, "2026-01-01T00:00:00.000Z"),
    )
    conn.execute(
        "INSERT INTO texts (id, sha256, fold_sha256, characters, text) VALUES (?, ?, '', ?, ?)",
        (number, f"{number:064x}", len(text), text),
    )
    conn.execute(
        "INSERT INTO versions (id, page_id, extraction_id, text_id, first_observation_id, as_of, "
        "origin) SELECT ?1, ?1, extraction_id, ?1, first_observation_id, as_of, origin "
        "FROM versions WHERE id = 1",
        (number,),
    )
    conn.execute("UPDATE pages SET version_id = id WHERE id = ?", (number,))


@pytest.fixture(scope="module")
def archive(
    building: ModuleType, pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The pages, indexed."""
    world = building.World(tmp_path_factory.mktemp("translations") / "archive.db")
    world.listing("first")
    world.look("first", "另一页的一段文字。")
    world.archive.conn.execute("BEGIN")
    for number, (url, text) in enumerate(pages.items(), 2):
        write(world.archive.conn, number, url, text)
    world.archive.conn.execute("COMMIT")
    while world.archive.index_waiting():
        pass
    yield world.archive
    world.close()


def held(archive: Any, text: str) -> Any:
    """The text as a seed copy."""
    archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), text.encode())])
    return archive.seed("copy")


def translations_of(archive: Any, text: str) -> list[str]:
    """The pages of which this text is called a translation."""
    lines = translations(archive, held(archive, text), set(), history=False)
    return [line["url"] for line in lines if line["page"] is not None]


def test_the_halves_of_seed_001_find_each_other(archive: Any) -> None:
    chinese, english = halves()
    assert translations_of(archive, chinese + "\n") == ["http://s.test/en"]
    assert translations_of(archive, english + "\n") == ["http://s.test/zh"]


def test_a_chinese_text_that_carries_the_numbers_of_seed_003_is_found(archive: Any) -> None:
    assert translations_of(archive, seed_text(3)) == ["http://s.test/003"]


@pytest.mark.parametrize("number", [0, 2, 4])
def test_no_page_is_called_a_translation_of_the_other_seeds(archive: Any, number: int) -> None:
    assert translations_of(archive, seed_text(number)) == []


def test_a_story_told_in_the_other_language_is_found_and_none_beside_it(
    archive: Any, stories: list[Any]
) -> None:
    for at in TOLD_TWICE:
        copy = stories[at].english if at % 2 else stories[at].chinese
        assert translations_of(archive, copy) == [f"http://s.test/{at}"]


def test_the_line_stands_among_those_of_the_copy(archive: Any) -> None:
    chinese, english = halves()
    seed = held(archive, chinese)
    lines = list(compare_seed(archive, seed))
    found = {line["url"]: line for line in lines}
    assert found["http://s.test/zh"]["relation"] == "same"
    line = found["http://s.test/en"]
    assert (line["relation"], line["source"], line["current"]) == ("translation", "news", True)
    assert line["confidence"] >= 0.7
    pair = next(one for one in line["matches"] if "103周年" in seed.text[slice(*one["seed"])])
    assert "103rd anniversary" in english[slice(*pair["page"])]


def test_a_page_that_waits_for_the_index_is_found(archive: Any, agency: ModuleType) -> None:
    story = agency.story(random.Random(99), 9)
    archive.conn.execute("BEGIN")
    write(archive.conn, 9_000, "http://s.test/new", story.chinese)
    archive.conn.execute("COMMIT")
    assert translations_of(archive, story.english) == ["http://s.test/new"]
