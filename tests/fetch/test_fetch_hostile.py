"""Answers that nobody foresaw: mutated bytes, cancellation, many hosts, memory."""

import asyncio
import gc
import resource

import pytest
from faulty_server import FaultyServer, drip, endless, raw, response
from fetching import LOOPBACK, NO_ROBOTS, is_failed, last, run, why
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crawler.fetch.clients as clients_module
from crawler.fetch import Fetcher
from crawler.fetch.client import HostClient
from crawler.fetch.trail import Budget, Trail
from crawler.model import FetchRequest

WHOLE = response(
    b"<p>text</p>" * 3, headers=[("ETag", '"1"'), ("Set-Cookie", "a=b"), ("Location", "/b")]
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    b"4\r\n\x1f\x8b\x08\x00\r\n3;x\r\nabc\r\n0\r\n\r\n"
)


@given(
    whole=st.sampled_from([WHOLE, CHUNKED]),
    edits=st.lists(st.tuples(st.integers(0, 180), st.binary(max_size=4)), max_size=4),
    end=st.integers(0, 220),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_become_an_attempt(whole: bytes, edits: list, end: int) -> None:
    data = bytearray(whole)
    for place, piece in edits:
        data[place : place + 1] = piece

    async def scenario() -> None:
        async with FaultyServer({"/a": raw(bytes(data[:end])), "/b": response("b")}) as server:
            attempt = await last(server.url("/a"), timeout_s=2.0)
        assert attempt.failure is None or len(attempt.failure.message) > 20
        assert attempt.failure is not None or attempt.status is not None

    run(scenario())


def test_a_cancelled_fetch_frees_its_host_and_connection() -> None:
    async def scenario() -> None:
        slow = drip(b"HTTP/1.1 200 OK\r\n\r\n")
        async with (
            FaultyServer({"/slow": slow, "/a": response("fine")}) as server,
            Fetcher(LOOPBACK) as fetcher,
        ):
            slow_request = FetchRequest(server.url("/slow"), **NO_ROBOTS)
            waiting = [asyncio.create_task(fetcher.fetch(slow_request)) for _ in range(5)]
            await asyncio.sleep(0.1)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            assert all(task.cancelled() for task in waiting)
            (attempt,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
            assert attempt.body == b"fine"
            assert len(server.asked("/slow")) == 1

    run(scenario())


def test_connections_are_used_again_and_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_module, "MAX_CLIENTS", 2)

    async def scenario() -> None:
        servers = [FaultyServer({"/a": response("fine")}, f"127.0.0.{n}") for n in range(2, 6)]
        for server in servers:
            await server.__aenter__()
        async with Fetcher(LOOPBACK) as fetcher:
            for _ in range(2):
                for server in servers:
                    request = FetchRequest(server.url("/a"), **NO_ROBOTS)
                    await fetcher.fetch(request)
                    await fetcher.fetch(request)
            assert [server.connections for server in servers] == [2, 2, 2, 2]
        await asyncio.sleep(0.02)
        for server in servers:
            await server.__aexit__()

    run(scenario())


def test_connections_that_are_slow_to_close_are_closed_once_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two hosts whose turns come while the connections of others are being closed."""
    closed: list[str] = []

    class Slow(HostClient):
        async def aclose(self) -> None:
            closed.append("begun")
            await asyncio.sleep(0.05)

    monkeypatch.setattr(clients_module, "MAX_CLIENTS", 1)
    monkeypatch.setattr(clients_module, "HostClient", Slow)

    async def scenario() -> None:
        async with FaultyServer({"/a": response("fine")}) as server, Fetcher(LOOPBACK) as fetcher:
            clients = fetcher._clients
            idle: set[str] = set()
            monkeypatch.setattr(clients, "_in_use", lambda origin: origin not in idle)

            def trail(number: int) -> Trail:
                request = FetchRequest(server.url("/a").replace("127.0.0.1", f"127.0.0.{number}"))
                return Trail(request, False, None, Budget(1.0), url=request.url)

            for number in (1, 2):
                await clients.of(trail(number))
            assert closed == []
            idle |= {trail(number).url.removesuffix("/a") for number in (1, 2)}
            await asyncio.gather(clients.of(trail(3)), clients.of(trail(4)))
            assert len(closed) == 2

    run(scenario())


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    async def scenario() -> None:
        closing = raw(response("one"))
        async with FaultyServer({"/a": closing}) as server, Fetcher(LOOPBACK, tries=1) as fetcher:
            for _ in range(3):
                (attempt,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                assert why(attempt) is None
                await asyncio.sleep(0.02)

    run(scenario())


def test_many_endless_bodies_at_once_stay_within_memory() -> None:
    """Forty hosts send without end; each may bring 8 MB: all of it at once would be 320 MB."""

    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        servers = [FaultyServer({"/a": endless(head)}, f"127.0.0.{n}") for n in range(2, 42)]
        for server in servers:
            await server.__aenter__()
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        async with Fetcher(LOOPBACK, tries=1) as fetcher:
            requests = [
                FetchRequest(server.url("/a"), max_bytes=8_000_000, **NO_ROBOTS)
                for server in servers
            ]
            results = await asyncio.gather(*map(fetcher.fetch, requests))
        assert all(is_failed(attempt, "too_large") for (attempt,) in results)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert after - before < 160_000
        for server in servers:
            await server.__aexit__()

    run(scenario(), 60)


def test_the_loop_keeps_turning_while_a_bomb_is_undone() -> None:
    import zlib

    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(48)) + packer.flush()

    async def scenario() -> None:
        longest = 0.0
        loop = asyncio.get_running_loop()

        async def watch() -> None:
            nonlocal longest
            while True:
                began = loop.time()
                await asyncio.sleep(0.005)
                longest = max(longest, loop.time() - began)

        answer = response(bomb, headers={"Content-Encoding": "gzip"})
        async with FaultyServer({"/a": answer}) as server:
            watcher = asyncio.create_task(watch())
            attempt = await last(server.url("/a"), max_bytes=40_000_000)
            watcher.cancel()
        assert is_failed(attempt, "too_large")
        assert longest < 1.0

    run(scenario())
