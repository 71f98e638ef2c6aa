"""The daemon at work inside the test: configuration, health, signals, room, requests."""

import asyncio
import json
import logging
import time
import urllib.error
import urllib.request

import pytest

from crawler.daemon import hand_over, serving
from crawler.daemon.http import HealthServer
from crawler.daemon.lending import LEND, borrowed
from crawler.daemon.lines import Json
from crawler.daemon.serving import Daemon
from crawler.errors import ArchiveBusy, UsageError
from crawler.evidence.verify import verify
from crawler.pipeline import Order
from crawler.store import Archive
from crawler.store.lock import lock_holder


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def lines(caplog: pytest.LogCaptureFixture, event: str) -> list[dict]:
    """The log's lines of one event, as JSON."""
    shown = [json.loads(Json().format(record)) for record in caplog.records]
    return [line for line in shown if line["event"] == event]


def test_health_metrics_log_and_configuration_of_one_daemon(place, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    # A heartbeat that nobody takes is said, without its address.
    monkeypatch.setenv("CRAWL_HEARTBEAT", "http://127.0.0.1:1/secret")
    place.only("mirror", "farm")
    text = place.sources.read_text("utf-8")
    refused = "SELECT kind FROM events WHERE kind = 'configuration_refused'"

    async def scenario(daemon: Daemon) -> None:
        server = HealthServer("127.0.0.1", 0, daemon.pulse)
        server.start()
        try:
            await place.until(lambda: get(server.port, "/readyz")[0] == 200)
            await place.until(lambda: 'outcome="new"' in get(server.port, "/metrics")[1])
            code, health = await asyncio.to_thread(get, server.port, "/healthz")
            assert code == 200
            assert json.loads(health)["alive"] is True
            metrics = await asyncio.to_thread(get, server.port, "/metrics")
            assert "palimpsest_archive_bytes" in metrics[1]
            assert (await asyncio.to_thread(get, server.port, "/else"))[0] == 404
            # A mistake keeps the old configuration, and is an event; mended, it is taken.
            place.sources.write_text(text + "\n[nonsense]\n", "utf-8")
            await place.until(lambda: place.rows(refused))
            await asyncio.sleep(0.3)
            assert len(place.rows(refused)) == 1
            place.sources.write_text(text + "\n[operating]\nmin_free = 1000\n", "utf-8")
            await place.until(lambda: lines(caplog, "configured"))
            waiting = "SELECT count(*) FROM texts WHERE indexed = 0"
            await place.until(lambda: place.rows(waiting) == [(0,)] and place.count("texts") > 1)
        finally:
            server.stop()
        assert daemon.pulse.readiness()[0]

    assert place.serve(scenario) == 0
    looked = lines(caplog, "looked")
    assert {"source", "outcome", "url"} <= set(looked[0])
    assert "CRAWL_HEARTBEAT" in lines(caplog, "no heartbeat")[0]["error"]
    assert "secret" not in caplog.text
    assert [line["event"] for line in map(json.loads, map(Json().format, caplog.records))][-1] == (
        "ended"
    )
    assert verify(place.db)["ok"]


def test_d2_what_runs_at_a_signal_is_given_up_after_the_grace_time(place):
    place.write('delay = "20ms"', 'delay = "600s"')
    began = 0.0

    async def scenario(daemon: Daemon) -> None:
        nonlocal began
        await place.until(lambda: place.web.requests)
        began = time.monotonic()
        daemon.stop()

    assert place.serve(scenario, grace_s=0.3) == 0
    assert time.monotonic() - began < 10
    assert verify(place.db)["ok"]


def test_a_request_that_the_daemons_end_cut_short_is_not_told_as_done(place):
    place.only("mirror", "xinhua")
    place.write('delay = "20ms"', 'delay = "600s"')
    answers = []

    def ask() -> None:
        answers.append(hand_over(place.db, Order(("xinhua",))))

    async def scenario(daemon: Daemon) -> None:
        asking = asyncio.create_task(asyncio.to_thread(ask))
        await place.until(lambda: place.rows("SELECT 1 FROM requests WHERE taken_at IS NOT NULL"))
        await asyncio.sleep(0.2)
        daemon.stop()
        await asking

    assert place.serve(scenario, grace_s=0.3) == 0
    ((code, summary),) = answers
    assert code == 1
    assert summary["ended_early"] == "stopped"
    assert [source["id"] for source in summary["sources"]] in ([], ["xinhua"])


def test_a_request_of_a_daemon_that_was_killed_is_answered_by_the_next(place):
    """Whoever asked sits and waits: a restart must not leave it there for ever."""
    place.only("farm")
    with Archive.open(place.db) as archive:
        request = archive.submit_request("once", {"select": ["no-such-source"]})
        assert archive.take_request().id == request

    async def scenario(daemon: Daemon) -> None:
        await place.until(lambda: place.rows("SELECT 1 FROM requests WHERE finished_at NOT NULL"))

    assert place.serve(scenario) == 0
    ((code, result),) = place.rows("SELECT exit_code, result FROM requests")
    assert code == UsageError.exit_code
    assert "no-such-source" in result


def test_a_request_that_breaks_the_program_or_is_not_understood_does_not_end_the_daemon(
    place, monkeypatch, caplog
):
    place.only("farm")
    crawl, asked = serving.crawl, []

    async def breaks_once(config, archive, order, around):
        if order.select and not asked:
            asked.append(order)
            raise ZeroDivisionError
        return await crawl(config, archive, order, around)

    monkeypatch.setattr(serving, "crawl", breaks_once)

    async def scenario(daemon: Daemon) -> None:
        with Archive.open(place.db) as archive:
            archive.submit_request("once", {"select": ["farm"]})
            archive.submit_request("once", {"speed": "warp"})
            archive.submit_request("once", {"select": ["farm"]})
        done = "SELECT count(finished_at) FROM requests"
        await place.until(lambda: place.rows(done) == [(3,)])

    assert place.serve(scenario) == 0
    broken, strange, fine = place.rows("SELECT exit_code, result FROM requests ORDER BY id")
    assert broken[0] == 1
    assert "unexpected error" in broken[1]
    assert "ZeroDivisionError" in caplog.text
    assert strange[0] == UsageError.exit_code
    assert "does not understand" in strange[1]
    assert fine[0] == 0


def test_a_long_writer_borrows_the_archive_in_slices_and_the_daemon_goes_on(place):
    place.only("farm")

    def holder() -> str | None:
        held = lock_holder(place.db)
        return None if held is None else str(held["command"])

    def work() -> list[tuple[bool, str | None]]:
        seen = []
        with Archive.open(place.db) as archive:
            for _ in range(2):
                with borrowed(archive, "reextract") as beside:
                    runs = place.count("runs")
                    archive.submit_request("once", {"select": ["farm"]})
                    time.sleep(0.3)
                    assert place.count("runs") == runs
                    seen.append((beside, holder()))
                # In between it is still the daemon's: nothing is put in its place.
                with pytest.raises(ArchiveBusy, match="held by"), archive.run_lock("restore"):
                    pass
                # What was asked for meanwhile is done in between.
                place.wait_for(lambda runs=runs: place.count("runs") > runs)
        return seen

    async def scenario(daemon: Daemon) -> None:
        await place.until(lambda: place.rows("SELECT 1 FROM runs WHERE finished_at NOT NULL"))
        assert await asyncio.to_thread(work) == [(True, "reextract")] * 2
        assert holder() == "run"
        checkpoints = daemon.archive.conn.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
        assert checkpoints > 0

    assert place.serve(scenario) == 0
    assert holder() is None
    assert verify(place.db)["ok"]


def test_who_asks_to_borrow_and_dies_keeps_nobody_waiting(place, monkeypatch):
    monkeypatch.setattr("crawler.daemon.lending.TAKEN_WITHIN_S", 0.2)
    place.only("farm")

    async def scenario(daemon: Daemon) -> None:
        with Archive.open(place.db) as archive:
            archive.submit_request(LEND, {})
        await place.until(lambda: place.rows("SELECT 1 FROM requests WHERE finished_at NOT NULL"))
        await place.until(lambda: lock_holder(place.db))

    assert place.serve(scenario) == 0


def test_an_archive_that_somebody_locks_for_long_does_not_end_the_daemon(place, caplog):
    """S3 of the fault table, seen from the daemon: it says so, and goes on when it can."""
    place.only("farm")

    async def scenario(daemon: Daemon) -> None:
        await place.until(lambda: place.rows("SELECT 1 FROM runs WHERE finished_at NOT NULL"))
        for archive in (daemon.archive, daemon.side):
            archive.conn.execute("PRAGMA busy_timeout = 20")
        with Archive.open(place.db) as other:
            other.conn.execute("BEGIN IMMEDIATE")
            daemon._unseen = True
            await place.until(lambda: daemon.pulse.blocked)
            assert "locked" in daemon.pulse.blocked
            other.conn.execute("ROLLBACK")
        await place.until(
            lambda: place.rows("SELECT 1 FROM runs WHERE id > 1 AND finished_at NOT NULL")
        )
        await place.until(lambda: daemon.pulse.blocked is None)

    assert place.serve(scenario) == 0
    assert sum("is locked by another writer" in record.message for record in caplog.records) <= 2
    assert ArchiveBusy.exit_code == 5


def test_without_room_nothing_is_fetched_and_it_is_told_once(place):
    place.append('\n[operating]\nmin_free = "900000GB"\n')
    low = "SELECT * FROM events WHERE kind = 'disk_low'"
    with Archive.open(place.db) as archive:
        archive.conn.execute(
            "INSERT INTO texts (sha256, fold_sha256, characters, text) VALUES ('a', 'a', 1, '文')"
        )

    async def scenario(daemon: Daemon) -> None:
        await place.until(lambda: place.rows(low))
        await asyncio.sleep(0.6)

    assert place.serve(scenario) == 0
    assert len(place.rows(low)) == 1
    assert place.count("observations") == 0
    assert place.rows("SELECT indexed FROM texts") == [(0,)]
    assert place.web.requests == []
    assert "to stay free" in place.run("once", code=5).stderr


def test_without_a_contact_it_says_what_to_write_and_fetches_nothing(place, caplog):
    place.write('contact = "demo@example.org"', 'contact = ""')
    place.append('\n[[source]]\nid = "far"\nkind = "feed"\nurl = "https://far.example/feed"\n')

    async def scenario(daemon: Daemon) -> None:
        await place.until(lambda: daemon.pulse.blocked)
        await asyncio.sleep(0.6)
        assert "network.contact is empty" in daemon.pulse.health()[1]["blocked"]

    assert place.serve(scenario) == 0
    told = [one for one in caplog.records if "network.contact is empty" in one.message]
    assert len(told) == 1
    assert "contact = " in told[0].keys["next"]
    assert place.count("observations") == 0
