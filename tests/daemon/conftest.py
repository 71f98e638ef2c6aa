"""A user's folder over the small web, and the daemon as a process."""

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.demo import DemoWeb


@dataclass
class Place:
    """One workspace; commands run as processes, and none outlives the test."""

    web: DemoWeb
    folder: Path
    started: list[subprocess.Popen] = field(default_factory=list)

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    @property
    def sources(self) -> Path:
        return self.folder / "sources.toml"

    def crawl(self, *words: str, **env: str) -> subprocess.Popen:
        known = {"CRAWL_DB": str(self.db), "CRAWL_SOURCES": str(self.sources)}
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", *words],
            env={**os.environ, **known, "CRAWL_STATE": str(self.folder / "state"), **env},
            stdout=subprocess.PIPE,
            stderr=(self.folder / "log.txt").open("a"),
            text=True,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def done(self, *words: str, code: int = 0, **env: str) -> str:
        process = self.crawl(*words, **env)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == code, self.log
        return out

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text("utf-8")

    def rows(self, sql: str, *values: object) -> list[tuple]:
        try:
            connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
            try:
                return connection.execute(sql, values).fetchall()
            finally:
                connection.close()
        except sqlite3.OperationalError:
            return []

    def count(self, table: str) -> int:
        rows = self.rows(f"SELECT count(*) FROM {table}")
        return rows[0][0] if rows else 0

    def wait_for(self, what, within_s: float = 40.0):
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError(f"it did not happen in time:\n{self.log}")

    def write(self, old: str, new: str) -> None:
        text = self.sources.read_text("utf-8")
        assert old in text
        self.sources.write_text(text.replace(old, new, 1), "utf-8")

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


@pytest.fixture
def place(small_web: DemoWeb, tmp_path: Path) -> Iterator[Place]:
    small_web.sources_toml(tmp_path / "sources.toml")
    made = Place(small_web, tmp_path)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)
        if process.stdout:
            process.stdout.close()
