"""What a host can carry, and who is served first when it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import Waiting, carries, first_served, host_budget_per_day

DAY_S = 86_400.0


def test_a_host_says_how_many_pages_fit():
    budget = host_budget_per_day(5.0, share=1.0)
    assert budget == 17_280
    carried = carries([2 * DAY_S] * 40_000, budget)
    assert (carried.pages, carried.fit, carried.kept) == (40_000, 34_560, False)
    assert carried.needed_per_day == pytest.approx(20_000)
    assert carried.delay_factor == pytest.approx(0.864)
    assert carries([2 * DAY_S] * 34_560, budget).kept
    assert carries([], 0.0).kept


def test_listings_take_their_part_of_the_budget():
    assert host_budget_per_day(10.0, listings_per_day=912.0) == pytest.approx(6000.0)
    assert host_budget_per_day(86_400.0, listings_per_day=24.0) == 0.0


@given(st.lists(st.floats(60, 1e7), max_size=60), st.floats(0, 5000))
def test_as_many_pages_fit_as_can(bounds, budget):
    carried = carries(bounds, budget)
    loosest = sorted(bounds, reverse=True)
    assert sum(DAY_S / bound for bound in loosest[: carried.fit]) <= budget * (1 + 1e-6)
    if not carried.kept:
        assert sum(DAY_S / bound for bound in loosest[: carried.fit + 1]) > budget


waiting = st.lists(
    st.builds(
        Waiting,
        st.integers(1, 10**6),
        st.floats(0, 1e7),
        st.floats(3600, 1e7),
        st.floats(0, 100),
    )
)


@given(waiting)
def test_a_host_that_is_behind_serves_the_oldest_gap_first(pages):
    served = first_served(pages, behind=True)
    assert sorted(served, key=id) == sorted(pages, key=id)
    strains = [page.strain for page in served]
    assert strains == sorted(strains, reverse=True)


@given(waiting)
def test_else_broken_promises_come_first_and_then_what_is_worth_most(pages):
    served = first_served(pages, behind=False)
    broken = [page.strain > 1 for page in served]
    assert broken == sorted(broken, reverse=True)
    worths = [page.worth_days for page in served if page.strain <= 1]
    assert worths == sorted(worths, reverse=True)
