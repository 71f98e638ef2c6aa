"""The daemon as a process: it crawls what is due, takes up requests, ends on SIGTERM; and a run
that is killed loses nothing that was written."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler.daemon import cron_trigger, listing_due, named_days
from crawler.evidence.verify import verify
from crawler.model import Source, iso


def crawl(workspace, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler", *words],
        env={**os.environ, "CRAWL_DB": str(workspace.db), "CRAWL_SOURCES": str(workspace.sources)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(what, within_s: float = 30.0):
    """The first truth that `what` gives, polled; fails when none comes in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail("it did not happen in time")
    return None


def count(workspace, table: str) -> int:
    try:
        return workspace.rows(f"SELECT count(*) FROM {table}")[0][0]
    except sqlite3.Error:
        return 0


def ended(process: subprocess.Popen, within_s: float = 30.0) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=within_s)
    return process.returncode, out, err


def test_the_daemon_crawls_what_is_due_and_ends_on_sigterm(workspace):
    daemon = crawl(workspace, "run")
    try:
        wait_for(lambda: count(workspace, "versions") > 25)
    finally:
        daemon.send_signal(signal.SIGTERM)
    code, _, err = ended(daemon)
    assert code == 0, err
    assert verify(workspace.db)["ok"]


def test_once_beside_the_daemon_is_carried_out_by_it(workspace):
    daemon = crawl(workspace, "run")
    try:
        wait_for(lambda: count(workspace, "versions") > 25)
        asked = crawl(workspace, "once", "xinhua", "--json")
        code, out, err = ended(asked)
        assert code == 0, err
        summary = json.loads(out)
        assert [source["id"] for source in summary["sources"]] == ["xinhua"]
        assert summary["totals"]["checked"] >= 5
        handed = workspace.rows("SELECT taken_by FROM requests")
        assert len(handed) == 1
        assert handed[0][0].startswith(f"{daemon.pid}@")
        refused = crawl(workspace, "once", "no-such-source")
        code, _, err = ended(refused)
        assert code == 2
        assert "no-such-source" in err
    finally:
        daemon.send_signal(signal.SIGTERM)
        ended(daemon)


def test_a_second_daemon_says_who_holds_the_archive(workspace):
    daemon = crawl(workspace, "run")
    try:
        wait_for(lambda: count(workspace, "runs") > 0)
        code, _, err = ended(crawl(workspace, "run"))
        assert code == 5
        assert str(daemon.pid) in err
    finally:
        daemon.send_signal(signal.SIGTERM)
        ended(daemon)


def test_a_killed_run_leaves_an_archive_that_opens_verifies_and_goes_on(workspace):
    chance = random.Random(7)
    rows = 0
    for _ in range(5):
        run = crawl(workspace, "once", "-q")
        before = rows
        wait_for(lambda before=before: count(workspace, "observations") > before)
        time.sleep(chance.uniform(0.0, 0.3))
        run.send_signal(signal.SIGKILL)
        ended(run)
        rows = count(workspace, "observations")
        report = verify(workspace.db)
        assert report["ok"], report["problems"]
        assert report["observations"] == rows > before
    code, _, err = ended(crawl(workspace, "once", "-q"))
    assert code == 0, err
    assert count(workspace, "versions") > 25


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
