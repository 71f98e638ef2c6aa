"""The storm: lives of the daemon, kills at any moment, and mishaps of every other kind."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from soaking.judging import judge
from soaking.lives import Nursery
from soaking.mishaps import Mishaps
from soaking.passing import DAY_S
from soaking.reading import settled
from soaking.world import PAGES, certain_s, mark_of

PROGRAM = Path(__file__).resolve().parents[1] / "soak"
#: a mishap comes after so many kills, in a short storm sooner
MISHAP_EVERY = 10


@dataclass
class Soak(Mishaps):
    """One storm over a folder; `progress` is called after each kill."""

    #: records that were seen committed just before a kill
    heads: dict[int, str] = field(default_factory=dict)

    def run(self) -> list[str]:
        """Everything; the sentences of what does not hold."""
        self.clock.begin()
        self.world.start()
        self.configure()
        hook = self.world.url.replace("http://", "json://") + "/hook"
        env = {**os.environ, "SOAK_TEAM": hook, "SOAK_BEAT": f"{self.world.url}/beat"}
        self.nursery = Nursery(self.folder, PROGRAM, env)
        try:
            self.storm()
            self.settle()
            self.faults += judge(self.folder, self.reader, self.world, self.outages, self.heads)
        finally:
            self.nursery.close()
            self.world.stop()
        return self.faults

    # The storm

    def storm(self) -> None:
        """Kills at any moment; between them, evenly, each mishap once and again."""
        mishaps = [
            self.full_disk,
            self.clock_ahead_and_back,
            self.network_away,
            self.room_short,
            self.clock_back,
            self.nonsense,
            self.clean_end,
        ]
        every = min(MISHAP_EVERY, max(1, self.kills // (len(mishaps) + 1)))
        done = 0
        while self.world.kills < self.kills:
            self.nursery.start()
            if self.world.kills >= (done + 1) * every:
                self.work_until(self.something_new())
                mishaps[done % len(mishaps)]()
                done += 1
            self.kill()

    def kill(self) -> None:
        """Ends a life: some before it has begun in earnest, most while it is writing."""
        if self.chance.random() < 0.4:
            time.sleep(self.chance.uniform(0.0, 0.3))
        else:
            self.work_until(self.something_new())
            self.work_for(self.chance.uniform(0.0, 0.6))
        code = self.nursery.ended()
        if code is not None:
            self.faults.append(f"the daemon ended by itself with {code}")
            return
        head = self.reader.head()
        if head is not None:
            self.heads[head[0]] = head[1]
        self.nursery.kill()
        self.world.killed_at = time.monotonic()
        self.world.kills += 1
        self.progress(f"{self.world.kills} kills, {self.clock.seconds() / DAY_S:.0f} days")

    # The end

    def settle(self) -> None:
        """The web stands still; the daemon comes to its end and is ended cleanly."""
        self.world.still = self.clock.seconds()
        self.nursery.start()

        def marks() -> list[str]:
            return [
                mark_of(page, self.world.version(page, self.world.still or 0.0)) for page in PAGES
            ]

        for _ in range(2):
            if not self.work_until(self.life_sign()) or not self.work_until(
                lambda: self.at_peace(marks), 90.0
            ):
                self.faults.append("not all pages and messages were caught up with")
            self.clean_end()
        self.nursery.kill()

    def at_peace(self, marks: Callable[[], list[str]]) -> bool:
        """Whether every page is known as it stands, nothing waits and nothing is being done."""
        return self.reader.at_rest(self.nursery.pid) and settled(self.reader, marks)

    def report(self) -> str:
        """The storm in numbers."""
        kinds = self.reader.rows("SELECT kind, count(*) FROM events GROUP BY kind ORDER BY kind")
        letters = self.world.letters.values()
        days = self.clock.seconds() / DAY_S
        return (
            f"{self.world.kills} kills, {self.ended} clean ends, {days:,.0f} simulated days: "
            f"{self.reader.one('SELECT count(*) FROM observations'):,} looks, "
            f"{self.reader.one('SELECT count(*) FROM versions'):,} versions, "
            f"{sum(len(kills) for kills in letters):,} messages, "
            f"{sum(len(kills) > 1 for kills in letters)} of them twice; "
            f"{sum(map(self.stood_long, PAGES)):,} edits stood longer than was promised; events: "
            + ", ".join(f"{count} {kind}" for kind, count in kinds)
        )

    def stood_long(self, page: int) -> int:
        """How many texts of a page stood so long that they had to be found."""
        end = self.world.still or 0.0
        edits = [edit for edit in self.world.edits[page] if edit <= end] + [end]
        return sum(b - a > certain_s(page) for a, b in pairwise(edits))
