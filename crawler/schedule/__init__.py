"""When to look next: pure functions of the page, what its looks have taught, and the promise.

`evidence` is what a page's looks have taught, `posterior` turns it into a rate of change, `price`
shares out a host's requests, `promise` bounds all of it, and `due` gives the moment.
"""

from crawler.schedule.due import (
    horizon_s,
    interval_s,
    listing_due_at,
    next_check_at,
)
from crawler.schedule.evidence import NOTHING, Look, RateEvidence, born_at, taught
from crawler.schedule.promise import (
    ABSENT,
    ABSENT_BOUND_S,
    ABSENT_INTERVAL_S,
    Carried,
    Waiting,
    bound_s,
    carries,
    first_served,
    host_budget_per_day,
    is_young,
)

__all__ = [
    "ABSENT",
    "ABSENT_BOUND_S",
    "ABSENT_INTERVAL_S",
    "NOTHING",
    "Carried",
    "Look",
    "RateEvidence",
    "Waiting",
    "born_at",
    "bound_s",
    "carries",
    "first_served",
    "horizon_s",
    "host_budget_per_day",
    "interval_s",
    "is_young",
    "listing_due_at",
    "next_check_at",
    "taught",
]
