"""How often pages change: what a look teaches, and what is learnt from all of them once a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from crawler.fetch.urls import host_key as host_of
from crawler.model import ChangeDraft, ChangeKind, Outcome, PageState, Source, iso, parse_iso
from crawler.pipeline.watching import tell
from crawler.schedule import (
    NOTHING,
    RateEvidence,
    Waiting,
    bound_s,
    carries,
    first_served,
    horizon_s,
    host_budget_per_day,
    taught,
)
from crawler.store import Archive, Condition, Due, Horizon, Learnt, Planned

if TYPE_CHECKING:
    from crawler.schedule.plan import Claim
    from crawler.schedule.posterior import Prior

LEARN_EVERY = timedelta(days=1)
DAY_S = 86_400.0
# A promise counts as breaking so long before it does: jitter and a queue may take the rest.
NEARLY_BROKEN = 0.9


@dataclass(frozen=True, slots=True)
class Rates:
    """What a run goes by: each source's prior, each host's price."""

    priors: "Mapping[str, Prior]"
    prices: Mapping[str, float]

    @classmethod
    def of(cls, learnt: Learnt) -> "Rates":
        """As the archive has it; a prior that cannot be read is the built-in one."""
        from crawler.schedule.posterior import Prior

        return cls(
            {key: Prior.from_json(text) for key, text in learnt.priors.items()}, learnt.prices
        )

    def prior(self, source_id: str) -> "Prior | None":
        """What is known of a source's pages before their first look."""
        return self.priors.get(source_id)

    def price_days(self, url: str) -> float | None:
        """What a look at the URL's host must be worth."""
        return self.prices.get(host_of(url))


def evidence_of(page: PageState) -> RateEvidence:
    """What the looks at a page have taught; nothing where its text cannot be read."""
    try:
        return RateEvidence.from_json(page.rate_evidence)
    except ValueError:
        return NOTHING


def taught_by(
    page: PageState, outcome: Outcome, at: datetime, changes: Sequence[ChangeDraft] = ()
) -> RateEvidence:
    """The evidence of a page after a look; a change of score 0 is noise and teaches that nothing
    changed, and so does one that only the extractor made."""
    edits = [change for change in changes if change.kind is ChangeKind.CONTENT]
    noise = all(edit.score == 0.0 for edit in edits)
    return taught(evidence_of(page), page, outcome, at, noise=noise)


def learning_due(learnt: Learnt, now: datetime) -> bool:
    """Whether a day has passed since the rates were learnt (or the clock was set back)."""
    if learnt.at is None:
        return True
    return not timedelta() <= now - parse_iso(learnt.at) < LEARN_EVERY


def learn(archive: Archive, sources: Iterable[Source], now: datetime) -> Planned:
    """Learns each source's prior from its pages, finds each host's price, and plans every page's
    next look by them; all of it is written."""
    from crawler.schedule.plan import claims
    from crawler.schedule.posterior import learnt_prior

    asked = [source for source in sources if source.enabled]
    priors: dict[str, str] = {}
    by_host: dict[str, list[tuple[Source, Claim]]] = defaultdict(list)
    moments: dict[int, str | None] = {}
    for source in asked:
        pages = [(page, evidence_of(page)) for page in archive.pages_to_plan(source.id)]
        prior = learnt_prior([known for _, known in pages if known.taught])
        priors[source.id] = prior.to_json()
        hosts = {page.page_id: host_of(page.canonical_url) for page, _ in pages}
        moments |= {page.page_id: page.next_check_at for page, _ in pages}
        for claim in claims(pages, source, prior, now):
            by_host[hosts[claim.page_id]].append((source, claim))
    listings = listings_per_day(asked)
    asked_delays = archive.host_states()
    ahead = horizons(asked, now)
    prices, looks, behind = {}, [], []
    for host, claimed in by_host.items():
        known = asked_delays.get(host)
        delay_s = max(
            (known.crawl_delay_s if known else None) or 0.0, *(one.delay_s for one, _ in claimed)
        )
        budget = host_budget_per_day(delay_s, listings_per_day=listings[host])
        prices[host], planned = plan_host(claimed, budget, now)
        if prices[host] == inf:
            behind.append(overloaded(host, claimed, budget, delay_s))
        # A page last seen by a clock that ran ahead would be put off to beyond that moment.
        latest = max(ahead[source.id].present for source, _ in claimed)
        looks += [(one, at) for one, at in planned if at != moments[one] and at <= latest]
    found = Planned(priors, prices, looks)
    archive.keep_rates(found)
    tell(archive, archive.observe("host_overloaded", behind), now)
    return found


def overloaded(
    host: str, claimed: "Sequence[tuple[Source, Claim]]", budget: float, delay_s: float
) -> Condition:
    """What is to be said of a host whose delay does not carry its promises."""
    carried = carries([claim.longest_s for _, claim in claimed], budget)
    detail = {
        "pages": carried.pages,
        "fit": carried.fit,
        "needed": round(carried.needed_per_day),
        "budget": round(carried.budget_per_day),
        "delay_s": delay_s,
        "carrying_delay_s": round(delay_s * carried.delay_factor, 2),
    }
    return Condition("host_overloaded", host, claimed[0][0].id, detail)


def plan_host(
    claimed: "Sequence[tuple[Source, Claim]]", budget: float, now: datetime
) -> tuple[float, list[tuple[int, str]]]:
    """A host's price, and the next look at each of its pages."""
    from crawler.schedule.plan import plan
    from crawler.schedule.price import floor_price

    floor = floor_price(min(source.every_s for source, _ in claimed))
    found = plan([claim for _, claim in claimed], now, budget, floor_days=floor)
    return found.price_days, [
        (page_id, iso(datetime.fromtimestamp(due_s, UTC))) for page_id, due_s in found.due_s
    ]


def listings_per_day(sources: Iterable[Source]) -> dict[str, float]:
    """How many requests a day the listings of each host take."""
    found: dict[str, float] = defaultdict(float)
    for source in sources:
        if source.kind != "page":
            for url in source.urls:
                found[host_of(url)] += DAY_S / source.every_s
    return found


def horizons(sources: Iterable[Source], now: datetime) -> dict[str, Horizon]:
    """The moments beyond which no next look of each source's pages is ever planned."""
    return {
        source.id: Horizon(
            iso(now + timedelta(seconds=longest_wait_s(source))),
            iso(now + timedelta(seconds=horizon_s(source))),
        )
        for source in sources
    }


def longest_wait_s(source: Source) -> float:
    """The longest time to the next look at a page that is not gone."""
    return max(source.max_interval_s, source.max_gap_s, source.confirm_after_s)


def in_order(
    due: Sequence[Due], sources: Mapping[str, Source], rates: Rates, now: datetime
) -> list[Due]:
    """The due pages, each host's in the order of their looks: a host that cannot carry its
    promises serves the oldest gap first, any other what is about to break and then what is worth
    most; a page that nobody has read yet is worth any look."""
    by_host: dict[str, list[Due]] = defaultdict(list)
    for one in due:
        by_host[host_of(one.url)].append(one)
    ordered: list[Due] = []
    for host, pages in by_host.items():
        known = {one.page.page_id: one for one in pages}
        worths = worth_of(pages, rates, now)
        waiting = [waiting_of(one, sources, worths, now) for one in pages]
        behind = rates.prices.get(host) == inf
        ordered += [known[one.page_id] for one in first_served(waiting, behind=behind)]
    return ordered


def waiting_of(
    one: Due, sources: Mapping[str, Source], worths: Mapping[int, float], now: datetime
) -> Waiting:
    """A due page's open gap, promise and worth."""
    page = one.page
    since = parse_iso(page.last_conclusive_at or page.first_seen_at)
    bound = bound_s(page, sources[page.source_id], now, page.shares_seed)
    gap_s = (now - since).total_seconds()
    return Waiting(page.page_id, gap_s, NEARLY_BROKEN * bound, worths[page.page_id])


def worth_of(pages: Sequence[Due], rates: Rates, now: datetime) -> dict[int, float]:
    """What a look at each page would be worth now, in days."""
    from crawler.schedule.posterior import built_in_prior
    from crawler.schedule.posterior import rates as expected
    from crawler.schedule.price import worth_days

    worths = {one.page.page_id: inf for one in pages}
    groups: dict[str, list[tuple[int, RateEvidence]]] = defaultdict(list)
    for one in pages:
        evidence = evidence_of(one.page)
        if evidence.seen_s is not None and evidence.born_s is not None:
            groups[one.page.source_id].append((one.page.page_id, evidence))
    for source_id, group in groups.items():
        prior = rates.prior(source_id) or built_in_prior()
        found = expected([evidence for _, evidence in group], prior)
        for (page_id, evidence), rate in zip(group, found, strict=True):
            seen_s, born_s = evidence.seen_s or 0.0, evidence.born_s or 0.0
            since = max(0.0, now.timestamp() - seen_s) / DAY_S
            age = (seen_s - born_s) / DAY_S
            worths[page_id] = float(worth_days(rate.constant, rate.decaying, age, since))
    return worths
