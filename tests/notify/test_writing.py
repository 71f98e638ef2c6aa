"""Who is told of what, when digests go out, and how messages read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import NotifyChannel, Post, Told
from crawler.notify import digest_period, router_of
from crawler.notify.messages import clean

CHANGE = Told(
    "h", "content", "qiushi", True, "2026-03-01T00:00:00.000Z", 0.5,
    ("number",), ("copy",), ("自我革命",),
)  # fmt: skip
EVENT = Told("h", "promise_broken", "qiushi", False, "2026-03-01T00:00:00.000Z")


def channel(**more) -> NotifyChannel:
    return NotifyChannel("team", "env:X", **more)


@pytest.mark.parametrize(
    ("one", "told", "posts"),
    [
        (channel(), CHANGE, 1),
        (channel(), EVENT, 1),
        (channel(what=("operations",)), CHANGE, 0),
        (channel(what=("changes",)), EVENT, 0),
        (channel(what=("changes",)), replace(EVENT, kind="past_edits"), 1),
        (channel(what=("changes",)), replace(EVENT, kind="addresses_disagree"), 1),
        (channel(what=("operations",)), replace(EVENT, kind="past_edits"), 0),
        (channel(what=("seeds",)), CHANGE, 1),
        (channel(min_score=0.6), CHANGE, 0),
        (channel(min_score=0.6), EVENT, 1),
        (channel(labels=("number", "name")), CHANGE, 1),
        (channel(labels=("name",)), CHANGE, 0),
        (channel(seeds=("copy",)), CHANGE, 1),
        (channel(seeds=("other",)), CHANGE, 0),
        (channel(terms=("自我革命",)), CHANGE, 1),
        (channel(terms=("核心",)), CHANGE, 0),
        (channel(sources=("qiushi",)), EVENT, 1),
        (channel(sources=("xinhua",)), EVENT, 0),
        (channel(tags=("journal",)), CHANGE, 1),
        (channel(tags=("blog",)), CHANGE, 0),
    ],
)
def test_a_channel_is_told_what_it_asked_for(one, told, posts):
    route = router_of([one], {"qiushi": ("journal",)})
    assert len(route(told)) == posts


def test_below_a_score_it_waits_for_the_digest_and_above_it_does_not():
    one = channel(digest="daily 08:00", at_once=0.5)
    route = router_of([one], {})
    assert route(CHANGE) == (Post("team", digest=False),)
    assert router_of([channel(digest="hourly", at_once=0.6)], {})(CHANGE)[0].digest
    assert router_of([channel(digest="hourly")], {})(EVENT)[0].digest


@pytest.mark.parametrize(
    ("digest", "tz", "expected"),
    [
        ("hourly", "UTC", "2026-11-22T10:00:00+00:00"),
        ("daily 08:00", "UTC", "2026-11-22T08:00:00+00:00"),
        ("daily 11:30", "UTC", "2026-11-21T11:30:00+00:00"),
        ("daily 08:00", "Asia/Shanghai", "2026-11-22T00:00:00+00:00"),
        ("weekly mon 08:00", "UTC", "2026-11-16T08:00:00+00:00"),
        ("weekly sun 08:00", "UTC", "2026-11-22T08:00:00+00:00"),
        ("weekly sun 12:00", "UTC", "2026-11-15T12:00:00+00:00"),
    ],
)
def test_a_digest_is_due_at_its_last_moment(digest, tz, expected):
    now = datetime(2026, 11, 22, 10, 31, tzinfo=UTC)
    assert digest_period(digest, tz, now).isoformat() == expected


@pytest.mark.parametrize(
    ("digest", "now", "expected"),
    [
        # 02:30 does not come on that Sunday: it is 03:30, and not before
        ("daily 02:30", "2026-03-29T01:10", "2026-03-28T01:30"),
        ("daily 02:30", "2026-03-29T01:40", "2026-03-29T01:30"),
        # 02:30 comes twice: at the first one alone the digest is due
        ("daily 02:30", "2026-10-25T00:40", "2026-10-25T00:30"),
        ("daily 02:30", "2026-10-25T01:40", "2026-10-25T00:30"),
        ("weekly sun 02:30", "2026-10-25T01:40", "2026-10-25T00:30"),
        ("hourly", "2026-10-25T01:40", "2026-10-25T01:00"),
    ],
)
def test_a_digest_when_the_clocks_are_set(digest, now, expected):
    moment = digest_period(digest, "Europe/Berlin", datetime.fromisoformat(now + "+00:00"))
    assert moment.isoformat() == expected + ":00+00:00"


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(["hourly", "daily 02:30", "weekly sun 02:30"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York"]),
)
def test_a_digest_never_lies_ahead_nor_more_than_its_period_back(now, digest, tz):
    moment = digest_period(digest, tz, now)
    longest = {"h": timedelta(hours=1), "d": timedelta(hours=25), "w": timedelta(days=7, hours=1)}
    assert timedelta() <= now - moment <= longest[digest[0]] + timedelta(hours=1)


@given(st.text())
def test_nothing_in_a_message_is_obeyed_by_a_terminal(text):
    cleaned = clean(text)
    assert not set(cleaned) & {"\x1b", "\x00", "\u202e", "\n", "\x9b"}
