"""The daemon's parts by themselves: ticks, the watchdog, the configuration, lines of the log."""

import asyncio
import json
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.daemon.clockwork import Ticker, listing_due
from crawler.daemon.http import place as http_place
from crawler.daemon.lines import Human, Json, line
from crawler.daemon.pulse import Pulse
from crawler.daemon.settings import Watched
from crawler.daemon.watchdog import Watchdog
from crawler.errors import UsageError
from crawler.model import Outcome, Source, iso


def test_d8_ticks_go_on_after_the_scheduler_was_put_off_by_an_hour():
    """D8 of the fault table: what a backward step of the clock does to APScheduler's interval."""

    async def run() -> tuple[int, int, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            ticks += 1

        ticker = Ticker(tick, 0.05)
        ticker.start()
        await asyncio.sleep(0.3)
        before = ticks
        ticker._job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        await asyncio.sleep(0.05)
        stalled = ticks
        await asyncio.sleep(0.3)
        still = ticks
        ticker.rearm()
        await asyncio.sleep(0.3)
        ticker.stop()
        return before, still - stalled, ticks - still

    before, stalled, after = asyncio.run(run())
    assert before >= 2
    assert stalled == 0
    assert after >= 2


def test_d1_a_tick_that_was_due_while_the_loop_was_busy_runs_late_and_once():
    """D1 of the fault table."""

    async def run() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            ticks += 1

        ticker = Ticker(tick, 0.1)
        ticker.start()
        await asyncio.sleep(0.02)
        import time

        time.sleep(1.5)
        await asyncio.sleep(0.05)
        ticker.stop()
        return ticks

    assert asyncio.run(run()) in (1, 2)


class Clocks:
    """A wall clock and a monotonic one that go as they are told."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 3, 1, tzinfo=UTC)
        self.at = 100.0

    def go(self, seconds: float, step: float = 0.0) -> None:
        self.at += seconds
        self.wall += timedelta(seconds=seconds + step)


@pytest.fixture
def watched_ticks():
    clocks, calls = Clocks(), []
    dog = Watchdog(
        1.0,
        lambda: calls.append("silent"),
        lambda step: calls.append(round(step)),
        lambda: clocks.wall,
        lambda: calls.append("stuck"),
        lambda: clocks.at,
    )
    return clocks, calls, dog


def test_three_periods_without_a_tick_begin_the_ticking_anew(watched_ticks):
    clocks, calls, dog = watched_ticks
    for _ in range(3):
        clocks.go(1)
        dog.check()
    assert calls == []
    clocks.go(1)
    dog.check()
    assert calls == ["silent"]
    dog.ticked()
    clocks.go(1)
    dog.check()
    assert calls == ["silent"]


@pytest.mark.parametrize("step", [-3600, 86_400])
def test_s10_a_step_of_the_wall_clock_is_told_once(watched_ticks, step):
    """S10 of the fault table."""
    clocks, calls, dog = watched_ticks
    clocks.go(1, step)
    dog.check()
    dog.ticked()
    clocks.go(1)
    dog.check()
    assert calls == [step]


def test_d9_ten_minutes_without_a_tick_end_the_process(watched_ticks):
    """D9 of the fault table."""
    clocks, calls, dog = watched_ticks
    for _ in range(601):
        clocks.go(1)
        dog.check()
    assert calls[-1] == "stuck"
    assert calls.index("stuck") == len(calls) - 1


def test_d9_a_stuck_loop_ends_its_process_with_1(tmp_path):
    import subprocess
    import sys

    code = (
        "import time, datetime as dt\n"
        "from crawler.daemon.watchdog import Watchdog\n"
        "dog = Watchdog(0.05, lambda: None, lambda s: None, lambda: dt.datetime.now(dt.UTC),"
        " stuck_s=0.3)\n"
        "dog.start()\n"
        "time.sleep(20)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=15)
    assert done.returncode == 1
    assert b"sleep" in done.stderr or b"Thread" in done.stderr


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    path = tmp_path / "sources.toml"
    path.write_text('[defaults]\nevery = "6h"\n', "utf-8")
    return Watched(path, configuration.load(path))


def change(watched: Watched, text: str) -> None:
    watched.path.write_text(text, "utf-8")
    later = watched.path.stat().st_mtime_ns + 10_000_000
    os.utime(watched.path, ns=(later, later))


def test_a_changed_file_is_read_once_it_stands_still(watched):
    assert watched.look() is None
    change(watched, '[defaults]\nevery = "1h"\n')
    assert watched.look() is None
    found = watched.look()
    assert found.defaults.every_s == 3600
    assert watched.config is found
    assert watched.look() is None


def test_d3_a_mistake_keeps_the_old_one_and_is_said_once(watched):
    """D3 of the fault table."""
    change(watched, '[defaults]\nevery = "soon"\n')
    watched.look()
    refused = watched.look()
    assert "every" in refused
    assert watched.config.defaults.every_s == 21_600
    watched.ask()
    assert watched.look() is None
    change(watched, '[defaults]\nevery = "2h"\n')
    watched.look()
    assert watched.look().defaults.every_s == 7200


def test_a_file_that_is_gone_for_a_moment_keeps_the_old_one(watched):
    watched.path.unlink()
    watched.look()
    assert isinstance(watched.look(), str)
    assert watched.config.defaults.every_s == 21_600


def test_a_listing_time_that_lies_ahead_is_no_reason_to_wait():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for cron in (None, "0 3 * * 1"):
        source = Source("qiushi", "index", cron=cron)
        assert listing_due(source, iso(now + timedelta(days=30)), now)


def record(**keys) -> logging.LogRecord:
    caught = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            caught.append(record)

    log = logging.getLogger("test.lines")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers = [Keep()]
    line(log, "looked", **keys)
    return caught[0]


def test_a_line_of_the_log_has_fixed_keys_in_both_forms():
    made = record(
        source="qiushi", outcome="new", reason=None, url="https://a.example/的 b\n\x1b[1m"
    )
    told = json.loads(Json().format(made))
    assert list(told) == ["time", "level", "logger", "event", "source", "outcome", "url"]
    assert told["url"].endswith("\x1b[1m")
    text = Human().format(made)
    assert text.count("\n") == 0
    assert "\x1b" not in text
    assert " INFO looked source=qiushi outcome=new url=" in text


def test_metrics_have_their_names():
    pulse = Pulse()
    pulse.looked(Outcome.NEW)
    pulse.fetched(0.2)
    pulse.measure(queue_pages=3, outbox_messages=1)
    text = pulse.metrics().decode()
    assert 'palimpsest_observations_total{outcome="new"} 1.0' in text
    assert "palimpsest_fetch_seconds_count 1.0" in text
    assert "palimpsest_queue_pages 3.0" in text
    assert "palimpsest_outbox_messages 1.0" in text


def test_a_daemon_without_a_tick_for_a_minute_is_not_alive():
    at = [0.0]
    pulse = Pulse(monotonic=lambda: at[0])
    assert not pulse.health()[0]
    pulse.ticked()
    assert pulse.health()[0]
    at[0] = 61.0
    assert not pulse.health()[0]


@pytest.mark.parametrize("written", ["9100", "host:port", "a:99999"])
def test_a_place_to_listen_on_is_host_and_port(written):
    with pytest.raises(UsageError):
        http_place(written)
    assert http_place(":9100") == ("127.0.0.1", 9100)
    assert http_place("[::1]:0") == ("::1", 0)
