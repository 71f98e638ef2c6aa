"""How the pages put things: languages, counts, reasons, marks, empty states."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from crawler.web import marking
from crawler.web.charts import round_up


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("从严治党", "zh-Hans"),
        ("從嚴治黨", "zh-Hant"),
        ("The Party", "en"),
        ("これは本である", "ja"),
        ("한국어 글", "ko"),
        ("从严治党 [Xi Jinping: improve the system of governance]", "en"),
        ("WTO规则与中国", "zh-Hans"),
    ],
)
def test_the_language_of_a_text(text: str, tongue: str) -> None:
    assert marking.language_of(text) == tongue


def test_commands_in_sentences_are_code() -> None:
    told = marking.ticked("see `crawl show 1` and <b>")
    assert told == "see <code>crawl show 1</code> and &lt;b&gt;"


@pytest.mark.parametrize(("value", "top"), [(58, 60), (0.3, 0.3), (101, 120), (1, 1), (0, 1)])
def test_the_top_of_an_axis(value: float, top: float) -> None:
    assert round_up(value) == pytest.approx(top)


def test_counts_name_what_there_is(browsed: Any) -> None:
    number, moved = browsed.one("SELECT id, moved FROM changes WHERE labels = '[\"moved\"]'")
    page = browsed.page(f"/-/changes/{number}")
    assert f"{moved} moved." in page
    assert "taken out." not in page
    assert f"移动 {moved} 字。" in browsed.page(f"/-/changes/{number}?lang=zh")


def test_a_state_change_says_why_and_leads_to_the_last_text(browsed: Any) -> None:
    number, version = browsed.one(
        "SELECT id, coalesce(from_version_id, to_version_id) FROM changes "
        "WHERE kind = 'state' AND to_state = 'gone' ORDER BY id LIMIT 1"
    )
    page = browsed.page(f"/-/changes/{number}")
    assert re.search(r"→\s*<span[^>]*>gone</span>: [a-z ]+ not there", page)
    assert f'href="/-/versions/{version}">What it said last</a>' in page
    assert re.search(r"消失</span>：[^<]*不存在", browsed.page(f"/-/changes/{number}?lang=zh"))


def test_a_change_that_no_longer_stands_says_why(browsed: Any, changed: Callable[..., Any]) -> None:
    earlier, later = browsed.one(
        "SELECT min(id), max(id) FROM changes WHERE labels = '[\"wording\"]'"
    )
    shown = changed(
        ("UPDATE changes SET supersedes_id = ? WHERE id = ?", (earlier, later)),
        ("UPDATE log SET record = json_set(record, '$.reason', ?) WHERE sequence = "
         "(SELECT sequence FROM changes WHERE id = ?)", ("read again <b>", later)),
    )  # fmt: skip
    old = shown.page(f"/-/changes/{earlier}")
    assert "This change no longer stands:" in old
    assert "(read again &lt;b&gt;)" in old
    assert "Why: read again &lt;b&gt;." in shown.page(f"/-/changes/{later}")


def test_marks_are_shown_and_listed(browsed: Any, changed: Callable[..., Any]) -> None:
    one, two = browsed.one("SELECT min(id), max(id) FROM changes WHERE score > 0.1")
    insert = "INSERT INTO marks (change_id, mark, note, marked_at) VALUES (?, ?, ?, '2026-03-01')"
    shown = changed((insert, (one, "important", "一字")), (insert, (two, "false", None)))
    assert "important: 一字" in shown.page(f"/-/changes/{one}")
    assert "false alarm" in shown.page("/")
    listed = {
        mark: set(
            re.findall(r'<h3><a href="/-/changes/(\d+)"', shown.page(f"/-/changes?mark={mark}"))
        )
        for mark in ("important", "false", "seen", "none", "")
    }
    assert (listed["important"], listed["false"], listed["seen"]) == ({str(one)}, {str(two)}, set())
    assert listed[""] == listed["none"] | {str(one), str(two)}


def test_the_chart_of_an_archive_that_rests_shows_its_last_days(browsed: Any) -> None:
    page = browsed.page("/")
    assert 'class="bar-look"' in page
    assert "2026-02-09 to 2026-03-10." in page


def test_one_version_offers_no_comparison(browsed: Any) -> None:
    alone, many = (
        browsed.one(
            "SELECT page_id FROM versions WHERE NOT superseded GROUP BY page_id "
            f"HAVING count(*) {number} LIMIT 1"
        )
        for number in ("= 1", "> 1")
    )
    assert "Compare the two" not in browsed.page(f"/-/pages/{alone}")
    assert "Compare the two" in browsed.page(f"/-/pages/{many}")


def test_texts_of_others_carry_their_language(browsed: Any) -> None:
    change, version = browsed.one("SELECT id, to_version_id FROM changes WHERE seeds <> '[]'")
    assert '<article class="text" lang="zh-Hans">' in browsed.page(f"/-/versions/{version}")
    assert 'class="row changed" lang="zh-Hans"' in browsed.page(f"/-/changes/{change}")
    english = browsed.one("SELECT id FROM pages WHERE title LIKE 'Obama%'")
    assert '<h1><bdi lang="en">' in browsed.page(f"/-/pages/{english}?lang=zh")


def test_an_archive_without_anything(tmp_path: Any, open_archive: Any) -> None:
    from crawler.store import Archive

    Archive.open(tmp_path / "new.db").close()
    shown = open_archive(tmp_path / "new.db")
    for path, words in {
        "/": "Nothing has changed yet.",
        "/-/changes": "Nothing changed that fits.",
        "/-/pages": "No page fits.",
        "/-/seeds": "No seed copy is declared",
        "/-/search?q=党": "Nothing was found.",
        "/-/terms": "No word has taken another",
        "/-/terms?q=党": "None of these words",
        "/-/events": "Nothing happened that fits.",
    }.items():
        assert words in html.unescape(shown.page(path)), path
    for path in ("/-/feeds/changes.atom", "/-/search.csv?q=x", "/-/terms.csv?q=x", "/-/seeds.json"):
        assert shown.get(path).status_code == 200


def test_the_strip_of_a_copy_leads_to_every_paragraph(browsed: Any) -> None:
    page = browsed.page("/-/seeds/governing-the-party-2025")
    strip = re.findall(
        r'href="#p(\d+)"[^>]*><rect class="seg-(\w+)" x="(\d+)" .*?width="(\d+)"', page
    )
    drawn = re.findall(r'<p id="p(\d+)" class="(\w+)"', page)
    assert [(number, kind) for number, kind, _, _ in strip] == drawn
    assert len(drawn) > 40
    text = browsed.one(
        "SELECT t.text FROM texts t JOIN seeds s ON s.text_id = t.id "
        "WHERE s.name = 'governing-the-party-2025'"
    )
    whole = sum(len(line) for line in text.split("\n") if line.strip())
    assert int(strip[-1][2]) + int(strip[-1][3]) == whole
