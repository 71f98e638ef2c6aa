"""Who is bound by what: the same answer from the scheduler, the alarms, the status and the view."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from crawler.model import Link, ListingIntent, Outcome, PageKey, Source, State, iso
from crawler.schedule import ABSENT_BOUND_S, bound_s
from crawler.store import alarms
from crawler.store.promises import bound

DAY_S = 86_400.0
NEWS = Source("news", "feed", urls=("http://news.test/",), max_gap_s=2 * DAY_S)
STRICT = Source("strict", "page", urls=("http://news.test/a",), max_gap_s=6 * 3600.0)
LOOSE = Source("loose", "feed", urls=("http://loose.test/",), max_gap_s=5 * DAY_S)
AGE_S = "(julianday(:now) - julianday(p.first_seen_at)) * 86400"


def sight(world: Any, source: Source, *names: str) -> None:
    """Another source lists these pages too."""
    links = tuple(Link(f"http://news.test/{n}", key=PageKey("news.test", n)) for n in names)
    world.archive.commit([ListingIntent(0, source.id, "", (), links, due_at=iso(world.now))])


@pytest.fixture
def listed(world: Any) -> Any:
    """Page a is also in a strict source, b in a loose one, c in both, d in none."""
    world.archive.sync_sources([NEWS, STRICT, LOOSE])
    world.listing("a", "b", "c", "d")
    sight(world, STRICT, "a", "c")
    sight(world, LOOSE, "b", "c")
    for name in "abcd":
        world.look(name, f"{name} 的正文。")
    return world


def in_sql(world: Any) -> dict[str, float]:
    """Each page's promise as the alarms reckon it."""
    rows = world.archive.conn.execute(
        f"SELECT p.canonical_url, {bound('p', 's', AGE_S)} FROM pages p "
        "JOIN sources s ON s.id = p.source_id",
        {"now": iso(world.now)},
    )
    return {url.rsplit("/")[-1]: float(promise) for url, promise in rows}


def by_the_scheduler(world: Any) -> dict[str, float]:
    """Each page's promise as its next look is planned by."""
    due = world.archive.due_at([f"http://news.test/{name}" for name in "abcd"])
    return {
        one.url.rsplit("/")[-1]: bound_s(one.page, NEWS, world.now, one.page.shares_seed)
        for one in due
    }


def test_the_strictest_of_several_promises_holds(listed: Any) -> None:
    expected = {"a": 0.25 * DAY_S, "b": 2 * DAY_S, "c": 0.25 * DAY_S, "d": 2 * DAY_S}
    assert in_sql(listed) == expected
    assert by_the_scheduler(listed) == expected


def test_a_promise_ends_with_the_source_that_gave_it(listed: Any) -> None:
    listed.archive.sync_sources([NEWS, replace(STRICT, enabled=False), LOOSE])
    assert in_sql(listed) == by_the_scheduler(listed) == dict.fromkeys("abcd", 2 * DAY_S)
    listed.archive.sync_sources([NEWS, LOOSE])
    assert in_sql(listed) == by_the_scheduler(listed) == dict.fromkeys("abcd", 2 * DAY_S)


@pytest.mark.parametrize(
    ("days", "state", "shares_seed"),
    list(product((1, 29, 31, 400), ("live", "gone", "blocked", "suspect"), (False, True))),
)
def test_scheduler_and_archive_agree(listed: Any, days: int, state: str, shares_seed: bool) -> None:
    listed.pass_time(days=days)
    known = {"state": State(state), "shares_seed": shares_seed}
    for name in "abcd":
        listed.look(name, outcome=Outcome.UNCHANGED, page=known)
    assert in_sql(listed) == by_the_scheduler(listed)
    own = in_sql(listed)["d"]
    if state == "gone":
        assert own == ABSENT_BOUND_S
    else:
        assert own == (2 if days < 30 or shares_seed else 30) * DAY_S


def broken(world: Any) -> set[str]:
    return {one.subject for one in alarms.broken_promises(world.archive.conn, world.now)}


def test_a_page_that_is_gone_breaks_no_promise_for_two_months(listed: Any) -> None:
    url = "http://news.test/d"
    listed.absent("d", state=State.GONE)
    listed.pass_time(days=59)
    assert url not in broken(listed)
    assert "http://news.test/b" in broken(listed)
    assert listed.archive.status("news", now=listed.now)["sources"][0]["longest_gap_s"] > 0
    listed.pass_time(days=2)
    assert url in broken(listed)


def test_the_month_in_which_a_page_was_gone_is_held_against_nobody_when_it_is_back(
    world: Any,
) -> None:
    world.archive.sync_sources([NEWS])
    world.listing("d")
    world.look("d", "正文。")
    world.absent("d", state=State.GONE)
    world.pass_time(days=25)
    world.listing("d")
    world.back("d", "正文。")
    status = world.archive.status("news", now=world.now + timedelta(hours=1))["sources"][0]
    gap_s = status["longest_gap_s"] - 25 * DAY_S  # the listing's own, which was away as long
    assert gap_s < 3600
    pages = world.archive.conn.execute("SELECT longest_gaps FROM pages").fetchone()[0]
    assert str(25 * 86_400)[:4] not in pages


def test_the_view_says_what_the_alarms_say(listed: Any) -> None:
    """The view goes by today's clock, so the world is brought to it."""
    import datetime as dt

    listed.absent("d", state=State.GONE)
    shift = dt.datetime.now(dt.UTC) - listed.now - timedelta(days=3)
    for column in ("first_seen_at", "last_conclusive_at"):
        for row_id, moment in listed.archive.conn.execute(
            f"SELECT id, {column} FROM pages"
        ).fetchall():
            at = dt.datetime.fromisoformat(moment) + shift
            listed.archive.conn.execute(
                f"UPDATE pages SET {column} = ? WHERE id = ?", (iso(at), row_id)
            )
    rows = listed.archive.conn.execute("SELECT url, promise_s FROM broken_promises").fetchall()
    found = alarms.broken_promises(listed.archive.conn, dt.datetime.now(dt.UTC))
    told = {one.subject: one.detail["promise_s"] for one in found if one.subject[-1] in "abcd"}
    assert dict(rows) == told
    assert {url[-1] for url, _ in rows} == {"a", "b", "c"}


def test_old_pages_have_a_gap_of_their_own_in_the_status(world: Any) -> None:
    world.archive.sync_sources([NEWS])
    world.listing("old")
    world.look("old", "正文。")
    world.pass_time(days=40)
    world.look("old", "正文。")
    world.listing("old", "young")
    world.look("young", "正文。")
    world.pass_time(days=20)
    world.listing("old", "young")
    world.look("young", "正文。")
    found = world.archive.status("news", now=world.now)["sources"][0]
    assert found["longest_old_gap_s"] == pytest.approx(40 * DAY_S, rel=0.01)
    assert found["longest_gap_s"] == pytest.approx(40 * DAY_S, rel=0.01)  # the listing's
    assert found["max_interval_s"] == 30 * DAY_S
    assert not found["promise_kept"]
