"""Processes that read strangers' pages: spawned, never forked beside SQLite, ended one by one.

A page that takes too long, or that kills its reader, costs itself and not its neighbours.
"""

import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import TimeoutError as PoolTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.reduction import DupFd
from types import TracebackType
from typing import IO, Any, Self

from pebble import ProcessExpired, ProcessPool

from crawler.errors import UsageError
from crawler.model import Failure, Outcome

# What an honest page never needs: the slowest of 628 real pages took 0.4 s.
PAGE_TIME_S = 5.0


# Objects of a page die with it: looking for cycles every 700 of them took a twentieth of the time.
COLLECT_AFTER = (20_000, 20, 50)


#: so often a waiting job looks whether its pool still stands
LOOK_EVERY_S = 1.0


class ReadingFailed(Exception):
    """A job that did not end well; `failure` says why, as an observation does."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Workers:
    """A small pool of reader processes; `prepare(*settings)` runs once in each.

    The settings lie in a file without a name: a process that dies before it has read them from a
    pipe would leave the run writing into that pipe for ever, and a run that is killed leaves no
    file behind.
    """

    def __init__(
        self,
        prepare: Callable[..., None],
        settings: tuple[Any, ...],
        *,
        count: int | None = None,
        time_s: float = PAGE_TIME_S,
    ) -> None:
        self._time_s = time_s
        self._count = count or max(1, os.cpu_count() or 1)
        self._settings = Settings(settings)
        self._prepare = prepare
        self._pool = self._new_pool()

    def _new_pool(self) -> Any:
        return ProcessPool(
            max_workers=self._count,
            context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._prepare, self._settings),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.stop() if kind else self._pool.close()
        await asyncio.to_thread(self._pool.join)
        self._settings.close()

    def start(self) -> None:
        """Starts the processes before their first job, so that they load meanwhile."""
        _schedule(self._pool, _ready, (), None)

    async def run(self, subject: str, job: Callable[..., Any], *args: Any) -> Any:
        """The job's result; raises ReadingFailed when it took longer than the limit or its process
        died. An error inside the job is a bug of ours and passes through."""
        try:
            return await self._done(job, args)
        except BrokenProcessPool:
            message = (
                f"{subject}: the processes that read pages end as they start, perhaps for want of "
                "memory; the body is kept, and it is read at its next turn"
            )
            raise ReadingFailed(Failure(Outcome.FAILED, "internal", message)) from None
        except (TimeoutError, PoolTimeout):
            raise ReadingFailed(self._too_complex(subject)) from None
        except ProcessExpired as expired:
            message = (
                f"{subject}: the process that read it ended with {expired.exitcode}; "
                "the body is kept, report it with the page's address"
            )
            raise ReadingFailed(Failure(Outcome.FAILED, "too_complex", message)) from None

    async def _done(self, job: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """The job's result, by a second pool where the first one broke: whoever killed a process
        that was idle meant no page."""
        pool = self._pool
        try:
            return await self._done_by(pool, job, args)
        except BrokenProcessPool:
            await self._replace(pool)
        try:
            return await self._done_by(self._pool, job, args)
        except BrokenProcessPool:
            await self._replace(self._pool)
            raise

    async def _done_by(self, pool: Any, job: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """The job's result by one pool; raises BrokenProcessPool also for a job that a pool which
        broke has left in its queue."""
        try:
            future = _schedule(pool, _bounded, (self._time_s, job, args), self._time_s)
        except RuntimeError as error:
            raise BrokenProcessPool("it broke before") from error
        waiting = asyncio.ensure_future(asyncio.wrap_future(future))
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=LOOK_EVERY_S)
                if done:
                    return waiting.result()
                if not pool.active and not waiting.done():
                    raise BrokenProcessPool("it broke with jobs in its queue")
        finally:
            waiting.cancel()

    async def _replace(self, broken: Any) -> None:
        """Puts a new pool in the place of one that broke, once."""
        if self._pool is broken:
            self._pool = self._new_pool()
            broken.stop()
            await asyncio.to_thread(broken.join)

    def _too_complex(self, subject: str) -> Failure:
        message = (
            f"{subject}: not read within {self._time_s:g} s; the body is kept, "
            "look at it with `crawl extract`"
        )
        return Failure(Outcome.FAILED, "too_complex", message)


class Settings:
    """What is laid out for the readers, in a file that has no name and goes with its last user;
    reaches a spawned process as an open file. Raises UsageError where no temporary file can be
    written."""

    def __init__(self, settings: tuple[Any, ...]) -> None:
        try:
            self._file = _written(pickle.dumps(settings))
        except OSError as error:
            raise UsageError(
                f"no temporary file can be written ({error.strerror or error})",
                "name a folder for them in TMPDIR",
            ) from error

    def close(self) -> None:
        """No further process will ask for it."""
        self._file.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return Handed, (DupFd(self._file.fileno()),)


def _written(data: bytes) -> IO[bytes]:
    """A file without a name that holds the data; raises OSError."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    try:
        file.write(data)
        file.flush()
    except OSError:
        with suppress(OSError):  # what could not be written is tried once more by `close`
            file.close()
        raise
    return file


class Handed:
    """The settings as a spawned process holds them."""

    def __init__(self, passed: Any) -> None:
        self._handle = passed.detach()

    def read(self) -> Any:
        """The settings. All processes share one position in the file, so none moves it."""
        with os.fdopen(self._handle, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            return pickle.loads(os.pread(file.fileno(), size, 0))  # noqa: S301 - our own file


def _schedule(
    pool: Any, job: Callable[..., Any], args: tuple[Any, ...], time_s: float | None
) -> Any:
    """Puts a job into the pool's queue. Its first job starts the pool's threads and processes, and
    these inherit that Ctrl-C is not for them: the run ends them when it has ended."""
    resource_tracker.ensure_running()  # it would let the signal through when it begins
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.schedule(job, args=args, timeout=time_s)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(prepare: Callable[..., None], settings: Handed) -> None:
    """What a reader process does first."""
    prepare(*settings.read())
    # What is loaded now stays: cycles of dead objects are not looked for among it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _bounded(time_s: float, job: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The job, whose process the system ends when the run that should have ended it is gone."""
    signal.setitimer(signal.ITIMER_REAL, 2 * time_s)
    try:
        return job(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ready() -> None:
    """A job that only waits for its process."""
