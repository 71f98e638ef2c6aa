"""Every row of the fault table through the whole path: discover, fetch, read, decide, write.

All rows share four passes, each row on a host of its own: a fault must cost its own page alone.
"""

import asyncio
import fcntl
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from fault_pages import article
from fault_rows import ROWS, Row
from faulty_server import FaultyServer, response
from memory_watch import MemoryWatch
from passes import Workshop, source

from crawler.evidence.verify import verify

GOOD = response(article("一切照旧，没有变化。" * 8, title="邻近的文章"))
PASSES = 4


def limits(row: Row) -> dict[str, str]:
    """A row that hangs on purpose waits for a short time, all others for longer than a busy
    machine makes them."""
    hangs = row.name.startswith(("T3-", "T4-"))
    return {**dict(row.more), **({"timeout": '"2s"'} if hangs else {})}


def answers(row: Row, number: int) -> dict[str, Any]:
    """The routes of a row's host in a pass."""
    routes = {"/good": GOOD, "/page": row.usual, **dict(row.beside)}
    if number in (1, 2):
        routes["/page"] = row.answer if number == 1 or row.again is None else row.again
        if row.robots is not None:
            routes["/robots.txt"] = row.robots
    return routes


async def play(folder: Path) -> dict[str, Any]:
    """The four passes; everything that the rows are judged by, as JSON."""
    shop = Workshop(folder)
    async with AsyncExitStack() as stack:
        memory = stack.enter_context(MemoryWatch())
        servers = {
            row.name: await stack.enter_async_context(FaultyServer(host=f"127.0.3.{number}"))
            for number, row in enumerate(ROWS, 1)
        }
        shop.configure(
            *(source(servers[row.name], row.name, "/page", "/good", **limits(row)) for row in ROWS)
        )
        failing: list[list[str]] = []
        exits = []
        for number in range(PASSES):
            for row in ROWS:
                servers[row.name].routes = answers(row, number)
            summary = await shop.once()
            failing.append([found.id for found in summary.sources.values() if found.failed])
            exits.append(summary.exit_code())
    return {
        "failing": failing,
        "exits": exits,
        "looks": {name: told(shop, server.url("/page")) for name, server in servers.items()},
        "neighbours": {name: told(shop, server.url("/good")) for name, server in servers.items()},
        "stood_still_s": shop.stood_still_s,
        "grown_mb": memory.grown_mb,
        "reader_mb": memory.reader_mb,
        "verified": verify(shop.db)["ok"],
        "lost": shop.rows(
            "SELECT count(*) FROM observations WHERE outcome IN ('failed', 'refused', 'blocked') "
            "AND (error IS NULL OR length(error) < 20)"
        )[0][0],
        "versions": shop.rows("SELECT count(*) FROM versions")[0][0],
        "asked": {name: len(server.log) for name, server in servers.items()},
        "recorded": {name: recorded(shop, server) for name, server in servers.items()},
    }


def recorded(shop: Workshop, server: FaultyServer) -> int:
    """The requests to a server that the log tells of."""
    return shop.rows(
        "SELECT count(*) FROM log l, json_each(l.record, '$.hops') h WHERE l.kind = 'observation' "
        "AND json_extract(h.value, '$.url') LIKE ? || '%'",
        server.url("/"),
    )[0][0]


def told(shop: Workshop, url: str) -> list[list[Any]]:
    """Outcome, reason, state and error of the deciding look of each pass."""
    return [
        list(row)
        for row in shop.rows(
            "SELECT outcome, reason, state, error FROM observations WHERE id IN (SELECT max(id) "
            "FROM observations WHERE request_url = ? AND purpose = 'article' GROUP BY run_id) "
            "ORDER BY id",
            url,
        )
    ]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The passes are made once, whichever test process needs them first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    result = shared / "fault-table.json"
    with (shared / "fault-table.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            folder = tmp_path_factory.mktemp("faults")
            result.write_text(json.dumps(asyncio.run(play(folder))), encoding="utf-8")
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row, played: dict[str, Any]) -> None:
    looks = played["looks"][row.name]
    assert [tuple(look[:3]) for look in looks] == [("new", None, "live"), *row.looks]
    for outcome, _, _, error in looks:
        if outcome in ("failed", "refused", "blocked"):
            assert "127.0.3." in error, "no subject"
            assert ";" in error, "no next step"
    assert [look[0] for look in played["neighbours"][row.name]] == [
        "new",
        row.neighbour,
        row.neighbour,
        "unchanged",
    ]
    assert [row.name in names for names in played["failing"]] == [
        False,
        row.fails,
        row.fails,
        False,
    ]


def test_the_runs_went_on_and_lost_nothing(played: dict[str, Any]) -> None:
    assert played["exits"] == [0, 3, 3, 0]
    assert played["lost"] == 0
    assert played["verified"]
    changed = [look[0] for row in ROWS for look in row.looks].count("changed")
    assert played["versions"] == 2 * len(ROWS) + changed


def test_every_request_that_a_server_saw_is_in_the_log(played: dict[str, Any]) -> None:
    assert played["recorded"] == played["asked"]


def test_no_row_stops_the_loop_or_takes_the_memory(played: dict[str, Any]) -> None:
    # A machine that is busy with other things makes any loop wait for a second or two.
    assert played["stood_still_s"] < 3.0
    # `crawl once` itself begins with less than 100 MB.
    assert played["grown_mb"] < 200.0
    assert 20.0 < played["reader_mb"] < 300.0
