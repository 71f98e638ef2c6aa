"""A page's passage from state to state, look by look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.decide import ABSENT, SCORES, Judgement, decide, judge, led_away
from crawler.model import (
    Assessment,
    Attempt,
    Extraction,
    Failure,
    Fields,
    Hop,
    KnownVersion,
    Outcome,
    PageState,
    Purpose,
    State,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
CONFIRM_S = 72_000.0
URL = "https://www.qstheory.cn/dukan/qs/2024-10/31/c_1130214661.htm"


def page(state: State = State.LIVE) -> PageState:
    return PageState(1, "qiushi", URL, state=state, first_seen_at="2026-01-01T00:00:00.000Z")


def look(current: PageState, outcome: Outcome, hours: float):
    return decide(current, Judgement(outcome), START + timedelta(hours=hours), CONFIRM_S)


def walk(*looks: tuple[Outcome, float]) -> tuple[PageState, list[State]]:
    """The page after the looks, and the states that it passed to with a change row."""
    current, passed = page(), []
    for outcome, hours in looks:
        decision = look(current, outcome, hours)
        current = decision.page
        if decision.state_change:
            passed.append(decision.state_change.new)
    return current, passed


def test_absence_is_believed_when_seen_again_late_enough():
    gone, passed = walk((Outcome.GONE, 0), (Outcome.GONE, 19.9), (Outcome.GONE, 20.1))
    assert gone.state is State.GONE
    assert passed == [State.SUSPECT, State.GONE]


def test_one_sign_of_absence_is_only_a_suspicion():
    suspect, _ = walk((Outcome.GONE, 0), (Outcome.GONE, 10))
    assert suspect.state is State.SUSPECT
    assert suspect.suspicion is State.GONE


def test_different_signs_are_one_suspicion_and_the_last_names_the_state():
    away, passed = walk((Outcome.GONE, 0), (Outcome.REDIRECTED, 10), (Outcome.EMPTIED, 21))
    assert away.state is State.EMPTIED
    assert passed == [State.SUSPECT, State.EMPTIED]


@pytest.mark.parametrize("lost", [Outcome.FAILED, Outcome.REFUSED])
def test_a_look_that_told_nothing_neither_confirms_nor_clears(lost: Outcome):
    still, _ = walk((Outcome.GONE, 0), (lost, 10), (lost, 30))
    assert still.state is State.SUSPECT
    assert still.failures == 2
    gone, _ = walk((Outcome.GONE, 0), (lost, 10), (Outcome.GONE, 21))
    assert gone.state is State.GONE


def test_a_page_that_answers_again_is_restored_and_then_silently_live():
    back, passed = walk(
        (Outcome.GONE, 0), (Outcome.GONE, 21), (Outcome.CHANGED, 30), (Outcome.UNCHANGED, 40)
    )
    assert back.state is State.LIVE
    assert passed == [State.SUSPECT, State.GONE, State.RESTORED]


def test_a_suspicion_that_was_wrong_ends_at_the_next_good_look():
    live, passed = walk((Outcome.GONE, 0), (Outcome.NOT_MODIFIED, 5), (Outcome.GONE, 21))
    assert live.state is State.SUSPECT
    assert passed == [State.SUSPECT, State.LIVE, State.SUSPECT]


def test_a_block_is_entered_at_once_and_told_when_seen_again():
    first, passed = walk((Outcome.BLOCKED, 0))
    assert (first.state, first.blocked_told, passed) == (State.BLOCKED, False, [State.BLOCKED])
    later, passed = walk((Outcome.BLOCKED, 0), (Outcome.BLOCKED, 10), (Outcome.BLOCKED, 21))
    assert (later.state, later.blocked_told, passed) == (State.BLOCKED, True, [State.BLOCKED])


def test_a_block_in_between_does_not_forget_a_suspicion():
    gone, _ = walk((Outcome.GONE, 0), (Outcome.BLOCKED, 5), (Outcome.GONE, 21))
    assert gone.state is State.GONE


@given(st.lists(st.tuples(st.sampled_from(Outcome), st.integers(1, 30)), max_size=30))
def test_whatever_happens_the_states_hold_together(steps: list[tuple[Outcome, int]]):
    current, hours = page(), 0
    for outcome, wait in steps:
        hours += wait
        decision = look(current, outcome, hours)
        after, change = decision.page, decision.state_change
        assert (after.suspicion is None) == (after.suspect_since is None)
        if change is not None:
            assert change.old is current.state
            assert change.new is after.state is not current.state
            assert change.score == SCORES[change.new]
            if change.new in ABSENT.values():
                assert current.suspect_since is not None
        if outcome in (Outcome.FAILED, Outcome.REFUSED):
            assert after.state is current.state
        if outcome.conclusive:
            assert after.last_conclusive_at == after.last_checked_at
        current = after


def attempt(status: int = 200, final_url: str = URL, failure: Failure | None = None) -> Attempt:
    hop = Hop(final_url, status, "", "HTTP/1.1", (), "203.0.113.7:443")
    moment = "2026-03-01T00:00:00.000Z"
    return Attempt(
        Purpose.ARTICLE,
        URL,
        (),
        moment,
        moment,
        1,
        final_url,
        status,
        (hop,),
        b"x",
        failure=failure,
    )


def extraction(assessment: Assessment = Assessment.ARTICLE, text: str = "求是") -> Extraction:
    return Extraction(
        assessment, "", text, "题", None, None, None, None, None, "zh", (), (), "1", "qstheory",
        "utf-8", "header",
    )  # fmt: skip


KNOWN = KnownVersion(1, "same", Fields(title="题"), "1", "qstheory", "2026-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    ("status", "assessment", "expected"),
    [
        (304, Assessment.ARTICLE, (Outcome.NOT_MODIFIED, None)),
        (404, Assessment.ARTICLE, (Outcome.GONE, "not_found")),
        (410, Assessment.ARTICLE, (Outcome.GONE, "gone")),
        (451, Assessment.ARTICLE, (Outcome.GONE, "legal")),
        (403, Assessment.ARTICLE, (Outcome.BLOCKED, "forbidden")),
        (412, Assessment.CHALLENGE, (Outcome.BLOCKED, "challenge")),
        (521, Assessment.CHALLENGE, (Outcome.BLOCKED, "challenge")),
        (200, Assessment.CHALLENGE, (Outcome.BLOCKED, "challenge")),
        (200, Assessment.WALL, (Outcome.BLOCKED, "wall")),
        (200, Assessment.STUB, (Outcome.GONE, "stub")),
        (200, Assessment.EMPTY, (Outcome.EMPTIED, "empty")),
        (200, Assessment.UNSUPPORTED, (Outcome.FAILED, "unsupported_type")),
        (418, Assessment.ARTICLE, (Outcome.BLOCKED, "forbidden")),
        (402, Assessment.ARTICLE, (Outcome.FAILED, "status")),
        (200, Assessment.ARTICLE, (Outcome.CHANGED, None)),
    ],
)
def test_what_an_answer_says(status: int, assessment: Assessment, expected):
    judged = judge(attempt(status), extraction(assessment), KNOWN, "other")
    assert (judged.outcome, judged.reason) == expected


def test_the_same_text_with_the_same_byline_is_unchanged():
    assert judge(attempt(), extraction(), KNOWN, "same").outcome is Outcome.UNCHANGED


def test_another_title_over_the_same_text_is_a_change():
    known = KnownVersion(1, "same", Fields(title="旧题"), "1", "qstheory", KNOWN.as_of)
    assert judge(attempt(), extraction(), known, "same").outcome is Outcome.CHANGED


def test_a_page_seen_for_the_first_time_is_new():
    assert judge(attempt(), extraction(), None, "text").outcome is Outcome.NEW


def test_a_failure_of_the_fetch_is_the_outcome():
    lost = Failure(Outcome.FAILED, "timeout", "no answer")
    judged = judge(attempt(failure=lost), None, KNOWN, "")
    assert (judged.outcome, judged.reason) == (Outcome.FAILED, "timeout")


@pytest.mark.parametrize(
    ("final_url", "away"),
    [
        (URL, False),
        ("https://www.qstheory.cn/", True),
        ("https://www.qstheory.cn/index.htm", True),
        ("https://www.qstheory.cn/20250115/00112233445566778899aabbccddeeff/c.html", False),
    ],
)
def test_a_redirect_to_the_home_page_leads_away(final_url: str, away: bool):
    assert led_away(attempt(final_url=final_url), extraction()) is away


def test_a_redirect_to_a_list_leads_away():
    moved = attempt(final_url="https://www.qstheory.cn/qs/mulu.htm")
    assert judge(moved, extraction(Assessment.LIST), KNOWN, "x").outcome is Outcome.REDIRECTED


NUMBER = "http://www.qstheory.cn/dukan/qs/2024-10/31/c_1130214661.htm"


@pytest.mark.parametrize(
    ("asked", "came", "title", "outcome"),
    [
        # another number of the same site
        (NUMBER, "https://www.qstheory.cn/20250215/c_1130214999.htm", "题", Outcome.REDIRECTED),
        # the same number under another path, and an address without one
        (NUMBER, "https://www.qstheory.cn/2024-10/31/c_1130214661.htm", "别的", Outcome.CHANGED),
        (NUMBER, "https://www.qstheory.cn/special/about.htm", "题", Outcome.CHANGED),
        # another site: its title tells whether it is the article that moved
        ("http://a.org/x.html", "http://b.org/y.html", "别的", Outcome.REDIRECTED),
        ("http://a.org/x.html", "http://b.org/y.html", "题", Outcome.CHANGED),
        ("http://a.org/x.html", "http://b.org/y.html", "　题 ", Outcome.CHANGED),
        ("http://a.org/x.html", "https://www.a.org/y.html", "别的", Outcome.CHANGED),
        ("http://a.org/x.html", "https://m.a.org/y.html", "别的", Outcome.CHANGED),
    ],
)
def test_a_redirect_to_another_article_leads_away(asked, came, title, outcome):
    known = KnownVersion(1, "old", Fields(title="题"), "e", "r", "2026-01-01T00:00:00Z")
    looked = replace(attempt(200), request_url=asked, final_url=came)
    found = judge(looked, replace(extraction(), title=title), known, "new")
    assert found.outcome is outcome
    assert judge(looked, replace(extraction(), title=title), known, "old").outcome in (
        Outcome.UNCHANGED, Outcome.CHANGED
    )  # fmt: skip
