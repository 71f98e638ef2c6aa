"""`copy_found` over the whole path: pages of a real server, crawled pass by pass."""

import random
from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, response
from passes import Workshop, source

HAN = [chr(code) for code in range(0x4E00, 0x5200)]


def han(seed: int, size: int = 160) -> str:
    """A paragraph that shares nothing with those of other seeds."""
    return "".join(random.Random(seed).choices(HAN, k=size)) + "。"


def seed(name: str) -> str:
    return f'[[seed]]\nid = "{name}"\nfile = "{name}.txt"\n'


def test_a_page_that_newly_shares_a_passage_is_told_once(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    one, two, late = han(1), han(2), han(3)
    for name, text in (("one", one), ("two", two), ("late", late)):
        (workshop.folder / f"{name}.txt").write_text(text, encoding="utf-8")
    shown: list[str] = []

    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.41") as server:

            def put(number: int, *paragraphs: str) -> None:
                text = pages.article(han(100 + number), *paragraphs, han(200 + number))
                server.routes[f"/{number}.html"] = response(text)

            def listed(*numbers: int) -> None:
                paths = [f"/{number}.html" for number in numbers]
                text = pages.feed(*paths, base=server.url(""))
                server.routes["/feed"] = response(text, content_type="application/rss+xml")

            async def told(**order: Any) -> list[tuple[str, str]]:
                before = len(shown)
                await workshop.once(**order)
                query = "SELECT subject, message FROM events WHERE kind = 'copy_found' ORDER BY id"
                rows = workshop.rows(query)
                shown[:] = [message for _, message in rows]
                return [
                    (subject, message.split(" ")[0].rsplit("/", 1)[1].removesuffix(".html"))
                    for subject, message in rows[before:]
                ]

            feed = source(server, "f", "/feed", kind="feed")
            workshop.configure(feed, seed("one"), seed("two"))
            for number in range(6):
                put(number, *([one] if number == 0 else []))
            listed(0, 1, 2, 3)
            assert await told() == [], "a first pass tells nothing"
            put(0, one, han(300))
            put(1, one)
            assert await told() == [("one", "1")], "page 0 shared it before"
            put(1, one, han(301))
            assert await told() == [], "a later version tells it no second time"
            put(1, one, two)
            assert await told() == [("two", "1")], "another seed copy is other news"
            put(2, one)
            put(3, two)
            put(4, one, two)
            listed(0, 1, 2, 3, 4)
            assert sorted(await told()) == [("one", "2"), ("one", "4"), ("two", "3"), ("two", "4")]
            put(5, one)
            listed(0, 1, 2, 3, 4, 5)
            assert await told(backfill=True) == [], "a backfill tells nothing"
            assert await told() == [], "nor does the pass after it"
            put(3, late)
            assert await told() == []
            workshop.configure(feed, seed("one"), seed("two"), seed("late"))
            assert await told() == [], "page 3 had it before the seed copy came"
            put(3, late, han(302))
            put(2, one, late)
            assert await told() == [("late", "2")]
            (workshop.folder / "one.txt").write_text(one + "\n" + han(4), encoding="utf-8")
            put(1, one, two, han(303))
            assert await told() == [], "a revision of the seed copy makes old pages no news"
            put(3, late, han(4))
            assert await told() == [("one", "3")]

    play(scenario())
    assert all("shares 1 passage with the seed copy" in message for message in shown)
    assert workshop.rows("SELECT count(*) FROM events WHERE kind = 'seed_revised'") == [(1,)]
