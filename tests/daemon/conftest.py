"""A user's folder over the small web; the daemon in it, as a process or inside the test."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler import config as configuration
from crawler.cli.root import crawl
from crawler.daemon.pace import Pace
from crawler.daemon.pulse import Pulse
from crawler.daemon.serving import Daemon
from crawler.daemon.settings import Watched
from crawler.demo import DemoWeb
from crawler.store import Archive

#: the daemon's own times in a test
QUICK = {"tick_s": 0.05, "chores_s": 0.05, "blocked_s": 0.3, "idle_s": 0.3, "grace_s": 5.0}


@dataclass
class Place:
    """One workspace. Processes that were started do not outlive the test."""

    web: DemoWeb
    folder: Path
    reader: Any
    started: list[subprocess.Popen] = field(default_factory=list)

    @property
    def db(self) -> Path:
        return self.folder / "archive.db"

    @property
    def sources(self) -> Path:
        return self.folder / "sources.toml"

    @property
    def env(self) -> dict[str, str]:
        named = {"CRAWL_DB": self.db, "CRAWL_SOURCES": self.sources}
        return {name: str(path) for name, path in named.items()}

    def process(self, *words: str, **env: str) -> subprocess.Popen:
        """A command as a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", *words],
            env={**os.environ, **self.env, **env},
            stdout=subprocess.PIPE,
            stderr=(self.folder / "log.txt").open("a"),
            text=True,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def run(self, *words: str, code: int = 0, **env: str) -> Result:
        """A command in this process, to its end."""
        result = CliRunner().invoke(crawl, list(words), env={**self.env, **env})
        assert result.exit_code == code, result.output
        return result

    def serve(self, scenario: Callable[[Daemon], Awaitable[None]], **pace: float) -> int:
        """The daemon inside the test, ended when the scenario has; its exit code."""
        return asyncio.run(self._serve(scenario, Pace(**{**QUICK, **pace})))

    async def _serve(self, scenario: Callable[[Daemon], Awaitable[None]], pace: Pace) -> int:
        with (
            Archive.open(self.db) as archive,
            archive.run_lock("run"),
            Archive.open(self.db, mode="read") as watch,
            Archive.open(self.db) as side,
        ):
            watched = Watched(self.sources, configuration.load(self.sources))
            daemon = Daemon(watched, archive, watch, side, pace=pace, pulse=Pulse())
            working = asyncio.create_task(daemon.serve())
            try:
                await scenario(daemon)
            finally:
                if not working.done() and not daemon._stopping:
                    daemon.stop()
                code = await working
            return code

    @property
    def log(self) -> str:
        """What processes wrote on stderr."""
        return (self.folder / "log.txt").read_text("utf-8")

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.reader.rows(sql, *values)

    def count(self, table: str) -> int:
        return self.reader.one(f"SELECT count(*) FROM {table}") or 0

    def wait_for(self, what: Callable[[], Any], within_s: float = 60.0) -> Any:
        """The first truth that `what` gives."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if found := what():
                return found
            time.sleep(0.03)
        raise AssertionError("it did not happen in time")

    async def until(self, what: Callable[[], Any], within_s: float = 60.0) -> Any:
        """The same beside a daemon inside the test."""
        return await asyncio.to_thread(self.wait_for, what, within_s)

    def write(self, old: str, new: str) -> None:
        text = self.sources.read_text("utf-8")
        assert old in text
        self.sources.write_text(text.replace(old, new, 1), "utf-8")

    def only(self, *ids: str) -> None:
        """Leaves these sources alone in the file, and no seed copies."""
        head, *sources = self.sources.read_text("utf-8").split("[[seed]]")[0].split("[[source]]")
        kept = [one for one in sources if any(f'id = "{name}"' in one for name in ids)]
        self.sources.write_text("[[source]]".join([head, *kept]), "utf-8")

    def append(self, text: str) -> None:
        with self.sources.open("a", encoding="utf-8") as file:
            file.write(text)


@pytest.fixture
def place(small_web: DemoWeb, tmp_path: Path, outside: Any) -> Iterator[Place]:
    small_web.sources_toml(tmp_path / "sources.toml")
    made = Place(small_web, tmp_path, outside(tmp_path / "archive.db"))
    yield made
    for process in made.started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(10)
        if process.stdout:
            process.stdout.close()
