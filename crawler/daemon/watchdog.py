"""Watches the ticks from a thread of its own, by the monotonic clock: re-arms them after a step of
the clock, and ends a process whose loop is stuck, so that whoever restarts it can help."""

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

log = logging.getLogger(__name__)

#: without a tick's end for so long the process ends itself
STUCK_S = 600.0
#: without one for so many periods the ticking is begun anew
SILENT_PERIODS = 3
#: by so much the wall clock may part from the monotonic one between two checks
STEP_S = 30.0


def end_process() -> None:
    """Ends at once with 1, whatever the loop is doing; says where every thread stands."""
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)


@dataclass(slots=True)
class Watchdog:
    """`silent` is called when no tick ended for three periods, `stepped` with the seconds that
    the wall clock jumped, `stuck` when no tick ended for ten minutes; all from its own thread."""

    period_s: float
    silent: Callable[[], None]
    stepped: Callable[[float], None]
    clock: Callable[[], datetime]
    stuck: Callable[[], None] = end_process
    monotonic: Callable[[], float] = time.monotonic
    stuck_s: float = STUCK_S
    #: seconds of the wall clock in one of the monotonic clock: 1 outside tests
    speed: float = 1.0
    last_tick: float = field(init=False)
    _seen: tuple[datetime, float] = field(init=False)
    _rearmed: float = field(init=False)
    _ended: threading.Event = field(init=False, default_factory=threading.Event)
    _thread: threading.Thread | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.last_tick = self._rearmed = self.monotonic()
        self._seen = self.clock(), self.last_tick

    def start(self) -> None:
        """Watches until `stop`."""
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the watching."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def ticked(self) -> None:
        """A tick has ended."""
        self.last_tick = self.monotonic()

    def check(self) -> None:
        """One look at both clocks and at the last tick."""
        now, at = self.clock(), self.monotonic()
        step = (now - self._seen[0]).total_seconds() - (at - self._seen[1]) * self.speed
        self._seen = now, at
        if abs(step) >= STEP_S * self.speed:
            self.stepped(step)
        quiet = at - self.last_tick
        if quiet > self.stuck_s:
            log.critical("no tick ended for %.0f s: this process ends itself", quiet)
            self.stuck()
        elif min(quiet, at - self._rearmed) > SILENT_PERIODS * self.period_s:
            self._rearmed = at
            self.silent()

    def _watch(self) -> None:
        while not self._ended.wait(self.period_s):
            self.check()
