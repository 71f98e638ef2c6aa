"""A connection to an archive: how its file is looked at before SQLite is, and how it is set up."""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from crawler.errors import ArchiveError, ForeignArchive
from crawler.store.migrations import SCHEMA, migrate, schema_of
from crawler.store.volume import refuse_network

# How long a writer waits for another one before it gives up (S3 of the fault table).
BUSY_TIMEOUT_MS = 10_000
# Pages of WAL after which the one connection that checkpoints does so; 0 for all others, because
# two that checkpoint at once can lose a WAL reset in SQLite before 3.51.3.
CHECKPOINT_PAGES = 1_000


def connect_writer(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """A connection that may write, the schema the newest; makes the file when there is none."""
    if not path.parent.is_dir():
        raise ArchiveError(
            f"{path.parent} is no folder, so {path.name} cannot be made there",
            "make the folder, run `crawl init`, or name another file with --db",
        )
    refuse_network(path)
    inspect_file(path)
    _refuse_orphan(path)
    if path.exists() and not os.access(path, os.W_OK):
        raise _read_only(path)
    conn = _connect(path, "mode=rwc", busy_timeout_ms)
    try:
        _set_up_writer(conn, path)
    except BaseException:
        conn.close()
        raise
    return conn


def _refuse_orphan(path: Path) -> None:
    """Raises ArchiveError where the archive was moved away from what was written last: SQLite would
    begin a new file and throw its write-ahead log away."""
    log = path.with_name(path.name + "-wal")
    held = log.stat().st_size if log.exists() else 0
    if held and not (path.exists() and path.stat().st_size):
        raise ArchiveError(
            f"{path} is not there, but {held:,} bytes of its write-ahead log are: the archive was "
            "moved away while it was written",
            f"move the archive back beside {log.name}, which holds what was written last; remove "
            "that file only if you mean to begin anew",
        )


def _set_up_writer(conn: sqlite3.Connection, path: Path) -> None:
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA wal_autocheckpoint = 0")
    schema_of(conn, path)
    if conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise ArchiveError(
            f"{path} cannot be kept with a write-ahead log, which its file system may forbid",
            "put the archive on a local disk",
        )
    migrate(conn, path)


def connect_reader(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """A connection that only reads; raises ArchiveError when there is no file and ForeignArchive
    when it has another schema than this program."""
    if not path.exists():
        raise ArchiveError(
            f"there is no archive at {path}", "run `crawl once` first, or name it with --db"
        )
    inspect_file(path)
    try:
        conn = _connect(path, "mode=ro", busy_timeout_ms)
    except sqlite3.OperationalError:
        if not _may_be_immutable(path):
            raise
        conn = _connect(path, "immutable=1", busy_timeout_ms)
    try:
        _refuse_older(conn, path)
    except BaseException:
        conn.close()
        raise
    return conn


def _refuse_older(conn: sqlite3.Connection, path: Path) -> None:
    schema = schema_of(conn, path)
    if schema == 0:
        raise ForeignArchive(f"{path} is empty", "run `crawl once` first, or name another --db")
    if schema < SCHEMA:
        raise ForeignArchive(
            f"{path} has the older schema {schema}, this program reads {SCHEMA}",
            "run `crawl init` or `crawl once`, which upgrade it after a copy",
        )


def _may_be_immutable(path: Path) -> bool:
    """Whether nobody can be writing: a volume that we cannot write and no write-ahead log on it.
    Beside a live writer an immutable connection would miss rows."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def _connect(path: Path, how: str, busy_timeout_ms: int) -> sqlite3.Connection:
    conn = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?{how}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=busy_timeout_ms / 1000,
        cached_statements=256,
    )
    try:
        inspect_content(conn, path)
        conn.execute("PRAGMA mmap_size = 0")
        conn.execute("PRAGMA cache_size = -32768")
    except BaseException:
        conn.close()
        raise
    return conn


def inspect_file(path: Path) -> None:
    """Raises ForeignArchive or ArchiveError for a path that cannot be an archive.

    The file is not opened here: POSIX drops all locks of a process on a file when it closes any
    descriptor of it, and another connection of this process would lose its hold on the archive.
    """
    if path.is_dir():
        raise ForeignArchive(f"{path} is a folder", "name the archive's file with --db")
    if path.exists() and not os.access(path, os.R_OK):
        raise ArchiveError(
            f"{path} may not be read by this user", "change its rights, or name another with --db"
        )


def inspect_content(conn: sqlite3.Connection, path: Path) -> None:
    """Raises ForeignArchive for a file that is no SQLite database, or ends too early."""
    try:
        conn.execute("PRAGMA page_count").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_CORRUPT":
            raise ForeignArchive(
                f"{path} is truncated: it ends after {path.stat().st_size:,} bytes",
                "restore the last backup",
            ) from error
        if error.sqlite_errorname == "SQLITE_NOTADB":
            raise ForeignArchive(
                f"{path} is no archive of ours", "name another file with --db"
            ) from error
        raise


def _read_only(path: Path) -> ArchiveError:
    return ArchiveError(
        f"{path} cannot be written: the file is read-only for this user",
        "give this user the right to write the file and its folder, or name another with --db",
    )
