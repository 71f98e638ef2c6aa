"""Runs, and the work that a command hands over to the daemon beside it."""

import json
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.errors import ArchiveBusy

# How often a command that handed its work over looks whether it is done.
LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """Work handed over: a command with its arguments, and what became of it."""

    id: int
    command: str
    arguments: dict[str, Any]
    submitted_at: str
    taken_at: str | None
    finished_at: str | None
    exit_code: int | None
    result: dict[str, Any] | None


def start(
    conn: sqlite3.Connection, command: str, now: str, program: str, configuration: str | None
) -> int:
    """Write down that a run has begun; returns its id."""
    cursor = conn.execute(
        "INSERT INTO runs (command, started_at, pid, host, program, configuration) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (command, now, os.getpid(), socket.gethostname(), program, configuration),
    )
    return int(cursor.lastrowid or 0)


def finish(
    conn: sqlite3.Connection, run_id: int, totals: Mapping[str, Any] | None, now: str
) -> None:
    """Write down that a run has ended, with its summary."""
    conn.execute(
        "UPDATE runs SET finished_at = ?, totals = ? WHERE id = ?",
        (now, None if totals is None else json.dumps(totals, ensure_ascii=False), run_id),
    )


def submit(conn: sqlite3.Connection, command: str, arguments: Mapping[str, Any], now: str) -> int:
    """Hand work over; returns the request's id."""
    cursor = conn.execute(
        "INSERT INTO requests (command, arguments, submitted_at, submitted_by) VALUES (?, ?, ?, ?)",
        (command, json.dumps(dict(arguments), ensure_ascii=False), now, me()),
    )
    return int(cursor.lastrowid or 0)


def take(conn: sqlite3.Connection, now: str) -> Request | None:
    """Take the oldest request that waits, None when there is none; nobody else gets it."""
    waiting = "SELECT min(id) FROM requests WHERE taken_at IS NULL"
    while (request_id := conn.execute(waiting).fetchone()[0]) is not None:
        taken = conn.execute(
            "UPDATE requests SET taken_at = ?, taken_by = ? WHERE id = ? AND taken_at IS NULL",
            (now, me(), request_id),
        )
        if taken.rowcount:
            return get(conn, request_id)
    return None


def reopen(conn: sqlite3.Connection) -> int:
    """Let requests that were taken and never answered be taken again: whoever took them has ended,
    since the caller holds the archive. Returns how many."""
    return conn.execute(
        "UPDATE requests SET taken_at = NULL, taken_by = NULL "
        "WHERE taken_at IS NOT NULL AND finished_at IS NULL"
    ).rowcount


def waiting(conn: sqlite3.Connection) -> int:
    """How many requests nobody has taken up."""
    row = conn.execute("SELECT count(*) FROM requests WHERE taken_at IS NULL").fetchone()
    return int(row[0])


def answer(
    conn: sqlite3.Connection, request_id: int, exit_code: int, result: Mapping[str, Any], now: str
) -> None:
    """Write down what became of a request that was taken."""
    conn.execute(
        "UPDATE requests SET finished_at = ?, exit_code = ?, result = ? WHERE id = ?",
        (now, exit_code, json.dumps(dict(result), ensure_ascii=False), request_id),
    )


def get(conn: sqlite3.Connection, request_id: int) -> Request:
    """A request as it stands now."""
    row = conn.execute(
        "SELECT id, command, arguments, submitted_at, taken_at, finished_at, exit_code, result "
        "FROM requests WHERE id = ?",
        (request_id,),
    ).fetchone()
    result = None if row[7] is None else json.loads(row[7])
    return Request(*[*row[:2], json.loads(row[2]), *row[3:7], result])


def wait(
    conn: sqlite3.Connection,
    request_id: int,
    within_s: float,
    held: Callable[[], bool] = lambda: True,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Request:
    """Wait until a request is done; `held` says whether anybody holds the archive. Raises
    ArchiveBusy, and takes the request back, when nobody takes it up in time, or when the daemon
    that took it ended and none has come back in that time."""
    alive_at = monotonic()
    try:
        while (request := get(conn, request_id)).finished_at is None:
            if request.taken_at is not None and held():
                alive_at = monotonic()
            elif monotonic() - alive_at > within_s and _take_back(conn, request):
                raise _nobody(request, within_s)
            sleep(LOOK_EVERY_S)
    except KeyboardInterrupt:
        _take_back(conn, get(conn, request_id))
        raise
    return request


def _nobody(request: Request, within_s: float) -> ArchiveBusy:
    if request.taken_at is not None:
        return ArchiveBusy(
            f"the daemon that took up the request ended, and none has come back in {within_s:g} s",
            "look at the daemon's log; `crawl status` says what was written; try again",
        )
    return ArchiveBusy(
        f"nobody took up the request within {within_s:g} s",
        "another command holds the archive; wait until it has ended and try again",
    )


def _take_back(conn: sqlite3.Connection, request: Request) -> bool:
    """Delete a request that stands as it was read; False when somebody just took or ended it."""
    cursor = conn.execute(
        "DELETE FROM requests WHERE id = ? AND taken_at IS ? AND finished_at IS NULL",
        (request.id, request.taken_at),
    )
    return cursor.rowcount == 1


def me() -> str:
    """This process, as rows name it."""
    return f"{os.getpid()}@{socket.gethostname()}"
