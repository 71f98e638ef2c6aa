"""A transaction is written whole or not at all, whoever rolled it back."""

import os
import sqlite3
from pathlib import Path

import pytest

from crawler.errors import DiskFull
from crawler.store import Archive, migrations, opening
from crawler.store.transaction import immediate


@pytest.fixture
def conn(tmp_path: Path) -> sqlite3.Connection:
    made = sqlite3.connect(tmp_path / "any.db", isolation_level=None)
    made.execute("CREATE TABLE kept (x)")
    return made


def test_what_raises_leaves_nothing(conn: sqlite3.Connection) -> None:
    def half() -> None:
        conn.execute("INSERT INTO kept VALUES (1)")
        raise KeyError

    with pytest.raises(KeyError), immediate(conn):
        half()
    with immediate(conn):
        conn.execute("INSERT INTO kept VALUES (2)")
    assert conn.execute("SELECT x FROM kept").fetchall() == [(2,)]
    assert not conn.in_transaction


def test_a_full_disk_that_rolled_back_by_itself_is_told_as_that(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA max_page_count = 4")
    with pytest.raises(sqlite3.OperationalError, match="full"), immediate(conn):
        conn.execute("INSERT INTO kept VALUES (zeroblob(100000))")
    with pytest.raises(sqlite3.OperationalError, match="full"), immediate(conn):
        full(conn)


def full(conn: sqlite3.Connection) -> None:
    """As SQLite does where it cannot keep half of it."""
    conn.execute("ROLLBACK")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    raise error


def test_an_archive_that_does_not_fit_on_the_disk_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations.migrate, "__defaults__", ((full,),))
    with pytest.raises(DiskFull):
        Archive.open(tmp_path / "archive.db")


def test_an_upgrade_copies_into_a_folder_whose_name_is_no_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb5\xb5"))
    folder.mkdir()
    Archive.open(folder / "a.db").close()
    steps = (*migrations.MIGRATIONS, lambda conn: None)
    for module in (migrations, opening):
        monkeypatch.setattr(module, "SCHEMA", len(steps))
    monkeypatch.setattr(migrations.migrate, "__defaults__", (steps,))
    Archive.open(folder / "a.db").close()
    assert (folder / "a.db.schema-1").stat().st_size > 1_000
