"""Ticks and crontab times. The only user of APScheduler, which does nothing but tick."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from crawler.config.cron import cron as named
from crawler.model import Source, parse_iso
from crawler.pipeline.select import every_due


class Ticker:
    """Calls `tick` every so many seconds, late rather than never, and never twice at once."""

    def __init__(self, tick: Callable[[], Awaitable[None]], every_s: float) -> None:
        self._tick = tick
        self._every_s = every_s
        self._job: Any = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begins inside the running loop."""
        self._scheduler.start()
        self.rearm()

    def rearm(self) -> None:
        """Ticks now and from now on: after a backward step of the clock APScheduler would wait
        until its time has come round again."""
        if self._job is not None:
            self._job.remove()
        self._job = self._scheduler.add_job(
            self._tick, "interval", seconds=self._every_s, next_run_time=datetime.now(UTC)
        )

    def stop(self) -> None:
        """Ends the ticking."""
        self._scheduler.shutdown(wait=False)


def cron_trigger(cron: str, tz: str) -> CronTrigger:
    """A trigger for five crontab fields, weekdays as crontab counts them: APScheduler, which counts
    from Monday, is told names. Raises ValueError for a field that is none."""
    minute, hour, day, month, weekday = named(cron).split()
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=tz
    )


def listing_due(source: Source, last_listed_at: str | None, now: datetime) -> bool:
    """Whether a listing is due: its interval has passed, or its cron has fired since; a time of
    listing that lies ahead was written by a clock that ran ahead."""
    if source.cron is None or last_listed_at is None or parse_iso(last_listed_at) > now:
        return every_due(source, last_listed_at, now)
    trigger = cron_trigger(source.cron, source.tz)
    # A moment that the trigger names is itself no later one.
    after = parse_iso(last_listed_at) + timedelta(microseconds=1)
    fired = trigger.get_next_fire_time(None, after)
    return fired is not None and fired <= now
