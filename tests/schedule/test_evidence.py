"""What looks teach, and that it survives its way through the archive."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model import Outcome, PageState, iso
from crawler.schedule import NOTHING, Look, RateEvidence, born_at, taught
from crawler.schedule.evidence import CHANGES_KEPT, verdict
from crawler.schedule.posterior import (
    Prior,
    built_in_prior,
    learnt_prior,
    log_likelihood,
    look_log_likelihood,
    rate,
    rates,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = PageState(1, "qiushi", "https://a.example/", first_seen_at=iso(START))

#: (seconds since the look before, changed or not or unknown)
looks = st.lists(
    st.tuples(st.floats(60, 40 * 86_400), st.sampled_from([True, False, None])), max_size=80
)


def evidence_of(steps, born_days: float = 0.0) -> RateEvidence:
    """The evidence of a page looked at after each of these waits."""
    at = START
    known = NOTHING.begun(START - timedelta(days=born_days), START)
    for wait_s, changed in steps:
        at += timedelta(seconds=wait_s)
        known = known.after(Look(at, changed))
    return known


@given(looks, st.floats(0, 4000))
def test_evidence_comes_back_equal_from_its_json_and_is_short(steps, born_days):
    known = evidence_of(steps, born_days)
    text = known.to_json()
    assert RateEvidence.from_json(text) == known
    assert len(text) < 1200


def test_no_text_and_another_format_are_no_evidence_and_junk_is_refused():
    assert RateEvidence.from_json(None) == RateEvidence.from_json("") == NOTHING
    assert RateEvidence.from_json("[99, 1, 2]") == NOTHING
    assert RateEvidence.from_json(NOTHING.to_json()) == NOTHING
    for junk in ("{", "[1, 2]", '[1, 0, 0, [1, "x"], []]', "7", '[1,0,0,[1,1],[[1,"a",2]]]'):
        with pytest.raises(ValueError, match="no evidence"):
            RateEvidence.from_json(junk)


@given(looks)
def test_every_change_is_counted_however_many_are_pooled(steps):
    known = evidence_of(steps)
    assert known.changes == sum(changed is True for _, changed in steps)
    assert len(known.changed) <= CHANGES_KEPT


def test_what_an_outcome_teaches():
    assert verdict(Outcome.CHANGED) is True
    assert verdict(Outcome.CHANGED, noise=True) is False
    assert verdict(Outcome.NOT_MODIFIED) is False
    assert verdict(Outcome.UNCHANGED) is False
    for silent in (Outcome.FAILED, Outcome.BLOCKED, Outcome.REFUSED, Outcome.GONE):
        assert verdict(silent) is None


def test_a_look_without_an_answer_leaves_the_interval_open():
    steps = [(86_400, None), (86_400, False)]
    assert evidence_of(steps) == evidence_of([(172_800, False)])


def test_a_look_of_a_clock_that_was_set_back_teaches_nothing():
    known = evidence_of([(86_400, False)])
    again = known.after(Look(START, True))
    assert (again.unchanged, again.changed) == (known.unchanged, known.changed)


def test_a_clock_that_ran_a_year_ahead_does_not_stop_the_learning():
    known = evidence_of([(86_400, False)]).after(Look(START + timedelta(days=400), False))
    back = known.after(Look(START + timedelta(days=2), False))
    learnt = back.after(Look(START + timedelta(days=3), True))
    assert learnt.changes == 1
    (change,) = learnt.changed
    assert change.exposure[0] == pytest.approx(1.0)


def test_the_first_look_that_shows_the_text_only_begins():
    later = START + timedelta(days=2)
    assert taught(NOTHING, PAGE, Outcome.FAILED, later) == NOTHING
    begun = taught(NOTHING, PAGE, Outcome.CHANGED, later)
    assert begun.changes == 0
    assert begun.age_days(later) == 2.0
    seen = taught(begun, PAGE, Outcome.CHANGED, later + timedelta(days=1))
    assert seen.changes == 1
    assert taught(begun, PAGE, Outcome.CHANGED, later + timedelta(days=1), noise=True).changes == 0


@pytest.mark.parametrize(
    ("published", "born"),
    [
        ("2020-05-04", datetime(2020, 5, 4, tzinfo=UTC)),
        ("2031-01-01", START),
        ("昨天", START),
        (None, START),
    ],
)
def test_a_page_is_as_old_as_its_believable_date(published, born):
    assert born_at(replace(PAGE, published=published)) == born


@settings(deadline=None)
@given(looks)
def test_pooling_changes_costs_little_of_what_they_tell(steps):
    """Against the likelihood of every look for itself."""
    known = evidence_of(steps)
    at, exact = 0.0, np.zeros((2, 48))
    seen = 0.0
    for wait_s, changed in steps:
        at += wait_s / 86_400
        if changed is None:
            continue
        decay = np.log((at + 0.25) / (seen + 0.25)) + (at - seen) / 365
        exposures = np.array([[at - seen, decay]])
        exact += look_log_likelihood(exposures, np.array([changed]))[0]
        seen = at
    weights = np.asarray(built_in_prior().weights) * np.exp(exact - exact.max())
    mean = (weights / weights.sum()) @ np.logspace(-5, 2, 48)
    ours = rate(known, built_in_prior())
    assert ours.per_day(at) == pytest.approx(mean[0] + mean[1] * (1 / (at + 0.25) + 1 / 365), 0.05)


def test_many_pages_read_as_each_alone():
    pages = [evidence_of([(86_400, n % 3 == 0)] * (n % 7)) for n in range(50)]
    together = rates(pages, built_in_prior())
    for page, expected in zip(pages, together, strict=True):
        alone = rate(page, built_in_prior())
        assert expected.constant == pytest.approx(alone.constant)
        assert expected.decaying == pytest.approx(alone.decaying)
    assert log_likelihood([]).shape == (0, 2, 48)


def test_a_prior_comes_back_from_its_json():
    prior = learnt_prior([evidence_of([(86_400, n % 5 == 0)] * 20) for n in range(40)])
    back = Prior.from_json(prior.to_json())
    assert np.allclose(back.weights, prior.weights, rtol=1e-3, atol=1e-9)
    assert Prior.from_json(back.to_json()) is not None
    assert Prior.from_json(None) == Prior.from_json("[99]") == built_in_prior()
    for junk in ("{", "[1]", "[1, [[1, 2]]]", json.dumps([1, [[-1.0] * 48] * 2])):
        with pytest.raises(ValueError, match="no prior"):
            Prior.from_json(junk)


def test_a_source_teaches_its_new_pages():
    """Pages of a source that hardly ever changes are expected not to; of a lively one they are."""
    still = learnt_prior([evidence_of([(86_400, False)] * 60, 300) for _ in range(200)])
    lively = learnt_prior([evidence_of([(86_400, True)] * 60, 300) for _ in range(200)])
    unknown = evidence_of([], 300)
    assert rate(unknown, still).per_day(300) < 0.02
    assert rate(unknown, lively).per_day(300) > 1.0
    assert rate(unknown, learnt_prior([])) == rate(unknown, built_in_prior())


def test_a_source_of_news_is_told_from_one_that_changes_evenly():
    def page(ages, born_days=0.0):
        known, at = NOTHING.begun(START - timedelta(days=born_days), START), 0
        for day in range(1, 60):
            at = day
            known = known.after(Look(START + timedelta(days=at), day in ages))
        return known

    news = learnt_prior([page({1, 2, 3 + n % 4}) for n in range(100)])
    even = learnt_prior([page({7 + n % 5, 27 + n % 7, 47 + n % 3}) for n in range(100)])
    assert sum(news.weights[1]) > 0.9
    assert sum(even.weights[0]) > 0.9
    quiet = page({1, 2})
    assert rate(quiet, news).per_day(60) < 0.5 * rate(quiet, even).per_day(60)
