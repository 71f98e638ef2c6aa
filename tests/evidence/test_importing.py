"""Copies that others kept stand on their pages' timelines, once, and move no state."""

import zipfile
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.cli.root import crawl
from crawler.errors import UsageError
from crawler.evidence import copies_in, verifier
from crawler.evidence.bundle import write_bundle
from crawler.evidence.citing import cite
from crawler.evidence.exporting import export
from crawler.evidence.importing import Given, import_file
from crawler.evidence.settling import Watched
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.evidence.withholding import target_of, withhold
from crawler.model import ChangeKind, NotifyChannel, Outcome, parse_iso
from crawler.notify import router_of
from crawler.reading import Side, compare
from crawler.store import Archive
from crawler.store.witness import told

NOW = "2026-03-09T00:00:00.000Z"
FILLER = "全面从严治党是一项长期任务，必须坚持不懈，久久为功，任何时候都不能放松。" * 8
PAGE = (
    "<!doctype html><html lang=zh><head><meta charset=utf-8><title>{title}</title></head><body>"
    "<nav><a href=/>首页</a></nav><article><h1>{title}</h1><p>{text}</p><p>{filler}</p></article>"
    "</body></html>"
)
URL = "http://news.test/a"


def page(text: str, title: str = "一篇文章的题目") -> bytes:
    return PAGE.format(title=title, text=text, filler=FILLER).encode()


def warc_of(path: Path, *answers: tuple[str, str, bytes], kind: str = "text/html") -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        for url, date, body in answers:
            http = StatusAndHeaders(
                "200 OK",
                [("Content-Type", kind), ("Content-Length", str(len(body)))],
                protocol="HTTP/1.1",
            )
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(body),
                    length=len(body),
                    http_headers=http,
                    warc_headers_dict={"WARC-Date": date},
                )
            )
    return path


def read_here(text: str) -> Any:
    """What our own extractor reads in such a page, so that looks of ours are by the same rule."""
    from crawler.extract import extract
    from crawler.model import Capture

    return extract(Capture((page(text),), URL, URL, content_type="text/html"))


@pytest.fixture
def here(world: Any) -> Any:
    """Two looks of ours: one text on March 1st, another a week later."""
    world.listing("a")
    look(world, "旧的说法在这里。")
    world.pass_time(days=7)
    look(world, "新的说法在这里。", "旧的说法在这里。")
    return world


def look(world: Any, text: str, before: str | None = None) -> None:
    """A look of ours at such a page, with its edit."""
    read = read_here(text)
    changes: Any = ()
    if before is not None:
        old = read_here(before)
        draft = compare(
            ChangeKind.CONTENT, Side(old.text, old.fields), Side(read.text, read.fields), ()
        )
        changes = (draft,)
    outcome = Outcome.CHANGED if before else Outcome.NEW
    world.look("a", read.text, outcome=outcome, extraction=read, body=page(text), changes=changes)


def brought(world: Any, path: Path, **more: Any) -> Any:
    copies = copies_in.warc(path) if path.suffix == ".gz" else copies_in.wacz(path)
    return import_file(world.archive, path, copies, NOW, **more)


def edits(world: Any) -> list[dict[str, Any]]:
    """Content changes that stand, in the order of time."""
    found = [
        change
        for change in world.archive.changes(kind="content")
        if change["superseded_by"] is None
    ]
    return sorted(found, key=lambda change: change["new_first_seen"])


def test_a_copy_between_two_looks_narrows_the_change(here: Any, tmp_path: Path) -> None:
    (before,) = edits(here)
    path = warc_of(
        tmp_path / "x.warc.gz",
        (URL, "2026-03-03T00:00:00Z", page("旧的说法在这里。")),
        (URL, "2026-03-06T00:00:00Z", page("新的说法在这里。")),
    )
    done = brought(here, path)
    assert (done.added, done.known) == (2, 0)
    (after,) = edits(here)
    assert after["supersedes"] == before["change"]
    assert after["old_last_seen"] == "2026-03-03T00:00:00.000Z"
    assert after["new_first_seen"] == "2026-03-06T00:00:00.000Z"
    assert after["origin"] == "import:x.warc.gz"
    assert (before["inserted"], before["deleted"]) == (after["inserted"], after["deleted"])
    found = verify(here.path)
    assert found["ok"], found["problems"]


def test_a_version_that_nobody_saw_here_stands_between(here: Any, tmp_path: Path) -> None:
    path = warc_of(
        tmp_path / "x.warc.gz", (URL, "2026-03-04T00:00:00Z", page("中间的说法在这里。"))
    )
    assert brought(here, path).versions == 1
    first, second = edits(here)
    assert first["to_version"] == second["from_version"]
    assert [v.origin for v in here.archive.versions_of(URL)] == ["here", "import:x.warc.gz", "here"]
    assert first["supersedes"] == second["supersedes"]
    assert verify(here.path)["ok"]


def test_a_text_that_came_back_between_two_looks_is_three_versions(
    world: Any, tmp_path: Path
) -> None:
    """We saw A on March 1st and a week later; a copy shows B on the 4th: A, B, A."""
    world.listing("a")
    look(world, "旧的说法在这里。")
    world.pass_time(days=7)
    read = read_here("旧的说法在这里。")
    world.look("a", read.text, outcome=Outcome.UNCHANGED, extraction=read,
               body=page("旧的说法在这里。") + b"<i>2</i>")  # fmt: skip
    world.pass_time(days=7)
    look(world, "新的说法在这里。", "旧的说法在这里。")
    (told_then,) = edits(world)
    path = warc_of(
        tmp_path / "x.warc.gz", (URL, "2026-03-04T00:00:00Z", page("中间的说法在这里。"))
    )
    brought(world, path)
    versions = world.archive.versions_of(URL)
    assert [row.as_of[:10] for row in versions] == [
        "2026-03-01", "2026-03-04", "2026-03-08", "2026-03-15",
    ]  # fmt: skip
    assert versions[0].text == versions[2].text != versions[1].text
    assert [row.last_seen[:10] for row in versions] == [row.as_of[:10] for row in versions]
    first, back, after = edits(world)
    assert (first["from_version"], first["to_version"]) == (versions[0].id, versions[1].id)
    assert (back["from_version"], back["to_version"]) == (versions[1].id, versions[2].id)
    assert back["new_first_seen"].startswith("2026-03-08")
    # What was told of the edit after it is still right, and stands.
    assert after["change"] == told_then["change"]
    assert after["superseded_by"] is None
    found = verify(world.path)
    assert found["ok"], found["problems"]
    assert brought(world, path.rename(tmp_path / "y.warc.gz")).changes == []


def test_it_is_so_where_the_text_that_came_back_is_the_latest(world: Any, tmp_path: Path) -> None:
    world.listing("a")
    look(world, "旧的说法在这里。")
    world.pass_time(days=7)
    read = read_here("旧的说法在这里。")
    world.look("a", read.text, outcome=Outcome.UNCHANGED, extraction=read,
               body=page("旧的说法在这里。"))  # fmt: skip
    world.look("a", outcome=Outcome.NOT_MODIFIED,
               attempt=world.attempt(URL, None, status=304))  # fmt: skip
    copies = [
        (URL, "2026-03-05T00:00:00Z", page("旧的说法在这里。")),
        (URL, "2026-03-03T00:00:00Z", page("中间的说法在这里。")),
    ]
    brought(world, warc_of(tmp_path / "x.warc.gz", *copies))
    versions = world.archive.versions_of(URL)
    assert [row.as_of[:10] for row in versions] == ["2026-03-01", "2026-03-03", "2026-03-05"]
    assert versions[-1].last_seen.startswith("2026-03-08")
    assert world.archive.due_at([URL])[0].page.version.version_id == versions[-1].id
    shown = [row["version"] for row in world.archive.log(URL)]
    assert shown == [versions[0].id, versions[2].id, versions[2].id, versions[2].id, versions[1].id]
    assert len(edits(world)) == 2
    # The next edit is told from the version that came back.
    world.pass_time(days=1)
    look(world, "新的说法在这里。", "旧的说法在这里。")
    assert edits(world)[-1]["from_version"] == versions[-1].id
    assert verify(world.path)["ok"]


def test_terms_are_counted_and_edits_go_out_in_one_message(here: Any, tmp_path: Path) -> None:
    """A hundred copies are one message, and what only narrows an interval is no news."""
    channels = (
        NotifyChannel("all", "env:X", what=("changes",)),
        NotifyChannel("seeds", "env:X", what=("seeds",)),
    )
    watched = Watched({"news": ("中间", "旧的")}, (), None, router_of(channels, {}))
    copies = [
        (URL, "2026-03-02T00:00:00Z", page("旧的说法在这里。")),
        (URL, "2026-03-04T00:00:00Z", page("中间的说法在这里。")),
        (URL, "2026-03-05T00:00:00Z", page("中间的又一说法。")),
    ]
    done = brought(here, warc_of(tmp_path / "x.warc.gz", *copies), watched=watched)
    assert done.news == done.changes
    first = next(c for c in edits(here) if c["change"] == done.changes[0])
    assert first["terms"] == [
        {"term": "中间", "before": 0, "after": 1}, {"term": "旧的", "before": 1, "after": 0},
    ]  # fmt: skip
    (event,) = here.archive.events(kind="past_edits")
    assert event["changes"] == done.changes
    rows = here.archive.conn.execute(
        "SELECT channel, event_id, change_id IS NULL, told_in IS NULL FROM outbox ORDER BY id"
    ).fetchall()
    assert rows == [("all", event["event"], 1, 1)] + [("all", None, 0, 0)] * 3
    message = here.archive.claim_message(["all"], here.now + timedelta(days=30))
    assert message is not None
    here.archive.message_delivered(message)
    assert here.archive.claim_message(["all"], here.now + timedelta(days=60)) is None
    narrower = warc_of(tmp_path / "y.warc.gz", (URL, "2026-03-03T00:00:00Z", copies[0][2]))
    again = brought(here, narrower, watched=watched)
    assert (len(again.changes), again.news) == (1, [])
    assert verify(here.path)["ok"]


def test_what_was_withheld_is_told_as_no_edit(here: Any, tmp_path: Path) -> None:
    taken = here.archive.versions_of(URL)[0]
    withhold(here.archive, target_of(here.archive, str(taken.id)), "x", NOW, everywhere=True)
    path = warc_of(tmp_path / "x.warc.gz", (URL, "2026-03-04T00:00:00Z", page("中间的说法。")))
    done = brought(here, path)
    assert done.versions == 1
    (change,) = (c for c in here.archive.changes() if c["change"] in done.changes)
    assert change["to_version"] == here.archive.versions_of(URL)[-1].id
    assert verify(here.path)["ok"]


def test_repeating_an_import_adds_nothing(here: Any, tmp_path: Path) -> None:
    path = warc_of(
        tmp_path / "x.warc.gz",
        (URL, "2026-02-01T00:00:00Z", page("最早的说法在这里。")),
        (URL, "2026-03-04T00:00:00Z", page("中间的说法在这里。")),
    )
    brought(here, path)
    size = here.archive.status(now=here.now)["archive"]["head"]
    again = brought(here, path)
    assert (again.added, again.known, again.changes) == (0, 2, [])
    renamed = path.rename(tmp_path / "y.warc.gz")
    assert brought(here, renamed).added == 0
    assert here.archive.status(now=here.now)["archive"]["head"] == size
    assert len(list(told(here.archive.conn, "import"))) == 1


def test_a_state_is_never_moved_by_an_import(here: Any, tmp_path: Path) -> None:
    state = here.archive.due_at([URL])[0].page
    path = warc_of(
        tmp_path / "x.warc.gz",
        (URL, "2026-02-01T00:00:00Z", page("最早的说法在这里。")),
        (URL, "2026-03-08T12:00:00Z", page("最晚的说法在这里。")),
    )
    brought(here, path)
    assert here.archive.due_at([URL])[0].page == state
    status = here.archive.status(now=here.now)["sources"]
    assert [source["id"] for source in status] == ["news", "party"] or len(status) >= 1


def test_a_page_that_nobody_watched_is_known_from_then_on(here: Any, tmp_path: Path) -> None:
    url = "http://other.test/page.html"
    path = warc_of(tmp_path / "x.warc.gz", (url, "2026-02-01T00:00:00Z", page("别处的说法。")))
    assert brought(here, path).added == 1
    row = here.archive.find_version(url)
    assert (row.source_id, row.origin) == ("imported", "import:x.warc.gz")
    assert row.first_seen == row.last_seen == "2026-02-01T00:00:00.000Z"
    assert here.archive.due(source_ids=["news"], now=None)
    assert verify(here.path)["ok"]


def test_our_own_export_is_here_already(here: Any, tmp_path: Path, building: Any) -> None:
    for form, suffix in (("warc", "warc.gz"), ("wacz", "wacz")):
        path = tmp_path / f"x.{suffix}"
        export(here.archive, form, path, NOW, state=State(tmp_path / "state"))
        done = brought(here, path)
        assert (done.added, done.known) == (0, 2)
    other = building.World(tmp_path / "other.db")
    done = brought(other, tmp_path / "x.wacz")
    assert (done.added, done.versions) == (2, 2)
    assert len(edits(other)) == 1
    texts = [row.text for row in other.archive.versions_of(URL)]
    assert texts == [row.text for row in here.archive.versions_of(URL)]
    other.close()
    assert verify(other.path)["ok"]


def test_what_is_no_article_is_passed_over(here: Any, tmp_path: Path) -> None:
    bad = "<html><title>页面不存在</title><body>404 页面不存在</body></html>".encode()
    path = warc_of(
        tmp_path / "x.warc.gz",
        (URL, "2026-02-01T00:00:00Z", bad),
        (URL, "2026-02-02T00:00:00Z", b"<div>" * 100_000),
        ("ftp://news.test/x", "2026-02-02T00:00:00Z", page("x")),
    )
    done = brought(here, path)
    assert (done.added, done.no_article) == (0, 2)
    assert not list(told(here.archive.conn, "import"))


def test_a_text_stands_at_its_moment(here: Any, tmp_path: Path) -> None:
    file = tmp_path / "旧文.txt"
    file.write_bytes("\ufeff一篇旧文。\r\n第二段。".encode())
    copies = [copies_in.text(file, URL, "2026-02-01T00:00:00.000Z")]
    done = import_file(here.archive, file, copies, NOW, given=Given("旧文", "某人"))
    assert done.versions == 1
    first = here.archive.versions_of(URL)[0]
    assert (first.text, first.title, first.author) == ("一篇旧文。\n第二段。", "旧文", "某人")
    # It was read by no rule of ours, so that it is never told as an edit.
    assert len(edits(here)) == 1
    assert verify(here.path)["ok"]


@pytest.mark.parametrize("content", [b"", b"no warc", b"\x1f\x8b\x08broken", b"WARC/1.0\r\nx"])
def test_a_broken_file_is_a_sentence(here: Any, tmp_path: Path, content: bytes) -> None:
    for name in ("x.warc.gz", "x.wacz"):
        path = tmp_path / name
        path.write_bytes(content)
        with suppress(UsageError):
            assert brought(here, path).added == 0
    assert not list(told(here.archive.conn, "import"))
    assert zipfile.is_zipfile(path) is False


def test_a_narrowed_change_is_cited_with_its_bundle(
    here: Any, tmp_path: Path, state: State
) -> None:
    path = warc_of(tmp_path / "x.warc.gz", (URL, "2026-03-06T00:00:00Z", page("新的说法在这里。")))
    brought(here, path)
    (after,) = edits(here)
    found = cite(here.archive, state, str(after["change"]))
    assert found.until == "2026-03-06T00:00:00.000Z"
    write_bundle(here.archive, state, found, tmp_path / "b.zip", NOW)
    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        file.extractall(tmp_path / "b")
    verifier.check(tmp_path / "b")
    old = cite(here.archive, state, str(after["supersedes"]))
    assert old.superseded_by == after["change"]


def test_the_command_imports(here: Any, tmp_path: Path) -> None:
    here.archive.close()
    path = warc_of(
        tmp_path / "x.warc.gz", (URL, "2026-02-01T00:00:00Z", page("最早的说法在这里。"))
    )
    base = ["--db", str(here.path), "--sources", str(tmp_path / "none.toml"), "import"]
    done = CliRunner().invoke(crawl, [*base, "warc", str(path)])
    assert done.exit_code == 0, done.output
    assert "1 added" in done.output
    done = CliRunner().invoke(crawl, [*base, "text", str(path)])
    assert done.exit_code == 2
    assert "--as-of" in done.output


def test_the_command_brings_in_what_the_wayback_machine_keeps(wayback: Any, tmp_path: Path) -> None:
    """The real pipeline against an index and copies on loopback; a second call adds nothing."""
    sources, db = tmp_path / "sources.toml", tmp_path / "archive.db"
    sources.write_text(
        '[network]\nallow = ["127.0.0.0/8"]\n[defaults]\ndelay = "10ms"\n'
        '[[source]]\nid = "mine"\nkind = "page"\nurl = "http://127.0.0.1:9/x"\n',
        "utf-8",
    )
    for number, text in enumerate(("旧的说法在这里。", "新的说法在这里。"), 1):
        wayback.hold(f"2020010{number}000000", URL, page(text))
    asked = f"{wayback.url}cdx/search/cdx?url={URL}"
    base = ["--db", str(db), "--sources", str(sources), "import", "wayback"]
    done = CliRunner().invoke(crawl, [*base, asked])
    assert done.exit_code == 0, done.output
    with Archive.open(db) as archive:
        rows = archive.versions_of(URL)
        assert [(row.as_of[:10], row.origin) for row in rows] == [
            ("2020-01-01", "wayback"),
            ("2020-01-02", "wayback"),
        ]
        (change,) = archive.changes(kind="content")
        assert change["new_first_seen"].startswith("2020-01-02")
        size = archive.status(now=parse_iso(NOW))["archive"]["texts"]
    again = CliRunner().invoke(crawl, [*base, asked])
    assert again.exit_code == 0, again.output
    with Archive.open(db) as archive:
        assert len(archive.versions_of(URL)) == 2
        assert archive.status(now=parse_iso(NOW))["archive"]["texts"] == size
    assert verify(db)["ok"]
    assert CliRunner().invoke(crawl, [*base, "no-address"]).exit_code == 2
