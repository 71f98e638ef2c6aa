"""How the daemon is doing: what its parts write down, and what health and metrics tell of it. The
only user of prometheus-client."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from crawler.daemon.lines import line
from crawler.fetch import Fetcher
from crawler.model import Attempt, FetchRequest, Outcome
from crawler.pipeline.summary import Silent

log = logging.getLogger(__name__)

#: a daemon whose last tick ended longer ago is not alive
ALIVE_S = 60.0


@dataclass(slots=True)
class Pulse:
    """Written by the daemon's threads and read by the HTTP server's: single values only."""

    monotonic: Callable[[], float] = time.monotonic
    last_tick: float | None = None
    ready: bool = False
    #: what fetches nothing, and why; None when nothing stands in the way
    blocked: str | None = None
    broken_promises: int = 0
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _looks: Counter = field(init=False)
    _seconds: Histogram = field(init=False)
    _gauges: dict[str, Gauge] = field(init=False)

    def __post_init__(self) -> None:
        self._looks = Counter(
            "palimpsest_observations", "Looks by outcome.", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "palimpsest_fetch_seconds",
            "Duration of one attempt, its redirects included.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self._gauges = {
            name: Gauge(f"palimpsest_{name}", about, registry=self.registry)
            for name, about in _GAUGES.items()
        }

    def looked(self, outcome: Outcome) -> None:
        """One look ended."""
        self._looks.labels(str(outcome)).inc()

    def fetched(self, seconds: float) -> None:
        """One attempt ended."""
        self._seconds.observe(seconds)

    def measure(self, **values: float) -> None:
        """Sets gauges by their names without `palimpsest_`."""
        for name, value in values.items():
            self._gauges[name].set(value)

    def ticked(self) -> None:
        """A tick has ended."""
        self.last_tick = self.monotonic()
        self._gauges["last_tick_timestamp_seconds"].set_to_current_time()

    @property
    def tick_age_s(self) -> float | None:
        """Seconds since the last tick ended."""
        return None if self.last_tick is None else self.monotonic() - self.last_tick

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether the daemon is alive, and `/healthz`."""
        age = self.tick_age_s
        alive = age is not None and age < ALIVE_S
        return alive, {
            "alive": alive,
            "last_tick_s": None if age is None else round(age, 3),
            "promise_kept": not self.broken_promises,
            "broken_promises": self.broken_promises,
            "blocked": self.blocked,
        }

    def readiness(self) -> tuple[bool, dict[str, Any]]:
        """Whether it takes up work, and `/readyz`."""
        ready = self.ready and self.health()[0]
        return ready, {"ready": ready, "blocked": self.blocked}

    def metrics(self) -> bytes:
        """`/metrics` in Prometheus' text format."""
        text: bytes = generate_latest(self.registry)
        return text


_GAUGES = {
    "queue_pages": "Pages that are due.",
    "lag_seconds": "How long the longest waiting page has been due.",
    "archive_bytes": "Size of the archive's file and its write-ahead log.",
    "free_bytes": "Room on the archive's disk.",
    "outbox_messages": "Messages that wait to be delivered.",
    "indexes_waiting": "Texts that wait for the indexes.",
    "broken_promises": "Pages and listings that went unseen for longer than promised.",
    "last_tick_timestamp_seconds": "When the last tick ended.",
}


class Told(Silent):
    """Writes one line of the log for each look of a run, and counts it."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def advance(self, source_id: str, url: str, outcome: Outcome, reason: str | None) -> None:
        """One look ended."""
        self._pulse.looked(outcome)
        line(log, "looked", source=source_id, outcome=str(outcome), reason=reason, url=url)


class MeteredFetcher(Fetcher):
    """A fetcher whose attempts are measured."""

    pulse: Pulse

    async def fetch(self, request: FetchRequest) -> tuple[Attempt, ...]:
        """As `Fetcher.fetch`."""
        attempts = await super().fetch(request)
        for attempt in attempts:
            self.pulse.fetched(attempt.duration_ms / 1000.0)
        return attempts


def metered(pulse: Pulse) -> Callable[..., Fetcher]:
    """A maker of fetchers that tell this pulse."""

    def make(*args: Any, **named: Any) -> Fetcher:
        fetcher = MeteredFetcher(*args, **named)
        fetcher.pulse = pulse
        return fetcher

    return make
