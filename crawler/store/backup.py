"""A safe copy of an archive that is being written: SQLite's online backup, proved."""

import json
import os
import sqlite3
from pathlib import Path

from crawler.errors import ArchiveError, UsageError
from crawler.store.opening import inspect_file
from crawler.store.space import require_free
from crawler.store.status import head


def backup(conn: sqlite3.Connection, path: Path, target: Path, now: str) -> dict[str, object]:
    """Copy the archive to `target`, prove the copy (integrity, and the log's head of the moment)
    and write `<target>.manifest.json` beside it; the manifest is returned.

    Raises UsageError when the target is there already, DiskFull, or ArchiveError when the copy is
    not sound; nothing half made stays under the target's name.
    """
    target = target.absolute()
    if target.exists():
        raise UsageError(f"{target} is there already", "name a file that is not there yet")
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no folder", "make it, or name another target")
    require_free(target, path.stat().st_size)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        manifest = {"archive": str(path), "made_at": now, **_copy(conn, partial)}
        partial.replace(target)
    finally:
        for suffix in ("", "-wal", "-shm"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    manifest = {**manifest, "file": target.name, "size_bytes": target.stat().st_size}
    beside = target.with_name(target.name + ".manifest.json")
    beside.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return manifest


def _copy(conn: sqlite3.Connection, partial: Path) -> dict[str, object]:
    """Copy one snapshot in one step, which no writer waits for, then read the copy by itself."""
    copy = sqlite3.connect(partial, isolation_level=None)
    try:
        conn.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise ArchiveError(
                f"the copy is not sound: {found}",
                "run `crawl verify` on the archive, and check its disk",
            )
        shown = head(copy)
    finally:
        copy.close()
    inspect_file(partial)
    handle = os.open(partial, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return {"head": shown}
