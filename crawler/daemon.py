"""The daemon: ticks, takes up what others ask for, crawls what is due, ends cleanly.

The scheduler only ticks; what is due lies in the archive, so that a restart catches up by itself
and `crawl once --due` is the same code. This is the only user of APScheduler.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from crawler import config as configuration
from crawler.config import Config
from crawler.errors import CrawlError
from crawler.model import Source, iso, parse_iso
from crawler.pipeline import Order, RunSummary, Surroundings, crawl, utc_now
from crawler.pipeline.run import Crawl
from crawler.pipeline.select import every_due
from crawler.store import Archive

log = logging.getLogger(__name__)

TICK_S = 1.0
# `crawl once` beside the daemon gives up when nobody takes its request up in this time.
TAKE_UP_S = 10.0
# In crontab 0 and 7 are Sunday; APScheduler counts from Monday and is told names instead.
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def cron_trigger(cron: str, tz: str) -> CronTrigger:
    """A trigger for five crontab fields, weekdays as crontab counts them.

    Raises ValueError for a field that is none.
    """
    minute, hour, day, month, weekday = cron.split()
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=named_days(weekday), timezone=tz
    )


def named_days(field: str) -> str:
    """A crontab weekday field with names for its numbers; ranges over Sunday are written out."""
    days: list[str] = []
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if not first.isdigit():
            days.append(part)
            continue
        if not dash and step:
            last = "6"
        low, high = int(first), int(last or first)
        if high < low:
            high += 7
        days += [WEEKDAYS[day % 7] for day in range(low, high + 1, int(step or 1))]
    return ",".join(days)


def listing_due(source: Source, last_listed_at: str | None, now: datetime) -> bool:
    """Whether a listing is due: its interval has passed, or its cron has fired since."""
    if source.cron is None or last_listed_at is None:
        return every_due(source, last_listed_at, now)
    trigger = cron_trigger(source.cron, source.tz)
    # A moment that the trigger names is itself no later one.
    after = parse_iso(last_listed_at) + timedelta(microseconds=1)
    fired = trigger.get_next_fire_time(None, after)
    return fired is not None and fired <= now


class Daemon:
    """Holds the archive, and runs one crawl at a time: what somebody asks for comes first.

    `watch` is a second, reading connection: requests are looked for beside a running crawl.
    """

    def __init__(
        self,
        config_path: Path,
        config: Config,
        archive: Archive,
        watch: Archive,
        *,
        clock: Callable[[], datetime] = utc_now,
        tick_s: float = TICK_S,
    ) -> None:
        self._path = config_path
        self._config = config
        self._archive = archive
        self._watch = watch
        self._clock = clock
        self._tick_s = tick_s
        self._current: Crawl | None = None
        #: the running crawl is of what is due, and makes way for what somebody asks for
        self._yields = False
        self._stopping = False
        self._wake = asyncio.Event()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def serve(self) -> int:
        """Works until a signal ends it; what runs is finished and written, then 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        self._scheduler.add_job(self._tick, "interval", seconds=self._tick_s)
        self._scheduler.start()
        enabled = sum(source.enabled for source in self._config.sources)
        log.info("started archive=%s sources=%d", self._archive.path, enabled)
        self._wake.set()
        try:
            while not self._stopping:
                await self._wake.wait()
                self._wake.clear()
                await self._turn()
        finally:
            self._scheduler.shutdown(wait=False)
        log.info("ended archive=%s", self._archive.path)
        return 0

    def stop(self) -> None:
        """Starts nothing more; a crawl that runs ends cleanly."""
        self._stopping = True
        if self._current is not None:
            self._current.stop("stopped")
        self._wake.set()

    async def _tick(self) -> None:
        """Wakes the work; somebody's request ends a crawl of what is merely due, which stays so."""
        if self._current is not None and self._yields and self._watch.requests_waiting():
            self._current.stop("request")
        self._wake.set()

    async def _turn(self) -> None:
        """Everything that was asked for, then everything that is due."""
        while not self._stopping and (request := self._archive.take_request()):
            await self._answer(request.id, request.arguments)
        if not self._stopping and self._anything_due():
            await self._crawl(Order(due=True, command="run"))

    async def _answer(self, request_id: int, arguments: dict[str, Any]) -> None:
        """Runs what was asked for; its result, or its error, is what the asker is told."""
        try:
            order = Order(**{**arguments, "select": tuple(arguments.get("select", ()))})
            summary = await self._crawl(order, asked=True)
            exit_code, result = summary.exit_code(), summary.as_dict()
        except CrawlError as error:
            exit_code, result = error.exit_code, {"error": error.message, "next": error.next_step}
        self._archive.finish_request(request_id, exit_code, result)

    async def _crawl(self, order: Order, *, asked: bool = False) -> RunSummary:
        def started(run: Crawl) -> None:
            self._current, self._yields = run, not asked
            if self._stopping:
                run.stop("stopped")

        around = Surroundings(clock=self._clock, listing_due=listing_due, started=started)
        try:
            summary = await crawl(self._config, self._archive, order, around)
        finally:
            self._current = None
        totals = " ".join(f"{name}={count}" for name, count in summary.totals().items() if count)
        log.info("crawled run=%s due=%s %s", summary.run, order.due, totals)
        return summary

    def _anything_due(self) -> bool:
        now = self._clock()
        listed_at = self._archive.last_listed()
        enabled = [source for source in self._config.sources if source.enabled]
        if any(
            listing_due(source, listed_at.get(source.id), now)
            for source in enabled
            if source.kind != "page"
        ):
            return True
        return bool(self._archive.due(source_ids=[s.id for s in enabled], now=iso(now), limit=1))


def run(config_path: Path, archive_path: Path) -> int:
    """The daemon, until SIGTERM or SIGINT; raises ArchiveBusy when somebody holds the archive and
    ConfigError when the file is wrong at the start."""
    config = configuration.load(config_path)
    with (
        Archive.open(archive_path) as archive,
        archive.run_lock("run"),
        Archive.open(archive_path, mode="read") as watch,
    ):
        return asyncio.run(serve(config_path, config, archive, watch))


async def serve(config_path: Path, config: Config, archive: Archive, watch: Archive) -> int:
    """Makes the daemon inside a running loop and serves."""
    return await Daemon(config_path, config, archive, watch).serve()


def hand_over(archive_path: Path, order: Order) -> tuple[int, dict[str, Any]]:
    """Asks the daemon that holds the archive to carry out an order, and waits for its exit code
    and the summary of `crawl once --json`.

    Raises ArchiveBusy when nobody takes the request up in ten seconds, and the error that the
    order met there.
    """
    with Archive.open(archive_path) as archive:
        request_id = archive.submit_request(order.command, asdict(order))
        answer = archive.wait_request(request_id, TAKE_UP_S)
    result, exit_code = answer.result or {}, answer.exit_code or 0
    if "error" in result:
        error = CrawlError(result["error"], result["next"])
        error.exit_code = exit_code
        raise error
    return exit_code, result
