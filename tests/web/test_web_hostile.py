"""Pages of an archive whose texts, titles, addresses and headers were written to do harm."""

import html
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.web.marking import plain_visible, visible

BREAK = '"><img src=x onerror=alert(1)>'
TURN = "safe\u202egnp.exe\u2066\u200b\ufeff"
ALIKE = "Раypal"  # the first two letters are Cyrillic
PATHS = (
    "/", "/-/changes?all=1", "/-/pages", "/-/pages/1", "/-/pages/10", "/-/seeds", "/-/events",
    "/-/seeds/governing-the-party-2025", "/-/versions/1", "/-/diff/1/2", "/-/terms",
    "/-/search?q=alert", "/-/changes/3", "/-/changes/10", "/-/changes/10.html",
    "/-/changes/7?view=inline", "/-/terms?q=alert", "/-/changes?mark=important",
)  # fmt: skip


@pytest.fixture(scope="module")
def evil(harmed: Path, open_archive: Any) -> Any:
    """Datasette on the archive with harmful words in every column that holds words of others."""
    return open_archive(harmed)


@pytest.mark.parametrize("path", PATHS)
def test_harmful_words_are_text(evil: Any, path: str) -> None:
    page = evil.page(path)
    assert "<script" not in page.lower()
    assert "<img" not in page.lower()
    assert not re.search(r"""(href|src|action)\s*=\s*["']?\s*javascript:""", page, re.IGNORECASE)
    for hidden in "\u202e\u2066\u200b\ufeff\x07\x00":
        assert hidden not in page
    if not path.startswith(("/-/terms", "/-/search")):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "U+202E" in page


def test_letters_that_look_alike_are_marked(evil: Any) -> None:
    assert f'<span class="alike" title="letters of different scripts">{ALIKE}' in evil.page("/")


@pytest.mark.parametrize("table", ["observations", "log", "pages", "texts", "events", "marks"])
def test_datasettes_tables_show_words_and_headers_as_text(evil: Any, table: str) -> None:
    page = evil.page(f"/evil/{table}")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert not re.search(r"""href\s*=\s*["']?\s*javascript:""", page, re.IGNORECASE)
    assert "&lt;script&gt;alert(1)" in page


def test_a_change_of_ten_million_characters(browsed: Any, changed: Callable[..., Any]) -> None:
    change, old, new = browsed.one(
        "SELECT id, from_version_id, to_version_id FROM changes WHERE seeds <> '[]'"
    )
    a, b = "长" * 10_000_000, "长" * 5_000_000 + "短" + "长" * 5_000_000
    ops = [("equal", 5_000_000, 5_000_000), ("insert", 0, 1), ("equal", 5_000_000, 5_000_000)]
    told, at, to = [], 0, 0
    for name, wide, new_wide in ops:
        told.append({"op": name, "a": [at, at + wide], "b": [to, to + new_wide], "labels": [],
                     "noise": False})  # fmt: skip
        at, to = at + wide, to + new_wide
    text = (
        "UPDATE texts SET text = ?, characters = ? "
        "WHERE id = (SELECT text_id FROM versions WHERE id = ?)"
    )
    shown = changed(
        (text, (a, len(a), old)), (text, (b, len(b), new)),
        ("UPDATE changes SET ops = ? WHERE id = ?", (json.dumps(told), change)),
    )  # fmt: skip
    for path in (f"/-/changes/{change}", f"/-/diff/{old}/{new}", f"/-/changes/{change}.html"):
        page = shown.page(path)
        assert len(page) < 3_000_000
        assert "longer than a page can show" in page


def test_feeds_stay_well_formed(evil: Any) -> None:
    from lxml import etree

    feed = etree.fromstring(evil.get("/-/feeds/changes.atom").content)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) > 8
    assert all("[U+202E]" in (entry[1].text or "") for entry in entries)
    for entry in entries:
        content = entry.findtext("{http://www.w3.org/2005/Atom}content") or ""
        assert "<script" not in content
        assert "<img" not in content
        assert entry.find("{http://www.w3.org/2005/Atom}link[@rel='via']") is None


def test_headers_carry_no_lines_of_others(evil: Any) -> None:
    answer = evil.get("/-/versions/1")
    assert "\n" not in answer.headers["link"]
    assert '"><img' not in answer.headers["link"]


def test_words_of_the_query_are_text(browsed: Any) -> None:
    for place in ("search", "terms", "pages", "changes", "events"):
        for name in ("q", "words", "source", "kind", "since", "seed", "state", "lang", "day"):
            page = browsed.page(f"/-/{place}?{name}=" + quote(BREAK + TURN))
            assert "<img" not in page
            assert "onerror=alert(1)>" not in page.replace("&gt;", "")


def test_a_line_of_ten_million_characters(changed: Callable[..., Any]) -> None:
    text = "长" * 10_000_000
    shown = changed(("UPDATE texts SET text = ?, characters = ? WHERE id = "
                     "(SELECT text_id FROM versions WHERE id = 1)", (text, len(text))))  # fmt: skip
    page = shown.page("/-/versions/1")
    assert len(page) < 2_000_000
    assert "The text goes on" in page
    assert len(shown.get("/-/versions/1.txt").text) == 10_000_000
    for path in ("/", "/-/seeds/party-style", "/-/search?q=" + quote("长")):
        assert len(shown.page(path)) < 3_000_000


def test_sql_that_writes_or_goes_on_for_ever(crawled: Path, open_archive: Any) -> None:
    browsed = open_archive(crawled, sql_time_limit_ms=100)
    for sql in (
        "delete from pages",
        "create table x (y)",
        "pragma writable_schema = 1",
        "attach 'x.db' as x",
    ):
        answer = browsed.get("/archive.json?_shape=array&sql=" + quote(sql))
        assert answer.status_code in (302, 400, 403)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    answer = browsed.get("/archive.json?_shape=array&_timelimit=50&sql=" + quote(endless))
    assert answer.status_code in (302, 400)
    assert browsed.one("SELECT count(*) FROM pages") > 30


def test_a_page_of_ours_that_takes_too_long_is_stopped(
    browsed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.web.answering.PATIENCE_S", -1.0)
    monkeypatch.setattr("crawler.web.answering._STEPS_BETWEEN_LOOKS", 10)
    answer = browsed.get("/-/changes")
    assert answer.status_code == 503
    assert "was stopped" in answer.text


def test_only_reading(browsed: Any, crawled: Path) -> None:
    before = crawled.read_bytes()
    assert (
        browsed.get("/-/changes", headers={"x-http-method-override": "DELETE"}).status_code == 200
    )
    for method in ("post", "put", "delete"):
        answer = browsed.loop.run_until_complete(
            getattr(browsed.datasette.client, method)("/-/changes/1")
        )
        assert answer.status_code in (403, 405)
    assert crawled.read_bytes() == before


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a<b", "a&lt;b"), ("\u202e", "U+202E"), ("\ud800", "U+D800"), ("\x1b[2J", "U+001B"),
     ("\U000e0041", "U+E0041"), ("汉字", "汉字"), ("👩\u200d👩", "👩\u200d👩")],
)  # fmt: skip
def test_visible(given: str, shown: str) -> None:
    assert shown in str(visible(given))
    assert html.unescape(plain_visible("a\nb")) == "a\nb"


def test_databases_that_are_no_archive_keep_datasettes_own_front_page(
    tmp_path: Path, open_archive: Any
) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    shown = open_archive(tmp_path / "other.db")
    assert "Palimpsest" not in shown.page("/")
    assert shown.get("/-/changes").status_code == 404
