"""When to look next: a pure function of the page, what was just seen, and the promise."""

from datetime import datetime, timedelta

from crawler.model import Outcome, PageState, Source, State, iso, parse_iso

# A page that is gone is asked for again about monthly: texts do come back.
ABSENT_INTERVAL_S = 30 * 86_400.0
# An unchanged page is looked at again after this share of its age: an article that has stood for
# a month is less likely to change tomorrow than one of today.
AGE_SHARE = 0.1
# The next look is due before the promise would break, by this share of it.
PROMISE_SHARE = 0.8


def is_young(page: PageState, source: Source, now: datetime) -> bool:
    """Whether the page is young enough to be bound by `max_gap`."""
    age_s = (now - parse_iso(page.first_seen_at)).total_seconds()
    return age_s < source.young_s


def bound_s(page: PageState, source: Source, now: datetime, shares_seed: bool) -> float:
    """The longest time in seconds that this page may go without a conclusive look."""
    strict = source.kind == "page" or shares_seed or is_young(page, source, now)
    return source.max_gap_s if strict else source.max_interval_s


def interval_s(
    page: PageState, outcome: Outcome, source: Source, now: datetime, shares_seed: bool
) -> float:
    """Seconds until the next look, before jitter."""
    if page.state is State.SUSPECT:
        return source.confirm_after_s
    if page.state in (State.GONE, State.REDIRECTED, State.EMPTIED):
        return ABSENT_INTERVAL_S
    longest = PROMISE_SHARE * bound_s(page, source, now, shares_seed)
    if not outcome.conclusive:
        # A page that fails is tried again soon, then ever more seldom, within the promise.
        return min(source.min_interval_s * 2.0 ** min(page.failures, 16), longest)
    if outcome in (Outcome.NEW, Outcome.CHANGED):
        return max(source.min_interval_s, min(source.every_s, longest))
    age_s = (now - parse_iso(page.first_seen_at)).total_seconds()
    wanted = max(source.every_s, AGE_SHARE * age_s)
    return max(source.min_interval_s, min(wanted, longest))


def next_check_at(
    page: PageState,
    outcome: Outcome,
    source: Source,
    now: datetime,
    *,
    shares_seed: bool = False,
    retry_at: str | None = None,
    jitter: float = 0.0,
) -> str:
    """The moment of the next look; `jitter` is a number from -1 to 1 drawn by the caller and
    `retry_at` a moment before which the server asked not to be looked at."""
    wait_s = interval_s(page, outcome, source, now, shares_seed)
    if page.state is not State.SUSPECT:
        wait_s *= 1.0 + source.jitter * jitter
    due = iso(now + timedelta(seconds=wait_s))
    return max(due, retry_at) if retry_at else due


def listing_due_at(source: Source, last_listed_at: str) -> datetime:
    """The moment from which a listing with `every` is due again."""
    return parse_iso(last_listed_at) + timedelta(seconds=source.every_s)
