"""Proxies: they carry, they fail on their own account (T16), they are no way around the guard."""

import base64
from pathlib import Path
from typing import Any

import pytest
from faulty_proxy import FaultyProxy
from faulty_server import FaultyServer, hang, response
from fetching import NO_ROBOTS, FakeTime, is_failed, last, names, run, serving, why

from crawler.fetch import Fetcher
from crawler.model import FetchRequest, Network

OK = response("<p>fine</p>")
FAR = names(far__example="93.184.216.34", good__example="93.184.216.34")
NO_LOOPBACK = Network(contact="a@b.example")


def via(url: str) -> dict[str, Any]:
    return {"environ": {"FAR_PROXY": url}, "lookup": FAR}


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize("credentials", ["", "me:s%40cret@"])
def test_a_proxy_carries_plain_requests(scheme: str, credentials: str) -> None:
    async def scenario() -> None:
        async with (
            FaultyServer({"/a": OK}) as server,
            FaultyProxy({"far.example": server.port}) as proxy,
        ):
            address = f"{scheme}://{credentials}127.0.0.99:{proxy.port}"
            attempt = await last(
                f"http://far.example:{server.port}/a",
                network=NO_LOOPBACK,
                options=via(address),
                proxy="env:FAR_PROXY",
            )
            assert why(attempt) is None
            assert attempt.body == b"<p>fine</p>"
            assert attempt.proxy == "env:FAR_PROXY"
            assert "127.0.0.99" not in repr(attempt)
            assert server.log[0].target == "/a"
            if credentials:
                pair = base64.b64encode(b"me:s@cret")
                assert pair in proxy.heads[0] or proxy.heads[0] == b"me:s@cret"
            assert "cret" not in repr(attempt)
            assert "Proxy-Authorization" not in repr(attempt)

    run(scenario())


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_tunnels_tls(trusted: Path, scheme: str) -> None:
    async def scenario() -> None:
        tls = serving(trusted, "good")
        async with (
            FaultyServer({"/a": OK}, tls=tls) as server,
            FaultyProxy({"good.example": server.port}) as proxy,
        ):
            attempt = await last(
                f"https://good.example:{server.port}/a",
                network=NO_LOOPBACK,
                options=via(f"{scheme}://me:secret@127.0.0.99:{proxy.port}"),
                proxy="env:FAR_PROXY",
            )
            assert why(attempt) is None
            assert attempt.certificate_sha256 is not None
            assert "secret" not in repr(server.log)

    run(scenario())


def test_T16_a_proxy_that_is_down_is_not_blamed_on_the_host() -> None:
    async def scenario() -> None:
        async with FaultyServer() as gone:
            pass
        time_ = FakeTime()
        options = {**via(f"http://me:secret@127.0.0.1:{gone.port}"), **time_.options()}
        async with Fetcher(NO_LOOPBACK, **options) as fetcher:
            for _ in range(5):
                request = FetchRequest("http://far.example/a", proxy="env:FAR_PROXY", **NO_ROBOTS)
                (attempt,) = await fetcher.fetch(request)
                assert is_failed(attempt, "proxy")
            assert fetcher.paused_until("http://far.example/") is None
            assert [host.failures for host in fetcher.changed_hosts()] == [0]
        assert "env:FAR_PROXY" in attempt.failure.message
        assert "secret" not in repr(attempt)
        assert "127.0.0.1" not in repr(attempt)

    run(scenario())


@pytest.mark.parametrize("value", ["", "ftp://x", "http://", "http://[x"])
def test_T16_a_proxy_that_is_not_set(value: str) -> None:
    async def scenario() -> None:
        attempt = await last(
            "http://far.example/a", network=NO_LOOPBACK, options=via(value), proxy="env:FAR_PROXY"
        )
        assert is_failed(attempt, "proxy")
        assert "env:FAR_PROXY" in attempt.failure.message

    run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"garbage\r\n\r\n",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_T16_a_proxy_that_refuses(answer: bytes, scheme: str) -> None:
    async def scenario() -> None:
        async with FaultyProxy({}, refuse=answer) as proxy:
            attempt = await last(
                f"{scheme}://far.example/a",
                network=NO_LOOPBACK,
                options=via(f"http://127.0.0.99:{proxy.port}"),
                proxy="env:FAR_PROXY",
            )
        if scheme == "https" or b"407" in answer:
            assert is_failed(attempt, "proxy")
        else:
            assert is_failed(attempt, "protocol")

    run(scenario())


def test_T16_a_proxy_that_hangs() -> None:
    async def scenario() -> None:
        async with FaultyServer({"far.example:443": hang}, "127.0.0.99") as proxy:
            attempt = await last(
                "https://far.example/a",
                network=NO_LOOPBACK,
                options=via(f"http://127.0.0.99:{proxy.port}"),
                proxy="env:FAR_PROXY",
                timeout_s=0.3,
            )
        assert is_failed(attempt, "proxy")

    run(scenario())


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "inside.example", "2130706433"])
def test_a_proxy_is_no_way_around_the_guard(host: str) -> None:
    async def scenario() -> None:
        async with FaultyProxy({}) as proxy:
            options = via(f"http://127.0.0.99:{proxy.port}")
            options["lookup"] = names(inside__example="192.168.0.7")
            attempt = await last(
                f"http://{host}/a", network=NO_LOOPBACK, options=options, proxy="env:FAR_PROXY"
            )
            assert why(attempt) == "refused address"
            assert proxy.heads == []

    run(scenario())


def test_a_name_that_only_the_proxy_can_look_up() -> None:
    async def scenario() -> None:
        async with (
            FaultyServer({"/a": OK}) as server,
            FaultyProxy({"china.example": server.port}) as proxy,
        ):
            attempt = await last(
                f"http://china.example:{server.port}/a",
                network=NO_LOOPBACK,
                options=via(f"http://127.0.0.99:{proxy.port}"),
                proxy="env:FAR_PROXY",
            )
        assert why(attempt) is None

    run(scenario())
