"""What every page of a run is handled with."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.model import Attempt, FetchRequest
from crawler.pipeline.rates import Rates
from crawler.pipeline.writer import Writer
from crawler.store import Archive
from crawler.workers import Workers

Fetch = Callable[[FetchRequest], Awaitable[tuple[Attempt, ...]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A run's tools: where to write, who reads, who asks, the clock, chance, what is learnt."""

    run_id: int
    archive: Archive
    writer: Writer
    workers: Workers
    clock: Callable[[], datetime]
    draw: random.Random
    rates: Rates
    #: asks one URL at its host's pace, for the further parts of an article
    fetch: Fetch
