"""The next look: within the promise, not below the shortest interval, and sooner for pages that
change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model import Outcome, PageState, Source, State, iso, parse_iso
from crawler.schedule import (
    NOTHING,
    Look,
    RateEvidence,
    bound_s,
    horizon_s,
    interval_s,
    next_check_at,
    taught,
)
from crawler.schedule.evidence import exposure
from crawler.schedule.plan import claims, plan
from crawler.schedule.posterior import CELLS, Prior, built_in_prior, learnt_prior, rate
from crawler.schedule.price import Demand, floor_price, host_price, wait_days, worth_days

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = Source("qiushi", "index")
DAY_S = 86_400.0

durations = st.floats(600, 90 * DAY_S)
sources = st.builds(
    Source,
    st.just("s"),
    st.sampled_from(["index", "page"]),
    every_s=durations,
    min_interval_s=durations,
    max_interval_s=durations,
    max_gap_s=durations,
    young_s=durations,
    confirm_after_s=durations,
    jitter=st.floats(0, 1),
)
histories = st.lists(st.booleans(), max_size=40)


def page(age_days: float, **fields) -> PageState:
    first = iso(NOW - timedelta(days=age_days))
    return replace(PageState(1, "qiushi", "https://a.example/", first_seen_at=first), **fields)


def known_of(changes, age_days: float, born_days: float = 0.0) -> RateEvidence:
    """Looks at even distances between a page's first one, `age_days` ago, and now."""
    first = NOW - timedelta(days=age_days)
    known = NOTHING.begun(first - timedelta(days=born_days), first)
    for number, changed in enumerate(changes, 1):
        at = first + timedelta(days=age_days * number / len(changes))
        known = known.after(Look(at, changed))
    return known


def one_shape(row: int) -> Prior:
    """The built-in prior of one shape alone."""
    rows = [tuple(2 * w for w in built_in_prior().weights[row]) if n == row else (0.0,) * CELLS
            for n in range(2)]  # fmt: skip
    return Prior(tuple(rows))


@settings(deadline=None, max_examples=300)
@given(
    sources,
    st.floats(0.1, 4000),
    st.sampled_from(Outcome),
    st.sampled_from([State.LIVE, State.BLOCKED, State.RESTORED]),
    st.integers(0, 40),
    st.none() | st.floats(0, 100),
    st.booleans(),
    st.floats(-1, 1),
    histories,
    st.none() | st.floats(0, 1e9) | st.just(float("inf")),
)
def test_no_look_is_later_than_the_promise_nor_sooner_than_the_shortest_interval(
    source, age, outcome, state, failures, unseen_days, seed, jitter, history, price
):
    last = None if unseen_days is None else iso(NOW - timedelta(days=unseen_days))
    current = page(age, state=state, failures=failures, last_conclusive_at=last)
    due = next_check_at(
        current, outcome, source, NOW, shares_seed=seed, jitter=jitter,
        evidence=known_of(history, age), price_days=price,
    )  # fmt: skip
    wait_s = (parse_iso(due) - NOW).total_seconds()
    bound = bound_s(current, source, NOW, seed)
    assert wait_s <= bound + 0.001
    assert wait_s >= min(source.min_interval_s, 0.8 * bound) - 0.001
    assert wait_s <= horizon_s(source) + 0.001


@settings(deadline=None)
@given(
    st.sampled_from([0, 1]),
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=24),
    st.floats(1, 300),
    st.floats(0, 3000),
)
def test_of_two_pages_looked_at_alike_the_one_that_changed_more_is_looked_at_no_later(
    shape, pairs, age, born_days
):
    """For a known shape this is a theorem: a change more makes every higher rate likelier."""
    fewer = known_of([first and second for first, second in pairs], age, born_days)
    more = known_of([first for first, _ in pairs], age, born_days)
    waits = [
        interval_s(page(age), Outcome.UNCHANGED, SOURCE, NOW, False,
                   evidence=known, prior=one_shape(shape))
        for known in (fewer, more)
    ]  # fmt: skip
    assert waits[1] <= waits[0] * 1.000001


@settings(deadline=None)
@given(st.integers(2, 40), st.floats(1, 300), st.floats(0, 3000), histories)
def test_a_page_that_always_changed_is_looked_at_no_later_than_one_that_never_did(
    number, age, born_days, others
):
    prior = learnt_prior([known_of(others, age, born_days)])
    waits = [
        interval_s(page(age), Outcome.UNCHANGED, SOURCE, NOW, False,
                   evidence=known_of([changed] * number, age, born_days), prior=prior)
        for changed in (True, False)
    ]  # fmt: skip
    assert waits[0] <= waits[1] * 1.000001


@settings(deadline=None)
@given(st.floats(1e-6, 50), st.floats(0, 50), st.floats(0, 4000), st.floats(1e-6, 1e4))
def test_a_look_is_due_just_when_it_is_worth_its_price(constant, decaying, age, price):
    wait = float(wait_days(constant, decaying, age, price))
    assert float(worth_days(constant, decaying, age, wait)) == pytest.approx(price, rel=1e-4)


def test_a_constant_rate_is_looked_at_by_the_square_root():
    assert float(wait_days(0.5, 0.0, 10.0, 4.0)) == pytest.approx(4.0)
    assert float(wait_days(0.125, 0.0, 10.0, 4.0)) == pytest.approx(8.0)


@settings(deadline=None)
@given(
    st.lists(st.floats(1e-5, 30), min_size=1, max_size=60),
    st.floats(0.1, 500),
)
def test_the_price_uses_up_the_budget_and_no_more(page_rates, budget):
    demands = [Demand(each, 1_800.0, 30 * DAY_S) for each in page_rates]
    price = host_price(demands, budget)
    needed = len(demands) / 30
    if needed > budget:
        assert price == float("inf")
        return
    waits = [min(max((2 * price / each) ** 0.5, 1 / 48), 30.0) for each in page_rates]
    spent = sum(1 / wait for wait in waits)
    assert spent <= budget * 1.000001
    # What is left over is left because every page is at its shortest interval.
    assert spent == pytest.approx(budget, rel=1e-3) or spent == pytest.approx(len(demands) * 48)


def test_plenty_of_requests_are_no_reason_to_look_for_nothing():
    floor = floor_price(SOURCE.every_s)
    assert host_price([Demand(0.01, 60.0, 30 * DAY_S)], 1e6, floor_days=floor) == floor
    assert host_price([], 10.0, floor_days=floor) == floor
    assert float(wait_days(1.0, 0.0, 100.0, floor)) == pytest.approx(0.25)


def test_a_page_that_stands_still_is_left_alone_and_one_that_is_edited_is_not():
    still, edited = (
        interval_s(page(200), Outcome.UNCHANGED, SOURCE, NOW, False,
                   evidence=known_of(changes, 200))
        for changes in ([False] * 100, [False, True] * 50)
    )  # fmt: skip
    assert edited < DAY_S < 3 * DAY_S < still


def test_a_young_page_is_looked_at_again_after_every():
    assert interval_s(page(0), Outcome.NEW, SOURCE, NOW, False) == SOURCE.every_s


def test_a_suspicion_is_settled_even_when_a_look_between_brings_nothing():
    since = iso(NOW - timedelta(hours=5))
    suspect = page(3, state=State.SUSPECT, suspect_since=since, failures=1)
    due = next_check_at(suspect, Outcome.FAILED, SOURCE, NOW, jitter=1.0)
    assert due == iso(parse_iso(since) + timedelta(seconds=SOURCE.confirm_after_s))
    late = replace(suspect, suspect_since=iso(NOW - timedelta(hours=21)))
    assert next_check_at(late, Outcome.FAILED, SOURCE, NOW) == iso(NOW + timedelta(hours=1))


def test_a_page_that_fails_is_tried_once_more_before_its_promise_breaks():
    last = iso(NOW - timedelta(hours=37))
    failing = page(3, failures=6, last_conclusive_at=last)
    wait_s = interval_s(failing, Outcome.FAILED, SOURCE, NOW, False)
    assert wait_s == pytest.approx(1.4 * 3600)
    broken = replace(failing, last_conclusive_at=iso(NOW - timedelta(days=30)))
    assert interval_s(broken, Outcome.BLOCKED, SOURCE, NOW, False) == pytest.approx(32 * 3600)


def test_all_pages_of_a_host_follow_a_new_price():
    rows = [
        (page(100, page_id=n), known_of([n % 10 == 0, False] * 10, 100, 50)) for n in range(1, 200)
    ]
    rows.append((page(100, page_id=500, state=State.GONE), rows[0][1]))
    rows.append((page(100, page_id=501, failures=2), rows[0][1]))
    rows.append((page(100, page_id=502), NOTHING))
    prior = learnt_prior([known for _, known in rows])
    claimed = claims(rows, SOURCE, prior, NOW)
    assert {claim.page_id for claim in claimed} == set(range(1, 200))
    dear, cheap = (plan(claimed, NOW, budget) for budget in (20.0, 2000.0))
    assert dear.price_days > cheap.price_days
    first, last = NOW.timestamp() + 1_800, NOW.timestamp() + 0.8 * SOURCE.max_interval_s
    for (_, later), (_, sooner) in zip(dear.due_s, cheap.due_s, strict=True):
        assert first <= sooner <= later <= last + 0.001
    due = dict(dear.due_s)
    assert due[10] < due[11]
    assert plan([], NOW, 10.0, floor_days=0.5).price_days == 0.5


def test_pages_first_read_together_do_not_come_back_all_at_once():
    rows = [(page(0, page_id=n), known_of([], 0, 400)) for n in range(1, 101)]
    planned = plan(claims(rows, SOURCE, built_in_prior(), NOW), NOW, 50.0)
    waits = sorted(due - NOW.timestamp() for _, due in planned.due_s)
    quarters = [waits[n] / waits[-1] for n in (25, 50, 75)]
    assert quarters == pytest.approx([0.25, 0.5, 0.75], abs=0.05)


def test_the_plan_and_a_single_look_agree():
    current, known = page(100), known_of([True, False] * 10, 100, 50)
    planned = plan(claims([(current, known)], SOURCE, built_in_prior(), NOW), NOW, 0.2)
    alone = interval_s(
        current,
        Outcome.UNCHANGED,
        SOURCE,
        NOW,
        False,
        evidence=known,
        price_days=planned.price_days,
    )
    assert planned.due_s[0][1] == pytest.approx(NOW.timestamp() + alone)


def test_a_real_course_of_looks_settles_on_the_rate_of_the_page():
    """A page edited every fifth day, looked at when due: the rate is found, the looks follow."""
    known, at = NOTHING, NOW
    current = page(0, published="2020-01-01")
    for _ in range(400):
        before = known.seen_s
        edited = before is not None and int(at.timestamp() // (5 * DAY_S)) != int(
            before // (5 * DAY_S)
        )
        outcome = Outcome.CHANGED if edited else Outcome.UNCHANGED
        known = taught(known, current, outcome, at)
        due = next_check_at(current, outcome, SOURCE, at, evidence=known, price_days=0.2)
        at = parse_iso(due)
    found = rate(known, built_in_prior()).per_day(known.age_days(at))
    assert found == pytest.approx(0.2, rel=0.2)


def test_exposures_add_up():
    whole, parts = exposure(1.0, 9.0), [exposure(1.0, 4.0), exposure(4.0, 9.0)]
    assert whole == pytest.approx(tuple(a + b for a, b in zip(*parts, strict=True)))
