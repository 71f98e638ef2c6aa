"""How often pages change is learnt from their looks, kept in the archive, and planned by."""

import importlib.util
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import AddressState, HostState, Outcome, Source, iso, parse_iso
from crawler.pipeline.asking import PLANNED_SHARE, wants_full
from crawler.pipeline.rates import (
    Rates,
    evidence_of,
    horizons,
    in_order,
    learn,
    learning_due,
    taught_by,
)
from crawler.schedule import RateEvidence, horizon_s


def load(name: str):
    file = Path(__file__).resolve().parents[1] / "store" / "building.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(tmp_path):
    made = load("building_of_rates").World(tmp_path / "archive.db")
    yield made
    made.close()


DAY_S = 86_400.0
NEWS = Source("news", "index", urls=("http://news.test/",))


def looked(world, name: str, text: str):
    """A look that teaches as one of a run does."""
    intent = world.intent(name, text)
    evidence = taught_by(intent.page, intent.attempts[-1][1], world.now, intent.changes)
    page = replace(
        intent.page,
        rate_evidence=evidence.to_json(),
        next_check_at=iso(world.now + timedelta(hours=6)),
    )
    world.archive.commit([replace(intent, page=page)])


def state(world, name: str):
    return world.archive.due_at([f"http://news.test/{name}"])[0].page


def test_evidence_survives_its_way_through_the_archive(world):
    world.listing("one")
    looked(world, "one", "第一版。")
    world.pass_time(days=1)
    looked(world, "one", "第一版。")
    world.pass_time(days=1)
    looked(world, "one", "第二版，改了几个字。")
    kept = evidence_of(state(world, "one"))
    assert kept.changes == 1
    assert kept.unchanged[0] == pytest.approx(1.0, abs=0.01)


def test_what_is_learnt_in_a_day_moves_pages_that_change_ahead_of_those_that_do_not(world):
    names = [f"p{n}" for n in range(8)]
    world.listing(*names)
    for day in range(12):
        for n, name in enumerate(names):
            looked(world, name, f"{name} {day if n < 2 else 0} 版的正文。")
        world.pass_time(days=1)
    known = world.archive.learnt(["news"])
    assert learning_due(known, world.now)
    learn(world.archive, [replace(NEWS, young_s=1.0)], world.now)
    assert not learning_due(world.archive.learnt(["news"]), world.now + timedelta(hours=23))
    assert learning_due(world.archive.learnt(["news"]), world.now + timedelta(hours=25))
    due = {name: parse_iso(state(world, name).next_check_at) for name in names}
    lively = max(due[name] for name in names[:2])
    assert lively < min(due[name] for name in names[2:])
    rates = Rates.of(world.archive.learnt(["news"]))
    assert rates.prior("news") is not None
    assert rates.price_days("http://news.test/p1") > 0


def test_a_host_that_cannot_carry_its_promises_has_no_price_and_serves_the_oldest_gap(world):
    names = [f"p{n}" for n in range(6)]
    world.listing(*names)
    for name in names:
        looked(world, name, f"{name} 的正文。")
        world.pass_time(hours=1)
    slow = replace(NEWS, delay_s=86_400.0)
    learn(world.archive, [slow], world.now)
    rates = Rates.of(world.archive.learnt(["news"]))
    assert rates.price_days("http://news.test/p1") == inf
    due = world.archive.due(source_ids=["news"], now=None)
    ordered = in_order(list(reversed(due)), {"news": slow}, rates, world.now)
    assert [one.url.rsplit("/")[-1] for one in ordered] == names


def test_a_host_that_cannot_carry_its_promises_says_how_many_pages_fit(world):
    names = [f"p{n}" for n in range(6)]
    world.listing(*names)
    for name in names:
        looked(world, name, f"{name} 的正文。")
        world.pass_time(hours=1)
    slow = replace(NEWS, delay_s=43_200.0, every_s=30 * DAY_S)
    learn(world.archive, [slow], world.now)
    learn(world.archive, [slow], world.now)
    (event,) = world.archive.events(kind="host_overloaded")
    assert event["subject"] == "news"
    # A look in 12 h, four fifths of them to be planned: 1.6 a day; each page asks for 0.63.
    assert "6 pages ask for 4 looks a day" in event["message"]
    assert "2 pages fit" in event["message"]
    delay_s = float(event["next_step"].split()[3])
    relieved = replace(slow, delay_s=delay_s)
    world.pass_time(days=1)
    learn(world.archive, [relieved], world.now)
    assert Rates.of(world.archive.learnt(["news"])).price_days("http://news.test/p1") < inf
    open_ones = "SELECT count(*) FROM alarms WHERE ended_at IS NULL"
    assert world.archive.conn.execute(open_ones).fetchone() == (0,)


def test_the_delay_that_robots_ask_for_is_reckoned_with(world):
    world.listing("one")
    looked(world, "one", "正文。")
    world.archive.commit([], [HostState("news.test", crawl_delay_s=30 * DAY_S)])
    learn(world.archive, [NEWS], world.now)
    assert Rates.of(world.archive.learnt(["news"])).price_days("http://news.test/one") == inf


def test_a_page_that_nobody_has_read_comes_before_one_that_is_merely_due(world):
    world.listing("read", "unread")
    looked(world, "read", "正文。")
    world.pass_time(hours=7)
    due = world.archive.due(source_ids=["news"], now=iso(world.now))
    ordered = in_order(due, {"news": NEWS}, Rates({}, {}), world.now)
    assert [one.url.rsplit("/")[-1] for one in ordered] == ["unread", "read"]


def test_a_next_look_that_a_fast_clock_wrote_is_due_now(world):
    world.listing("one", "two")
    looked(world, "two", "正文。")
    intent = world.intent("one", "正文。")
    far = iso(world.now + timedelta(days=4000))
    world.archive.commit([replace(intent, page=replace(intent.page, next_check_at=far))])
    assert world.archive.pull_back(horizons([NEWS], world.now)) == 1
    assert state(world, "one").next_check_at == iso(world.now)
    within = iso(world.now + timedelta(hours=6))
    assert state(world, "two").next_check_at == within
    assert horizon_s(NEWS) > NEWS.max_interval_s


def test_noise_teaches_that_nothing_changed(world):
    world.listing("one")
    looked(world, "one", "正文：“引文”。")
    world.pass_time(days=1)
    intent = world.intent("one", "正文：「引文」。")
    evidence = taught_by(intent.page, Outcome.CHANGED, world.now, intent.changes)
    assert intent.changes[0].score == 0.0
    assert isinstance(evidence, RateEvidence)
    assert evidence.changes == 0


def test_a_clock_that_stood_three_weeks_ahead_leaves_no_page_waiting_so_long(world):
    world.listing("one")
    monthly = replace(NEWS, max_interval_s=172_800.0)
    intent = world.intent("one", "正文。")
    weeks = iso(world.now + timedelta(days=20))
    world.archive.commit([replace(intent, page=replace(intent.page, next_check_at=weeks))])
    assert world.archive.pull_back(horizons([monthly], world.now)) == 1


def test_pages_last_seen_by_a_clock_that_ran_ahead_are_not_planned_beyond_it(world):
    world.listing("one")
    looked(world, "one", "正文。")
    world.pass_time(days=-20)
    monthly = replace(NEWS, max_interval_s=172_800.0)
    world.archive.pull_back(horizons([monthly], world.now))
    learn(world.archive, [monthly], world.now)
    assert state(world, "one").next_check_at == iso(world.now)


def test_validators_from_a_clock_that_ran_ahead_are_not_believed(world):
    world.listing("one")
    looked(world, "one", "正文。")
    address = world.archive.due_at(["http://news.test/one"])[0].address
    promise_s = NEWS.max_gap_s
    assert not wants_full(NEWS, address, world.now + timedelta(hours=1), promise_s)
    assert wants_full(NEWS, address, world.now + timedelta(days=8), promise_s)
    assert wants_full(NEWS, address, world.now - timedelta(days=20), promise_s)


@given(
    st.floats(3600.0, 30 * DAY_S),
    st.floats(3600.0, 30 * DAY_S),
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=60),
)
def test_behind_validators_that_lie_no_text_stands_unseen_for_longer_than_promised(
    promise_s, full_every_s, shares
):
    """Looks come after these shares of the longest wait that is planned, jitter included."""
    source = replace(NEWS, full_fetch_every_s=full_every_s)
    start = now = last_full = parse_iso("2026-03-01T00:00:00.000Z")
    for share in shares:
        now += timedelta(seconds=share * PLANNED_SHARE * promise_s)
        address = AddressState(1, 1, "http://news.test/one", last_full_at=iso(last_full))
        if wants_full(source, address, now, promise_s):
            gap_s = (now - last_full).total_seconds()
            assert gap_s <= max(full_every_s, promise_s) + 0.01
            last_full = now
    assert last_full >= start


def test_a_lively_page_is_mostly_asked_conditionally():
    now = parse_iso("2026-03-01T00:00:00.000Z")
    full, last_full = 0, now
    for _ in range(280):
        now += timedelta(hours=6)
        address = AddressState(1, 1, "http://news.test/one", last_full_at=iso(last_full))
        if wants_full(NEWS, address, now, NEWS.max_gap_s):
            full, last_full = full + 1, now
    assert 8 <= full <= 14  # of ten weeks
