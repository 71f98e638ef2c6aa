"""Work handed from a command to the daemon beside it."""

import threading
from typing import Any

import pytest

from crawler.errors import ArchiveBusy
from crawler.store import Archive, runs


def test_a_request_is_taken_once_and_answered(world: Any) -> None:
    first = world.archive.submit_request("once", {"select": ["news"]})
    second = world.archive.submit_request("once", {})
    taken = world.archive.take_request()
    assert (taken.id, taken.arguments) == (first, {"select": ["news"]})
    assert world.archive.take_request().id == second
    assert world.archive.take_request() is None
    world.archive.finish_request(first, 3, {"run": 7})
    done = world.archive.wait_request(first)
    assert (done.exit_code, done.result) == (3, {"run": 7})


def test_a_request_that_nobody_takes_is_taken_back(world: Any) -> None:
    request = world.archive.submit_request("once", {})
    with pytest.raises(ArchiveBusy, match="nobody took up"):
        world.archive.wait_request(request, taken_within_s=0)
    assert world.archive.take_request() is None


def test_waiting_ends_when_the_daemon_is_done(world: Any) -> None:
    request = world.archive.submit_request("once", {})

    def serve() -> None:
        with Archive.open(world.path) as daemon:
            taken = daemon.take_request()
            assert taken is not None
            daemon.finish_request(taken.id, 0, {"ok": True})

    thread = threading.Thread(target=serve)
    thread.start()
    assert world.archive.wait_request(request).result == {"ok": True}
    thread.join()


def test_a_run_is_written_down(world: Any) -> None:
    run = world.archive.start_run("once", program="p 1", configuration=None)
    world.archive.finish_run(run, {"totals": {"checked": 1}})
    row = world.archive.conn.execute(
        "SELECT command, program, totals FROM runs WHERE id = ?", (run,)
    ).fetchone()
    assert row == ("once", "p 1", '{"totals": {"checked": 1}}')
    assert "@" in runs.me()
