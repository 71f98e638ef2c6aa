"""Crontab times: weekdays as crontab counts them, and listings that are due by them."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.daemon import cron_trigger, listing_due, named_days
from crawler.model import Source, iso


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("*", "*"),
        ("1", "mon"),
        ("0", "sun"),
        ("7", "sun"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("5-7", "fri,sat,sun"),
        ("6-1", "sat,sun,mon"),
        ("mon-fri", "mon-fri"),
        ("1,3", "mon,wed"),
        ("0-6/2", "sun,tue,thu,sat"),
        ("1/2", "mon,wed,fri"),
        ("*/2", "*/2"),
    ],
)
def test_weekdays_are_counted_as_crontab_counts_them(field: str, named: str):
    assert named_days(field) == named


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
