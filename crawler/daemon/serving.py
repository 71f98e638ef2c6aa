"""The daemon itself: takes up what others ask for, crawls what is due, ends cleanly.

The ticks only wake it; what is due lies in the archive, so that a restart catches up by itself and
`crawl once --due` is the same code.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.config import Config
from crawler.daemon.answering import Answer, answered, order_of, told_of
from crawler.daemon.chores import Chores
from crawler.daemon.clockwork import Ticker, listing_due
from crawler.daemon.lending import LEND, lend
from crawler.daemon.lines import line
from crawler.daemon.pace import Pace
from crawler.daemon.pulse import Pulse, Told, metered
from crawler.daemon.settings import Watched
from crawler.daemon.watchdog import Watchdog
from crawler.discover import KINDS
from crawler.errors import CrawlError
from crawler.model import iso
from crawler.pipeline import Order, RunSummary, Surroundings, crawl, utc_now
from crawler.pipeline.run import Crawl
from crawler.pipeline.select import manual_source
from crawler.store import Archive, Request

log = logging.getLogger(__name__)


@dataclass
class Daemon:
    """Holds the archive, and runs one crawl at a time: what somebody asks for comes first.

    `watch` is a second, reading connection: requests are looked for beside a running crawl.
    `side` is a third, for the chores.
    """

    watched: Watched
    archive: Archive
    watch: Archive
    side: Archive
    clock: Callable[[], datetime] = utc_now
    pace: Pace = field(default_factory=Pace)
    pulse: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        self._current: Crawl | None = None
        self._working: asyncio.Task[RunSummary] | None = None
        #: the running crawl is of what is due, and makes way for what somebody asks for
        self._yields = False
        self._stopping = False
        self._answers: list[tuple[int, int, dict[str, Any]]] = []
        self._blocked_until = 0.0
        #: the configuration may name pages that the archive does not know yet
        self._unseen = True
        self._wake = asyncio.Event()
        self._ticker = Ticker(self._tick, self.pace.tick_s)
        self._chores = Chores(self.side, self.pulse, self.clock, self.config)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chores")

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.watched.config

    async def serve(self) -> int:
        """Works until a signal ends it; what runs is finished and written, then 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self.watched.ask)
        dog = Watchdog(
            self.pace.tick_s,
            lambda: _soon(loop, self._ticker.rearm),
            lambda seconds: _soon(loop, self.clock_stepped, seconds),
            self.clock,
            speed=self.pace.speed,
        )
        self._ticked = dog.ticked
        # What a daemon before this one took and did not live to answer is still waited for.
        self.archive.reopen_requests()
        self._ticker.start()
        dog.start()
        chores = asyncio.create_task(self._keep_house())
        enabled = sum(source.enabled for source in self.config.sources)
        line(log, "started", archive=self.archive.path, sources=enabled, pid=os.getpid())
        self._wake.set()
        self.pulse.ready = True
        try:
            while not self._stopping:
                await self._wake.wait()
                self._wake.clear()
                await self._turn()
        finally:
            self.pulse.ready = False
            self._ticker.stop()
            dog.stop()
            chores.cancel()
            await asyncio.to_thread(self._thread.shutdown)
        line(log, "ended", archive=self.archive.path)
        return 0

    def stop(self) -> None:
        """Starts nothing more; a crawl that runs ends cleanly within the grace time. When called
        once more the process ends at once, with 130."""
        if self._stopping:
            end_at_once()
        self._stopping = True
        line(log, "stopping", grace_s=self.pace.grace_s)
        if self._current is not None:
            self._current.stop("stopped")
        asyncio.get_running_loop().call_later(self.pace.grace_s, self._end_work)
        self._wake.set()

    def _end_work(self) -> None:
        """The grace time is over: requests under way are given up; what was read is written."""
        if self._working is not None and not self._working.done():
            line(log, "giving up requests under way", level=logging.WARNING)
            self._working.cancel()

    async def _tick(self) -> None:
        """Wakes the work; somebody's request ends a crawl of what is merely due, which stays so."""
        self._configure()
        if self._current is not None and self._yields and self.watch.requests_waiting():
            self._current.stop("request")
        self._wake.set()
        self._ticked()
        self.pulse.ticked()

    def _configure(self) -> None:
        """Takes a changed configuration, or says why it is refused."""
        found = self.watched.look()
        if isinstance(found, str):
            self._aside(self._chores.refused, str(self.watched.path), found)
        elif found is not None:
            line(log, "configured", sha256=found.sha256, sources=len(found.sources))
            self._blocked_until, self._unseen = 0.0, True
            self._aside(self._chores.configure, found)
            if self._current is not None and self._yields:
                self._current.stop("configuration")

    def clock_stepped(self, seconds: float) -> None:
        """The wall clock jumped."""
        self._ticker.rearm()
        self._aside(self._chores.clock_stepped, seconds)

    def _aside(self, chore: Callable[..., Any], *args: Any) -> None:
        """Does something on the chores' thread."""
        self._thread.submit(chore, *args)

    async def _keep_house(self) -> None:
        """Rounds of chores, for ever; without a pause while texts wait for the indexes."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                more = await loop.run_in_executor(self._thread, self._chores.round)
            except Exception:
                log.exception("a chore failed")
                more = False
            await asyncio.sleep(0.05 if more else self.pace.chores_s)

    async def _turn(self) -> None:
        """Everything that was asked for, then everything that is due."""
        try:
            self._hand_in()
            while not self._stopping and (request := self.archive.take_request()):
                await self._serve(request)
            if not self._stopping and time.monotonic() >= self._blocked_until:
                await self._due()
        except CrawlError as error:
            self._block(error)

    async def _due(self) -> None:
        """What is due, for a while."""
        if not self._anything_due():
            return
        done = await self._crawl(Order(due=True, command="run", max_time_s=self.pace.leg_s))
        self.pulse.blocked, self._unseen = None, False
        if done.ended_early is None and not looks(done):
            # Something is due that nobody can look at: not once a second.
            self._blocked_until = time.monotonic() + self.pace.idle_s

    def _block(self, error: CrawlError) -> None:
        """Something that only people can mend: it is said, and tried again after a while."""
        if self.pulse.blocked != error.message:
            line(log, error.message, level=logging.ERROR, next=error.next_step)
        self.pulse.blocked = error.message
        self._blocked_until = time.monotonic() + self.pace.blocked_s

    async def _serve(self, request: Request) -> None:
        """One request."""
        if request.command == LEND:
            line(log, "lent", request=request.id)
            await lend(self.archive, request.id, lambda: self._stopping)
        else:
            await self._answer(request.id, request.arguments)

    async def _answer(self, request_id: int, arguments: dict[str, Any]) -> None:
        """Runs what was asked for; the asker is told its result, or its error."""
        answer = await answered(request_id, self._carry_out(arguments))
        self._answers.append((request_id, *answer))
        self._hand_in()

    async def _carry_out(self, arguments: dict[str, Any]) -> Answer:
        order = order_of(arguments)
        return told_of(order, await self._crawl(order, asked=True))

    def _hand_in(self) -> None:
        """Writes the answers that are due to their askers; one that finds the disk full is written
        when there is room again."""
        while self._answers:
            self.archive.finish_request(*self._answers[0])
            self._answers.pop(0)

    async def _crawl(self, order: Order, *, asked: bool = False) -> RunSummary:
        def started(run: Crawl) -> None:
            self._current, self._yields = run, not asked
            if self._stopping:
                run.stop("stopped")

        around = Surroundings(
            progress=Told(self.pulse),
            clock=self.clock,
            listing_due=listing_due,
            started=started,
            fetcher=metered(self.pulse),
        )
        self._working = asyncio.create_task(crawl(self.config, self.archive, order, around))
        try:
            summary = await self._working
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            summary = self._so_far()
        finally:
            self._current = self._working = None
        counts = {name: count for name, count in summary.totals().items() if count}
        early = summary.ended_early
        line(log, "crawled", run=summary.run, due=order.due, ended_early=early, **counts)
        return summary

    def _so_far(self) -> RunSummary:
        """The summary of the run that was given up: what it had written by then."""
        now = iso(self.clock())
        done = RunSummary(None, now) if self._current is None else self._current.summary
        done.finished_at, done.ended_early = now, "stopped"
        return done

    def _anything_due(self) -> bool:
        if self._unseen:
            return True
        now = self.clock()
        listed_at = self.archive.last_listed()
        enabled = [source for source in self.config.sources if source.enabled]
        if any(
            listing_due(source, listed_at.get(source.id), now)
            for source in enabled
            if source.kind in KINDS and source.kind != "page"
        ):
            return True
        ids = [source.id for source in (*enabled, manual_source(self.config))]
        return bool(self.archive.due(source_ids=ids, now=iso(now), limit=1))


def looks(summary: RunSummary) -> int:
    """How many pages and listings a run asked for."""
    return sum(source.checked + source.listings for source in summary.sources.values())


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    """Calls it in the loop, from another thread; nothing when the loop has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, *args)


def end_at_once() -> None:
    """Ends this process and its readers now, with 130."""
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(130)
