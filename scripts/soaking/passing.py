"""Time as the storm lets it pass: quickly while the daemon has nothing to do."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from soaking.clock import SimulatedClock
from soaking.lives import Nursery
from soaking.reading import Reader
from soaking.world import HOUR_S, WATCHED, World

from crawler.model import iso, parse_iso

DAY_S = 24 * HOUR_S
#: the clock is put forward by no more at once: less than what counts as a step
STRIDE_S = 1.5 * HOUR_S
LOOK_EVERY_S = 0.03

SOURCES = """
[network]
contact = "soak@example.org"
allow = ["127.0.0.0/8"]

[operating]
min_free = {min_free}
heartbeat = "env:SOAK_BEAT"

[defaults]
delay = "5ms"
timeout = "2s"
every = "6h"
min_interval = "2h"
max_gap = "48h"
max_interval = "48h"
full_fetch_every = "72h"

[[source]]
id = "watched"
kind = "page"
urls = {urls}

[[source]]
id = "listed"
kind = "feed"
url = "{feed}"

[[notify]]
id = "team"
url = "env:SOAK_TEAM"
"""


@dataclass
class Passing:
    """A daemon over a folder, its world and its clock; `faults` are sentences of what does not
    hold."""

    folder: Path
    kills: int
    chance: random.Random
    progress: Callable[[str], None] = lambda _: None
    faults: list[str] = field(default_factory=list)
    clock: SimulatedClock = field(init=False)
    world: World = field(init=False)
    reader: Reader = field(init=False)
    nursery: Nursery = field(init=False)

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(self.folder / "clock.json")
        self.world = World(self.clock)
        self.reader = Reader(self.folder / "archive.db")

    def configure(self, min_free: int = 1000) -> None:
        """Writes the daemon's file."""
        urls = json.dumps([f"{self.world.url}/p{n}" for n in WATCHED])
        text = SOURCES.format(min_free=min_free, urls=urls, feed=f"{self.world.url}/feed")
        (self.folder / "sources.toml").write_text(text)

    def work_for(self, real_s: float) -> None:
        """Lets the daemon work, and time pass quickly whenever it has nothing to do."""
        self.work_until(lambda: False, real_s)

    def work_until(self, done: Callable[[], bool], within_s: float = 20.0) -> bool:
        """The same until something has happened; whether it has."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if done():
                return True
            self.pass_idle_time()
            time.sleep(LOOK_EVERY_S)
        return False

    def work_in_time(self, done: Callable[[], bool], within_s: float = 30.0) -> bool:
        """Lets time pass quickly whatever the daemon does, until something has happened: a run that
        could not write its end looks as if it went on."""
        until = time.monotonic() + within_s
        while not done() and time.monotonic() < until:
            self.clock.put_forward(STRIDE_S / 3)
            time.sleep(0.2)
        return done()

    def pass_idle_time(self) -> None:
        """Puts the clock forward to where the next few pages are due, in strides that are no step
        of the clock to the daemon."""
        due, now = self.reader.due_next(), self.clock()
        if self.world.dead:
            self.clock.put_forward(STRIDE_S / 10)
            return
        if due is None or due <= iso(now) or not self.reader.at_rest(self.nursery.pid):
            return
        if self.reader.letters_due(iso(now)):
            return
        wait_s = (parse_iso(due) - now).total_seconds()
        # Beyond a promise lies what a wrong clock wrote: the daemon has to find that by itself.
        if wait_s < 2 * DAY_S:
            self.clock.put_forward(min(wait_s + self.chance.uniform(0.0, 2 * HOUR_S), STRIDE_S))

    def something_new(self) -> Callable[[], bool]:
        """Tells whether a record was written since now."""
        before = self.reader.head()
        return lambda: self.reader.head() != before

    def days_pass(self, days: float, within_s: float = 30.0) -> None:
        """Lets simulated days pass at work."""
        until = self.clock.seconds() + days * DAY_S
        self.work_until(lambda: self.clock.seconds() >= until, within_s)

    def event_comes(self, kind: str, already: int) -> None:
        """Waits for one more event of a kind."""
        if not self.work_until(lambda: self.events(kind) > already):
            self.faults.append(f"no event {kind} came")

    def events(self, kind: str) -> int:
        """How many events of a kind there are."""
        return self.reader.one("SELECT count(*) FROM events WHERE kind = ?", kind) or 0

    def life_sign(self) -> Callable[[], bool]:
        """Tells whether the daemon's heart has beaten since now."""
        before = self.world.beats
        return lambda: self.world.beats > before
