"""Faults on the way to a host, through the whole path: its name, its certificate, the proxy before
it, its family of addresses, its pace."""

import datetime as dt
import itertools
import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fault_pages as pages
import pytest
from faulty_server import FaultyServer, Request, redirect, response
from fetching import fingerprint, serving
from passes import HEAD, Days, Workshop, source

from crawler import config as configuration
from crawler.config import Config
from crawler.evidence.verify import verify
from crawler.pipeline.watching import look_after
from crawler.store import Archive

CERTIFICATES = Path(__file__).parents[1] / "fetch" / "certificates"
SIX = HEAD.replace('["127.0.0.0/8"]', '["127.0.0.0/8", "::1/128"]')


def named(server: FaultyServer, host: str, name: str, path: str = "/page", **more: str) -> str:
    """A source of one page of a server, by a name."""
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[source]]\nid = "{name}"\nkind = "page"\nurl = "{server.url(path, host)}"\n{lines}'


class Names:
    """A look-up whose answers can be changed; counts what it was asked."""

    def __init__(self, **known: Any) -> None:
        self.known = {name.replace("__", "."): value for name, value in known.items()}
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        found = self.known.get(host)
        if callable(found):
            found = found()
        if not found:
            raise OSError(-2, "Name or service not known")
        return [found] if isinstance(found, str) else found


@dataclass
class Passes:
    """A workshop with a second source that always answers."""

    shop: Workshop
    good: FaultyServer
    names: Names

    def configure(self, *tables: str, head: str = HEAD) -> None:
        self.shop.configure(*tables, source(self.good, "good", "/good"), head=head)
        self.shop.fetching = {**self.shop.fetching, "lookup": self.names}

    async def once(self, exit_code: int, **order: Any) -> None:
        """A pass a day later, in which the other source answers."""
        summary = await self.shop.once(**order)
        assert summary.exit_code() == exit_code
        assert summary.source("good").counts["unchanged"] + summary.source("good").counts["new"]

    def looks(self, url: str) -> list[tuple[Any, ...]]:
        return self.shop.looks(url)

    def config(self) -> Config:
        return configuration.load(self.shop.folder / "sources.toml")


@pytest.fixture
def passes(workshop: Workshop) -> Callable[..., Any]:
    """Enters the second source's server and gives the passes."""

    async def enter(stack: AsyncExitStack, **names: Any) -> Passes:
        good = await stack.enter_async_context(FaultyServer(host="127.0.8.1"))
        good.routes["/good"] = pages.ARTICLE
        return Passes(workshop, good, Names(**names))

    return enter


def test_T1_a_name_that_leads_nowhere_any_more(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.2"))
            server.routes["/page"] = pages.ARTICLE
            run = await passes(stack, gone__test="127.0.8.2")
            run.configure(named(server, "gone.test", "lost"))
            await run.once(0)
            del run.names.known["gone.test"]
            await run.once(3)
            with Archive.open(run.shop.db, clock=run.shop.clock) as archive:
                # Not before it has been so for as long as an absence needs to be believed.
                look_after(archive, run.config(), run.shop.clock())
                assert run.shop.events("name_lost") == []
            await run.once(3)
            for _ in range(2):
                with Archive.open(run.shop.db, clock=run.shop.clock) as archive:
                    look_after(archive, run.config(), run.shop.clock())
                    (problem,) = archive.status(now=run.shop.clock())["problems"]
            assert (problem["source"], problem["reason"]) == ("lost", "dns")
            assert run.shop.events("name_lost") == [("lost",)]
            ((message,),) = run.shop.rows("SELECT message FROM events WHERE kind = 'name_lost'")
            assert "gone.test" in message
            run.names.known["gone.test"] = "127.0.8.2"
            await run.once(0)
            lost = ("failed", "dns", None)
            told = [("failed", "dns", "live")]
            # Each look is tried twice; the last try decides.
            assert run.looks(server.url("/page", "gone.test")) == [
                ("new", None, "live"), lost, *told, lost, *told, ("unchanged", None, "live"),
            ]  # fmt: skip
            assert len(run.names.asked) == 6
            assert verify(run.shop.db)["ok"]

    play(scenario())


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ("expired", "expired"),
        ("other", "another name"),
        ("chained", "incomplete"),
        ("self", "self-signed"),
    ],
)
def test_T14_a_certificate_that_proves_nothing_and_the_way_to_accept_it(
    certificate: str,
    said: str,
    passes: Callable[..., Any],
    play: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    pin = fingerprint(CERTIFICATES, certificate)

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            tls = serving(CERTIFICATES, certificate)
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.3", tls=tls))
            server.routes["/page"] = pages.ARTICLE
            run = await passes(stack, good__example="127.0.8.3")
            url = server.url("/page", "good.example")
            run.configure(named(server, "good.example", "odd"))
            await run.once(3)
            assert server.log == []
            ((error,),) = run.shop.rows("SELECT error FROM observations WHERE request_url = ?", url)
            assert said in error
            assert f'tls_fingerprint = "{pin}"' in error
            # Exactly what the message says.
            run.configure(named(server, "good.example", "odd", tls_fingerprint=f'"{pin}"'))
            await run.once(0)
            run.configure(named(server, "good.example", "odd", tls_fingerprint=f'"{"ab" * 32}"'))
            await run.once(3)
            failed = ("failed", "tls", "live")
            assert run.looks(url) == [failed, ("new", None, "live"), failed]
            # Each pass has it, the first in the look at the robots file that comes first.
            recorded = run.shop.rows(
                "SELECT DISTINCT run_id, json_extract(l.record, '$.certificate_sha256') FROM "
                "observations o JOIN log l ON l.sequence = o.sequence WHERE o.source_id = 'odd' "
                "AND json_extract(l.record, '$.certificate_sha256') IS NOT NULL ORDER BY run_id"
            )
            assert [row[1] for row in recorded] == [pin] * 3

    play(scenario())


def test_T15_ipv6_alone_and_ipv6_that_is_dead(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            six = await stack.enter_async_context(FaultyServer(host="::1"))
            four = await stack.enter_async_context(FaultyServer(host="127.0.8.4"))
            six.routes["/page"] = four.routes["/page"] = pages.ARTICLE
            run = await passes(stack, six__test="::1", both__test=["::1", "127.0.8.4"])
            tables = named(six, "six.test", "six"), named(four, "both.test", "both")
            run.configure(*tables, head=SIX)
            await run.once(0)
            assert [len(server.asked("/page")) for server in (six, four)] == [1, 1]
            looks = run.looks(six.url("/page", "six.test"))
            assert looks == run.looks(four.url("/page", "both.test")) == [("new", None, "live")]

    play(scenario())


def test_T16_a_proxy_that_is_down_is_not_blamed_on_the_host(
    passes: Callable[..., Any], play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALIMPSEST_TEST_PROXY", "http://me:secret@127.0.8.99:9")

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.5"))
            server.routes["/page"] = pages.ARTICLE
            run = await passes(stack, far__test="127.0.8.5")
            run.configure(named(server, "far.test", "far"))
            await run.once(0)
            run.configure(named(server, "far.test", "far", proxy='"env:PALIMPSEST_TEST_PROXY"'))
            for _ in range(4):
                await run.once(3)
            run.configure(named(server, "far.test", "far"))
            await run.once(0)
            url = server.url("/page", "far.test")
            failed = [("failed", "proxy", "live")] * 4
            assert run.looks(url) == [("new", None, "live"), *failed, ("unchanged", None, "live")]
            errors = run.shop.rows("SELECT error FROM observations WHERE reason = 'proxy'")
            assert all("env:PALIMPSEST_TEST_PROXY" in error for (error,) in errors)
            assert run.shop.rows("SELECT count(*) FROM hosts WHERE failures > 0") == [(0,)]
        whole = run.shop.db.read_bytes()
        assert b"secret" not in whole
        assert b"127.0.8.99" not in whole

    play(scenario())


def test_T17_a_name_server_that_hangs_holds_nobody_up(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    ends = threading.Event()

    def hangs() -> str:
        ends.wait(30)
        return ""

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.6"))
            server.routes["/page"] = pages.ARTICLE
            hung = {f"slow{n}__test": hangs for n in range(12)}
            run = await passes(stack, quick__test="127.0.8.6", **hung)
            tables = [
                named(server, f"slow{n}.test", f"slow{n}", timeout='"700ms"') for n in range(12)
            ]
            run.configure(*tables, named(server, "quick.test", "quick"))
            await run.once(3)
            assert run.looks(server.url("/page", "quick.test")) == [("new", None, "live")]
            slow = run.looks(server.url("/page", "slow3.test"))
            assert slow == [("failed", "dns", None), ("failed", "dns", "live")]

    try:
        play(scenario())
    finally:
        ends.set()


def test_R6_a_name_that_changes_its_mind_leads_where_it_was_checked(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.7"))
            server.routes["/page"] = pages.ARTICLE
            answers = iter(["127.0.8.7", "10.0.0.1", "127.0.8.7", "10.0.0.1"])
            run = await passes(stack, turns__test=lambda: next(answers))
            run.configure(named(server, "turns.test", "turns"))
            # One answer is asked for and checked, and that one is connected to.
            await run.once(0)
            await run.once(3)
            await run.once(0)
            assert run.looks(server.url("/page", "turns.test")) == [
                ("new", None, "live"),
                ("refused", "address", "live"),
                ("unchanged", None, "live"),
            ]
            addresses = run.shop.rows(
                "SELECT json_extract(l.record, '$.hops') FROM observations o JOIN log l "
                "ON l.sequence = o.sequence WHERE o.source_id = 'turns' AND o.outcome = 'new'"
            )
            assert json.loads(addresses[0][0])[0]["address"] == f"127.0.8.7:{server.port}"

    play(scenario())


def test_R9_nothing_that_a_host_set_travels_to_another(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(FaultyServer(host="127.0.8.9"))
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.8"))
            other.routes["/page"] = pages.ARTICLE
            tag = {"ETag": '"first"', "Set-Cookie": "who=me; Domain=.test; Path=/"}
            server.routes["/page"] = response(pages.article(), headers=tag)
            run = await passes(stack, a__test="127.0.8.8", b__test="127.0.8.9")
            run.configure(named(server, "a.test", "a"))
            await run.once(0)
            there = other.url("/page", "b.test")
            server.routes["/page"] = redirect(
                there, Set_Cookie="who=me; Domain=.test; Path=/", WWW_Authenticate="Basic"
            )
            await run.once(0)
            (asked,) = other.asked("/page")
            sent = {name.lower() for name, _ in asked.headers}
            assert not sent & {"cookie", "authorization", "referer", "if-none-match"}
            # Nor does it come back to the host itself in a later look.
            assert [request.header("Cookie") for request in server.log] == [None] * len(server.log)

    play(scenario())


@dataclass
class Turned(Days):
    """A clock that only sleeping moves on: days of waiting cost nothing."""

    slept_s: float = 0.0

    def __call__(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=self.slept_s)

    def monotonic(self) -> float:
        return 1000.0 + self.slept_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds


def test_M4_a_crawl_delay_of_30_seconds_is_kept_and_outlives_the_run(
    passes: Callable[..., Any], play: Callable[..., Any]
) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(FaultyServer(host="127.0.8.10"))
            run = await passes(stack)
            clock = run.shop.clock = Turned()
            run.shop.fetching = {"monotonic": clock.monotonic, "sleep": clock.sleep}
            asked: list[float] = []

            def seen(answer: bytes) -> Any:
                async def handle(request: Request, writer: Any) -> None:
                    asked.append(clock().timestamp())
                    writer.write(answer)

                return handle

            rules = response("User-agent: *\nCrawl-delay: 30\n", content_type="text/plain")
            paths = [f"/{n}.html" for n in range(4)]
            server.routes = {path: seen(pages.ARTICLE) for path in paths}
            server.routes["/robots.txt"] = seen(rules)
            run.configure(source(server, "slow", *paths))
            await run.once(0)
            # Ten seconds later: the pace is the archive's, not the run's.
            await run.shop.once(days=10 / 86_400)
            assert len(asked) == 9
            waits = [b - a for a, b in itertools.pairwise(asked[1:])]
            assert min(waits) >= 30.0
            # Nor did anybody wait for longer than asked.
            assert max(waits) < 31.0
        with sqlite3.connect(run.shop.db) as kept:
            delays = kept.execute("SELECT crawl_delay_s FROM hosts WHERE crawl_delay_s > 0")
            assert delays.fetchall() == [(30.0,)]

    play(scenario())
