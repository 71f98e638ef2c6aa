"""Faults of the way to a server and of the protocol: rows T1 to T17."""

import asyncio
import gzip
import hashlib
import threading
import time
from pathlib import Path

import pytest
from faulty_server import FaultyServer, drip, endless, hang, raw, redirect, reset, response
from fetching import (
    LOOPBACK,
    NO_ROBOTS,
    FakeTime,
    fetch,
    fingerprint,
    is_failed,
    last,
    names,
    run,
    serving,
    why,
)

from crawler.errors import UsageError
from crawler.fetch import Fetcher
from crawler.fetch.wire import Wire
from crawler.model import FetchRequest, Network

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def test_T1_name_without_address_is_retried_with_growing_waits() -> None:
    time_ = FakeTime()
    options = {"lookup": names(), "tries": 3, "backoff_s": 2.0, **time_.options()}
    attempts = run(fetch("http://nowhere.example/a", options=options))
    assert [why(attempt) for attempt in attempts] == ["failed dns"] * 3
    assert [attempt.is_retry for attempt in attempts] == [False, True, True]
    assert time_.slept == [2.0, 8.0]
    assert "nowhere.example" in attempts[-1].failure.message


def test_T2_connection_refused() -> None:
    async def scenario() -> None:
        async with FaultyServer() as server:
            closed = server.url("/a")
        attempts = await fetch(closed, options={"tries": 2})
        assert [is_failed(attempt, "connect") for attempt in attempts] == [True, True]
        assert attempts[0].hops[0].status is None

    run(scenario())


def test_T2_reset_in_the_middle_keeps_what_came() -> None:
    async def scenario() -> None:
        routes = {"/a": reset(OK + b"Content-Length: 1000\r\n\r\n<p>half"), "/b": reset()}
        async with FaultyServer(routes) as server:
            half = await last(server.url("/a"))
            nothing = await last(server.url("/b"))
        assert is_failed(half, "reset")
        assert half.body == b"<p>half"
        assert half.status == 200
        assert is_failed(nothing, "reset")
        assert nothing.status is None

    run(scenario())


def test_T2_a_retry_that_succeeds_decides() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": [reset(), response("fine")]}) as server:
            attempts = await fetch(server.url("/a"), options={"tries": 3})
        assert [why(attempt) for attempt in attempts] == ["failed reset", None]
        assert attempts[-1].body == b"fine"
        assert attempts[-1].is_retry

    run(scenario())


def test_T3_sixteen_hosts_that_hang_do_not_hold_up_the_others() -> None:
    async def scenario() -> None:
        servers = [FaultyServer({"/a": hang}, f"127.0.0.{n}") for n in range(2, 18)]
        good = FaultyServer({"/a": response("fine")}, "127.0.0.100")
        for server in [*servers, good]:
            await server.__aenter__()
        async with Fetcher(LOOPBACK, tries=1) as fetcher:

            async def ask(server: FaultyServer) -> tuple[str | None, float]:
                began = time.monotonic()
                request = FetchRequest(server.url("/a"), timeout_s=1.0, **NO_ROBOTS)
                (attempt,) = await fetcher.fetch(request)
                return why(attempt), time.monotonic() - began

            hung = [asyncio.create_task(ask(server)) for server in servers]
            await asyncio.sleep(0.2)
            outcome, took_s = await ask(good)
            assert outcome is None
            assert took_s < 0.5
            assert {why_ for why_, _ in await asyncio.gather(*hung)} == {"failed timeout"}
        for server in [*servers, good]:
            await server.__aexit__()

    run(scenario())


@pytest.mark.parametrize(
    "start",
    [OK + b"\r\n", OK + b"Content-Length: 9999\r\n\r\n", OK + b"X-Slow: ", b"HTT"],
    ids=["body", "counted body", "headers", "status line"],
)
def test_T4_an_endless_drip_ends_at_the_total_limit(start: bytes) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": drip(start, 0.03)}) as server:
            began = time.monotonic()
            attempt = await last(server.url("/a"), timeout_s=0.4)
            assert 0.3 < time.monotonic() - began < 1.5
        assert is_failed(attempt, "timeout")
        assert "0.4 s" in attempt.failure.message

    run(scenario())


def test_T4_redirects_share_one_limit() -> None:
    async def slow(request, writer) -> None:
        await asyncio.sleep(0.15)
        writer.write(redirect(request.target + "x"))

    async def scenario() -> None:
        routes = {"/" + "x" * n: slow for n in range(10)}
        async with FaultyServer(routes) as server:
            attempt = await last(server.url("/"), timeout_s=0.5)
        assert is_failed(attempt, "timeout")
        assert 2 <= len(attempt.hops) <= 5

    run(scenario())


def test_T4_waiting_for_a_turn_costs_no_time_of_the_attempt() -> None:
    async def scenario() -> None:
        routes = {"/": redirect("/x"), "/x": response("fine")}
        async with FaultyServer(routes) as server:
            attempt = await last(server.url("/"), timeout_s=0.3, delay_s=0.5)
        assert why(attempt) is None

    run(scenario())


def test_T5_body_shorter_than_declared() -> None:
    async def scenario() -> None:
        answer = OK + b"Content-Length: 100\r\n\r\n<p>half"
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "truncated")
        assert attempt.body == b"<p>half"
        assert attempt.wire_sha256 == hashlib.sha256(b"<p>half").hexdigest()

    run(scenario())


def test_T6_chunked_body_cut_off() -> None:
    async def scenario() -> None:
        answer = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n40\r\nwor"
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "truncated")
        assert attempt.body == b"hellowor"

    run(scenario())


def test_T6_chunked_garbage_is_no_http() -> None:
    async def scenario() -> None:
        answer = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nwor"
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "protocol")
        assert attempt.body == b"hello"

    run(scenario())


def test_T7_compressed_stream_cut_off_behind_a_right_length() -> None:
    packed = gzip.compress(b"<p>" + bytes(range(256)) * 40)[:-200]

    async def scenario() -> None:
        answer = response(packed, headers={"Content-Encoding": "gzip"})
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "truncated")
        assert attempt.body.startswith(b"<p>")

    run(scenario())


def test_T8_more_bytes_than_declared_are_dropped_with_the_connection() -> None:
    async def scenario() -> None:
        long = OK + b"Content-Length: 4\r\n\r\nfineHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        async with FaultyServer({"/a": long, "/b": response("true")}) as server:
            async with Fetcher(LOOPBACK) as fetcher:
                (a,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                (b,) = await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
            assert (a.body, a.flags) == (b"fine", ("extra_bytes",))
            assert b.body == b"true"
            assert server.connections == 2

    run(scenario())


def test_T8_bytes_that_come_later_are_not_the_next_answer() -> None:
    async def late(request, writer) -> None:
        writer.write(response("fine"))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(response("evil"))

    async def scenario() -> None:
        async with FaultyServer({"/a": late, "/b": response("true")}) as server:
            async with Fetcher(LOOPBACK) as fetcher:
                await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                await asyncio.sleep(0.15)
                (b,) = await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
            assert b.body == b"true"

    run(scenario())


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_T9_a_body_that_ends_with_the_connection_is_flagged(version: bytes) -> None:
    async def scenario() -> None:
        answer = version + b" 200 OK\r\nContent-Type: text/html\r\n\r\n<p>all of it"
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) is None
        assert attempt.body == b"<p>all of it"
        assert attempt.flags == ("unverified_length",)
        assert attempt.hops[-1].http_version == version.decode()

    run(scenario())


def test_T9_a_checksum_verifies_a_body_without_length() -> None:
    async def scenario() -> None:
        answer = OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"whole")
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert (attempt.body, attempt.flags) == (b"whole", ())

    run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTQ/9 ok\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\x00\xff" * 500,
        b"<html>no header at all</html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    ],
    ids=["status line", "tls bytes", "binary", "no head", "header line"],
)
def test_T11_what_is_not_http(answer: bytes) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": raw(answer)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "protocol")

    run(scenario())


def test_T11_plain_http_on_a_tls_port(trusted: Path) -> None:
    async def scenario() -> None:
        async with FaultyServer({}, greeting=b"HTTP/1.1 400 Bad\r\n\r\n") as server:
            url = f"https://127.0.0.1:{server.port}/a"
            attempt = await last(url)
        assert is_failed(attempt, "tls")
        assert "http://" in attempt.failure.message

    run(scenario())


@pytest.mark.parametrize(
    "headers",
    [b"X-Long: " + b"a" * 200_000 + b"\r\n", b"".join(b"X-%d: a\r\n" % n for n in range(10_000))],
    ids=["200 KB", "10,000"],
)
def test_T12_too_much_head(headers: bytes) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": raw(OK + headers + b"\r\nbody")}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "protocol")

    run(scenario())


def test_T12_a_thousand_cookies_are_capped_and_never_sent() -> None:
    async def scenario() -> None:
        cookies = [("Set-Cookie", f"c{n}=v{n}; path=/") for n in range(1000)]
        routes = {"/a": response("fine", headers=cookies), "/b": response("too")}
        async with FaultyServer(routes) as server:
            async with Fetcher(LOOPBACK) as fetcher:
                (a,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
            assert (a.body, a.flags) == (b"fine", ("cookies_dropped",))
            assert len([1 for name, _ in a.headers if name == "Set-Cookie"]) == 50
            assert server.asked("/b")[0].header("cookie") is None

    run(scenario())


def test_T13_both_lengths_are_refused() -> None:
    async def scenario() -> None:
        both = OK + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
        async with FaultyServer({"/a": both, "/b": response("true")}) as server:
            async with Fetcher(LOOPBACK, tries=1) as fetcher:
                (a,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                (b,) = await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
            assert is_failed(a, "protocol")
            assert b.body == b"true"
            assert server.connections == 2

    run(scenario())


HERE = names(good__example="127.0.0.1", v6__example="::1")


def test_T14_a_good_certificate_is_recorded(trusted: Path) -> None:
    async def scenario() -> None:
        tls = serving(trusted, "good")
        async with FaultyServer({"/a": response("fine")}, tls=tls) as server:
            attempt = await last(server.url("/a", "good.example"), options={"lookup": HERE})
            assert why(attempt) is None
            assert attempt.certificate_sha256 == fingerprint(trusted, "good")
            assert server.asked("/a")[0].header("host") == f"good.example:{server.port}"

    run(scenario())


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ("expired", "expired"),
        ("other", "another name"),
        ("chained", "incomplete"),
        ("self", "self-signed"),
    ],
)
def test_T14_which_fault_a_certificate_has(trusted: Path, certificate: str, said: str) -> None:
    async def scenario() -> None:
        tls = serving(trusted, certificate)
        async with FaultyServer({"/a": response("fine")}, tls=tls) as server:
            url = server.url("/a", "good.example")
            attempt = await last(url, options={"lookup": HERE, "tries": 3})
            assert is_failed(attempt, "tls")
            assert said in attempt.failure.message
            assert fingerprint(trusted, certificate) in attempt.failure.message
            assert attempt.certificate_sha256 == fingerprint(trusted, certificate)
            assert server.log == []
            opted = await last(
                url,
                options={"lookup": HERE},
                tls_fingerprint=fingerprint(trusted, certificate).upper(),
            )
            assert why(opted) is None
            assert opted.certificate_sha256 == fingerprint(trusted, certificate)
            changed = await last(url, options={"lookup": HERE}, tls_fingerprint="ab" * 32)
            assert is_failed(changed, "tls")
            assert len(server.log) == 1

    run(scenario())


def test_T14_authorities_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authorities.pem")
    with pytest.raises(UsageError, match=r"/nowhere/authorities\.pem"):
        Fetcher(LOOPBACK)


def test_T14_the_fingerprint_speaks_for_the_sources_own_host(trusted: Path) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/b": response("fine")}, tls=serving(trusted, "good")) as other:
            routes = {"/a": redirect(other.url("/b", "good.example"))}
            tls = serving(trusted, "self")
            async with FaultyServer(routes, "127.0.0.2", tls=tls) as server:
                options = {"lookup": names(good__example="127.0.0.1", self__example="127.0.0.2")}
                pin = fingerprint(trusted, "self")
                url = server.url("/a", "self.example")
                attempt = await last(url, options=options, tls_fingerprint=pin)
            assert why(attempt) is None
            assert attempt.certificate_sha256 == fingerprint(trusted, "good")

    run(scenario())


def test_T15_ipv6_only() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response("six")}, host="::1") as server:
            by_address = await last(server.url("/a"))
            by_name = await last(server.url("/a", "v6.example"), options={"lookup": HERE})
        assert by_address.body == by_name.body == b"six"
        assert by_name.hops[0].address == f"[::1]:{server.port}"

    run(scenario())


def test_T15_dead_ipv6_living_ipv4() -> None:
    both = names(both__example=["::1", "127.0.0.1"])

    async def scenario() -> None:
        async with FaultyServer({"/a": response("four")}) as server:
            attempt = await last(server.url("/a", "both.example"), options={"lookup": both})
        assert attempt.body == b"four"
        assert attempt.hops[0].address == f"127.0.0.1:{server.port}"

    run(scenario())


def test_T15_an_address_that_swallows_packets_costs_a_quarter_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from crawler.fetch import wire

    true_connect = wire._connect

    async def connect(address: str, port: int) -> wire.Wire:
        if address == "::1":
            await asyncio.sleep(60)
        return await true_connect(address, port)

    monkeypatch.setattr(wire, "_connect", connect)
    both = names(both__example=["::1", "127.0.0.1"])

    async def scenario() -> None:
        async with FaultyServer({"/a": response("four")}) as server:
            began = time.monotonic()
            attempt = await last(server.url("/a", "both.example"), options={"lookup": both})
            assert time.monotonic() - began < 2
        assert attempt.body == b"four"

    run(scenario())


def test_T17_hung_look_ups_hold_nobody_up() -> None:
    ended = threading.Event()

    def lookup(host: str) -> list[str]:
        if host.startswith("hangs"):
            ended.wait(30)
        return ["127.0.0.1"]

    async def scenario() -> None:
        async with (
            FaultyServer({"/a": response("fine")}) as server,
            Fetcher(LOOPBACK, tries=1, lookup=lookup) as fetcher,
        ):

            async def ask(name: str, timeout_s: float) -> str | None:
                url = server.url("/a", name)
                request = FetchRequest(url, timeout_s=timeout_s, **NO_ROBOTS)
                return why((await fetcher.fetch(request))[-1])

            hung = [asyncio.create_task(ask(f"hangs{n}.example", 0.6)) for n in range(40)]
            await asyncio.sleep(0.05)
            began = time.monotonic()
            assert await ask("fine.example", 5) is None
            assert time.monotonic() - began < 0.4
            assert set(await asyncio.gather(*hung)) == {"failed dns"}

    began = time.monotonic()
    run(scenario())
    # the program can end although the threads still hang
    assert time.monotonic() - began < 5
    ended.set()


def test_T17_one_thread_a_name() -> None:
    asked: list[str] = []
    ended = threading.Event()

    def lookup(host: str) -> list[str]:
        asked.append(host)
        ended.wait(30)
        return ["127.0.0.1"]

    async def scenario() -> None:
        for _ in range(3):
            assert is_failed(
                await last("http://slow.example:9/a", options={"lookup": lookup}, timeout_s=0.05),
                "dns",
            )

    async def shared() -> None:
        async with Fetcher(LOOPBACK, tries=1, lookup=lookup) as fetcher:
            for _ in range(3):
                request = FetchRequest("http://x.example:9/a", timeout_s=0.05, **NO_ROBOTS)
                await fetcher.fetch(request)

    run(scenario())
    assert len(asked) == 3
    run(shared())
    assert len(asked) == 4
    ended.set()


def test_A11_a_flood_of_interim_answers_does_not_block_the_loop() -> None:
    async def scenario() -> None:
        flood = b"HTTP/1.1 102 Processing\r\n\r\n" * 1000
        async with FaultyServer({"/a": endless(b"", flood)}) as server:
            began = time.monotonic()
            attempt = await last(server.url("/a"))
            assert time.monotonic() - began < 1
        assert is_failed(attempt, "status")

    run(scenario())


def test_the_user_agent_names_us_and_a_contact() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response("x")}) as server:
            attempt = await last(server.url("/a"))
            await last(server.url("/a"), network=Network("a@b.c", ("127.0.0.0/8",), "Own/1"))
            agents = [request.header("user-agent") for request in server.log]
        assert agents[0].startswith("Mozilla/5.0 (compatible; Palimpsest/")
        assert agents[0].endswith("; +test@example.org)")
        assert agents[1] == "Own/1"
        assert dict(attempt.request_headers)["User-Agent"] == agents[0]

    run(scenario())


def test_T17_a_look_up_that_breaks_is_a_fault_of_ours_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def lookup(host: str) -> list[str]:
        raise ZeroDivisionError(host)

    async def scenario() -> None:
        async with Fetcher(LOOPBACK, tries=1, lookup=lookup) as fetcher:
            request = FetchRequest("http://odd.example/a", timeout_s=5.0, **NO_ROBOTS)
            for _ in range(2):
                attempt = (await fetcher.fetch(request))[-1]
                assert why(attempt) == "failed internal"

    began = time.monotonic()
    run(scenario())
    assert time.monotonic() - began < 4
    assert "ZeroDivisionError" in caplog.text


def test_T4_a_head_that_drips_costs_little() -> None:
    async def scenario() -> int:
        wire = Wire()
        wire.write(b"GET / HTTP/1.1")
        for byte in b"HTTP/1.1 200 OK\r\n" + b"a:b\r\n" * 20_000 + b"\r\nbody":
            wire.get_buffer(-1)[0] = byte
            wire.buffer_updated(1)
            await wire.read(1)
        return wire.after_head

    began = time.process_time()
    assert run(scenario()) == len(b"body")
    assert time.process_time() - began < 1.5
