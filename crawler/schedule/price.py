"""A host's requests spent where they save most delay.

With hazard l and t since the last look, the look that is worth most is that of the largest l t²
(the index policy of Azar et al., Tractable near-optimal policies for crawling, 2018). Looking
whenever that worth reaches one price for the whole host is the same policy without a queue: each
page has its own next moment, and the price is the one at which the looks use up the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crawler.schedule.evidence import DECAY_FLOOR, DECAY_START_DAYS

DAY_S = 86_400.0
#: A page that changes this often a day is looked at `every`, when requests are plenty.
FLOOR_RATE_PER_DAY = 1.0
#: Newton's steps end when none moves a wait by a millionth: mostly after five or six.
NEWTON_STEPS = 40
#: In days; at it everything that changes at all is due at once.
LEAST_PRICE = 1e-12
BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class Demand:
    """A page's claim on its host: its rate now, and the bounds of its interval in seconds."""

    rate_per_day: float
    shortest_s: float
    longest_s: float


def floor_price(every_s: float) -> float:
    """The price below which a look is not worth a request, however many are left: at it a page
    that changes daily is looked at `every_s`, one that changes every hundred days a tenth as
    often."""
    return FLOOR_RATE_PER_DAY * (every_s / DAY_S) ** 2 / 2.0


def worth_days(
    constant: ArrayLike, decaying: ArrayLike, age_days: ArrayLike, since_days: ArrayLike
) -> NDArray[Any]:
    """What a look is worth, `since_days` after the last one at `age_days`: the integral of u l(u)
    over the time u since then, half of l t² for a constant hazard. Numbers or arrays."""
    start = np.asarray(age_days, dtype=float) + DECAY_START_DAYS
    since = np.asarray(since_days, dtype=float)
    steady = np.asarray(constant) + np.asarray(decaying) * DECAY_FLOOR
    falling = since - start * np.log1p(since / start)
    worth: NDArray[Any] = steady * since**2 / 2.0 + np.asarray(decaying) * falling
    return worth


def wait_days(
    constant: ArrayLike, decaying: ArrayLike, age_days: ArrayLike, price_days: float
) -> NDArray[Any]:
    """Days from a look at `age_days` until the next is worth the price. The worth is convex in
    time, so that Newton's steps come down to it from above."""
    if price_days == inf:
        return np.full(np.broadcast(constant, decaying, age_days).shape, inf)
    start = np.asarray(age_days, dtype=float) + DECAY_START_DAYS
    steady = np.maximum(np.asarray(constant) + np.asarray(decaying) * DECAY_FLOOR, 1e-12)
    price_days = max(price_days, LEAST_PRICE)
    wait = np.sqrt(2.0 * price_days / steady)
    for _ in range(NEWTON_STEPS):
        slope = wait * (steady + np.asarray(decaying) / (start + wait))
        over = worth_days(constant, decaying, age_days, wait) - price_days
        move = over / np.maximum(slope, 1e-300)
        wait = np.maximum(wait - move, 1e-9)
        if (np.abs(move) <= 1e-6 * wait).all():
            break
    return np.asarray(wait)


def host_price(
    demands: Sequence[Demand], budget_per_day: float, *, floor_days: float = 0.0
) -> float:
    """The price at which the looks at these pages, each within its bounds, use up the budget;
    never below the floor. Infinite when the promises alone are more than the budget: then every
    page waits as long as it may."""
    if not demands:
        return floor_days
    rate, shortest, longest = (
        np.array([getattr(demand, name) for demand in demands], dtype=float)
        for name in ("rate_per_day", "shortest_s", "longest_s")
    )
    return price_of(rate, shortest / DAY_S, longest / DAY_S, budget_per_day, floor_days)


def price_of(
    rate_per_day: NDArray[Any],
    shortest_days: ArrayLike,
    longest_days: ArrayLike,
    budget_per_day: float,
    floor_days: float = 0.0,
) -> float:
    """`host_price` of arrays."""
    rate = np.maximum(rate_per_day, 1e-12)

    def looks_per_day(price: float) -> float:
        wait = np.minimum(np.maximum(np.sqrt(2.0 * price / rate), shortest_days), longest_days)
        return float((1.0 / wait).sum())

    low, high = LEAST_PRICE, 1e12
    if looks_per_day(high) > budget_per_day:
        return inf
    for _ in range(BISECTIONS):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if looks_per_day(middle) > budget_per_day else (low, middle)
    return max(high, floor_days)
