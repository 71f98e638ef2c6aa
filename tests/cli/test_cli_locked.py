"""Another program keeps the archive's file locked, or the disk has no room left: every command says
so, with its exit code."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import DiskFull, UsageError, not_written
from crawler.evidence import exporting
from crawler.store import Archive, opening

SOURCES = """
[network]
contact = "me@example.org"
[[source]]
id = "a"
kind = "page"
url = "http://127.0.0.1:1/"
"""


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive in which a shell keeps a transaction open; nobody waits for long."""
    monkeypatch.setattr(opening.connect_writer, "__defaults__", (50,))
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    (tmp_path / "sources.toml").write_text(SOURCES)
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        yield path


@pytest.mark.parametrize("asked", ["anchor", "once"])
def test_a_file_that_another_program_locks_is_a_sentence(
    run: Any, locked: Path, asked: str
) -> None:
    run("--db", locked, "init", locked.parent)
    done = run("--db", locked, asked)
    assert done.exit_code == 5, done.output
    assert "is locked by another writer" in done.output
    assert "asking it to do this" not in done.output


def test_a_file_for_others_on_a_full_disk(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    with pytest.raises(DiskFull, match="no space is left") as told, exporting._whole(target):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert told.value.exit_code == 5
    assert list(tmp_path.iterdir()) == []
    assert isinstance(not_written(target, PermissionError(errno.EACCES, "no")), UsageError)
    assert str(target) in str(told.value)
