"""The daemon as a process: configuration, health, signals, alarms, messages."""

import asyncio
import json
import signal
import socket
import time
import urllib.error
import urllib.request

from crawler import config as configuration
from crawler.daemon.serving import Daemon, Pace
from crawler.daemon.settings import Watched
from crawler.evidence.verify import verify
from crawler.store import Archive


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_health_metrics_log_and_configuration_of_one_daemon(place):
    port = free_port()
    daemon = place.crawl("run", "--log-format", "json", CRAWL_HTTP=f"127.0.0.1:{port}")
    place.wait_for(lambda: get(port, "/readyz")[0] == 200)
    place.wait_for(lambda: place.count("versions") > 25)
    code, health = get(port, "/healthz")
    assert code == 200
    assert json.loads(health)["alive"] is True
    place.wait_for(lambda: 'outcome="new"' in get(port, "/metrics")[1])
    assert "palimpsest_archive_bytes" in get(port, "/metrics")[1]
    assert get(port, "/else")[0] == 404
    # A mistake keeps the old configuration, and is an event; mended, it is taken.
    text = place.sources.read_text("utf-8")
    place.sources.write_text(text + "\n[nonsense]\n", "utf-8")
    kinds = "SELECT kind FROM events WHERE kind = 'configuration_refused'"
    place.wait_for(lambda: place.rows(kinds))
    time.sleep(2.5)
    assert len(place.rows(kinds)) == 1
    assert daemon.poll() is None
    place.sources.write_text(text + "\n[operating]\nmin_free = 1000\n", "utf-8")
    place.wait_for(lambda: '"event": "configured"' in place.log)
    place.wait_for(lambda: place.rows("SELECT count(*) FROM texts WHERE indexed = 0") == [(0,)])
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == 0
    looked = [json.loads(row) for row in place.log.splitlines() if '"event": "looked"' in row]
    assert {"source", "outcome", "url"} <= set(looked[0])
    assert verify(place.db)["ok"]


def test_d2_a_second_signal_ends_at_once(place):
    """D2 of the fault table."""
    place.write('delay = "20ms"', 'delay = "600s"')
    daemon = place.crawl("run")
    place.wait_for(lambda: place.web.requests)
    daemon.send_signal(signal.SIGTERM)
    place.wait_for(lambda: "stopping" in place.log)
    began = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) == 130
    assert time.monotonic() - began < 3
    assert verify(place.db)["ok"]


def test_d2_what_runs_at_a_signal_is_given_up_after_the_grace_time(place):
    """D2 of the fault table."""
    place.write('delay = "20ms"', 'delay = "600s"')

    async def serve() -> tuple[int, float]:
        with (
            Archive.open(place.db) as archive,
            archive.run_lock("run"),
            Archive.open(place.db, mode="read") as watch,
            Archive.open(place.db) as side,
        ):
            watched = Watched(place.sources, configuration.load(place.sources))
            daemon = Daemon(watched, archive, watch, side, pace=Pace(tick_s=0.1, grace_s=0.5))
            working = asyncio.create_task(daemon.serve())
            while not place.web.requests:
                await asyncio.sleep(0.05)
            began = time.monotonic()
            daemon.stop()
            return await working, time.monotonic() - began

    code, took = asyncio.run(serve())
    assert code == 0
    assert took < 10
    assert verify(place.db)["ok"]


def test_without_room_nothing_is_fetched_and_it_is_told_once(place):
    with place.sources.open("a", encoding="utf-8") as file:
        file.write('\n[operating]\nmin_free = "900000GB"\n')
    daemon = place.crawl("run")
    place.wait_for(lambda: place.rows("SELECT * FROM events WHERE kind = 'disk_low'"))
    time.sleep(3)
    assert len(place.rows("SELECT * FROM events WHERE kind = 'disk_low'")) == 1
    assert place.count("observations") == 0
    assert place.web.requests == []
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(20) == 0
    assert place.done("once", code=5) == ""
    assert "to stay free" in place.log


def test_without_a_contact_it_says_what_to_write_and_fetches_nothing(place):
    place.write('contact = "demo@example.org"', 'contact = ""')
    with place.sources.open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nid = "far"\nkind = "feed"\nurl = "https://far.example/feed"\n')
    daemon = place.crawl("run")
    place.wait_for(lambda: "network.contact is empty" in place.log)
    time.sleep(1.5)
    assert daemon.poll() is None
    assert place.log.count("network.contact is empty") == 1
    assert place.count("observations") == 0
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(20) == 0
