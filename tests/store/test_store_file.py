"""The file and what can befall it; the letters are rows of the fault table (S1 to S9)."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import ArchiveBusy, ArchiveError, DiskFull, ForeignArchive
from crawler.evidence.verify import verify
from crawler.store import Archive, migrations, opening
from crawler.store.faults import explained
from crawler.store.transaction import read_frontier

KILLED = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
spec = spec_from_file_location("archive_building", sys.argv[1])
building = module_from_spec(spec)
sys.modules["archive_building"] = building
spec.loader.exec_module(building)
world = building.World(Path(sys.argv[2]))
with world.archive.run_lock("once"):
    for n in range(10_000):
        world.listing(f"a{n}")
        world.look(f"a{n}", f"第{n}篇" * 200)
        print(n, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 23])
def test_s1_a_killed_writer_loses_no_committed_row(
    tmp_path: Path, building: Any, acknowledged: int
) -> None:
    path = tmp_path / "archive.db"
    command = [sys.executable, "-c", textwrap.dedent(KILLED), building.__file__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(acknowledged)]
        writer.send_signal(signal.SIGKILL)
    assert verify(path)["ok"]
    with Archive.open(path) as archive:
        versions = archive.conn.execute("SELECT count(*) FROM versions").fetchone()[0]
        assert versions >= told[-1] + 1
        with archive.run_lock("once"):
            frontier = read_frontier(archive.conn)
        assert archive.commit([], ()) == []
    assert frontier.size >= 3 * acknowledged


def test_s2_a_full_disk_leaves_nothing_half_written(world: Any) -> None:
    world.listing("a", "b")
    world.look("a", "一")
    conn = world.archive.conn
    conn.execute(f"PRAGMA max_page_count = {conn.execute('PRAGMA page_count').fetchone()[0] + 2}")
    before = conn.execute("SELECT count(*) FROM log").fetchone()
    with pytest.raises(DiskFull, match="no space is left"):
        world.look("b", "二" * 9_000, body=os.urandom(90_000))
    assert conn.execute("SELECT count(*) FROM log").fetchone() == before
    conn.execute("PRAGMA max_page_count = 1000000")
    assert world.look("b", "二").version_id == 2


def test_s3_a_second_writer_waits(world: Any) -> None:
    world.listing("a")
    other = Archive.open(world.path)
    other.conn.execute("BEGIN IMMEDIATE")
    other.conn.execute("UPDATE sources SET name = 'x'")
    thread = threading.Thread(target=lambda: (time.sleep(0.3), other.conn.execute("COMMIT")))
    thread.start()
    begun = time.monotonic()
    world.look("a", "一")
    thread.join()
    assert time.monotonic() - begun > 0.25
    other.close()


def test_s3_a_second_writer_gives_up_and_says_so(world: Any) -> None:
    world.listing("a")
    other = Archive.open(world.path)
    world.archive.conn.execute("PRAGMA busy_timeout = 50")
    other.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveBusy, match="locked by another writer"):
        world.look("a", "一")
    other.conn.execute("ROLLBACK")
    other.close()
    assert world.look("a", "一").version_id == 1


def test_an_archive_of_a_build_before_the_first_release_is_told_as_such(world: Any) -> None:
    """Its tables carry the same number, and lack what came since."""
    world.listing("a")
    world.archive.conn.execute("DROP VIEW broken_promises")
    world.archive.conn.execute("ALTER TABLE pages DROP COLUMN also_listed")
    with pytest.raises(ForeignArchive, match=r"has no pages\.also_listed") as told:
        world.archive.status(now=world.now)
    assert "crawl export warc" in told.value.next_step


def test_a_wrong_statement_stays_a_fault_of_ours(world: Any) -> None:
    with pytest.raises(sqlite3.OperationalError), explained(world.path):
        world.archive.conn.execute("SELECT nothing FROM pages")


def test_an_archive_that_was_moved_from_its_log_is_not_begun_anew(world: Any) -> None:
    """SQLite would begin a new file there and throw away what was written last."""
    world.listing("a")
    world.look("a", "一")
    moved, log = world.path.with_name("moved.db"), world.path.with_name("archive.db-wal")
    world.path.rename(moved)
    kept = log.read_bytes()
    assert kept
    world.close()
    assert log.exists(), "SQLite leaves the log of a file that has moved"
    with pytest.raises(ArchiveError, match="moved away") as told:
        Archive.open(world.path)
    assert "archive.db-wal" in told.value.next_step
    assert log.read_bytes() == kept
    assert not world.path.exists()
    moved.rename(world.path)
    with Archive.open(world.path) as back:
        assert back.find_version("1").text == "一"
    assert verify(world.path)["ok"]


def test_s3_a_run_is_not_told_that_it_locks_itself_out(world: Any) -> None:
    """The run lock is its own: the other writer is some other program."""
    world.listing("a")
    other = Archive.open(world.path)
    world.archive.conn.execute("PRAGMA busy_timeout = 50")
    with world.archive.run_lock("once"):
        other.conn.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusy) as told:
            world.look("a", "一")
        other.conn.execute("ROLLBACK")
    other.close()
    assert "perhaps" not in told.value.message
    assert "shell or a notebook" in told.value.next_step


def test_s3_two_writers_share_one_log(world: Any) -> None:
    world.listing("a", "b")
    with Archive.open(world.path, clock=lambda: world.now) as other:
        mine = world.archive
        world.look("a", "一")
        world.archive = other
        world.look("b", "二")
        world.archive = mine
        world.look("a", "三")
    assert verify(world.path)["ok"]
    assert len(world.archive.versions_of("http://news.test/a")) == 2


def test_s4_a_reader_sees_one_moment_while_a_writer_goes_on(world: Any) -> None:
    world.listing("a")
    with Archive.open(world.path, mode="read") as reader:
        reader.conn.execute("BEGIN")
        assert reader.conn.execute("SELECT count(*) FROM versions").fetchone() == (0,)
        world.look("a", "一")
        assert reader.conn.execute("SELECT count(*) FROM versions").fetchone() == (0,)
        reader.conn.execute("COMMIT")
        assert len(reader.versions_of("http://news.test/a")) == 1


def test_s5_a_reader_cannot_write(world: Any) -> None:
    with Archive.open(world.path, mode="read") as reader:
        with pytest.raises(ArchiveError, match="opened to be read"):
            reader.commit([])
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.conn.execute("DELETE FROM sources")


def test_s5_a_read_only_volume_can_be_read(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.listing("a")
    world.archive.close()
    folder = world.path.parent
    really = os.access

    def access(path: Any, mode: int) -> bool:
        return not (mode & os.W_OK) and really(path, mode)

    monkeypatch.setattr(opening.os, "access", access)
    with pytest.raises(ArchiveError, match="read-only"):
        Archive.open(world.path)
    connect = opening._connect

    def refuses(path: Path, how: str, timeout: int) -> Any:
        if how == "mode=ro":
            raise sqlite3.OperationalError("unable to open database file")
        return connect(path, how, timeout)

    monkeypatch.setattr(opening, "_connect", refuses)
    with Archive.open(world.path, mode="read") as reader:
        assert len(reader.due(source_ids=["news"], now=None)) == 1
    assert not list(folder.glob("*-wal"))


@pytest.mark.parametrize("mode", ["read", "write"])
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 not ours at all" * 50, "no archive of ours"),
        (b"SQLite format 3\x00", "no archive"),
    ],
)
def test_s6_what_is_no_database_is_left_alone(
    tmp_path: Path, mode: Any, content: bytes, what: str
) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(ForeignArchive, match=what):
        Archive.open(path, mode)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


@pytest.mark.parametrize("mode", ["read", "write"])
def test_s6_another_programs_database_is_left_alone(tmp_path: Path, mode: Any) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE notes (text)")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(ForeignArchive, match="another program"):
        Archive.open(path, mode)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", ["read", "write"])
def test_s6_a_newer_archive_is_left_alone(world: Any, mode: Any) -> None:
    world.archive.conn.execute(f"PRAGMA user_version = {migrations.SCHEMA + 1}")
    with pytest.raises(ForeignArchive, match="newer version"):
        Archive.open(world.path, mode)


def test_s6_a_truncated_file_is_told(world: Any, tmp_path: Path) -> None:
    world.listing("a")
    world.archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cut = tmp_path / "cut.db"
    cut.write_bytes(world.path.read_bytes()[:-8_192])
    for mode in ("read", "write"):
        with pytest.raises(ForeignArchive, match="truncated"):
            Archive.open(cut, mode)  # type: ignore[arg-type]


def test_a_reader_needs_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive"):
        Archive.open(tmp_path / "none.db", mode="read")
    (tmp_path / "empty.db").touch()
    with pytest.raises(ForeignArchive, match="is empty"):
        Archive.open(tmp_path / "empty.db", mode="read")
    with pytest.raises(ArchiveError, match="is no folder"):
        Archive.open(tmp_path / "no" / "archive.db")


def test_the_pragmas_that_evidence_needs(world: Any) -> None:
    conn = world.archive.conn
    asked = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in (
        "journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "application_id",
        "user_version", "mmap_size",
    )}  # fmt: skip
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
        "application_id": migrations.APPLICATION_ID,
        "user_version": migrations.SCHEMA,
        "mmap_size": 0,
    }
    with world.archive.run_lock("once"):
        assert conn.execute("PRAGMA wal_autocheckpoint").fetchone() == (1_000,)


def add_column(conn: sqlite3.Connection) -> None:
    conn.execute("ALTER TABLE sources ADD COLUMN motto TEXT")


def test_an_older_archive_is_copied_and_upgraded(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listing("a")
    world.archive.close()
    steps = (*migrations.MIGRATIONS, add_column)
    monkeypatch.setattr(migrations, "SCHEMA", len(steps))
    monkeypatch.setattr(opening, "SCHEMA", len(steps))
    monkeypatch.setattr(migrations.migrate, "__defaults__", (steps,))
    with pytest.raises(ForeignArchive, match="older schema"):
        Archive.open(world.path, mode="read")
    with Archive.open(world.path) as archive:
        assert archive.conn.execute("SELECT motto FROM sources").fetchall() == [(None,), (None,)]
    copy = sqlite3.connect(world.path.with_name("archive.db.schema-1"))
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    copy.close()


def test_a_failed_upgrade_changes_nothing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(conn: sqlite3.Connection) -> None:
        add_column(conn)
        conn.execute("UPDATE pages SET source_id = 'nobody'")

    world.listing("a")
    steps = (*migrations.MIGRATIONS, breaks)
    monkeypatch.setattr(migrations, "SCHEMA", 2)
    with pytest.raises(ArchiveError, match="cannot be upgraded"):
        migrations.migrate(world.archive.conn, world.path, steps)
    assert world.archive.conn.execute("PRAGMA user_version").fetchone() == (1,)
    assert world.archive.conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError):
        world.archive.conn.execute("SELECT motto FROM sources")


def test_an_upgrade_needs_room_for_its_copy(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(world.path.parent)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(migrations, "SCHEMA", 2)
    with pytest.raises(DiskFull, match="10 bytes free"):
        migrations.migrate(world.archive.conn, world.path, (*migrations.MIGRATIONS, add_column))


def test_one_run_holds_the_archive_and_says_who(world: Any) -> None:
    assert world.archive.lock_holder() is None
    with world.archive.run_lock("run"):
        assert world.archive.lock_holder()["pid"] == os.getpid()
        told = rf"`crawl run` \(pid {os.getpid()} on"
        with (
            Archive.open(world.path) as other,
            pytest.raises(ArchiveBusy, match=told),
            other.run_lock("once"),
        ):
            pass
    with world.archive.run_lock("once"):
        pass
    assert world.archive.lock_holder() is None


def test_s8_a_backup_beside_a_writer_is_sound(world: Any, tmp_path: Path) -> None:
    world.listing(*(f"a{n}" for n in range(30)))
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            world.look(f"a{n % 30}", f"第{n}版")
            n += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with Archive.open(world.path, mode="read") as reader:
            manifest = reader.backup(tmp_path / "copy.db")
    finally:
        stop.set()
        thread.join()
    found = verify(tmp_path / "copy.db")
    assert found["ok"]
    assert found["head"] == manifest["head"]
    assert (tmp_path / "copy.db.manifest.json").exists()
    with Archive.open(tmp_path / "copy.db") as copy:
        assert copy.commit([]) == []


def test_a_backup_overwrites_nothing(world: Any, tmp_path: Path) -> None:
    from crawler.errors import UsageError

    (tmp_path / "kept.db").write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        world.archive.backup(tmp_path / "kept.db")
    assert (tmp_path / "kept.db").read_text() == "mine"
