"""Listings that say 304: believed where their bytes are here, for a while, at the URL that said
so."""

import asyncio
from collections.abc import Callable
from typing import Any

import fault_pages as pages
from faulty_server import FaultyServer, Request, redirect, response
from passes import Workshop, source

from crawler.evidence.withholding import target_of, withhold
from crawler.model import iso
from crawler.store import Archive

#: a list whose server never tells that it has changed
STUCK = ("ETag", '"for-ever"')


def feed(base: str, *numbers: int) -> bytes:
    links = "".join(f"<item><link>{base}/{n}.html</link></item>" for n in numbers)
    text = f"<rss><channel>{links}</channel></rss>"
    return response(text, "200 OK", [STUCK], content_type="application/rss+xml")


def stuck(server: FaultyServer, *numbers: int) -> Any:
    """A feed that answers 304 to whoever has its validators, whatever it shows by now."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        known = request.header("if-none-match") is not None
        answer = response(b"", "304 Not Modified", [STUCK]) if known else None
        writer.write(answer or feed(server.url(""), *numbers))

    return handle


def statuses(server: FaultyServer, path: str) -> list[bool]:
    """Whether each request for a path was conditional."""
    return [request.header("if-none-match") is not None for request in server.asked(path)]


def serve(server: FaultyServer, *numbers: int) -> None:
    for n in numbers:
        text = pages.article(f"第{n}篇。" + pages.PARAGRAPHS[0] * 3)
        server.routes[f"/{n}.html"] = response(text)


def test_A9_a_listings_304_is_not_believed_for_ever(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.60") as server:
            serve(server, 1, 2)
            server.routes["/feed"] = stuck(server, 1)
            workshop.configure(source(server, "f", "/feed", kind="feed"))
            await workshop.once()
            server.routes["/feed"] = stuck(server, 1, 2)
            for _ in range(7):
                await workshop.once()
            asked = statuses(server, "/feed")
            assert asked[:4] == [False, True, True, True]
            assert asked.count(False) == 2
            assert len(server.asked("/2.html")) >= 1

    play(scenario())


def test_A18_a_listings_validators_go_back_to_the_url_that_gave_them(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.61") as server:
            serve(server, 1)
            server.routes |= {"/old": redirect("/feed"), "/feed": stuck(server, 1)}
            workshop.configure(source(server, "f", "/old", kind="feed"))
            for _ in range(3):
                await workshop.once()
            assert statuses(server, "/old") == [False] * 3
            assert statuses(server, "/feed") == [False, True, True]
            outcomes = [look[0] for look in workshop.looks(server.url("/old"))]
            assert outcomes == ["listed", "not_modified", "not_modified"]
            # The redirect leads elsewhere by now: what the other said is not asked there.
            server.routes |= {"/old": redirect("/new"), "/new": stuck(server, 1)}
            await workshop.once()
            assert statuses(server, "/new") == [False]

    play(scenario())


def test_a_listing_whose_bytes_were_withheld_is_asked_for_in_full(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.62") as server:
            serve(server, 1)
            server.routes["/feed"] = stuck(server, 1)
            workshop.configure(source(server, "f", "/feed", kind="feed"))
            await workshop.once()
            with Archive.open(workshop.db, mode="write") as archive:
                target = target_of(archive, "f", listings=True)
                told_at = iso(workshop.clock())
                withhold(archive, target, "court order 7", told_at, everywhere=True)
            await workshop.once()
            assert statuses(server, "/feed") == [False, False]

    play(scenario())
