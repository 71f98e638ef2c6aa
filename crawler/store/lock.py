"""The lock that one run holds: who has it is written beside the archive."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def lent_path(path: Path) -> Path:
    """The file that whoever lends the archive locks meanwhile, so that nobody else takes it."""
    return path.with_name(path.name + ".lent")


@dataclass(slots=True)
class Held:
    """The run lock, held by this process, or lent for a while."""

    path: Path
    handle: int
    me: Holder
    held: bool = False
    claim: int | None = None

    def take(self) -> bool:
        """Hold it, again or for the first time; whether nobody else does."""
        if not _locked(self.handle):
            return False
        _write(self.handle, self.me)
        self.held = True
        if self.claim is not None:
            os.ftruncate(self.claim, 0)
            os.close(self.claim)
            self.claim = None
        return True

    def lend(self) -> None:
        """Let a process that asked for it hold it for a while."""
        self.claim = _opened(lent_path(self.path))
        _locked(self.claim)
        _write(self.claim, self.me)
        self.release()

    def release(self) -> None:
        """Hold it no longer."""
        if self.held:
            self.held = False
            os.ftruncate(self.handle, 0)
            fcntl.flock(self.handle, fcntl.LOCK_UN)


@contextmanager
def run_lock(path: Path, command: str, since: str, *, borrowed: bool = False) -> Iterator[Held]:
    """Hold the archive's run lock; raises ArchiveBusy, which names the process that has it, or that
    lends it to somebody else (`borrowed` says that it was lent to us). The lock goes with the
    process, however it ends."""
    me: Holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": since,
        "command": command,
    }
    held = Held(path, _opened(lock_path(path)), me)
    try:
        if not held.take():
            raise _busy(path, _written(lock_path(path)))
        lender = None if borrowed else _holder(lent_path(path))
        if lender is not None:
            raise _busy(path, lender)
        yield held
    finally:
        held.release()
        for handle in (held.handle, held.claim):
            if handle is not None:
                os.close(handle)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{file} cannot be made: {error.strerror}",
            "give this user the right to write the archive's folder",
        ) from error


def _write(handle: int, me: Holder) -> None:
    os.ftruncate(handle, 0)
    # On a full disk the lock holds all the same; only who holds it cannot be told.
    with suppress(OSError):
        os.pwrite(handle, json.dumps(me).encode(), 0)


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
    return _holder(lock_path(path))


def _holder(file: Path) -> Holder | None:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _written(file)
    finally:
        os.close(handle)
    return None


def _written(file: Path) -> Holder:
    try:
        holder = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        holder = {}
    return {"pid": "?", "host": "?", "since": "?", "command": "?", **holder}


def _busy(path: Path, who: Holder) -> ArchiveBusy:
    return ArchiveBusy(
        f"{path} is held by `crawl {who['command']}` (pid {who['pid']} on {who['host']}, "
        f"since {who['since']})",
        "wait until it has ended, or hand the work to the daemon with `crawl once`",
    )
