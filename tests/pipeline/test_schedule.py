"""When a page is looked at next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.model import Outcome, PageState, Source, State, iso, parse_iso
from crawler.schedule import ABSENT_INTERVAL_S, bound_s, interval_s, next_check_at

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = Source("qiushi", "index")


def page(age_days: float, **fields) -> PageState:
    first = iso(NOW - timedelta(days=age_days))
    return replace(PageState(1, "qiushi", "https://a.example/", first_seen_at=first), **fields)


@given(
    st.floats(0, 4000),
    st.sampled_from(Outcome),
    st.sampled_from([State.LIVE, State.BLOCKED, State.RESTORED]),
    st.integers(0, 1000),
    st.booleans(),
    st.floats(-1, 1),
)
def test_the_next_look_keeps_the_promise(age, outcome, state, failures, seed, jitter):
    current = page(age, state=state, failures=failures)
    due = next_check_at(current, outcome, SOURCE, NOW, shares_seed=seed, jitter=jitter)
    wait_s = (parse_iso(due) - NOW).total_seconds()
    assert 0 < wait_s <= bound_s(current, SOURCE, NOW, seed)


def test_a_young_page_is_bound_by_max_gap_and_an_old_one_is_not():
    assert bound_s(page(29), SOURCE, NOW, False) == SOURCE.max_gap_s
    assert bound_s(page(31), SOURCE, NOW, False) == SOURCE.max_interval_s
    assert bound_s(page(31), SOURCE, NOW, True) == SOURCE.max_gap_s
    assert bound_s(page(31), replace(SOURCE, kind="page"), NOW, False) == SOURCE.max_gap_s


def test_a_suspect_page_is_due_when_its_absence_can_be_believed():
    suspect = page(3, state=State.SUSPECT, suspect_since=iso(NOW))
    due = next_check_at(suspect, Outcome.GONE, SOURCE, NOW, jitter=-1.0)
    assert due == iso(NOW + timedelta(seconds=SOURCE.confirm_after_s))


def test_a_page_that_is_gone_and_gave_no_answer_is_asked_for_sooner():
    gone = page(90, state=State.GONE, failures=1)
    assert interval_s(gone, Outcome.FAILED, SOURCE, NOW, False) == 2 * SOURCE.min_interval_s
    often = replace(gone, failures=99)
    assert interval_s(often, Outcome.FAILED, SOURCE, NOW, False) == ABSENT_INTERVAL_S
    assert interval_s(often, Outcome.BLOCKED, SOURCE, NOW, False) == ABSENT_INTERVAL_S


def test_a_page_that_is_gone_is_asked_for_monthly():
    gone = page(90, state=State.GONE)
    assert interval_s(gone, Outcome.GONE, SOURCE, NOW, False) == ABSENT_INTERVAL_S


def test_failures_are_tried_again_ever_more_seldom():
    waits = [
        interval_s(page(90, failures=n), Outcome.FAILED, SOURCE, NOW, False) for n in range(1, 8)
    ]
    assert waits == sorted(waits)
    assert waits[0] == 2 * SOURCE.min_interval_s


def test_a_moment_that_the_server_asked_for_is_kept():
    later = iso(NOW + timedelta(days=9))
    assert next_check_at(page(3), Outcome.FAILED, SOURCE, NOW, retry_at=later) == later
