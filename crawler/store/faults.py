"""SQLite's errors as ours: what the user can mend gets its subject and next step, bugs pass."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from crawler.errors import ArchiveBusy, ArchiveError, ArchiveLocked, DiskFull, ForeignArchive
from crawler.store.lock import lock_holder

_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of SQLite that the user can mend into ArchiveErrors about `path`; the others
    (a wrong statement, a broken constraint) are bugs and pass through."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = told_as(path, error)
        if known is None:
            raise
        raise known from error


def _busy(path: Path) -> ArchiveBusy:
    """Who holds the archive for a run is the likeliest to write, where that is not this process."""
    who = lock_holder(path)
    if who is None or (who["pid"], who["host"]) == (os.getpid(), socket.gethostname()):
        return ArchiveLocked(
            f"{path} is locked by another writer",
            "end whatever else writes it (a shell or a notebook may keep a transaction open), and "
            "try again",
        )
    return ArchiveBusy(
        f"{path} is locked by another writer, perhaps `crawl {who['command']}` "
        f"(pid {who['pid']} on {who['host']})",
        "wait until it has ended (`crawl status -v` names who holds the archive) and try again",
    )


def _of_another_build(path: Path) -> ArchiveError | None:
    """A file that lacks what every archive of this schema has; None where it lacks nothing, and the
    statement was wrong."""
    from crawler.store.lacking import lacking

    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
            missing = lacking(conn)
    except sqlite3.Error:
        return None
    if missing is None:
        return None
    return ForeignArchive(
        f"{path} was made by a build before the first release: it has no {missing}",
        "keep the file, and begin a new archive with --db; what the old one holds goes over with "
        "`crawl export warc FILE` and `crawl import warc FILE`",
    )


def told_as(path: Path, error: sqlite3.DatabaseError) -> ArchiveError | None:
    """The error that the user is told instead, None for a bug."""
    name = "_".join((getattr(error, "sqlite_errorname", None) or "").split("_")[:2])
    if name in _BUSY:
        return _busy(path)
    if name == "SQLITE_FULL":
        return DiskFull(
            f"{path}: no space is left on its disk; what was being written was rolled back",
            "free some space and run the same command again",
        )
    if name in _DAMAGED:
        return ForeignArchive(
            f"{path} is damaged or no SQLite file: {error}",
            "run `crawl verify` on it, and restore the last backup",
        )
    if name == "SQLITE_READONLY":
        return ArchiveError(
            f"{path} cannot be written: the file or its volume is read-only",
            "give this user the right to write the file and its folder, or name another with --db",
        )
    if name == "SQLITE_ERROR" and str(error).startswith(("no such column", "no such table")):
        return _of_another_build(path)
    if name in {"SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH"}:
        return ArchiveError(
            f"{path} cannot be used: {error}",
            "check that the disk is there and that this user may read and write the folder",
        )
    return None
