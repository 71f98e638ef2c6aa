"""The next looks at all pages of a host together, when the prior or the price has moved.

A moment that was set at a page's last look was set by what was known then. Planned again daily,
the pages follow the price; without that a page may wait for weeks on a price long past.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.model import PageState, Source, State
from crawler.schedule.due import longest_s
from crawler.schedule.evidence import DAY_S, RateEvidence
from crawler.schedule.posterior import ChangeRate, Prior, rates
from crawler.schedule.price import Demand, host_price, wait_days
from crawler.schedule.promise import ABSENT


@dataclass(frozen=True, slots=True)
class Claim:
    """A page in the plan of its host: its expected hazard, the last look that showed its text and
    the start of its age as Unix seconds, and the bounds of its interval in seconds."""

    page_id: int
    rate: ChangeRate
    seen_s: float
    born_s: float
    shortest_s: float
    longest_s: float
    #: a second look has taught something
    taught: bool = True


@dataclass(frozen=True, slots=True)
class HostPlan:
    """The price of a look at a host, and for each page the Unix second of its next look."""

    price_days: float
    due_s: tuple[tuple[int, float], ...]


def claims(
    pages: Sequence[tuple[PageState, RateEvidence]], source: Source, prior: Prior, now: datetime
) -> list[Claim]:
    """The claims of a source's pages. Pages that were never read, are suspect or absent, or gave
    no answer to their last look have moments by other rules and no claim."""
    planned = [(page, known) for page, known in pages if is_planned(page, known)]
    expected = rates([known for _, known in planned], prior)
    return [
        Claim(
            page.page_id,
            rate,
            known.seen_s or 0.0,
            known.born_s or 0.0,
            min(source.min_interval_s, longest := longest_s(page, source, now, page.shares_seed)),
            longest,
            known.taught,
        )
        for (page, known), rate in zip(planned, expected, strict=True)
    ]


def is_planned(page: PageState, known: RateEvidence) -> bool:
    """Whether the page's next look follows from its rate of change."""
    settled = page.state is not State.SUSPECT and page.state not in ABSENT and page.failures == 0
    return settled and known.seen_s is not None


def spread(page_ids: NDArray[Any]) -> NDArray[Any]:
    """A share of its interval for each page, evenly between 0 and 1 (multiples of the golden
    section): pages first read together, of which nothing is known yet, do not all come back at
    once and leave the host idle until then."""
    shares: NDArray[Any] = (page_ids * 0.6180339887498949) % 1.0
    return shares


def plan(
    claimed: Sequence[Claim], now: datetime, budget_per_day: float, *, floor_days: float = 0.0
) -> HostPlan:
    """The host's price today and every page's next look at that price, within its bounds; due
    looks keep a moment in the past, by which the oldest comes first."""
    if not claimed:
        return HostPlan(floor_days, ())
    at_s = now.timestamp()
    price = host_price(
        [
            Demand(
                claim.rate.per_day(max(0.0, at_s - claim.born_s) / DAY_S),
                claim.shortest_s,
                claim.longest_s,
            )
            for claim in claimed
        ],
        budget_per_day,
        floor_days=floor_days,
    )
    columns = np.array(
        [
            (c.rate.constant, c.rate.decaying, c.seen_s, c.born_s, c.shortest_s, c.longest_s)
            for c in claimed
        ]
    )
    constant, decaying, seen_s, born_s, shortest, longest = columns.T
    wait_s = wait_days(constant, decaying, (seen_s - born_s) / DAY_S, price) * DAY_S
    ids = np.array([claim.page_id for claim in claimed])
    taught = np.array([claim.taught for claim in claimed])
    wait_s = np.minimum(wait_s, longest) * np.where(taught, 1.0, spread(ids))
    due_s = seen_s + np.maximum(wait_s, shortest)
    return HostPlan(price, tuple(zip(ids.tolist(), due_s.tolist(), strict=True)))
