"""The daemon's lives. A process that has loaded the program forks one life after another, so that a
life begins in milliseconds and most of them are spent at work."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from soaking.clock import SPEED, SimulatedClock

#: how often a life looks whether its disk is to be full
DISK_EVERY_S = 0.1


class Nursery:
    """Starts lives over a folder, one at a time."""

    def __init__(self, folder: Path, program: Path, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(program), "--nursery", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            text=True,
            bufsize=1,
        )
        self.pid = 0

    def start(self) -> None:
        """Begins a life."""
        self.pid = int(self._ask("start"))

    def kill(self) -> int:
        """Ends the life where it stands."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def end(self) -> int:
        """Asks the life to end; its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Waits for the life's end; its exit code."""
        return int(self._ask("wait"))

    def ended(self) -> int | None:
        """The exit code of a life that ended by itself, None while it goes on."""
        answer = self._ask("poll")
        return None if answer == "alive" else int(answer)

    def close(self) -> None:
        """Ends everything."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, word: str) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the nursery has no pipes")
        stdin.write(word + "\n")
        answer = stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"the nursery ended with {self._process.wait()}")
        return answer


def nursery(folder: Path) -> None:
    """The process that forks lives, as its standard input asks. It has no thread and no open
    archive, so that a fork of it is whole."""
    preload()
    pid = 0
    for line in sys.stdin:
        if line == "start\n":
            pid = os.fork()
            if pid == 0:
                os._exit(live(folder))
            print(pid, flush=True)
            continue
        ended, status = os.waitpid(pid, os.WNOHANG if line == "poll\n" else 0)
        print(os.waitstatus_to_exitcode(status) if ended else "alive", flush=True)


def preload() -> None:
    """Everything that a life imports sooner or later."""
    import crawler.daemon.serving
    import crawler.notify.channels
    import crawler.pipeline.reprints
    import crawler.reading
    import crawler.schedule.plan
    import crawler.schedule.posterior
    import crawler.schedule.price

    crawler.notify.channels.library()


def live(folder: Path) -> int:
    """One life of the real daemon with the simulated clock, until a signal ends it."""
    from crawler.daemon.lines import set_up
    from crawler.store import Archive

    with (folder / "log.jsonl").open("ab") as log:
        os.dup2(log.fileno(), 2)
    with (folder / "null").open("ab+") as null:
        os.dup2(null.fileno(), 0)
        os.dup2(null.fileno(), 1)
    set_up("json", 20)
    # One reader is enough for a dozen pages, and a life is mostly the beginning of its readers.
    os.cpu_count = lambda: 1
    clock = SimulatedClock(folder / "clock.json")
    db = folder / "archive.db"
    with (
        Archive.open(db, clock=clock) as archive,
        archive.run_lock("run"),
        Archive.open(db, mode="read", clock=clock) as watch,
        Archive.open(db, clock=clock) as side,
    ):
        return asyncio.run(serve(folder, clock, archive, watch, side))


async def serve(folder: Path, clock: SimulatedClock, *archives: Any) -> int:
    """The daemon, its own times made short."""
    from crawler import config as configuration
    from crawler.daemon.pace import Pace
    from crawler.daemon.serving import Daemon
    from crawler.daemon.settings import Watched

    sources = folder / "sources.toml"
    pace = Pace(0.05, grace_s=10.0, chores_s=0.1, blocked_s=0.2, idle_s=0.05, speed=SPEED)
    watched = Watched(sources, configuration.load(sources))
    disk = asyncio.create_task(fill(folder / "disk.full", archives))
    try:
        return await Daemon(watched, *archives, clock=clock, pace=pace).serve()
    finally:
        disk.cancel()


async def fill(said: Path, archives: tuple[Any, ...]) -> None:
    """Lets the archive grow by no page more while the file is there that says so."""
    full = False
    while True:
        wanted = said.exists()
        if wanted != full:
            for archive in archives:
                pages = archive.conn.execute("PRAGMA page_count").fetchone()[0]
                most = pages if wanted else 2**30
                archive.conn.execute(f"PRAGMA max_page_count = {most}")
            full = wanted
        await asyncio.sleep(DISK_EVERY_S)
