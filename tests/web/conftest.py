"""One small archive, crawled from the demo's web over all its ticks, shown by Datasette itself."""

import asyncio
import datetime as dt
import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from crawler import config as configuration
from crawler.demo import LAST_TICK, DemoWeb
from crawler.pipeline import crawl_once
from crawler.store import Archive
from crawler.web import write_files

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


def crawl(folder: Path) -> None:
    """The demo's five ticks, two days apart."""
    with DemoWeb() as web:
        sources = web.sources_toml(folder / "sources.toml")
        for tick in range(LAST_TICK + 1):
            web.advance(tick - web.tick)
            began = dt.datetime.now(dt.UTC)
            moment = START + dt.timedelta(days=2 * tick)

            def clock(began: dt.datetime = began, moment: dt.datetime = moment) -> dt.datetime:
                return moment + (dt.datetime.now(dt.UTC) - began)

            crawl_once(
                configuration.load(sources), folder / "archive.db", backfill=tick == 0, clock=clock
            )
    with Archive.open(folder / "archive.db") as archive:
        while archive.index_waiting():
            pass
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The archive's file, to be read only: made once, whatever number of workers there is."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "browsed-archive"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            crawl(folder)
            (folder / "done").touch()
    return folder / "archive.db"


try:
    import xdist  # noqa: F401
except ImportError:

    @pytest.fixture(scope="session")
    def worker_id() -> str:
        """Without pytest-xdist there is one worker."""
        return "master"


@dataclass(frozen=True)
class Browsed:
    """Datasette on an archive, asked in process."""

    datasette: Any
    path: Path
    loop: asyncio.AbstractEventLoop

    def get(self, path: str, **options: Any) -> httpx.Response:
        """The answer to a GET; redirects are not followed."""
        return self.loop.run_until_complete(self.datasette.client.get(path, **options))

    def page(self, path: str, **options: Any) -> str:
        """The text of an answer that is well."""
        answer = self.get(path, **options)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def one(self, sql: str, *values: object) -> Any:
        """The first row of a query, or its only column."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            row = connection.execute(sql, values).fetchone()
        return row[0] if row is not None and len(row) == 1 else row


Open = Callable[..., Browsed]


@pytest.fixture(scope="session")
def open_archive() -> Iterator[Open]:
    """Datasette on any file, with our own words about the tables."""
    loop = asyncio.new_event_loop()
    opened: list[Any] = []

    def show(path: Path, **settings: Any) -> Browsed:
        datasette = Datasette([str(path)], settings=settings)
        opened.append(datasette)
        return Browsed(datasette, path, loop)

    yield show
    for datasette in opened:
        if datasette.executor is not None:
            datasette.executor.shutdown(wait=True)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture(scope="session")
def browsed(crawled: Path, open_archive: Open) -> Browsed:
    """Datasette on the crawled archive."""
    return open_archive(crawled)


@pytest.fixture
def changed(crawled: Path, tmp_path: Path, open_archive: Open) -> Callable[..., Browsed]:
    """A copy of the archive in which rows were changed by hand, shown by Datasette."""

    def change(*statements: tuple[str, tuple[object, ...]]) -> Browsed:
        path = tmp_path / "changed.db"
        shutil.copy(crawled, path)
        with closing(sqlite3.connect(path)) as connection:
            for sql, values in statements:
                connection.execute(sql, values)
            connection.commit()
        return open_archive(path)

    return change


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Datasette's files for an archive called `archive`."""
    return write_files(tmp_path_factory.mktemp("files"))
