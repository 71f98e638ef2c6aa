"""The promise: how long a page may go unseen, what a host can carry of it, who is served first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from crawler.model import PageState, Source, State, parse_iso

DAY_S = 86_400.0
#: The next look is due before the promise would break, by this share of it.
PROMISE_SHARE = 0.8
#: What may be planned of the requests that a host's delay allows; the rest is for retries, full
#: fetches and the time that answers take.
BUDGET_SHARE = 0.8
ABSENT = (State.GONE, State.REDIRECTED, State.EMPTIED)
#: A page that is gone is asked for again about monthly: texts do come back.
ABSENT_INTERVAL_S = 30 * DAY_S
#: ... and a month's look may fail once.
ABSENT_BOUND_S = 2.0 * ABSENT_INTERVAL_S


def is_young(page: PageState, source: Source, now: datetime) -> bool:
    """Whether the page is young enough to be bound by `max_gap`."""
    age_s = (now - parse_iso(page.first_seen_at)).total_seconds()
    return age_s < source.young_s


def bound_s(page: PageState, source: Source, now: datetime, shares_seed: bool) -> float:
    """The longest time in seconds that this page may go without a conclusive look: the strictest
    of the promises of all sources that list it. One that is gone is asked for monthly."""
    if page.state in ABSENT:
        return max(source.max_interval_s, ABSENT_BOUND_S)
    strict = source.kind == "page" or shares_seed or is_young(page, source, now)
    own = source.max_gap_s if strict else source.max_interval_s
    return own if page.also_bound_s is None else min(own, page.also_bound_s)


def host_budget_per_day(
    delay_s: float, *, listings_per_day: float = 0.0, share: float = BUDGET_SHARE
) -> float:
    """The looks at pages a day that may be planned for a host with this delay between requests."""
    return max(0.0, share * DAY_S / max(delay_s, 0.001) - listings_per_day)


@dataclass(frozen=True, slots=True)
class Carried:
    """How a host's budget stands to the promises of its pages."""

    pages: int
    #: the most pages whose promises the budget keeps
    fit: int
    needed_per_day: float
    budget_per_day: float

    @property
    def kept(self) -> bool:
        """Whether every page's promise can be kept."""
        return self.fit == self.pages

    @property
    def delay_factor(self) -> float:
        """What the host's delay would have to be multiplied by so that all pages fit, below 1
        when they do not."""
        return self.budget_per_day / self.needed_per_day if self.needed_per_day else 1.0


def carries(bounds_s: Sequence[float], budget_per_day: float) -> Carried:
    """How many pages with these promises (seconds) a host's budget can carry."""
    loads = sorted(DAY_S / bound for bound in bounds_s)
    needed = list(accumulate(loads))
    # A rounding error of the sum is no page that does not fit.
    fit = sum(total <= budget_per_day * (1.0 + 1e-9) for total in needed)
    return Carried(len(loads), fit, needed[-1] if needed else 0.0, budget_per_day)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page that is due: its open gap and promise in seconds, and what a look would be worth
    (`price.worth_days`)."""

    page_id: int
    gap_s: float
    bound_s: float
    worth_days: float = 0.0

    @property
    def strain(self) -> float:
        """The open gap as a share of the promise; above 1 the promise is broken."""
        return self.gap_s / self.bound_s


def first_served(waiting: Iterable[Waiting], *, behind: bool) -> list[Waiting]:
    """The due pages of a host in the order of their looks. A host that cannot carry its promise
    (`behind`) serves the oldest gap first, measured by its promise; else broken promises come
    first and then the looks that are worth most."""
    if behind:
        return sorted(waiting, key=lambda page: (-page.strain, page.page_id))
    return sorted(
        waiting,
        key=lambda page: (-max(page.strain, 1.0), -page.worth_days, page.page_id),
    )
