"""Hostile and confused sites: lists that never end or are none, addresses that lead to another
article, articles whose parts never come."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import fault_pages as pages
import pytest
from fault_rows import CHALLENGE, WAF
from faulty_server import FaultyServer, Request, redirect, response
from passes import Workshop, source

from crawler.evidence.verify import verify
from crawler.pipeline import following, run

XML = "application/rss+xml"
ITEMS = "".join(f'<li><a href="/news/{n}.html">一个足够长的标题第{n}号</a></li>' for n in range(9))
LIST = response(pages.html(f"<ul>{ITEMS}</ul>", "要闻"))
NUMBERED = {"profile": '"qstheory"', "article": "'c_\\d+\\.htm$'"}


def news(server: FaultyServer) -> None:
    """The articles of the list."""
    for n in range(9):
        text = pages.article(f"第{n}篇。" + pages.PARAGRAPHS[0] * 3, title=f"报道{n}")
        server.routes[f"/news/{n}.html"] = response(text)


def test_a_feed_that_never_ends_is_left_and_said_once(
    workshop: Workshop, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_LISTINGS", 7)

    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.30") as server:
            base = server.url("")

            async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
                page = int(request.target.rpartition("=")[2])
                entry = (
                    f"<entry><title>t</title><link href='{base}/{page}-{len(server.log)}.html'/>"
                )
                after = f"<link rel='next' href='{base}/feed?page={page + 1}'/>"
                text = f"<feed xmlns='http://www.w3.org/2005/Atom'>{after}{entry}</entry></feed>"
                writer.write(response(text, content_type="application/atom+xml"))

            server.routes = {f"/feed?page={n}": endless for n in range(1, 60)}
            workshop.configure(source(server, "f", "/feed?page=1", kind="feed"))
            await workshop.once()
            assert len([r for r in server.log if "feed" in r.target]) == 1
            before = len(server.log)
            await workshop.once()
            asked = [r.target for r in server.log[before:] if "feed" in r.target]
            assert asked == [f"/feed?page={n}" for n in range(1, 9)]

    play(scenario())
    ((subject,),) = workshop.events("listing_capped")
    assert subject.endswith("/feed?page=9")


@pytest.mark.parametrize("page", [WAF, CHALLENGE], ids=["firewall", "challenge"])
def test_a_list_that_a_firewall_answers_for_fails_its_source(
    page: str, workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.31") as server:
            server.routes["/list.htm"] = LIST
            news(server)
            workshop.configure(source(server, "s", "/list.htm", kind="index"))
            assert (await workshop.once()).totals()["new"] == 9
            server.routes["/list.htm"] = response(page)
            summary = await workshop.once()
            assert summary.exit_code() == 4
            assert summary.totals()["unchanged"] == 9, "its pages are still checked"

    play(scenario())
    looks = workshop.rows(
        "SELECT outcome, error FROM observations WHERE purpose = 'listing' ORDER BY id DESC LIMIT 1"
    )
    assert looks[0][0] == "blocked"
    assert "/list.htm" in looks[0][1]
    assert workshop.events("listing_shrunk") == []
    assert workshop.rows("SELECT count(*) FROM changes WHERE kind = 'listing'") == [(0,)]


def test_a_list_that_leads_to_the_home_page_brings_no_pages(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.32") as server:
            news(server)
            server.routes |= {"/": LIST, "/list.htm": redirect("/")}
            workshop.configure(source(server, "s", "/list.htm", kind="index"))
            assert (await workshop.once()).exit_code() == 4

    play(scenario())
    assert workshop.rows("SELECT count(*) FROM pages") == [(0,)]
    ((error,),) = workshop.rows("SELECT error FROM observations WHERE outcome = 'failed'")
    assert "home page" in error


OLD = "/2024-10/31/c_1130214661.htm"
ANOTHER = response(pages.article("另一篇文章。" * 20, title="另一篇"))


def test_an_address_that_leads_to_another_article_shows_no_new_version(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with (
            FaultyServer(host="127.0.8.33") as server,
            FaultyServer(host="127.0.8.34") as other,
        ):
            items = f'<ul><li><a href="{OLD}">{pages.PARAGRAPHS[0]}</a></li></ul>'
            listing = response(pages.html(items, "要闻"))
            server.routes = {"/list.htm": listing, OLD: pages.ARTICLE}
            other.routes["/casino"] = ANOTHER
            workshop.configure(source(server, "s", "/list.htm", kind="index", **NUMBERED))
            await workshop.once()
            server.routes[OLD] = redirect(other.url("/casino"))
            for _ in range(2):
                await workshop.once()
            assert workshop.looks(server.url(OLD)) == [
                ("new", None, "live"),
                ("redirected", "redirect_elsewhere", "suspect"),
                ("redirected", "redirect_elsewhere", "redirected"),
            ]
            # A site that moved shows the article itself: no more than another address.
            other.routes["/moved"] = pages.ARTICLE
            server.routes[OLD] = redirect(other.url("/moved"))
            await workshop.once()
            assert workshop.looks(server.url(OLD))[-1] == ("unchanged", None, "restored")

    play(scenario())
    assert workshop.rows("SELECT count(*) FROM versions") == [(1,)]
    assert verify(workshop.db)["ok"]


def test_parts_that_do_not_come_hold_no_other_article_up(
    workshop: Workshop, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "READING_AT_ONCE", 1)
    finished: list[float] = []

    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.5)
        finished.append(time.monotonic())
        writer.write(response("", "500 Broken"))

    async def scenario() -> None:
        async with (
            FaultyServer(host="127.0.8.35") as server,
            FaultyServer(host="127.0.8.36") as other,
        ):
            pager = '<div class="page"><a href="a_2.htm">下一页</a></div>'
            server.routes = {"/a.htm": response(pages.article(after=pager)), "/a_2.htm": slow}
            paths = [f"/{n}.html" for n in range(8)]
            other.routes = dict.fromkeys(paths, pages.ARTICLE)
            workshop.configure(source(server, "parts", "/a.htm"), source(other, "o", *paths))
            await workshop.once()
            assert max(request.at for request in other.log) < finished[0]

    play(scenario())
    outcomes = workshop.rows("SELECT outcome, count(*) FROM observations GROUP BY 1 ORDER BY 1")
    assert ("new", 8) in outcomes


def test_an_article_may_not_grow_without_end_by_its_parts(
    workshop: Workshop, play: Callable[..., Any]
) -> None:
    async def scenario() -> int:
        async with FaultyServer(host="127.0.8.37") as server:
            for n in range(1, 40):
                pager = f'<div class="page"><a href="a_{n + 1}.htm">下一页</a></div>'
                filler = "<!--" + "x" * 30_000 + "-->"
                path = "/a.htm" if n == 1 else f"/a_{n}.htm"
                text = pages.article(f"第{n}部分。" + pages.PARAGRAPHS[0] * 3, after=pager + filler)
                server.routes[path] = response(text)
            workshop.configure(source(server, "s", "/a.htm", max_bytes='"200KB"'))
            await workshop.once()
            return len(server.log)

    assert play(scenario()) < 12
    ((reason, error),) = workshop.rows(
        "SELECT reason, error FROM observations WHERE outcome = 'failed' ORDER BY id DESC LIMIT 1"
    )
    assert reason == "part"
    assert "max_bytes" in error
