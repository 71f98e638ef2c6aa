"""One small archive, crawled from the demo's web over all its ticks, shown by Datasette itself."""

import asyncio
import datetime as dt
import fcntl
import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette

from crawler import config as configuration
from crawler.demo import LAST_TICK, DemoWeb
from crawler.model import Op, OpKind
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


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """`crawl browse` on an archive, in a process of its own: its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "crawler", "-q", "--db", str(path), "browse"]
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    with subprocess.Popen(
        [*argv, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment,
    ) as server:  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="session")
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """`serving`, for tests that are imported without their package."""
    return serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window, English first; skipped where there is none, or no Selenium."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if not (CHROMIUM and DRIVER):
        pytest.skip("no chromium with its driver here")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-GB",
                     "--disable-gpu", "--window-size=1280,900"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=str(DRIVER))
    )
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def clean_console(browser: Any) -> Iterator[None]:
    """Fails a test that leaves a line on the console."""
    browser.get_log("browser")
    yield
    # The browser itself tells of an answer that is an error; no page of ours here is one.
    assert [line["message"] for line in browser.get_log("browser")] == []


@pytest.fixture
def screen(browser: Any) -> Callable[..., None]:
    """Sets the width in pixels, and whether the system is dark."""

    def be(pixels: int, dark: bool = False) -> None:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 600},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    return be


SCRIPT = "<script>alert(1)</script>"
BREAK = '"><img src=x onerror=alert(1)>'
LINK = "javascript:alert(1)"
TURN = "safe\u202egnp.exe\u2066\u200b\ufeff"
ALIKE = "Раypal"  # the first two letters are Cyrillic
EVIL = f"{SCRIPT}{BREAK}'--{TURN}{ALIKE}\x07\x00"

#: words of others wherever the archive keeps them
COLUMNS = {
    "pages": ("title", "published"),
    "texts": ("text",),
    "extractions": ("title", "author", "source_name", "editor", "published", "lang", "rule"),
    "sources": ("name",),
    "seeds": ("title", "author", "note", "retrieved", "file_name"),
    "events": ("subject", "message", "next_step"),
    "observations": ("error", "reason"),
    "sightings": ("title",),
}


@pytest.fixture(scope="session")
def harmed(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive with harmful words in every column that holds words of others, and in
    the headers that a look's record keeps."""
    path = tmp_path_factory.mktemp("evil") / "evil.db"
    path.write_bytes(crawled.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in COLUMNS.items():
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = {column} || ?", (EVIL,))
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {column} IS NULL", (EVIL,)
                )
        connection.execute("UPDATE texts SET text = ? || text", (EVIL + "\n",))
        connection.execute("UPDATE pages SET canonical_url = ? || id", (LINK + BREAK,))
        connection.execute("UPDATE observations SET request_url = ?, final_url = ?", (LINK, EVIL))
        connection.execute("UPDATE seeds SET url = ?, originals = ?", (LINK, json.dumps([LINK])))
        connection.execute("UPDATE extractions SET images = ?", (json.dumps([LINK, EVIL]),))
        connection.execute(
            "UPDATE log SET record = json_set(record, '$.hops', json(?), '$.reason', ?)",
            (json.dumps([{"headers": [["X-Evil", EVIL], [EVIL, LINK]]}]), EVIL),
        )
        mark = (10, "important", EVIL, EVIL)
        connection.execute(
            "INSERT INTO marks (change_id, mark, note, marked_at) VALUES (?, ?, ?, ?)", mark
        )
        connection.commit()
    return path


@pytest.fixture(scope="session")
def edited(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A copy of the archive in which one change has texts of 20,000 characters with 300 edits, and
    that change."""
    chance = random.Random(7)
    letters = [chr(0x4E00 + chance.randrange(5_000)) for _ in range(20_000)]
    for at in range(99, 20_000, 100):
        letters[at] = "\n"
    a, ops, at = "".join(letters), [], 0
    for place in sorted(chance.sample([n for n in range(20_000) if letters[n] != "\n"], 300)):
        letters[place] = "改"
        if place > at:
            ops.append(Op(OpKind.EQUAL, (at, place), (at, place)))
        ops.append(Op(OpKind.REPLACE, (place, place + 1), (place, place + 1)))
        at = place + 1
    ops.append(Op(OpKind.EQUAL, (at, 20_000), (at, 20_000)))
    path = tmp_path_factory.mktemp("long") / "long.db"
    path.write_bytes(crawled.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        change, old, new = connection.execute(
            "SELECT id, from_version_id, to_version_id FROM changes WHERE seeds <> '[]'"
        ).fetchone()
        told = json.dumps([op.as_dict() for op in ops])
        connection.execute("UPDATE changes SET ops = ? WHERE id = ?", (told, change))
        for version, text in ((old, a), (new, "".join(letters))):
            connection.execute(
                "UPDATE texts SET text = ? WHERE id = (SELECT text_id FROM versions WHERE id = ?)",
                (text, version),
            )
        connection.commit()
    return path, change
