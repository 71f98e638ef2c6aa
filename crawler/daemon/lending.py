"""The archive lent: a long command beside the daemon holds it for a slice of its work, and the
daemon crawls nothing meanwhile."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crawler.errors import ArchiveBusy
from crawler.store import Archive

#: the command of a request for it
LEND = "lend"
#: nobody who asked for it takes longer to hold it
TAKEN_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05


async def lend(archive: Archive, request_id: int, stopping: Callable[[], bool]) -> None:
    """Lends the archive to whoever asked for it, and holds it again afterwards."""
    archive.lend_lock()
    try:
        archive.finish_request(request_id, 0, {})
        until, taken = time.monotonic() + TAKEN_WITHIN_S, False
        while not stopping() and (taken or time.monotonic() < until):
            held = archive.lock_holder() is not None
            if taken and not held:
                break
            taken = taken or held
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        while not stopping() and not archive.retake_lock():  # noqa: ASYNC110 - a lock tells nobody
            await asyncio.sleep(LOOK_EVERY_S)


@contextmanager
def borrowed(archive: Archive, command: str) -> Iterator[bool]:
    """Holds the archive for a command, borrowed from the daemon where one has it; whether it is
    borrowed, and so to be given back soon. Raises ArchiveBusy."""
    try:
        with archive.run_lock(command):
            yield False
        return
    except ArchiveBusy:
        holder = archive.lock_holder()
        if holder is None or holder["command"] != "run":
            raise
    archive.wait_request(archive.submit_request(LEND, {}), TAKEN_WITHIN_S)
    with archive.run_lock(command, borrowed=True):
        yield True
