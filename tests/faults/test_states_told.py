"""What people are sent word of when a page goes, is kept from us, and comes back."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import fault_pages as pages
import pytest
from faulty_server import FaultyServer, Route, response
from passes import Workshop, source

CHANNEL = '[[notify]]\nid = "team"\nurl = "env:PALIMPSEST_TEST_TEAM"\n'
BLOCK = response("<h1>403</h1>", "403 Forbidden")
GONE = response("", "404 Not Found")
BROKEN = response("", "500 Broken")
OK = pages.ARTICLE

CASES = {
    # A block is entered at once and told when it is seen again late enough, once.
    "blocked": ([OK, BLOCK, BLOCK, BLOCK, OK], [0, 0, 1, 1, 2], ["blocked", "restored"]),
    "a block that passed": ([OK, BLOCK, OK, OK], [0, 0, 0, 0], []),
    # A suspicion is not told; the absence is, once, and the return.
    "gone": ([OK, GONE, GONE, GONE, OK, OK], [0, 0, 1, 1, 2, 2], ["gone", "restored"]),
    "a suspicion that passed": ([OK, GONE, OK], [0, 0, 0], []),
    "nothing but trouble": ([OK, BROKEN, BROKEN, BROKEN, OK], [0, 0, 0, 0, 0], []),
    # Trouble in between neither confirms nor clears.
    "gone behind trouble": ([OK, GONE, BROKEN, GONE], [0, 0, 0, 1], ["gone"]),
    "blocked behind trouble": ([OK, BLOCK, BROKEN, BLOCK], [0, 0, 0, 1], ["blocked"]),
    "blocked, then gone": ([OK, BLOCK, GONE, GONE], [0, 0, 0, 1], ["gone"]),
}


@pytest.mark.parametrize(("answers", "counts", "states"), CASES.values(), ids=CASES)
def test_one_word_for_each_passage_that_is_believed(
    answers: Sequence[Route],
    counts: list[int],
    states: list[str],
    workshop: Workshop,
    play: Callable[..., Any],
) -> None:
    async def scenario() -> list[int]:
        found = []
        async with FaultyServer(host="127.0.8.20") as server:
            workshop.configure(source(server, "s", "/page", "/good"), CHANNEL)
            server.routes["/good"] = OK
            for answer in answers:
                server.routes["/page"] = answer
                await workshop.once()
                found.append(workshop.rows("SELECT count(*) FROM outbox")[0][0])
        return found

    assert play(scenario()) == counts
    told = workshop.rows(
        "SELECT c.to_state FROM outbox o JOIN changes c ON c.id = o.change_id ORDER BY o.id"
    )
    assert [row[0] for row in told] == states


def test_the_word_of_a_block_says_why_and_since_when(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.21") as server:
            workshop.configure(source(server, "s", "/page", "/good"), CHANNEL)
            server.routes |= {"/good": OK, "/page": OK}
            await workshop.once()
            server.routes["/page"] = BLOCK
            for _ in range(2):
                await workshop.once()

    play(scenario())
    ((first, record),) = workshop.rows(
        "SELECT c.new_first_seen, l.record FROM outbox o JOIN changes c ON c.id = o.change_id "
        "JOIN log l ON l.sequence = c.sequence"
    )
    assert first.startswith("2026-03-03"), "when it was first seen, not when it was believed"
    assert json.loads(record)["reason"] == "removed_or_blocked"


def test_an_article_that_comes_back_edited_is_compared_across_the_gap(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.22") as server:
            workshop.configure(source(server, "s", "/page"), CHANNEL)
            for answer in (OK, GONE, GONE, response(pages.EDITED), response(pages.EDITED)):
                server.routes["/page"] = answer
                await workshop.once()

    play(scenario())
    changes = workshop.rows(
        "SELECT kind, from_state, to_state, from_version_id, to_version_id, "
        "substr(old_last_seen, 1, 10), substr(new_first_seen, 1, 10), score > 0 "
        "FROM changes ORDER BY id"
    )
    assert changes == [
        ("state", "live", "suspect", 1, None, "2026-03-02", "2026-03-03", 0),
        ("state", "suspect", "gone", 1, None, "2026-03-02", "2026-03-03", 1),
        ("state", "gone", "restored", None, 2, "2026-03-04", "2026-03-05", 1),
        ("content", None, None, 1, 2, "2026-03-02", "2026-03-05", 1),
    ]
    assert workshop.rows("SELECT state FROM pages") == [("live",)]
