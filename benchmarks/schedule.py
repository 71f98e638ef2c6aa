"""How near to the optimum is the schedule? A simulation of pages that change by known laws.

Every policy has the same budget of looks a day and learns one bit from each: changed or not. Its
figure is the mean time from a change to its capture under the optimum, divided by its own, in
per cent. The optimum knows every page's true rate at every moment (not the changes themselves) and
spends its looks in a queue or by a price, whichever is better. Learning counts: the clock starts
with the first look at the first page. The delay is the expected one, given the looks; changes are
drawn only for what the policies get to see.

    python benchmarks/schedule.py [--pages 1000] [--days 150] [--changes 1.0] [--budget 2.0]
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.schedule.evidence import DECAY_FLOOR, DECAY_START_DAYS, SHAPES
from crawler.schedule.plan import spread
from crawler.schedule.posterior import (
    CELLS,
    GRID,
    built_in_prior,
    learnt_from,
    look_log_likelihood,
    posterior,
)
from crawler.schedule.price import price_of, wait_days, worth_days

Floats = NDArray[Any]

STEP_DAYS = 1 / 24
LONGEST_DAYS = 30.0
#: News: hazard k / (age + a quarter of a day) + c.
NEWS_START_DAYS = 0.25
LAWS = ("gamma", "pareto", "lognormal", "news", "mixed")


@dataclass(frozen=True)
class Pages:
    """Pages with hazard c + k / (age + NEWS_START_DAYS) a day; `born` in days from the start."""

    born: Floats
    c: Floats
    k: Floats

    @property
    def begin(self) -> Floats:
        """When each page is first seen."""
        return np.maximum(self.born, 0.0)

    def hazard(self, now: float) -> Floats:
        """Each page's true rate of change a day."""
        return self.c + self.k / (np.maximum(now - self.born, 0.0) + NEWS_START_DAYS)

    def expected(self, at: Floats, start: Floats, end: Any) -> Floats:
        """Expected changes of the pages `at` between two moments."""
        first, last = (x - self.born[at] + NEWS_START_DAYS for x in (start, end))
        changes: Floats = self.c[at] * (end - start) + self.k[at] * np.log(last / first)
        return changes

    def delay(self, at: Floats, start: Floats, end: Any) -> Floats:
        """Expected delay of the changes between two looks, summed: the integral of the hazard
        times the time that is left until the second look."""
        first, last = (x - self.born[at] + NEWS_START_DAYS for x in (start, end))
        falling = last * np.log(last / first) - (last - first)
        total: Floats = self.c[at] * (end - start) ** 2 / 2 + self.k[at] * falling
        return total


def pages_of(law: str, number: int, days: float, changes: float, seed: int) -> Pages:
    """Pages whose rates follow a law, with about this many changes a day on average at the
    start (news: when a day old); half of the news are born while the simulation runs."""
    draw = np.random.default_rng(seed)
    old = -draw.uniform(0.0, 400.0, number)
    nothing = np.zeros(number)
    if law == "gamma":
        return Pages(old, changes * draw.gamma(0.5, 2.0, number), nothing)
    if law == "pareto":
        return Pages(old, changes * (0.3 / 1.3) * (1.0 + draw.pareto(1.3, number)), nothing)
    lognormal = np.exp(draw.normal(-(1.9**2) / 2, 1.9, number))
    if law == "lognormal":
        return Pages(old, changes * lognormal, nothing)
    young = draw.uniform(0.0, days, number)
    born = np.where(np.arange(number) % 2 == 0, old, young)
    k = changes * 2.5 * np.exp(draw.normal(0.0, 1.2, number))
    c = changes * 0.01 * np.exp(draw.normal(0.0, 1.0, number))
    if law == "news":
        return Pages(born, c, k)
    steady = draw.random(number) < 0.5
    return Pages(born, np.where(steady, changes * lognormal, c), np.where(steady, 0.0, k))


class Policy:
    """Gives each page an urgency; the pages with the largest are looked at. Below `threshold` a
    page is not looked at, even when the budget is not used up."""

    threshold = 0.0

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def urgency(self, now: float, last: Floats) -> Floats:
        raise NotImplementedError

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        """What the looks brought; but for `Informed`, only changed or not is used."""


class Uniform(Policy):
    """Every page equally often."""

    def urgency(self, now: float, last: Floats) -> Floats:
        return now - last


class Multiplying(Policy):
    """An interval a page, made longer when nothing had changed and shorter when it had; served
    in the order of time waited as a share of the interval."""

    changed, unchanged, reset = 1.0, 1.0, False

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self.interval = np.ones(len(pages.c))

    def urgency(self, now: float, last: Floats) -> Floats:
        waited: Floats = (now - last) / self.interval
        return waited

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        shorter = 0.25 if self.reset else self.interval[at] * self.changed
        wanted = np.where(changes > 0, shorter, self.interval[at] * self.unchanged)
        self.interval[at] = np.clip(wanted, STEP_DAYS, LONGEST_DAYS)


class Doubling(Multiplying):
    """Double when unchanged, back to the start when changed."""

    unchanged, reset = 2.0, True


class Nutch(Multiplying):
    """Apache Nutch's AdaptiveFetchSchedule with its rates: a fifth shorter, two fifths longer."""

    changed, unchanged = 0.8, 1.4


class Counting(Policy):
    """The same index with (changes + 1/2) / (days + 5) for the rate."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self.changes, self.days = np.zeros((2, len(pages.c)))

    def urgency(self, now: float, last: Floats) -> Floats:
        worth: Floats = (self.changes + 0.5) / (self.days + 5.0) * (now - last) ** 2
        return worth

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        self.changes[at] += changes > 0
        self.days[at] += now - last


class Proportional(Policy):
    """As often as the page changes, by its true rate: an oracle."""

    def urgency(self, now: float, last: Floats) -> Floats:
        return self.pages.hazard(now) * (now - last)


class Known(Policy):
    """Largest worth by the true rates: the optimum."""

    def urgency(self, now: float, last: Floats) -> Floats:
        ages = last - self.pages.born + NEWS_START_DAYS
        since = np.maximum(now - last, 0.0)
        falling = since - ages * np.log1p(since / ages)
        worth: Floats = self.pages.c * since**2 / 2 + self.pages.k * falling
        return worth


class Informed(Policy):
    """What no crawler can be: it is told the true rates of the pages, though not whose they are,
    and counts every change, also several between two looks. What it misses, time alone teaches."""

    CANDIDATES = 500

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        order = np.lexsort((pages.c, pages.k))
        some = order[:: -max(1, len(order) // self.CANDIDATES)]
        self.c, self.k = pages.c[some], pages.k[some]
        self.log_likelihood = np.zeros((len(pages.c), len(some)), dtype=np.float32)
        self.mean = np.tile([self.c.mean(), self.k.mean()], (len(pages.c), 1))

    def urgency(self, now: float, last: Floats) -> Floats:
        mean = Pages(self.pages.born, self.mean[:, 0], self.mean[:, 1])
        return Known(mean).urgency(now, last)

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        first, end = (x - self.pages.born[at] + NEWS_START_DAYS for x in (last, now))
        expected = np.outer(now - last, self.c) + np.outer(np.log(end / first), self.k)
        self.log_likelihood[at] += changes[:, None] * np.log(expected + 1e-30) - expected
        found = self.log_likelihood[at]
        weights = np.exp(found - found.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        self.mean[at] = np.stack([weights @ self.c, weights @ self.k], axis=1)


class Learning(Policy):
    """Palimpsest's rates in a queue: at every step the looks that are worth most."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        number = len(pages.c)
        self.prior = built_in_prior()
        self.log_likelihood = np.zeros((number, SHAPES, CELLS))
        self.looked = np.zeros(number, dtype=bool)
        self.rates = posterior(self.log_likelihood, self.prior) @ GRID
        self.learn_at = 1.0

    def urgency(self, now: float, last: Floats) -> Floats:
        ages = last - self.pages.born
        steady, falling = self.rates.T
        return worth_days(steady, falling, ages, np.maximum(now - last, 0.0))

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        ages = last - self.pages.born[at]
        exposures = exposures_of(ages, now - self.pages.born[at])
        self.log_likelihood[at] += look_log_likelihood(exposures, changes > 0)
        self.looked[at] = True
        if now >= self.learn_at:
            self.learn_prior(now)
            at = np.arange(len(self.looked))
        self.rates[at] = posterior(self.log_likelihood[at], self.prior) @ GRID

    def learn_prior(self, now: float) -> None:
        """The prior of the source again: daily at first, then ever more seldom."""
        seen = [self.log_likelihood[self.looked]]
        self.prior = learnt_from(seen, start=self.prior, rounds=8)
        self.learn_at = now + max(1.0, now / 10.0)


class Palimpsest(Learning):
    """As it is built: each page has its next moment, set at its last look by the host's price;
    daily the price is found anew and all moments with it."""

    threshold = 1.0

    def __init__(self, pages: Pages, budget_per_day: float) -> None:
        super().__init__(pages)
        self.budget_per_day = budget_per_day
        self.price_days = 0.0
        self.price_at = 0.0
        self.wait = np.zeros(len(pages.c))

    def urgency(self, now: float, last: Floats) -> Floats:
        if now >= self.price_at:
            self.find_price(now, last)
        # Due at the nearest step, not at the next: waiting for it would leave looks unspent.
        waited: Floats = (now - last + STEP_DAYS / 2) / self.wait
        return waited

    def find_price(self, now: float, last: Floats) -> None:
        """The price of a look for the next day, and the moments of all pages at that price."""
        known = self.pages.begin < now
        ages = now - self.pages.born[known]
        decay = 1.0 / (ages + DECAY_START_DAYS) + DECAY_FLOOR
        rate = self.rates[known, 0] + self.rates[known, 1] * decay
        self.price_days = price_of(rate, STEP_DAYS, LONGEST_DAYS, self.budget_per_day)
        everything = np.arange(len(last))
        self.plan(everything, last)
        shares = np.where(self.looked, 1.0, spread(everything))
        self.wait = np.maximum(self.wait * shares, STEP_DAYS)
        self.price_at = now + 1.0

    def plan(self, at: Floats, last: Floats) -> None:
        """The time until the next look of the pages `at`."""
        steady, falling = self.rates[at].T
        wait = wait_days(steady, falling, last - self.pages.born[at], self.price_days)
        self.wait[at] = np.clip(wait, STEP_DAYS, LONGEST_DAYS)

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        super().saw(at, last, now, changes)
        self.plan(at, np.full(len(at), now))


class KnownPlanned(Palimpsest):
    """The optimum once more, by a price and moments instead of a queue."""

    def __init__(self, pages: Pages, budget_per_day: float) -> None:
        super().__init__(pages, budget_per_day)
        self.rates = np.stack([pages.c - pages.k * DECAY_FLOOR, pages.k], axis=1)

    def saw(self, at: Floats, last: Floats, now: float, changes: Floats) -> None:
        self.looked[at] = True
        self.plan(at, np.full(len(at), now))


def exposures_of(from_days: Floats, to_days: Floats) -> Floats:
    """`evidence.exposure` of arrays."""
    days = to_days - from_days
    decay = np.log((to_days + DECAY_START_DAYS) / (from_days + DECAY_START_DAYS))
    return np.stack([days, decay + DECAY_FLOOR * days], axis=-1)


@dataclass(frozen=True)
class Result:
    """Mean delay of a change in days, and the looks that were used, of those allowed."""

    delay_days: float
    spent: float


def simulate(pages: Pages, policy: Policy, days: float, budget: float, seed: int) -> Result:
    """One policy on these pages, with `budget` looks a day for all of them together."""
    draw = np.random.default_rng(seed)
    last = pages.begin.copy()
    everything = np.arange(len(last))
    delay = credit = looks = 0.0
    for step in range(1, round(days / STEP_DAYS) + 1):
        now = step * STEP_DAYS
        credit = min(credit + budget * STEP_DAYS, budget * max(STEP_DAYS, 0.25))
        urgency = np.where(last < now - STEP_DAYS / 2, policy.urgency(now, last), -1.0)
        number = min(int(credit), int((urgency >= policy.threshold).sum()))
        if number == 0:
            continue
        at = np.argpartition(-urgency, number - 1)[:number]
        credit, looks = credit - number, looks + number
        changes = draw.poisson(pages.expected(at, last[at], now))
        delay += float(pages.delay(at, last[at], now).sum())
        before, last[at] = last[at], now
        policy.saw(at, before, now, changes)
    delay += float(pages.delay(everything, last, days).sum())
    total = float(pages.expected(everything, pages.begin, days).sum())
    return Result(delay / total, looks / (budget * days))


def policies(pages: Pages, budget: float) -> dict[str, Callable[[], Policy]]:
    """Every policy but the optimum, by the name that it has in the table."""
    return {
        "every page equally often": lambda: Uniform(pages),
        "double when unchanged, reset when changed": lambda: Doubling(pages),
        "Nutch's adaptive (× 0.8 / × 1.4)": lambda: Nutch(pages),
        "in proportion to the true rate (an oracle)": lambda: Proportional(pages),
        "largest λ̂τ², λ̂ = (changes + ½)/(days + 5)": lambda: Counting(pages),
        "Palimpsest's rates in a queue": lambda: Learning(pages),
        "**Palimpsest**": lambda: Palimpsest(pages, budget),
        "told the law, counting every change": lambda: Informed(pages),
    }


@dataclass(frozen=True)
class Setting:
    """The size of one simulation."""

    pages: int = 1000
    days: float = 150.0
    #: of a page a day, on average
    changes: float = 1.0
    #: looks a page and day
    budget: float = 2.0
    seed: int = 1


def shares_of_optimum(law: str, setting: Setting, wanted: Sequence[str] = ()) -> dict[str, float]:
    """Each policy's share of the optimum on one law, in per cent; all of them, or those wanted."""
    pages = pages_of(law, setting.pages, setting.days, setting.changes, setting.seed)
    budget = setting.budget * setting.pages
    run = (setting.days, budget, setting.seed + 1)
    optima = (Known(pages), KnownPlanned(pages, budget))
    best = min(simulate(pages, optimum, *run).delay_days for optimum in optima)
    made = policies(pages, budget)
    return {
        name: 100.0 * best / simulate(pages, made[name](), *run).delay_days
        for name in wanted or made
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """Markdown: a line for each policy, a column for each law."""
    names = list(next(iter(found.values())))
    lines = [f"| policy | {' | '.join(found)} |", "| --- |" + " --- |" * len(found)]
    for name in names:
        cells = " | ".join(f"{shares[name]:.1f}" for shares in found.values())
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("pages", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Setting, name))
    for name in ("days", "changes", "budget"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Setting, name))
    parser.add_argument("--law", choices=LAWS, action="append", help="default: all of them")
    parser.add_argument("--json", action="store_true")
    chosen = vars(parser.parse_args())
    as_json, laws = chosen.pop("json"), chosen.pop("law") or LAWS
    started = time.perf_counter()
    found = {law: shares_of_optimum(law, Setting(**chosen)) for law in laws}
    if as_json:
        print(json.dumps({"setting": chosen, "shares": found}, ensure_ascii=False))
        return
    print(table(found))
    print(f"\n{chosen}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
