"""The moment of a page's next look."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.model import Outcome, PageState, Source, State, iso, parse_iso
from crawler.schedule.evidence import DAY_S, NOTHING, RateEvidence, born_at
from crawler.schedule.promise import (
    ABSENT,
    ABSENT_BOUND_S,
    ABSENT_INTERVAL_S,
    PROMISE_SHARE,
    bound_s,
    is_young,
)

if TYPE_CHECKING:
    from crawler.schedule.posterior import Prior


def interval_s(
    page: PageState,
    outcome: Outcome,
    source: Source,
    now: datetime,
    shares_seed: bool,
    *,
    evidence: RateEvidence = NOTHING,
    prior: "Prior | None" = None,
    price_days: float | None = None,
) -> float:
    """Seconds until the next look, before jitter. `evidence` is what the page's looks have taught
    (this one included), `prior` what the source's pages have, `price_days` what a look at the
    host must be worth; without them the built-in prior and the floor price stand in."""
    if page.state is State.SUSPECT:
        return suspicion_s(page, outcome, source, now)
    if page.state in ABSENT:
        return absence_s(page, outcome, source)
    longest = longest_s(page, source, now, shares_seed)
    if not outcome.conclusive:
        return retry_s(page, source, now, longest)
    if outcome is Outcome.NEW and is_young(page, source, now):
        wanted = source.every_s
    else:
        wanted = learnt_s(page, source, now, evidence, prior, price_days)
    return min(max(source.min_interval_s, wanted), longest)


def longest_s(page: PageState, source: Source, now: datetime, shares_seed: bool) -> float:
    """The longest interval that is planned: the promise less a margin for jitter and a queue."""
    return PROMISE_SHARE * bound_s(page, source, now, shares_seed)


def learnt_s(
    page: PageState,
    source: Source,
    now: datetime,
    evidence: RateEvidence,
    prior: "Prior | None",
    price_days: float | None,
) -> float:
    """Seconds until a look is worth its price by what has been learnt, before any bound."""
    from crawler.schedule.posterior import built_in_prior, rate
    from crawler.schedule.price import floor_price, wait_days

    known = evidence if evidence.born_s is not None else evidence.begun(born_at(page), now)
    expected = rate(known, prior or built_in_prior())
    price = floor_price(source.every_s) if price_days is None else price_days
    wait = wait_days(expected.constant, expected.decaying, known.age_days(now), price)
    return float(wait) * DAY_S


def retry_s(page: PageState, source: Source, now: datetime, longest: float) -> float:
    """Seconds until a page that gave no answer is tried again: soon, then ever more seldom; but
    once more before the promise breaks."""
    backoff = min(source.min_interval_s * 2.0 ** min(page.failures, 16), longest)
    if page.last_conclusive_at is None:
        return backoff
    left = longest - (now - parse_iso(page.last_conclusive_at)).total_seconds()
    return min(backoff, max(left, source.min_interval_s)) if left > 0 else backoff


def suspicion_s(page: PageState, outcome: Outcome, source: Source, now: datetime) -> float:
    """Seconds until a suspected absence can be believed; a look that failed after that moment is
    tried again with backoff."""
    if page.suspect_since is None:
        return source.confirm_after_s
    waited = (now - parse_iso(page.suspect_since)).total_seconds()
    if waited < source.confirm_after_s:
        return min(source.confirm_after_s - waited, source.confirm_after_s)
    if outcome.conclusive:
        return source.confirm_after_s
    return min(source.min_interval_s * 2.0 ** min(page.failures, 16), source.confirm_after_s)


def absence_s(page: PageState, outcome: Outcome, source: Source) -> float:
    """Seconds until a page that is gone is asked for again: a month, sooner when nobody answered;
    a refusal is an answer of such a page."""
    if outcome.conclusive or outcome is Outcome.BLOCKED:
        return ABSENT_INTERVAL_S
    return min(source.min_interval_s * 2.0 ** min(page.failures, 16), ABSENT_INTERVAL_S)


def next_check_at(
    page: PageState,
    outcome: Outcome,
    source: Source,
    now: datetime,
    *,
    shares_seed: bool = False,
    retry_at: str | None = None,
    jitter: float = 0.0,
    evidence: RateEvidence = NOTHING,
    prior: "Prior | None" = None,
    price_days: float | None = None,
) -> str:
    """The moment of the next look: at least `min_interval` away and within the promise, but for
    suspicion, absence and `retry_at`, before which the server asked not to be looked at. `jitter`
    is a number from -1 to 1 drawn by the caller; the rest as for `interval_s`."""
    wait_s = interval_s(
        page,
        outcome,
        source,
        now,
        shares_seed,
        evidence=evidence,
        prior=prior,
        price_days=price_days,
    )
    if page.state is not State.SUSPECT:
        spread = wait_s * (1.0 + source.jitter * jitter)
        limit = bound_s(page, source, now, shares_seed)
        wait_s = min(max(spread, min(wait_s, source.min_interval_s)), limit)
    due = iso(now + timedelta(seconds=wait_s))
    return max(due, retry_at) if retry_at else due


def horizon_s(source: Source) -> float:
    """Seconds beyond which no next look is ever planned: one that lies further off was written by
    a clock that ran ahead, and the page is due now."""
    return max(source.max_interval_s, source.max_gap_s, ABSENT_BOUND_S)


def listing_due_at(source: Source, last_listed_at: str) -> datetime:
    """The moment from which a listing with `every` is due again."""
    return parse_iso(last_listed_at) + timedelta(seconds=source.every_s)
