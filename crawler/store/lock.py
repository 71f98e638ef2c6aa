"""The lock that one run holds: who has it is written beside the archive."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ArchiveBusy, ArchiveError

#: pid, host, since, command
Holder = dict[str, str | int]

TRIES = 5
TRY_AGAIN_S = 0.02


def lock_path(path: Path) -> Path:
    """The lock's file beside an archive."""
    return path.with_name(path.name + ".lock")


@dataclass(slots=True)
class Held:
    """The run lock, held by this process, or lent for a while."""

    path: Path
    handle: int
    me: Holder
    lent: bool = True

    def take(self) -> bool:
        """Hold it, again or for the first time; whether nobody else does."""
        if not _locked(self.handle):
            return False
        os.ftruncate(self.handle, 0)
        os.pwrite(self.handle, json.dumps(self.me).encode(), 0)
        self.lent = False
        return True

    def lend(self) -> None:
        """Let another process hold it."""
        if not self.lent:
            self.lent = True
            os.ftruncate(self.handle, 0)
            fcntl.flock(self.handle, fcntl.LOCK_UN)


@contextmanager
def run_lock(path: Path, command: str, since: str) -> Iterator[Held]:
    """Hold the archive's run lock; raises ArchiveBusy, which names the process that has it. The
    lock goes with the process, however it ends."""
    try:
        handle = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{lock_path(path)} cannot be made: {error.strerror}",
            "give this user the right to write the archive's folder",
        ) from error
    me: Holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "command": command}
    held = Held(path, handle, me)
    try:
        if not held.take():
            raise _busy(path)
        yield held
    finally:
        held.lend()
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


def lock_holder(path: Path) -> Holder | None:
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


def _written(path: Path) -> Holder:
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
