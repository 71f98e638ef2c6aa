"""What was withheld is gone from the file and from every answer; hashes, ids and proofs hold."""

import gzip
import random
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.config import load
from crawler.errors import UnknownName, UsageError, Withheld
from crawler.evidence import copies_in
from crawler.evidence.anchoring import anchor
from crawler.evidence.bundle import write_bundle
from crawler.evidence.citation_text import render
from crawler.evidence.citing import cite
from crawler.evidence.exporting import export
from crawler.evidence.importing import Given, import_file
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.evidence.withholding import plan, target_of, withhold
from crawler.model import Link, ListingIntent, Outcome, PageKey, Purpose, SeedSetting
from crawler.pipeline import crawl_once
from crawler.store import Archive
from crawler.store.witness import told

NOW = "2026-03-09T00:00:00.000Z"
HAN = [chr(code) for code in range(0x4E00, 0x5200)]
LONG = "".join(random.Random(1).choices(HAN, k=900))
SECRET = "".join(random.Random(2).choices(HAN, k=60))
OTHER = "".join(random.Random(3).choices(HAN, k=300))


@pytest.fixture
def told_of(world: Any) -> Any:
    """Page a in three versions whose bodies are deltas, the middle one with the words; page b
    shows other words; page c is a reprint of what a showed last."""
    world.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), LONG[:200].encode())])
    world.listing("a", "b", "c")
    for text in (LONG, LONG + SECRET, LONG + "末"):
        world.look("a", text)
        world.pass_time(hours=1)
    world.look("b", OTHER)
    world.look("c", LONG + "末")
    while world.archive.index_waiting():
        pass
    assert verify(world.path)["ok"]
    return world


def taken(world: Any, thing: str, **how: bool) -> Any:
    target = target_of(world.archive, thing, listings=how.pop("listings", False))
    everywhere = how.pop("everywhere", False)
    planned = plan(world.archive, target, everywhere=everywhere)
    done = withhold(world.archive, target, "court order 7", NOW, everywhere=everywhere)
    assert (planned.bodies, planned.texts) == (done.bodies, done.texts)
    return done


def traces(path: Path, words: str) -> bool:
    """Whether the words stand in the file, beside it, or in a body that it holds packed."""
    with Archive.open(path, mode="read") as archive:
        digests = archive.conn.execute("SELECT sha256 FROM bodies WHERE data NOT NULL").fetchall()
        held = [archive.body(digest) for (digest,) in digests]
    held += [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    return any(words.encode() in one for one in held)


def unpacked(path: Path) -> bytes:
    """All that a file holds, with what is packed in it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            parts = [file.read(name) for name in file.namelist()]
    else:
        parts = [path.read_bytes()]
    return b"".join(
        gzip.decompress(part) if part.startswith(b"\x1f\x8b") else part for part in parts
    )


def test_a_version_goes_and_its_neighbours_stay(told_of: Any, state: State) -> None:
    archive, path = told_of.archive, told_of.path
    before = {c["change"]: c["hash"] for c in archive.changes()}
    rows = archive.versions_of("http://news.test/a")
    assert traces(path, SECRET)
    done = taken(told_of, str(rows[1].id))
    assert (done.bodies, done.texts, done.changes) == (1, 1, 2)
    assert done.scrubbed
    assert not traces(path, SECRET)
    after = archive.versions_of("http://news.test/a")
    assert [row.text for row in after] == [LONG, "", LONG + "末"]
    assert [row.withheld for row in after] == [False, True, False]
    assert [row.text_sha256 for row in after] == [row.text_sha256 for row in rows]
    assert {c["change"]: c["hash"] for c in archive.changes()} == before
    assert archive.body(rows[0].body_sha256)
    assert archive.body(rows[2].body_sha256)
    with pytest.raises(Withheld):
        archive.body(rows[1].body_sha256)
    found = verify(path)
    assert (found["ok"], found["withheld"]) == (True, 4), found["problems"]
    (record,) = told(archive.conn, "withheld")
    assert record.fields["reason"] == "court order 7"
    assert record.fields["texts"] == [rows[1].text_sha256]


def test_the_body_that_others_rest_on_goes_and_they_stay(told_of: Any) -> None:
    archive = told_of.archive
    rows = archive.versions_of("http://news.test/a")
    bases = archive.conn.execute(
        "SELECT count(*) FROM bodies WHERE base_sha256 = ?", (rows[0].body_sha256,)
    ).fetchone()[0]
    assert bases == 2
    taken(told_of, str(rows[0].id))
    assert "末" in archive.body(rows[2].body_sha256).decode()
    assert SECRET in archive.body(rows[1].body_sha256).decode()
    found = verify(told_of.path)
    assert found["ok"], found["problems"]
    # A later body of the address finds no base that went.
    told_of.look("a", LONG + "又")
    assert verify(told_of.path)["ok"]


def test_a_page_goes_and_is_asked_for_no_more(told_of: Any) -> None:
    archive = told_of.archive
    done = taken(told_of, "http://news.test/a")
    # What page c shows too, and the seed copy's file, stay.
    assert (done.texts, done.kept_texts) == (2, 1)
    assert done.carriers == ("http://news.test/c",)
    assert done.listings == 1
    due = {one.url for one in archive.due(source_ids=["news"], now=None)}
    assert due == {"http://news.test/b", "http://news.test/c"}
    key = PageKey("news.test", "a")
    assert archive.due_pages([key]) == []
    told_of.listing("a", "b", "c")
    assert archive.due_pages([key]) == []
    with pytest.raises(UsageError, match="withheld"):
        archive.watch_manual("http://news.test/a")
    assert "http://news.test/a" not in {
        problem["url"] for problem in archive.status(now=told_of.now)["problems"]
    }
    assert verify(told_of.path)["ok"]


def test_everywhere_is_everywhere(told_of: Any) -> None:
    done = taken(told_of, "http://news.test/a", everywhere=True)
    assert (done.texts, done.kept_texts, done.kept_bodies) == (3, 0, 0)
    assert told_of.archive.versions_of("http://news.test/c")[0].text == ""
    assert not traces(told_of.path, LONG[250:300])
    assert told_of.archive.seed("copy").text == LONG[:200]
    assert traces(told_of.path, OTHER[:50])
    assert verify(told_of.path)["ok"]


def test_everywhere_takes_a_copy_that_the_user_holds_too(told_of: Any) -> None:
    text = LONG + "末"
    told_of.archive.sync_seeds([(SeedSetting("same", "/x/same.txt"), text.encode())])
    assert taken(told_of, "3").kept_texts == 1
    done = taken(told_of, "3", everywhere=True)
    assert (done.texts, done.kept_texts) == (1, 0)
    assert told_of.archive.seed("same").text == ""
    assert not traces(told_of.path, text[-40:])
    assert verify(told_of.path)["ok"]


def test_no_answer_shows_what_went(told_of: Any, state: State, tmp_path: Path) -> None:
    archive = told_of.archive
    anchor(archive, state, told_of.now)
    words = SECRET[10:30]
    assert archive.search(words)
    assert archive.candidates(SECRET).text_ids
    taken(told_of, "2")
    assert archive.search(words) == []
    assert archive.candidates(SECRET).text_ids == ()
    while archive.index_waiting():
        pass
    assert archive.search(words) == []
    # The words before it are still found, under the text that holds them.
    assert archive.search(LONG[100:110])
    for form in ("warc", "wacz", "jsonl", "csv"):
        export(archive, form, tmp_path / form, NOW, state=state)
        assert SECRET.encode() not in unpacked(tmp_path / form)
    for ref in ("1", "2", "version:2"):
        found = cite(archive, state, ref)
        assert found.withheld
        written = render(found, "text")
        assert SECRET[:20] not in written
        assert "withheld" in written
        write_bundle(archive, state, found, tmp_path / "b.zip", NOW)
        assert SECRET.encode() not in unpacked(tmp_path / "b.zip")
    with pytest.raises(UnknownName):
        cite(archive, state, "version:99")


def test_a_page_goes_on_after_its_last_version_went(told_of: Any) -> None:
    """The next edit has nothing to be compared with, and the one after that has."""
    archive = told_of.archive
    taken(told_of, "http://news.test/b@2026-03-02")
    with pytest.raises(Withheld):
        archive.text(archive.due_at(["http://news.test/b"])[0].page.version.text_sha256)
    assert archive.due_at(["http://news.test/b"])[0].page.version.version_id == 4


def test_the_same_bytes_are_not_kept_again(told_of: Any) -> None:
    taken(told_of, "http://news.test/b@2026-03-02")
    told_of.look("b", OTHER, outcome=Outcome.UNCHANGED)
    assert not traces(told_of.path, OTHER[20:60])
    assert verify(told_of.path)["ok"]


def test_copies_of_a_page_that_was_withheld_are_not_kept(told_of: Any, tmp_path: Path) -> None:
    """An import knows the page by its address; the look is written down, what came is not."""
    taken(told_of, "http://news.test/b")
    before = told_of.archive.conn.execute("SELECT count(*) FROM bodies").fetchone()
    file = tmp_path / "copy.txt"
    file.write_text(OTHER + "，另一种写法", "utf-8")
    copies = [copies_in.text(file, "http://news.test/b", "2026-01-01T00:00:00.000Z")]
    done = import_file(told_of.archive, file, copies, NOW, given=Given())
    assert (done.added, done.versions, done.changes) == (1, 0, [])
    assert told_of.archive.conn.execute("SELECT count(*) FROM bodies").fetchone() == before
    assert not traces(told_of.path, OTHER[20:60])
    assert len(list(told_of.archive.log("http://news.test/b"))) == 2
    assert verify(told_of.path)["ok"]


def test_a_feeds_bodies_go_where_they_are_asked_for(told_of: Any) -> None:
    url = "http://news.test/feed"
    body = f"<feed>{OTHER}</feed>".encode()
    attempt = told_of.attempt(url, body, purpose=Purpose.LISTING)
    link = Link("http://news.test/b", key=PageKey("news.test", "b"))
    told_of.archive.commit(
        [ListingIntent(told_of.run, "news", url, ((attempt, Outcome.LISTED, None),), (link,))]
    )
    done = taken(told_of, "http://news.test/b")
    assert done.listings == 2
    state = told_of.archive.listing_state(url)
    assert state is not None
    assert state.body == body
    again = taken(told_of, "http://news.test/b", listings=True)
    assert (again.bodies, again.listings) == (2, 0)
    state = told_of.archive.listing_state(url)
    assert state is not None
    assert state.body is None
    assert verify(told_of.path)["ok"]


def test_a_source_goes(told_of: Any) -> None:
    done = taken(told_of, "news")
    assert done.kept_texts == 0
    kept = told_of.archive.conn.execute("SELECT count(*) FROM texts WHERE text NOT NULL")
    assert kept.fetchone()[0] == 1
    assert told_of.archive.due(source_ids=["news"], now=None) == []
    assert verify(told_of.path)["ok"]


def test_many_hashes_make_several_records(told_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.store.withholding.NAMED_AT_ONCE", 2)
    taken(told_of, "news")
    assert len(list(told(told_of.archive.conn, "withheld"))) > 1
    assert verify(told_of.path)["ok"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bodies SET data = NULL WHERE id = 2",
        "UPDATE texts SET text = NULL WHERE id = 2",
        "UPDATE changes SET ops = NULL WHERE id = 1",
    ],
)
def test_an_emptied_row_is_no_removal(told_of: Any, statement: str) -> None:
    told_of.archive.conn.execute(statement)
    found = verify(told_of.path)
    assert [problem["what"] for problem in found["problems"]] == [
        "its content is gone, and no record tells of it"
    ]


def test_what_comes_back_is_named(told_of: Any) -> None:
    text = told_of.archive.find_version("2").text
    taken(told_of, "2")
    told_of.archive.conn.execute("UPDATE texts SET text = ? WHERE text IS NULL", (text,))
    (problem,) = verify(told_of.path)["problems"]
    assert problem["what"] == "was withheld, and is here"


def test_the_command(told_of: Any) -> None:
    told_of.archive.close()
    run = CliRunner()
    base = ["--db", str(told_of.path), "withhold", "2", "--reason", "junk"]
    done = run.invoke(crawl, [*base, "--dry-run"])
    assert "1 body, 1 text and the operations of 2 changes would go" in done.output, done.output
    assert run.invoke(crawl, base, input="n\n").exit_code == 1
    assert run.invoke(crawl, base[:-2]).exit_code == 2
    done = run.invoke(crawl, [*base, "--yes"])
    assert (done.exit_code, "changes went" in done.output) == (0, True), done.output
    shown = run.invoke(crawl, ["--db", str(told_of.path), "show", "2"])
    assert "withheld" in shown.output
    assert run.invoke(crawl, ["--db", str(told_of.path), "show", "2", "--text"]).exit_code == 5
    assert run.invoke(crawl, ["--db", str(told_of.path), "diff", "1", "2"]).exit_code == 5
    told = run.invoke(crawl, ["--db", str(told_of.path), "verify"]).output
    assert "4 items withheld" in told
    assert "http://news.test/a" in told
    assert ": junk" in told
    conn = sqlite3.connect(told_of.path)
    assert conn.execute("SELECT count(*) FROM log WHERE kind = 'withheld'").fetchone()[0] == 1
    conn.close()


def test_a_pass_goes_on_beside_what_was_withheld(small_web: Any, tmp_path: Path) -> None:
    """Real looks at the small web: a version's text goes, then the page is edited."""
    small_web.sources_toml(tmp_path / "sources.toml")
    config, db = load(tmp_path / "sources.toml"), tmp_path / "archive.db"
    crawl_once(config, db, select=("qiushi",))
    with Archive.open(db) as archive:
        for (version,) in archive.conn.execute("SELECT version_id FROM pages").fetchall():
            if version is not None:
                target = target_of(archive, str(version))
                withhold(archive, target, "junk", NOW, everywhere=True)
    for number in range(1, 3):
        small_web.tick = number
        summary = crawl_once(
            config,
            db,
            select=("qiushi",),
            clock=lambda n=number: datetime.now(UTC) + timedelta(days=2 * n),
        )
        assert summary.totals()["failed"] == 0
    with Archive.open(db) as archive:
        rows = archive.conn.execute(
            "SELECT c.score, c.ops IS NULL, json_extract(l.record, '$.reason') FROM changes c "
            "JOIN log l ON l.sequence = c.sequence WHERE c.kind = 'content'"
        ).fetchall()
    assert (1.0, 1, "the text before was withheld") in rows
    assert verify(db)["ok"]


def test_no_page_of_the_archive_shows_it(told_of: Any) -> None:
    """Every page that could: none fails otherwise than with a sentence, none has the words."""
    import re

    from crawler.errors import CrawlError
    from crawler.web.asking import Asked
    from crawler.web.routes import ROUTES

    archive = told_of.archive
    row = archive.find_version("2")
    taken(told_of, "2")
    paths = [
        "/", "/-/changes", "/-/changes/1", "/-/changes/1.json", "/-/changes/1.html",
        "/-/changes/2", "/-/pages/1", "/-/pages/1/on", "/-/versions/2", "/-/versions/2.json",
        "/-/versions/2.txt", f"/-/bodies/{row.body_sha256}", "/-/diff/1/2", "/-/diff/1/2.json",
        "/-/seeds", "/-/seeds/copy", f"/-/texts/{row.text_sha256}", "/-/search", "/-/search.json",
        "/-/terms", "/-/events", "/-/feeds/changes.atom", "/-/timemap/link/http://news.test/a",
    ]  # fmt: skip
    shown = 0
    for path in paths:
        page, parts = next(
            (page, found.groupdict())
            for pattern, page in ROUTES
            if (found := re.match(pattern, path))
        )
        query = {"q": SECRET[10:20], "day": "2026-03-01"}
        asked = Asked(path, parts, query, "/", "http://localhost", "archive", "en", told_of.now)
        try:
            body = page(archive, asked).body
        except CrawlError:
            assert path.startswith(("/-/bodies/", "/-/diff/")), path
            continue
        shown += 1
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
        assert SECRET[:10] not in text, path
        assert SECRET[30:40] not in text, path
    assert shown > 15
