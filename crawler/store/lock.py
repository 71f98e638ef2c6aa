"""The lock that one run holds: who has it is written beside the archive."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import ArchiveBusy, ArchiveError

TRIES = 5
TRY_AGAIN_S = 0.02


def lock_path(path: Path) -> Path:
    """The lock's file beside an archive."""
    return path.with_name(path.name + ".lock")


@contextmanager
def run_lock(path: Path, command: str, since: str) -> Iterator[None]:
    """Hold the archive's run lock; raises ArchiveBusy, which names the process that has it. The
    lock goes with the process, however it ends."""
    try:
        handle = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{lock_path(path)} cannot be made: {error.strerror}",
            "give this user the right to write the archive's folder",
        ) from error
    try:
        if not _locked(handle):
            raise _busy(path)
        me = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "command": command}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(me).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Takes the lock; one that is held for a moment only is somebody looking who has it."""
    for _ in range(TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(TRY_AGAIN_S)
        else:
            return True
    return False


def lock_holder(path: Path) -> dict[str, str | int] | None:
    """Who holds the run lock now (pid, host, since, command), None when nobody does."""
    try:
        handle = os.open(lock_path(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _written(path)
    finally:
        os.close(handle)
    return None


def _written(path: Path) -> dict[str, str | int]:
    try:
        holder = json.loads(lock_path(path).read_text("utf-8"))
    except (OSError, ValueError):
        holder = {}
    return {"pid": "?", "host": "?", "since": "?", "command": "?", **holder}


def _busy(path: Path) -> ArchiveBusy:
    who = _written(path)
    return ArchiveBusy(
        f"{path} is held by `crawl {who['command']}` (pid {who['pid']} on {who['host']}, "
        f"since {who['since']})",
        "wait until it has ended, or hand the work to the daemon with `crawl once`",
    )
