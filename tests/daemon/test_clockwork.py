"""Crontab times: weekdays as crontab counts them, and listings that are due by them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.config.cron import cron
from crawler.daemon import cron_trigger, listing_due
from crawler.model import Source, iso


def times(written: str, count: int = 4) -> list[str]:
    trigger = cron_trigger(written, "UTC")
    last: datetime | None = None
    now, found = datetime(2026, 11, 22, tzinfo=UTC), []
    for _ in range(count):
        last = now = trigger.get_next_fire_time(last, now)
        found.append(f"{last:%d %b %a %H:%M}")
    return found


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("1", "Mon Mon"),
        ("0", "Sun Sun"),
        ("7", "Sun Sun"),
        ("5-7", "Sun Fri Sat Sun"),
        ("mon-fri", "Mon Tue Wed Thu"),
        ("0-6/2", "Sun Tue Thu Sat"),
        ("1/2", "Mon Wed Fri Mon"),
        ("*/2", "Sun Tue Thu Sat"),
    ],
)
def test_weekdays_are_counted_as_crontab_counts_them(field: str, days: str):
    fired = times(f"0 3 * * {field}", len(days.split()))
    assert [one.split()[2] for one in fired] == days.split()


def test_steps_that_lead_beyond_their_range_are_taken_as_crontab_takes_them():
    assert times("5-6/30 */40 21-25/10 jan-dec/3 *", 3) == [
        "21 Jan Thu 00:05",
        "21 Apr Wed 00:05",
        "21 Jul Wed 00:05",
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.from_regex(r"(\*|\d{1,2}(-\d{1,2})?)(/\d{1,2})?", fullmatch=True), min_size=5, max_size=5
    )
)
def test_what_is_taken_for_cron_fires(fields: list[str]) -> None:
    try:
        read = cron(" ".join(fields))
    except ValueError:
        return
    assert cron(read) == read
    assert cron_trigger(read, "Asia/Shanghai").get_next_fire_time(
        None, datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_cron_of_mondays_fires_on_mondays():
    trigger = cron_trigger("0 3 * * 1", "Asia/Shanghai")
    fired = trigger.get_next_fire_time(None, datetime(2026, 11, 22, tzinfo=UTC))
    assert fired.strftime("%a %H:%M %z") == "Mon 03:00 +0800"


def test_a_listing_is_due_when_its_cron_has_fired_since_it_was_read():
    source = Source("qiushi", "index", cron="0 3 * * 1", tz="UTC")
    monday = datetime(2026, 11, 23, 3, tzinfo=UTC)
    sunday = iso(monday - timedelta(hours=5))
    assert not listing_due(source, sunday, monday - timedelta(seconds=1))
    assert listing_due(source, sunday, monday)
    assert not listing_due(source, iso(monday), monday + timedelta(days=6))
    assert listing_due(source, None, monday)
