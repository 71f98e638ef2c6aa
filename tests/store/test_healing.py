"""S10 of the fault table: what a clock that ran ahead wrote puts nothing off for longer than any
wait that is ever planned."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.decide import Judgement, decide
from crawler.fetch.pace import Host
from crawler.model import EventDraft, HostState, NotifyChannel, Outcome, State, iso
from crawler.notify import router_of
from crawler.pipeline.telling import tell_stories
from crawler.store import Archive, alarms

YEAR = timedelta(days=365)


@pytest.fixture
def ahead(world: Any) -> Any:
    """A world that has seen a page, a year ahead of the clock that is right again."""
    world.listing("one")
    world.look("one", "正文。")
    world.pass_time(hours=1)
    world.now += YEAR
    return world


def back(world: Any) -> None:
    world.now -= YEAR


def state(world: Any) -> Any:
    return world.archive.due_at(["http://news.test/one"])[0].page


def test_a_host_is_not_left_alone_for_a_year(ahead: Any) -> None:
    host = HostState("news.test", paused_until=iso(ahead.now + timedelta(hours=5)))
    ahead.archive.commit([], [host])
    back(ahead)
    assert ahead.archive.heal() == 1
    kept = ahead.archive.host_states()["news.test"]
    assert Host(kept, ahead.now, 0.0).paused_until == 0.0


def test_a_pause_that_a_server_asked_for_is_kept(ahead: Any) -> None:
    until = iso(ahead.now + timedelta(hours=23))
    ahead.archive.commit([], [HostState("news.test", paused_until=until)])
    assert ahead.archive.heal() == 0
    assert ahead.archive.host_states()["news.test"].paused_until == until


@pytest.mark.parametrize(
    ("known", "outcome", "expected"),
    [
        ({"state": State.SUSPECT, "suspicion": State.GONE}, Outcome.GONE, State.GONE),
        ({"state": State.BLOCKED, "blocked_told": False}, Outcome.BLOCKED, State.BLOCKED),
    ],
)
def test_a_sign_of_absence_is_believed_when_it_is_seen_again(
    ahead: Any, known: dict[str, Any], outcome: Outcome, expected: State
) -> None:
    since = {"suspect_since": iso(ahead.now), "blocked_since": iso(ahead.now)}
    ahead.look("one", outcome=outcome, page={**known, **since})
    back(ahead)
    confirm_s = 72_000.0
    later = ahead.now + timedelta(seconds=confirm_s + 1)
    ahead.archive.heal()
    found = decide(state(ahead), Judgement(outcome), later, confirm_s).page
    assert found.state is expected
    assert found.blocked_told == (expected is State.BLOCKED)


def test_a_page_seen_in_the_future_can_break_its_promise(ahead: Any) -> None:
    ahead.listing("one")
    ahead.look("one", "正文。")
    back(ahead)
    ahead.archive.heal()
    assert alarms.broken_promises(ahead.archive.conn, ahead.now) == []
    late = ahead.now + timedelta(days=3)
    kinds = {found.subject for found in alarms.broken_promises(ahead.archive.conn, late)}
    assert kinds == {"http://news.test/one", "http://news.test/"} | {"http://other.test/"}


@pytest.mark.parametrize("attempts", [0, 1, 9])
def test_a_message_does_not_wait_for_a_year(ahead: Any, attempts: int) -> None:
    channel = NotifyChannel("team", "env:X")
    ahead.archive.router = router_of([channel], {})
    ahead.archive.record_event(EventDraft("clock_step", "clock", "Ahead.", "See."))
    for _ in range(attempts):
        message = ahead.archive.claim_message(["team"], ahead.now)
        ahead.archive.message_failed(message, "down", ahead.now)
        ahead.now += timedelta(hours=6)
    ahead.now -= attempts * timedelta(hours=6)
    back(ahead)
    assert ahead.archive.claim_message(["team"], ahead.now) is None
    ahead.archive.heal()
    assert ahead.archive.claim_message(["team"], ahead.now) is not None


def test_a_story_written_ahead_is_told_once_when_the_clock_is_right(ahead: Any) -> None:
    names = [f"p{n}" for n in range(12)]
    ahead.archive.router = router_of([NotifyChannel("team", "env:X")], {})
    ahead.listing(*names)
    for name in names:
        ahead.look(name, "正文。")
        ahead.look(name, "正文。新的页脚。")
    back(ahead)
    ahead.archive.heal()
    tell_stories(ahead.archive, ahead.now, final=False)
    (event,) = ahead.archive.events(kind="redesign")
    assert len(event["changes"]) == 12
    tell_stories(ahead.archive, ahead.now + timedelta(hours=2), final=False)
    assert len(list(ahead.archive.events(kind="redesign"))) == 1


def test_holding_the_archive_heals_it(ahead: Any) -> None:
    ahead.archive.commit([], [HostState("news.test", paused_until=iso(ahead.now))])
    back(ahead)
    with ahead.archive.run_lock("run"):
        assert ahead.archive.host_states()["news.test"].paused_until is None


def test_a_clock_before_the_first_look_heals_nothing(world: Any) -> None:
    world.listing("one")
    world.look("one", "正文。")
    before = state(world)
    world.now = datetime(1970, 1, 1, tzinfo=world.now.tzinfo)
    assert world.archive.heal() == 0
    assert state(world) == before


def test_what_lies_behind_us_is_left_as_it_is(world: Any) -> None:
    world.listing("one")
    world.look("one", outcome=Outcome.FAILED, page={"suspect_since": iso(world.now)})
    before = replace(state(world))
    world.pass_time(hours=1)
    assert world.archive.heal() == 0
    assert state(world) == before
    with Archive.open(world.path, mode="read") as reader:
        assert reader.due_at(["http://news.test/one"])[0].page == before
