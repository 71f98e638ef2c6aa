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


def test_a_request_whose_daemon_was_killed_is_taken_by_the_next(world: Any) -> None:
    request = world.archive.submit_request("once", {})
    with Archive.open(world.path) as daemon, daemon.run_lock("run"):
        assert daemon.take_request().id == request
    with Archive.open(world.path) as daemon, daemon.run_lock("run"):
        assert daemon.reopen_requests() == 1
        assert daemon.take_request().id == request
        daemon.finish_request(request, 0, {})
        assert daemon.reopen_requests() == 0


def test_nobody_waits_for_a_daemon_that_does_not_come_back(world: Any) -> None:
    request = world.archive.submit_request("once", {})
    assert world.archive.take_request().id == request
    with pytest.raises(ArchiveBusy, match="ended, and none has come back"):
        world.archive.wait_request(request, taken_within_s=0.1)
    assert world.archive.conn.execute("SELECT count(*) FROM requests").fetchone() == (0,)


def test_a_request_that_takes_long_is_waited_for_while_its_daemon_lives(world: Any) -> None:
    request = world.archive.submit_request("once", {})
    looks = iter([True] * 5)

    def held() -> bool:
        if next(looks, None) is None:
            world.archive.finish_request(request, 0, {"run": 1})
        return True

    world.archive.take_request()
    times = iter(range(0, 1000, 7))
    done = runs.wait(
        world.archive.conn, request, 10.0, held, lambda _: None, lambda: float(next(times))
    )
    assert done.result == {"run": 1}


def test_looking_who_holds_the_archive_keeps_nobody_from_holding_it(world: Any) -> None:
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            world.archive.lock_holder()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(100):
            with world.archive.run_lock("run"):
                pass
    finally:
        ended.set()
        thread.join()


def test_a_run_is_written_down(world: Any) -> None:
    run = world.archive.start_run("once", program="p 1", configuration=None)
    world.archive.finish_run(run, {"totals": {"checked": 1}})
    row = world.archive.conn.execute(
        "SELECT command, program, totals FROM runs WHERE id = ?", (run,)
    ).fetchone()
    assert row == ("once", "p 1", '{"totals": {"checked": 1}}')
    assert "@" in runs.me()
