"""One request at a time per host, the delay between two, and growing pauses for a host in trouble.

Clock, monotonic clock and sleep are given from outside. What must outlive the process is in
HostState; waiting goes by the monotonic clock, so that a clock step neither floods nor stalls.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from crawler.fetch.failures import Interrupted, Stopped, refused
from crawler.model import HostState, iso, parse_iso

Clock = Callable[[], dt.datetime]
Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[Any]]

#: consecutive failed looks before a host is left alone
BREAK_AFTER = 3
FIRST_PAUSE_S = 60.0
MAX_PAUSE_S = 6 * 3600.0
#: a server's own word (Retry-After) is taken up to this
MAX_ASKED_PAUSE_S = 24 * 3600.0
#: nobody waits longer for a turn; the request is refused with the moment to come back
MAX_WAIT_S = 900.0


def pause_s(failures: int) -> float:
    """How long a host is left alone after so many failed looks in a row: 1, 2, 4 … minutes from
    the third on, six hours at most, so never much longer than the trouble has lasted."""
    if failures < BREAK_AFTER:
        return 0.0
    return min(FIRST_PAUSE_S * 2.0 ** min(failures - BREAK_AFTER, 20), MAX_PAUSE_S)


class Host:
    """One host's pace while the program runs."""

    def __init__(self, state: HostState, now: dt.datetime, monotonic: float) -> None:
        self.state = state
        self.turn = asyncio.Lock()
        self.robots_turn = asyncio.Lock()
        #: monotonic moments: the end of the last request, and two reasons to wait longer
        self.last_end: float | None = None
        self.not_before = 0.0
        self.paused_until = 0.0
        if state.last_request_at is not None:
            age = (now - parse_iso(state.last_request_at)).total_seconds()
            self.last_end = monotonic - max(0.0, age)
        if state.paused_until is not None:
            left = (parse_iso(state.paused_until) - now).total_seconds()
            self.paused_until = monotonic + min(left, MAX_ASKED_PAUSE_S)


class Pace:
    """The pace of every host of a run."""

    def __init__(
        self, hosts: Mapping[str, HostState], clock: Clock, monotonic: Monotonic, sleep: Sleep
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._known = dict(hosts)
        self._hosts: dict[str, Host] = {}
        self._changed: set[str] = set()
        self._ended = False
        self._waiting: set[asyncio.Future[Any]] = set()

    def end(self) -> None:
        """Nobody waits any longer, now or later: every wait raises Interrupted."""
        self._ended = True
        for waiting in self._waiting:
            waiting.cancel()

    async def _pass(self, seconds: float) -> None:
        """Waits so long, or until `end`."""
        if self._ended:
            raise Interrupted
        waiting = asyncio.ensure_future(self._sleep(seconds))
        self._waiting.add(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._ended and not (task and task.cancelling()):
                raise Interrupted from None
            raise
        finally:
            waiting.cancel()
            self._waiting.discard(waiting)

    def host(self, key: str) -> Host:
        """The pace of a host, from what was kept or anew."""
        host = self._hosts.get(key)
        if host is None:
            state = self._known.get(key) or HostState(key)
            host = self._hosts[key] = Host(state, self._clock(), self._monotonic())
        return host

    def update(self, key: str, **changes: Any) -> None:
        """Changes what is kept of a host."""
        host = self.host(key)
        host.state = replace(host.state, **changes)
        self._changed.add(key)

    def changed(self) -> tuple[HostState, ...]:
        """The hosts that changed since the last call."""
        keys, self._changed = self._changed, set()
        return tuple(self._hosts[key].state for key in sorted(keys))

    def paused_until(self, key: str) -> dt.datetime | None:
        """Until when a host is left alone; None when it may be asked."""
        left = self.host(key).paused_until - self._monotonic()
        return self._clock() + dt.timedelta(seconds=left) if left > 0 else None

    @asynccontextmanager
    async def turn(self, key: str, delay_s: float) -> AsyncIterator[None]:
        """Waits for the host to be free and for the delay since its last request to pass. Raises
        Stopped with reason `paused` when the host is being left alone or the wait is too long, and
        Interrupted after `end`."""
        host = self.host(key)
        async with host.turn:
            await self._wait(key, host, delay_s)
            try:
                yield
            finally:
                host.last_end = self._monotonic()
                self.update(key, last_request_at=iso(self._clock()))

    async def _wait(self, key: str, host: Host, delay_s: float) -> None:
        while True:
            paused = self.paused_until(key)
            if paused is not None:
                raise self.left_alone(key, paused)
            now = self._monotonic()
            since = 0.0 if host.last_end is None else host.last_end + delay_s
            wait = max(since, host.not_before) - now
            if wait <= 0:
                return
            if wait > MAX_WAIT_S:
                raise _not_yet(key, self._clock() + dt.timedelta(seconds=wait))
            await self._pass(wait)

    def left_alone(self, key: str, until: dt.datetime) -> Stopped:
        """The refusal to ask a host before a moment."""
        count = self.host(key).state.failures
        broken = count >= BREAK_AFTER
        why = f"after {count} failed looks in a row" if broken else "as it asked"
        return _paused(f"{key} is left alone until {iso(until)} {why}", until)

    def hold(self, key: str, seconds: float) -> None:
        """Nobody's turn comes within so many seconds (a backoff, a short Retry-After)."""
        host = self.host(key)
        host.not_before = max(host.not_before, self._monotonic() + seconds)

    async def rest(self, key: str) -> None:
        """Waits until nobody holds the host back any more."""
        while (wait := self.host(key).not_before - self._monotonic()) > 0:
            await self._pass(wait)

    def pause(self, key: str, seconds: float) -> str:
        """Leaves a host alone for so long, across restarts too; gives the moment it ends."""
        host = self.host(key)
        seconds = min(seconds, MAX_ASKED_PAUSE_S)
        host.paused_until = max(host.paused_until, self._monotonic() + seconds)
        left = host.paused_until - self._monotonic()
        moment = iso(self._clock() + dt.timedelta(seconds=left))
        self.update(key, paused_until=moment)
        return moment

    def alive(self, key: str) -> None:
        """The host answered: its trouble is over."""
        host = self.host(key)
        if host.state.failures or host.state.paused_until:
            host.paused_until = 0.0
            self.update(key, failures=0, paused_until=None)

    def trouble(self, key: str) -> str | None:
        """A look failed: counts it, and from the third in a row on leaves the host alone."""
        failures = self.host(key).state.failures + 1
        self.update(key, failures=failures)
        seconds = pause_s(failures)
        return self.pause(key, seconds) if seconds else None


def _not_yet(key: str, until: dt.datetime) -> Stopped:
    return _paused(f"the delay between two requests to {key} ends at {iso(until)}", until)


def _paused(what: str, until: dt.datetime) -> Stopped:
    return refused("paused", f"{what}; it is asked again then", retry_at=iso(until))
