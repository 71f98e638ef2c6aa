"""A connection that is used again, and a server that closes it just then."""

import asyncio

from faulty_server import FaultyServer, Request, response
from fetching import LOOPBACK, is_failed, run

from crawler.fetch import Fetcher
from crawler.model import Attempt, FetchRequest


async def two(server: FaultyServer) -> tuple[Attempt, ...]:
    """The last attempts of two looks over one fetcher, one right after the other."""
    async with Fetcher(LOOPBACK, tries=1) as fetcher:
        looks = [
            await fetcher.fetch(
                FetchRequest(server.url(path), delay_s=0.0, robots="ignore", robots_reason="a test")
            )
            for path in ("/a", "/b")
        ]
    return tuple(look[-1] for look in looks)


def test_a_connection_that_was_closed_while_idle_is_no_failure() -> None:
    async def close_if_used_again(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.connection == 1:
            writer.close()
        else:
            writer.write(response("second"))

    async def scenario() -> None:
        async with FaultyServer({"/a": response("first"), "/b": close_if_used_again}) as server:
            first, second = await two(server)
            connections = [request.connection for request in server.log]
        assert (first.body, second.body) == (b"first", b"second")
        assert second.failure is None
        assert connections == [1, 1, 2]

    run(scenario())


def test_a_server_that_closes_every_connection_is_asked_twice_and_no_more() -> None:
    async def close(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def scenario() -> None:
        async with FaultyServer({"/a": response("first"), "/b": close}) as server:
            _, second = await two(server)
            asked = [request.target for request in server.log]
        assert is_failed(second, "reset")
        assert asked == ["/a", "/b", "/b"]

    run(scenario())


def test_half_an_answer_on_a_kept_connection_is_not_asked_for_again() -> None:
    async def half(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.close()

    async def scenario() -> None:
        async with FaultyServer({"/a": response("first"), "/b": half}) as server:
            _, second = await two(server)
            asked = [request.target for request in server.log]
        assert second.failure is not None
        assert asked == ["/a", "/b"]

    run(scenario())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n"
FORGED = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"


def test_what_follows_the_last_chunk_is_not_the_next_answer() -> None:
    async def two_answers(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + FORGED)

    async def scenario() -> None:
        async with FaultyServer({"/a": two_answers, "/b": response("second")}) as server:
            first, second = await two(server)
            connections = [request.connection for request in server.log]
        assert (first.body, first.flags) == (b"first", ("extra_bytes",))
        assert (second.body, second.flags) == (b"second", ())
        assert connections == [1, 2]

    run(scenario())
