"""Rows S3 to S10 and D6 of the fault table, where they need more than the file alone."""

import os
import sqlite3
import threading
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.errors import ArchiveBusy, ArchiveError, DiskFull, ForeignArchive
from crawler.evidence.verify import verify
from crawler.model import iso
from crawler.store import Archive, engine, space


def test_s2_to_s6_end_with_5() -> None:
    assert {error.exit_code for error in (ArchiveBusy, ArchiveError, DiskFull, ForeignArchive)} == {
        5
    }


def test_s3_a_writer_that_gives_up_names_who_holds_the_archive(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listing("a")
    with Archive.open(world.path) as other, other.run_lock("run"):
        world.archive.conn.execute("PRAGMA busy_timeout = 20")
        other.conn.execute("BEGIN IMMEDIATE")
        # Whoever holds it is another process.
        monkeypatch.setattr(os, "getpid", lambda: 1)
        with pytest.raises(ArchiveBusy, match=r"perhaps `crawl run` \(pid \d+ on "):
            world.look("a", "一")
        other.conn.execute("ROLLBACK")


def test_s3_writers_that_begin_at_once_all_come_through(world: Any) -> None:
    """Deferred transactions failed at once, three of four; BEGIN IMMEDIATE waits."""
    failed: list[Exception] = []

    def ask() -> None:
        try:
            with Archive.open(world.path, clock=lambda: world.now) as archive:
                for _ in range(25):
                    archive.submit_request("once", {})
                    archive.commit([])
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert world.archive.requests_waiting() == 100


def test_s4_a_log_that_cannot_be_written_back_grows_and_is_cut_back_after(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler import config as configuration
    from crawler.pipeline import watching

    (world.path.parent / "sources.toml").write_text("")
    config = configuration.load(world.path.parent / "sources.toml")
    monkeypatch.setattr(watching, "LOG_HELD_UP_BYTES", 1_000_000)
    monkeypatch.setattr(space, "LOG_BYTES", 100_000)
    text = "".join(chr(0x4E00 + n) for n in range(20_000))

    def write(names: range) -> None:
        world.listing(*(f"a{n}" for n in names))
        for n in names:
            world.look(f"a{n}", text[n:])
        watching.look_after(world.archive, config, world.now)

    def told() -> int:
        return [event["kind"] for event in world.archive.events()].count("log_held_up")

    with world.archive.run_lock("run"):
        world.archive.conn.execute("PRAGMA wal_autocheckpoint = 20")
        with Archive.open(world.path, mode="read") as reader:
            reader.conn.execute("BEGIN")
            reader.conn.execute("SELECT count(*) FROM log").fetchone()
            write(range(15))
            assert space.log_bytes(world.path) > 1_000_000
            assert told() == 1
            write(range(15, 18))
            assert told() == 1
        write(range(18, 21))
        write(range(21, 23))
        assert space.log_bytes(world.path) < 1_000_000
        assert told() == 1
    open_alarms = "SELECT count(*) FROM alarms WHERE kind = 'log_held_up' AND ended_at IS NULL"
    assert world.archive.conn.execute(open_alarms).fetchone() == (0,)
    assert verify(world.path)["ok"]


def test_s9_one_connection_alone_checkpoints(world: Any) -> None:
    def checkpoints(archive: Archive) -> int:
        return int(archive.conn.execute("PRAGMA wal_autocheckpoint").fetchone()[0])

    with (
        world.archive.run_lock("run"),
        Archive.open(world.path) as other,
        Archive.open(world.path, mode="read") as reader,
    ):
        assert checkpoints(world.archive) > 0
        assert checkpoints(other) == 0
        assert other.conn.execute("PRAGMA mmap_size").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.conn.execute("DELETE FROM log")
    assert checkpoints(world.archive) == 0


@pytest.mark.parametrize(
    ("version", "raced"),
    [
        ((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True),
        ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 6), True), ((3, 50, 7), False),
        ((3, 51, 2), True), ((3, 51, 3), False), ((4, 0, 0), False),
    ],
)  # fmt: skip
def test_s9_the_versions_with_the_race_are_known(version: Any, raced: bool) -> None:
    assert engine.has_reset_race(version) == raced
    assert (engine.caution(version) is None) == (not raced)


def test_s9_the_status_names_the_version_and_who_holds_the_archive(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        return CliRunner().invoke(crawl, ["--db", str(world.path), "status", "-v"]).output

    monkeypatch.setattr(engine.sqlite3, "sqlite_version_info", (3, 40, 1))
    told = shown()
    assert f"SQLite {sqlite3.sqlite_version}" in told
    assert "mended in 3.51.3" in told
    assert "nobody holds it" in told
    monkeypatch.setattr(engine.sqlite3, "sqlite_version_info", (3, 51, 3))
    with world.archive.run_lock("run"):
        told = shown()
    assert "mended in" not in told
    assert "held by `crawl run` (pid " in told


def test_s10_order_goes_by_sequence_when_the_clock_falls_back(world: Any) -> None:
    world.listing("a")
    world.look("a", "第一版。")
    world.pass_time(hours=2)
    world.look("a", "第二版，改了。")
    world.pass_time(hours=-1)
    world.look("a", "第三版，又改了。")
    texts = [version.text for version in world.archive.versions_of("http://news.test/a")]
    assert texts[-1] == "第二版，改了。"  # in the order of the moments that were shown
    (latest,) = world.archive.conn.execute(
        "SELECT t.text FROM pages p JOIN versions v ON v.id = p.version_id "
        "JOIN texts t ON t.id = v.text_id"
    ).fetchone()
    assert latest == "第三版，又改了。"  # what was seen last stands last
    changes = list(world.archive.changes())
    assert [change["change"] for change in changes] == [1, 2]
    assert verify(world.path)["ok"]


def test_s10_a_look_that_the_clock_fell_back_in_has_a_length(world: Any) -> None:
    world.listing("a")
    begin, end = iso(world.now), iso(world.now - timedelta(hours=1))
    attempt = world.attempt("http://news.test/a", b"<p/>", started_at=begin, finished_at=end)
    world.look("a", "正文。", attempt=attempt)
    (length,) = world.archive.conn.execute(
        "SELECT duration_ms FROM observations ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert length == 1_000
    assert verify(world.path)["ok"]


def test_d6_a_source_that_is_removed_renamed_or_moved_keeps_its_history(
    world: Any, building: Any
) -> None:
    world.listing("a")
    world.look("a", "正文。")
    world.archive.sync_sources([building.source("other")])
    assert len(world.archive.versions_of("http://news.test/a")) == 1
    assert world.archive.due(source_ids=["other"], now=None) == []
    moved = building.source("fresh", formerly=("news",))
    world.archive.sync_sources([moved, building.source("other")])
    (due,) = world.archive.due(source_ids=["fresh"], now=None)
    assert due.page.source_id == "fresh"
    status = world.archive.status("fresh", now=world.now)["sources"][0]
    assert (status["pages"], status["versions"]) == (1, 1)
    assert verify(world.path)["ok"]
