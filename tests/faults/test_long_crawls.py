"""Crawls that are cut off and go on later, and one over many hosts with their manners."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import fault_pages as pages
import pytest
from faulty_server import FaultyServer, Request, response
from passes import HEAD, AtHand, Workshop, source

from crawler import pipeline
from crawler.model import Failure, Outcome
from crawler.pipeline.run import Crawl
from crawler.reading import read_listing
from crawler.workers import ReadingFailed

#: texts that the indexes do not know
WAITING = "SELECT count(*) FROM texts WHERE indexed = 0"
ROBOTS = response("User-agent: *\nDisallow: /secret\n", content_type="text/plain")


def atom(base: str, number: int, last: int) -> bytes:
    """One page of a feed in pages, three articles on each."""
    following = f'<link rel="next" href="{base}/feed{number + 1}"/>' if number < last else ""
    entries = "".join(
        f'<entry><title>t</title><link href="{base}/{number}-{n}.html"/></entry>' for n in range(3)
    )
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>f</title>{following}{entries}</feed>'
    return response(text, content_type="application/atom+xml")


def test_a_backfill_that_is_cut_off_goes_on_where_it_was(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.1") as server:
            for number in range(1, 6):
                server.routes[f"/feed{number}"] = atom(server.url(""), number, 5)
                for n in range(3):
                    server.routes[f"/{number}-{n}.html"] = response(
                        pages.article(f"第{number}之{n}篇。" + pages.PARAGRAPHS[0] * 4)
                    )
            head = HEAD.replace('"1m"', '"12h"')
            workshop.configure(source(server, "f", "/feed1", kind="feed"), head=head)
            third = server.routes["/feed3"]
            runs: list[Crawl] = []

            async def cut(request: Request, writer: asyncio.StreamWriter) -> None:
                writer.write(third)
                runs[-1].stop("stopped")

            server.routes["/feed3"] = cut
            first = await workshop.once(days=0.001, backfill=True, started=runs.append)
            assert first.ended_early == "stopped"
            server.routes["/feed3"] = third
            before = len(server.log)
            assert before < 20
            last = await workshop.once(days=0.001, backfill=True)
            assert last.ended_early is None
            assert len(server.log) > before
            asked = [request.target for request in server.log]
            articles = [target for target in asked if target.endswith(".html")]
            assert sorted(articles) == sorted(set(articles))
            assert len(articles) == 15
            for number in range(2, 6):
                assert asked.count(f"/feed{number}") == 1

    play(scenario())
    assert workshop.rows("SELECT count(*) FROM versions") == [(15,)]


def test_an_older_listing_that_cannot_be_read_again_is_asked_for_again(
    workshop: Workshop, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backfill goes on from what is kept of a listing; one that takes too long costs a request
    and not the run."""

    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.5") as server:
            for number in range(1, 4):
                server.routes[f"/feed{number}"] = atom(server.url(""), number, 3)
                for n in range(3):
                    server.routes[f"/{number}-{n}.html"] = pages.ARTICLE
            head = HEAD.replace('"1m"', '"12h"')
            workshop.configure(source(server, "f", "/feed1", kind="feed"), head=head)
            runs: list[Crawl] = []
            last = server.routes["/feed3"]

            async def cut(request: Request, writer: asyncio.StreamWriter) -> None:
                writer.write(last)
                runs[-1].stop("stopped")

            server.routes["/feed3"] = cut
            await workshop.once(days=0.001, backfill=True, started=runs.append)
            server.routes["/feed3"] = last
            slow = AtHand.run

            async def too_slow(self: AtHand, subject: str, job: Any, *args: Any) -> Any:
                if job is read_listing and len(server.asked("/feed2")) == 1 and "feed2" in subject:
                    raise ReadingFailed(Failure(Outcome.FAILED, "too_complex", subject))
                return await slow(self, subject, job, *args)

            monkeypatch.setattr(AtHand, "run", too_slow)
            workshop.readers = AtHand
            again = await workshop.once(days=0.001, backfill=True)
            assert again.ended_early is None
            assert len(server.asked("/feed2")) == 2
            assert workshop.rows("SELECT count(*) FROM pages") == [(9,)]

    play(scenario())


def test_max_time_ends_a_run_cleanly_and_the_next_goes_on(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.2") as server:
            paths = [f"/{n}.html" for n in range(12)]
            server.routes = dict.fromkeys(paths, pages.ARTICLE)
            head = HEAD.replace('"1ms"', '"100ms"').replace('"1m"', '"12h"')
            workshop.configure(source(server, "p", *paths), head=head)
            first = await workshop.once(days=0, due=True, max_time_s=0.35)
            assert first.ended_early == "max_time"
            assert 0 < first.totals()["new"] < 12
            second = await workshop.once(days=0.001, due=True)
            assert first.totals()["new"] + second.totals()["new"] == 12
            assert [len(server.asked(path)) for path in paths] == [1] * 12

    play(scenario())


def test_a_run_that_finds_the_disk_full_ends_cleanly_and_leaves_the_indexes_to_the_next(
    workshop: Workshop, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.6.4") as server:
            paths = [f"/{n}.html" for n in range(6)]
            server.routes = dict.fromkeys(paths, pages.ARTICLE)
            head = HEAD.replace('"1ms"', '"200ms"').replace('"1m"', '"12h"')
            workshop.configure(source(server, "p", *paths), head=head)
            with monkeypatch.context() as little:
                little.setattr(pipeline, "ROOM_EVERY_S", 0.02)
                little.setattr(pipeline, "room_left", lambda *_: not server.asked("/1.html"))
                first = await workshop.once(due=True)
            assert (first.ended_early, first.exit_code()) == ("min_free", 5)
            assert 0 < first.totals()["new"] < 6
            assert workshop.rows(WAITING) == [(1,)]
            second = await workshop.once(days=0.001, due=True)
            assert first.totals()["new"] + second.totals()["new"] == 6
            assert workshop.rows(WAITING) == [(0,)]

    play(scenario())


def test_500_pages_on_50_hosts_each_asked_as_it_wishes(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    delay_s = 0.02

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            servers = [
                await stack.enter_async_context(FaultyServer(host=f"127.0.7.{number}"))
                for number in range(1, 51)
            ]
            paths = [f"/{n}.html" for n in range(10)]
            for server in servers:
                server.routes = dict.fromkeys(paths, pages.ARTICLE)
                server.routes |= {"/robots.txt": ROBOTS, "/secret.html": pages.ARTICLE}
            workshop.configure(
                *(
                    source(server, f"s{n}", *paths, "/secret.html")
                    for n, server in enumerate(servers)
                ),
                head=HEAD.replace("1ms", f"{delay_s * 1000:.0f}ms"),
            )
            summary = await workshop.once()
            assert summary.totals()["new"] == 500
            assert summary.totals()["refused"] == 50
            assert summary.exit_code() == 0
            for server in servers:
                asked = [request.target for request in server.log]
                assert asked[0] == "/robots.txt"
                assert sorted(asked[1:]) == sorted(paths)
                assert server.most_in_flight == 1
                begun = [request.at for request in server.log]
                waits = [b - a for a, b in zip(server.ended, begun[1:], strict=False)]
                assert min(waits) >= delay_s - 0.002

    play(scenario())


def test_a_run_that_is_stopped_does_not_wait_for_a_slow_host(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> float:
        async with FaultyServer(host="127.0.6.3") as server:
            paths = [f"/{n}.html" for n in range(5)]
            server.routes = dict.fromkeys(paths, pages.ARTICLE)
            server.routes["/robots.txt"] = ROBOTS
            head = HEAD.replace('"1ms"', '"10s"').replace('"1m"', '"12h"')
            workshop.configure(source(server, "p", *paths), head=head)
            runs: list[Crawl] = []
            asyncio.get_running_loop().call_later(1.0, lambda: runs[0].stop("stopped"))
            began = time.monotonic()
            summary = await workshop.once(due=True, started=runs.append)
            assert summary.ended_early == "stopped"
            assert summary.totals()["failed"] == summary.totals()["refused"] == 0
            return time.monotonic() - began

    assert play(scenario()) < 5.0
    # What was asked is kept, and nothing is said of pages that were not asked for.
    assert workshop.rows("SELECT purpose FROM observations") == [("robots",)]
    assert workshop.rows("SELECT count(*) FROM pages WHERE failures > 0") == [(0,)]
