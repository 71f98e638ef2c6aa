"""D4 of the fault table: the network is away for six hours."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from crawler.fetch.failures import Stopped
from crawler.fetch.pace import Pace
from crawler.model import HostState

HOST = "news.test"
DELAY_S = 5.0


class Away:
    """A host's pace by clocks of our own; whoever sleeps lets time pass."""

    def __init__(self) -> None:
        self.at = 0.0
        self.asked: list[float] = []
        self.pace = Pace({}, self.now, lambda: self.at, self.sleep)

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.at)

    async def sleep(self, seconds: float) -> None:
        self.at += seconds

    async def ask(self, answers: bool) -> None:
        """One page's turn; nothing is sent while the host is left alone."""
        try:
            async with self.pace.turn(HOST, DELAY_S):
                self.asked.append(self.at)
        except Stopped:
            return
        self.pace.alive(HOST) if answers else self.pace.trouble(HOST)


def test_d4_a_host_that_is_away_is_asked_ever_more_seldom_and_not_flooded_on_return():
    async def play() -> Away:
        away = Away()
        while away.at < 6 * 3600:
            # A page is due each minute.
            await away.ask(answers=False)
            away.at += 60
        tries = len(away.asked)
        assert 5 <= tries <= 15
        # A restart meanwhile does not forget it.
        (kept,) = away.pace.changed()
        assert isinstance(kept, HostState)
        again = Pace({HOST: kept}, away.now, lambda: away.at, away.sleep)
        assert again.paused_until(HOST) == away.pace.paused_until(HOST)
        left = away.pace.paused_until(HOST)
        assert left is None or left - away.now() <= timedelta(hours=6)
        # 360 pages wait when the host is back.
        away.at += 6 * 3600
        for _ in range(360):
            await away.ask(answers=True)
        back = away.asked[tries:]
        assert len(back) == 360
        waits = [b - a for a, b in pairwise(back)]
        assert min(waits) >= DELAY_S
        return away

    asyncio.run(play())
