"""A safe copy of an archive that is being written: SQLite's online backup, proved."""

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from crawler.errors import ArchiveError, UsageError
from crawler.store.opening import inspect_file
from crawler.store.space import require_free
from crawler.store.status import head

#: folders of backups begin so; none other is ever removed
PREFIX = "palimpsest-"


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
        manifest |= {"file": target.name, "size_bytes": partial.stat().st_size}
        write_manifest(target, manifest)
        partial.replace(target)
    finally:
        for suffix in ("", "-wal", "-shm"):
            partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    return manifest


def write_manifest(target: Path, manifest: Mapping[str, object]) -> None:
    """Write what is said of a copy beside it, before it takes its name; nothing where that
    fails."""
    beside = target.with_name(target.name + ".manifest.json")
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    try:
        # A path whose bytes are no UTF-8 stands there with the escapes of its surrogates.
        beside.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def into_folder(
    conn: sqlite3.Connection,
    path: Path,
    folder: Path,
    beside: Mapping[str, bytes],
    keep: int | None,
    now: str,
) -> Path:
    """Write a backup into a folder of its own inside `folder`: the archive, the files of `beside`
    by their relative names, the manifest with all their hashes; then remove all but the `keep`
    newest of such folders. Returns the new one."""
    stamp = now.replace("-", "").replace(":", "").partition(".")[0]
    made = folder.absolute() / f"{PREFIX}{stamp}Z"
    partial = made.with_name(f".{made.name}.partial")
    if made.exists() or partial.exists():
        raise UsageError(f"{made} is there already", "wait a second and try again")
    partial.mkdir(parents=True)
    with _at_work(partial):
        _remove_abandoned(folder)
        manifest = backup(conn, path, partial / "archive.db", now)
        manifest["files"] = {name: _write(partial / name, data) for name, data in beside.items()}
        write_manifest(partial / "archive.db", manifest)
        partial.rename(made)
    if keep is not None:
        for old in sorted(folder.glob(f"{PREFIX}*Z"))[:-keep]:
            shutil.rmtree(old)
    return made


@contextmanager
def _at_work(partial: Path) -> Iterator[None]:
    """Hold a folder that is being filled, which tells it from one whose process was killed; what
    is not finished goes."""
    handle = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # Some network file systems lock no folder; on them nothing is removed as abandoned either.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
        shutil.rmtree(partial, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove what a backup that was killed left: as much as an archive for nothing."""
    for partial in folder.glob(f".{PREFIX}*Z.partial"):
        handle = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # somebody is at work in it
        else:
            shutil.rmtree(partial, ignore_errors=True)
        finally:
            os.close(handle)


def _write(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return sha256(data).hexdigest()


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
