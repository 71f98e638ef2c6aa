"""Passes of a whole crawl over faulty servers: one loop holds the servers and the crawl."""

import asyncio
import datetime as dt
import functools
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from faulty_server import FaultyServer

from crawler import config as configuration
from crawler.fetch import Fetcher
from crawler.pipeline import Order, RunSummary, Surroundings, crawl
from crawler.pipeline.run import Crawl
from crawler.store import Archive
from crawler.workers import Workers

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HEAD = """\
[network]
contact = "test@example.org"
allow = ["127.0.0.0/8"]

[defaults]
delay = "1ms"
timeout = "30s"
min_interval = "1m"
every = "1m"
max_bytes = "2MB"
"""


def unknown(host: str) -> Any:
    """A name server that knows no name."""
    raise OSError(-2, "Name or service not known")


@dataclass
class Days:
    """A clock that runs with the real one and can be moved on by days."""

    now: dt.datetime = START
    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=time.monotonic() - self.began)

    def pass_by(self, days: float) -> None:
        """Some days later."""
        self.now += dt.timedelta(days=days)


class AtHand:
    """Reads in this process, for scenarios that are about something else than the readers."""

    def __init__(self, prepare: Callable[..., None], settings: tuple[Any, ...]) -> None:
        prepare(*settings)

    async def __aenter__(self) -> "AtHand":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def start(self) -> None:
        """Nothing has to be started."""

    async def run(self, subject: str, job: Callable[..., Any], *args: Any) -> Any:
        return job(*args)


@dataclass
class Workshop:
    """An archive, a configuration, and crawls over them."""

    folder: Path
    #: reader processes as in life, or this process
    readers: Any = Workers
    clock: Days = field(default_factory=Days)
    #: the longest that the loop stood still in any crawl
    stood_still_s: float = 0.0
    #: what else the fetcher is given: another look-up, times of its own
    fetching: dict[str, Any] = field(default_factory=dict)

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    def configure(self, *tables: str, head: str = HEAD) -> None:
        """Writes sources.toml."""
        text = "\n".join([head, *tables])
        (self.folder / "sources.toml").write_text(text, encoding="utf-8")

    async def once(
        self, days: float = 1.0, started: Callable[[Crawl], None] | None = None, **order: Any
    ) -> RunSummary:
        """A crawl, so many days after the one before; `started` is handed the run."""
        self.clock.pass_by(days)
        config = configuration.load(self.folder / "sources.toml")
        given = {"tries": 2, "backoff_s": 0.01, "lookup": unknown, **self.fetching}
        fetcher = functools.partial(Fetcher, **given)
        around = Surroundings(clock=self.clock, draw=random.Random(1), fetcher=fetcher)
        if started is not None:
            around.started = started
        watch = asyncio.create_task(self._watch())
        try:
            with (
                patch("crawler.pipeline.Workers", self.readers),
                Archive.open(self.db, clock=self.clock) as archive,
                archive.run_lock("once"),
            ):
                return await crawl(config, archive, Order(**order), around)
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        """Measures how late the loop wakes."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.05)
            self.stood_still_s = max(self.stood_still_s, time.monotonic() - began - 0.05)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the archive holds."""
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def looks(self, url: str) -> list[tuple[Any, ...]]:
        """Outcome, reason and state of every look at an address."""
        return self.rows(
            "SELECT outcome, reason, state FROM observations WHERE request_url = ? "
            "AND purpose <> 'robots' ORDER BY id",
            url,
        )

    def events(self, kind: str) -> list[tuple[Any, ...]]:
        """Subjects of the events of a kind."""
        return self.rows("SELECT subject FROM events WHERE kind = ? ORDER BY id", kind)


def source(server: FaultyServer, name: str, *paths: str, kind: str = "page", **more: str) -> str:
    """A [[source]] of a server's paths; `more` are lines of TOML."""
    urls = ", ".join(f'"{server.url(path)}"' for path in paths)
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[source]]\nid = "{name}"\nkind = "{kind}"\nurls = [{urls}]\n{lines}'
