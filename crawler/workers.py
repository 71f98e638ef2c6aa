"""Processes that read strangers' pages: spawned, never forked beside SQLite, ended one by one.

A page that takes too long, or that kills its reader, costs itself and not its neighbours.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as PoolTimeout
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from crawler.model import Failure, Outcome

# What an honest page never needs: the slowest of 628 real pages took 0.4 s.
PAGE_TIME_S = 5.0


class ReadingFailed(Exception):
    """A job that did not end well; `failure` says why, as an observation does."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Workers:
    """A small pool of reader processes; `prepare(*settings)` runs once in each."""

    def __init__(
        self,
        prepare: Callable[..., None],
        settings: tuple[Any, ...],
        *,
        count: int | None = None,
        time_s: float = PAGE_TIME_S,
    ) -> None:
        self._time_s = time_s
        self._pool: Any = ProcessPool(
            max_workers=count or max(1, os.cpu_count() or 1),
            context=multiprocessing.get_context("spawn"),
            initializer=prepare,
            initargs=settings,
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

    async def run(self, subject: str, job: Callable[..., Any], *args: Any) -> Any:
        """The job's result; raises ReadingFailed when it took longer than the limit or its process
        died. An error inside the job is a bug of ours and passes through."""
        future = self._pool.schedule(job, args=args, timeout=self._time_s)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, PoolTimeout):
            raise ReadingFailed(self._too_complex(subject)) from None
        except ProcessExpired as expired:
            message = (
                f"{subject}: the process that read it ended with {expired.exitcode}; "
                "the body is kept, report it with the page's address"
            )
            raise ReadingFailed(Failure(Outcome.FAILED, "too_complex", message)) from None

    def _too_complex(self, subject: str) -> Failure:
        message = (
            f"{subject}: not read within {self._time_s:g} s; the body is kept, "
            "look at it with `crawl extract`"
        )
        return Failure(Outcome.FAILED, "too_complex", message)
