"""Reading again tells a change of the site from a change of the extractor."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.evidence.citing import cite
from crawler.evidence.reextracting import reextract
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.extract import EXTRACTOR, extract
from crawler.model import Capture, ChangeKind, Extraction, Outcome, SeedSetting
from crawler.reading import Side, compare
from crawler.store import rereading

NOW = "2026-03-09T00:00:00.000Z"
URL = "http://news.test/a"
FILLER = "全面从严治党是一项长期任务，必须坚持不懈，久久为功，任何时候都不能放松。" * 8
PAGE = (
    "<!doctype html><html lang=zh><head><meta charset=utf-8><title>一篇文章的题目</title></head>"
    "<body><article><h1>一篇文章的题目</h1><p>{text}</p><p>{filler}</p></article></body></html>"
)


def page(text: str) -> bytes:
    return PAGE.format(text=text, filler=FILLER).encode()


def older(text: str, reads: str | None = None) -> Extraction:
    """What an older extractor read in such a page: the same, or something else."""
    read = extract(Capture((page(text),), URL, URL, content_type="text/html"))
    return replace(read, extractor="older", text=read.text if reads is None else reads)


def look(world: Any, text: str, read: Extraction, before: Extraction | None = None) -> None:
    changes: Any = ()
    if before is not None:
        sides = (Side(before.text, before.fields), Side(read.text, read.fields))
        changes = (compare(ChangeKind.CONTENT, *sides, ()),)
    outcome = Outcome.CHANGED if before else Outcome.NEW
    world.look("a", read.text, outcome=outcome, extraction=read, body=page(text), changes=changes)


@pytest.fixture
def pages(world: Any) -> Any:
    world.archive.sync_seeds([(SeedSetting("copy", "/x/c.txt"), FILLER.encode())])
    world.listing("a")
    return world


def edits(world: Any, kind: str = "content") -> list[dict[str, Any]]:
    return [c for c in world.archive.changes(kind=kind) if c["superseded_by"] is None]


def test_a_change_that_the_extractor_made_gets_a_successor(pages: Any, state: State) -> None:
    """The old extractor read a counter into the text; the site changed nothing."""
    text = "正文在这里。"
    first, second = older(text, "正文\n阅读 1"), older(text, "正文\n阅读 2")
    look(pages, text, first)
    pages.pass_time(hours=1)
    look(pages, text, second, first)
    (false,) = edits(pages)
    found = reextract(pages.archive, NOW, processes=1)
    assert (found.versions, found.otherwise, found.unreadable) == (2, 2, 0)
    assert edits(pages) == []
    (told,) = edits(pages, "extractor")
    assert told["supersedes"] == false["change"]
    assert told["score"] == 0
    cited = cite(pages.archive, state, str(false["change"]))
    assert cited.superseded_by == told["change"]
    assert verify(pages.path)["problems"] == []


def test_an_edit_that_the_old_reading_hid_is_told_now(pages: Any) -> None:
    hidden = older("甲的说法。", "正文一样")
    look(pages, "甲的说法。", hidden)
    pages.pass_time(hours=1)
    other = older("乙的说法。", "正文一样")
    pages.look("a", other.text, outcome=Outcome.CHANGED, extraction=other,
               body=page("乙的说法。"), changes=(compare(
                   ChangeKind.CONTENT, Side("正文一样", hidden.fields),
                   Side("正文一样", other.fields), ()),))  # fmt: skip
    reextract(pages.archive, NOW, processes=1)
    told = [change for change in edits(pages) if change["score"] > 0]
    assert len(told) == 1
    assert (told[0]["inserted"], told[0]["deleted"]) == (1, 1)
    assert verify(pages.path)["problems"] == []


def test_a_new_reading_says_with_which_encoding_and_profile_it_was_read(pages: Any) -> None:
    text, said = "正文在这里。", {"encoding": "utf-8", "profile": "qstheory"}
    pages.look(
        "a", text, outcome=Outcome.NEW, extraction=older(text, "正文"), body=page(text), **said
    )
    assert reextract(pages.archive, NOW, processes=1).otherwise == 1
    ((_, record),) = rereading.read_by(pages.archive.conn, EXTRACTOR)
    assert {name: record[name] for name in said} == said
    assert verify(pages.path)["problems"] == []


def test_what_stands_stays_as_it_is(pages: Any) -> None:
    first, second = older("旧的说法。"), older("新的说法。")
    look(pages, "旧的说法。", first)
    pages.pass_time(hours=1)
    look(pages, "新的说法。", second, first)
    before = edits(pages)
    status = pages.archive.due_at([URL])[0].page
    seen = [(v.first_seen, v.last_seen, v.text) for v in pages.archive.versions_of(URL)]
    found = reextract(pages.archive, NOW, processes=1)
    assert (found.same, found.changes) == (2, [])
    assert edits(pages) == before
    after = pages.archive.due_at([URL])[0].page
    assert (after.state, after.next_check_at) == (status.state, status.next_check_at)
    rows = pages.archive.versions_of(URL)
    assert [(v.first_seen, v.last_seen, v.text) for v in rows] == seen
    assert {v.extractor for v in rows} == {EXTRACTOR}
    assert verify(pages.path)["problems"] == []


def test_it_goes_on_where_it_stopped(pages: Any) -> None:
    look(pages, "旧的说法。", older("旧的说法。"))
    assert reextract(pages.archive, NOW, processes=1, page_ids=[99]).versions == 0
    assert reextract(pages.archive, NOW, processes=1).versions == 1
    assert reextract(pages.archive, NOW, processes=1).versions == 0


def test_a_dry_run_writes_nothing(pages: Any) -> None:
    look(pages, "旧的说法。", older("旧的说法。", "别的"))
    head = pages.archive.status(now=pages.now)["archive"]["head"]
    found = reextract(pages.archive, NOW, processes=1, dry_run=True)
    assert (found.otherwise, found.changes) == (1, [])
    assert pages.archive.status(now=pages.now)["archive"]["head"] == head


def test_a_capture_that_is_no_article_today_keeps_its_reading(pages: Any) -> None:
    read = older("旧的说法。")
    pages.look("a", read.text, outcome=Outcome.NEW, extraction=read, body=b"<p></p>")
    found = reextract(pages.archive, NOW, processes=1)
    assert (found.unreadable, found.otherwise) == (1, 0)
    assert pages.archive.find_version(URL).extractor == "older"


def test_a_seed_copys_match_follows_the_reading(pages: Any) -> None:
    look(pages, "旧的说法。", older("旧的说法。", "别的"))
    reextract(pages.archive, NOW, processes=1)
    version = pages.archive.find_version(URL).id
    rows = pages.archive.conn.execute("SELECT version_id FROM seed_matches").fetchall()
    assert rows == [(version,)]


def test_the_command(pages: Any, tmp_path: Path) -> None:
    look(pages, "旧的说法。", older("旧的说法。", "别的"))
    pages.archive.close()
    base = ["--db", str(pages.path), "--sources", str(tmp_path / "no.toml"), "reextract"]
    done = CliRunner().invoke(crawl, [*base, "--dry-run", "news"])
    assert "1 otherwise" in done.output, done.output
    done = CliRunner().invoke(crawl, [*base, "--json", URL])
    assert '"otherwise": 1' in done.output
    assert CliRunner().invoke(crawl, [*base, "nobody"]).exit_code == 2


@pytest.mark.parametrize("statement", [*rereading._PUT_IN_PLACE, rereading._READ_ANEW])
def test_a_version_is_put_in_place_without_a_look_at_every_row(pages: Any, statement: str) -> None:
    """Of a hundred thousand versions each would cost a walk through all observations."""
    conn = pages.archive.conn
    steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}", (1, 2, 3))]
    walks = [step for step in steps if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    assert walks == []
