"""Pace, pauses and retries (A6, A7), what answers mean (A9, A11, A18), and the contact."""

import asyncio
import datetime as dt
import itertools
import time

import pytest
from faulty_server import FaultyServer, raw, redirect, reset, response
from fetching import LOOPBACK, NO_ROBOTS, FakeTime, fetch, is_failed, last, run, why
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch import Fetcher, Interrupted, pace, retry
from crawler.model import FetchRequest, HostState, Network, Validators

OK = response("<p>fine</p>")
DAY = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


# pace


def test_one_request_at_a_time_and_the_delay_between_two() -> None:
    async def slow(request, writer) -> None:
        await asyncio.sleep(0.02)
        writer.write(OK)

    async def scenario() -> None:
        async with FaultyServer({f"/{n}": slow for n in range(6)}) as server:
            async with Fetcher(LOOPBACK) as fetcher:
                requests = [
                    FetchRequest(server.url(f"/{n}"), **{**NO_ROBOTS, "delay_s": 0.05})
                    for n in range(6)
                ]
                await asyncio.gather(*map(fetcher.fetch, requests))
            assert server.most_in_flight == 1
            gaps = [
                start.at - end for end, start in zip(server.ended, server.log[1:], strict=False)
            ]
            assert min(gaps) >= 0.049

    run(scenario())


def test_fifty_hosts_500_pages_each_delay_and_rule_by_the_servers_own_log() -> None:
    rules = response("User-agent: *\nDisallow: /9", content_type="text/plain")
    routes = {"/robots.txt": rules, **{f"/{n}": OK for n in range(10)}}
    delay_s = 0.04

    async def scenario() -> None:
        servers = [FaultyServer(dict(routes), f"127.0.1.{n}") for n in range(50)]
        for server in servers:
            await server.__aenter__()
        async with Fetcher(LOOPBACK) as fetcher:
            requests = [
                FetchRequest(server.url(f"/{n}"), delay_s=delay_s)
                for n in range(10)
                for server in servers
            ]
            results = await asyncio.gather(*map(fetcher.fetch, requests))
        refusals = [why(attempts[-1]) for attempts in results]
        assert refusals.count(None) == 450
        assert refusals.count("refused robots") == 50
        for server in servers:
            assert len(server.asked("/robots.txt")) == 1
            assert server.asked("/9") == []
            assert server.most_in_flight == 1
            starts = [request.at for request in server.log]
            assert len(starts) == 10
            assert all(b - a >= delay_s - 0.001 for a, b in itertools.pairwise(starts))
            await server.__aexit__()

    run(scenario(), 30)


def test_the_pace_survives_a_restart() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        async with FaultyServer({"/a": OK}) as server:
            kept: dict[str, HostState] = {}
            for passed, waited in ((0.0, []), (2.0, [3.0]), (60.0, [3.0])):
                time_.passed_s += passed
                async with Fetcher(LOOPBACK, hosts=kept, **time_.options()) as fetcher:
                    request = FetchRequest(server.url("/a"), robots="ignore", delay_s=5.0)
                    await fetcher.fetch(request)
                    kept = {host.host: host for host in fetcher.changed_hosts()}
                    assert fetcher.changed_hosts() == ()
                assert time_.slept == waited

    run(scenario())


def test_a_clock_that_stepped_back_neither_floods_nor_stalls() -> None:
    future = HostState("h", last_request_at="2036-01-01T00:00:00.000Z")
    host = pace.Host(future, DAY, 1000.0)
    assert host.last_end == 1000.0
    stuck = HostState("h", paused_until="2036-01-01T00:00:00.000Z")
    assert pace.Host(stuck, DAY, 1000.0).paused_until <= 1000.0 + 86_400


@given(st.integers(0, 10_000))
def test_pauses_grow_and_stay_bounded(failures: int) -> None:
    now, then = pace.pause_s(failures), pace.pause_s(failures + 1)
    assert 0 <= now <= then <= 6 * 3600
    assert (now == 0) == (failures < 3)


def test_a_host_in_trouble_is_left_alone_with_growing_pauses() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        async with (
            FaultyServer({"/a": reset()}) as bad,
            FaultyServer({"/a": OK}, "127.0.0.2") as good,
        ):
            kept: dict[str, HostState] = {}
            pauses = []
            for _ in range(4):
                async with Fetcher(LOOPBACK, hosts=kept, tries=1, **time_.options()) as fetcher:
                    while True:
                        request = FetchRequest(bad.url("/a"), **NO_ROBOTS)
                        (attempt,) = await fetcher.fetch(request)
                        if why(attempt) == "refused paused":
                            break
                    (fine,) = await fetcher.fetch(FetchRequest(good.url("/a"), **NO_ROBOTS))
                    assert why(fine) is None
                    until = fetcher.paused_until(bad.url("/b"))
                    assert until is not None
                    assert attempt.retry_at is not None
                    assert attempt.retry_at in attempt.failure.message
                    pauses.append(round((until - time_.clock()).total_seconds()))
                    kept = {host.host: host for host in fetcher.changed_hosts()}
                time_.passed_s += pauses[-1] + 1
            assert pauses == [60, 120, 240, 480]
            assert len(bad.log) == 3 + 3
            bad.routes["/a"] = OK
            async with Fetcher(LOOPBACK, hosts=kept, **time_.options()) as fetcher:
                (attempt,) = await fetcher.fetch(FetchRequest(bad.url("/a"), **NO_ROBOTS))
                assert why(attempt) is None
                (state,) = fetcher.changed_hosts()
            assert (state.failures, state.paused_until) == (0, None)

    run(scenario())


# retries


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522])
def test_A7_a_failing_server_is_asked_again_with_growing_waits(status: int) -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        async with FaultyServer({"/a": response("oops", f"{status} No")}) as server:
            options = {"tries": 3, "backoff_s": 2.0, **time_.options()}
            attempts = await fetch(server.url("/a"), options=options)
        assert [is_failed(attempt, "server") for attempt in attempts] == [True] * 3
        assert time_.slept == [2.0, 8.0]
        assert attempts[-1].body == b"oops"
        assert attempts[-1].status == status

    run(scenario())


def test_A7_a_server_that_recovers() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": [response("", "503 No"), OK]}) as server:
            attempts = await fetch(server.url("/a"), options={"tries": 3})
        assert [why(attempt) for attempt in attempts] == ["failed server", None]

    run(scenario())


@pytest.mark.parametrize("status", [501, 505, 599])
def test_A7_what_will_not_pass_is_not_tried_again(status: int) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response("", f"{status} No")}) as server:
            attempts = await fetch(server.url("/a"), options={"tries": 3})
        assert [is_failed(attempt, "server") for attempt in attempts] == [True]

    run(scenario())


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, [2.0, 8.0]),
        ({"Retry-After": "7"}, [7.0, 8.0]),
        ({"Retry-After": "soon"}, [2.0, 8.0]),
        (
            {
                "Date": "Thu, 01 Jan 2015 00:00:00 GMT",
                "Retry-After": "Thu, 01 Jan 2015 00:00:30 GMT",
            },
            [30.0, 30.0],
        ),
    ],
    ids=["without", "seconds", "nonsense", "date by a wrong clock"],
)
def test_A6_too_many_requests(headers: dict[str, str], waits: list[float]) -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        answer = response("slow", "429 Too Many Requests", headers)
        async with FaultyServer({"/a": answer}) as server:
            options = {"tries": 3, "backoff_s": 2.0, **time_.options()}
            attempts = await fetch(server.url("/a"), options=options)
        assert [is_failed(attempt, "rate_limited") for attempt in attempts] == [True] * 3
        assert time_.slept == waits

    run(scenario())


@pytest.mark.parametrize("status", ["429 Too Many", "503 Busy"])
def test_A6_a_long_retry_after_ends_the_attempt_and_closes_the_host(status: str) -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        answer = response("later", status, {"Retry-After": "600"})
        async with FaultyServer({"/a": answer, "/b": OK}) as server:
            async with Fetcher(LOOPBACK, **time_.options()) as fetcher:
                attempts = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                assert len(attempts) == 1
                assert attempts[0].retry_at == "2026-03-01T00:10:00.000Z"
                (other,) = await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
                assert why(other) == "refused paused"
                (state,) = fetcher.changed_hosts()
            assert state.paused_until == "2026-03-01T00:10:00.000Z"
            assert len(server.log) == 1

    run(scenario())


def test_A6_an_absurd_retry_after_does_not_bury_a_host() -> None:
    async def scenario() -> None:
        answer = response("", "429 No", {"Retry-After": "9999999999"})
        time_ = FakeTime()
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"), options=time_.options())
        assert attempt.retry_at == "2026-03-02T00:00:00.000Z"

    run(scenario())


@given(st.text(max_size=40), st.text(max_size=40))
def test_A6_any_header_gives_seconds_or_nothing(value: str, date: str) -> None:
    seconds = retry.retry_after_s(value, date, DAY)
    assert seconds is None or seconds >= 0


# what answers mean


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 412, 418, 451, 521, 300, 999])
def test_statuses_to_be_judged_later_are_no_failures(status: int) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response("页面", f"{status} X")}) as server:
            attempts = await fetch(server.url("/a"), options={"tries": 3})
        (attempt,) = attempts
        assert (why(attempt), attempt.status) == (None, status)
        assert attempt.body == "页面".encode()

    run(scenario())


@pytest.mark.parametrize("status", ["203 Changed", "204 None", "206 Part", "202 Later"])
def test_A11_statuses_that_are_no_whole_article(status: str) -> None:
    async def scenario() -> None:
        body = b"" if status.startswith("204") else b"part"
        async with FaultyServer({"/a": response(body, status)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "status")
        assert attempt.status == int(status[:3])

    run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_A11_only_an_interim_answer(answer: bytes) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": raw(answer)}) as server:
            assert is_failed(await last(server.url("/a")), "status")

    run(scenario())


def test_A11_an_interim_answer_before_the_real_one() -> None:
    async def scenario() -> None:
        early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        async with FaultyServer({"/a": early + OK}) as server:
            attempt = await last(server.url("/a"))
        assert (why(attempt), attempt.status, attempt.flags) == (None, 200, ())

    run(scenario())


SENT = Validators('W/"1"', "Sun, 01 Feb 2026 00:00:00 GMT", observation="ab" * 32)


def test_A9_a_304_to_validators_that_were_sent() -> None:
    async def scenario() -> None:
        answer = response(b"", "304 Not Modified", {"ETag": 'W/"1"'})
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"), validators=SENT)
            (request,) = server.log
        assert (why(attempt), attempt.status, attempt.body) == (None, 304, None)
        assert attempt.conditional_on == "ab" * 32
        assert request.header("if-none-match") == 'W/"1"'
        assert request.header("if-modified-since") == SENT.last_modified

    run(scenario())


def test_A9_the_body_of_a_304_is_not_the_next_answer() -> None:
    async def scenario() -> None:
        stale = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n<p>stale</p>"
        async with (
            FaultyServer({"/a": stale, "/b": OK}) as server,
            Fetcher(LOOPBACK) as fetcher,
        ):
            request = FetchRequest(server.url("/a"), validators=SENT, **NO_ROBOTS)
            (a,) = await fetcher.fetch(request)
            (b,) = await fetcher.fetch(FetchRequest(server.url("/b"), **NO_ROBOTS))
        assert (why(a), a.status, a.body, a.flags) == (None, 304, None, ("extra_bytes",))
        assert b.body == b"<p>fine</p>"

    run(scenario())


def test_A18_an_unasked_304() -> None:
    async def scenario() -> None:
        answer = response(b"", "304 Not Modified")
        async with FaultyServer({"/a": answer, "/b": redirect("/a")}) as server:
            assert is_failed(await last(server.url("/a")), "status")
            # the validators are the address's own, not those of wherever it now leads
            assert is_failed(await last(server.url("/b"), validators=SENT), "status")
            assert server.asked("/b")[0].header("if-none-match") is not None
            assert server.asked("/a")[1].header("if-none-match") is None

    run(scenario())


def test_A18_validators_go_to_the_url_that_gave_them() -> None:
    async def scenario() -> None:
        routes = {"/b": redirect("/a"), "/a": response(b"", "304 Not Modified")}
        async with FaultyServer(routes) as server:
            sent = Validators('"1"', observation="cd" * 32, url=server.url("/a"))
            attempt = await last(server.url("/b"), validators=sent)
            assert (why(attempt), attempt.status) == (None, 304)
            assert attempt.conditional_on == "cd" * 32
            assert server.asked("/b")[0].header("if-none-match") is None

    run(scenario())


# contact


def test_without_a_contact_only_open_ranges_are_fetched() -> None:
    asked: list[str] = []

    def lookup(host: str) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"]

    async def scenario() -> None:
        nobody = Network()
        options = {"lookup": lookup}
        attempts = await fetch("http://public.example/", nobody, options, robots="obey")
        assert [why(attempt) for attempt in attempts] == ["refused contact"]
        assert "contact under [network]" in attempts[0].failure.message
        assert asked == []
        open_range = Network(allow=("127.0.0.0/8",))
        assert why(await last("http://8.8.8.8/", network=open_range)) == "refused contact"
        public = await last("http://public.example/", network=open_range, options=options)
        assert why(public) == "refused contact"
        async with FaultyServer({"/a": OK}) as server:
            attempt = await last(server.url("/a"), network=open_range)
            assert why(attempt) is None
            assert "+" not in server.log[0].header("user-agent")

    run(scenario())


def test_an_address_that_is_none_is_refused() -> None:
    async def scenario() -> None:
        for url in ("ftp://a.example/", "file:///etc/passwd", "nonsense", "http://", "http://[x/"):
            assert why(await last(url)) == "refused address"
        assert why(await last("http://１２７.0.0.1/", network=Network("a@b"))) == "refused address"

    run(scenario())


def test_a_fault_of_ours_is_a_failed_attempt_and_no_exception(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server:
            monkeypatch.setattr("crawler.fetch.fetcher.read_answer", broken)
            attempt = await last(server.url("/a"), options={"tries": 3})
            assert why(attempt) == "failed internal"
            assert server.url("/a") in attempt.failure.message
            assert len(server.asked("/a")) == 1

    run(scenario())
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/\0", "/a\nb", "/" + "a" * 70_000, "/%", "/党", "/\ud800", "/ "])
def test_odd_paths_are_asked_for_or_refused_but_never_raise(path: str) -> None:
    async def scenario() -> None:
        async with FaultyServer() as server:
            attempt = await last(server.url(path))
            assert attempt.status == 404 or is_failed(attempt, "protocol")

    run(scenario())


def test_odd_validators_go_back_as_they_came() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server:
            attempt = await last(server.url("/a"), validators=Validators('"\xe9"'))
            assert why(attempt) is None
            assert server.log[0].header("if-none-match") == '"\xe9"'

    run(scenario())


def test_waiting_for_a_turn_can_be_ended_and_what_was_asked_is_told() -> None:
    async def scenario() -> None:
        routes = {"/a": OK, "/b": OK}
        async with FaultyServer(routes) as server, Fetcher(LOOPBACK) as fetcher:
            slow = {**NO_ROBOTS, "delay_s": 30.0}
            assert len(await fetcher.fetch(FetchRequest(server.url("/a"), **slow))) == 1
            began = time.monotonic()
            second = asyncio.create_task(fetcher.fetch(FetchRequest(server.url("/b"), **slow)))
            third = asyncio.create_task(fetcher.fetch(FetchRequest(server.url("/b"), **slow)))
            await asyncio.sleep(0.05)
            fetcher.interrupt()
            for waiting in (second, third):
                with pytest.raises(Interrupted) as ended:
                    await waiting
                assert ended.value.attempts == ()
            assert time.monotonic() - began < 2.0
            assert len(server.log) == 1

    run(scenario())


def test_a_chain_that_is_ended_between_two_hops_leaves_its_hops() -> None:
    async def scenario() -> None:
        robots = response("", "404 Not Found")
        routes = {"/robots.txt": robots, "/a": OK, "/c": redirect("/a")}
        async with FaultyServer(routes) as server, Fetcher(LOOPBACK) as fetcher:
            asked = asyncio.create_task(
                fetcher.fetch(FetchRequest(server.url("/c"), delay_s=0.3, timeout_s=5.0))
            )
            while len(server.log) < 2:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            fetcher.interrupt()
            with pytest.raises(Interrupted) as ended:
                await asked
            first, second = ended.value.attempts
            assert first.purpose == "robots"
            assert why(second) == "refused stopped"
            assert [hop.status for hop in second.hops][:1] == [302]

    run(scenario())


def test_a_cancelled_wait_is_cancelled_and_not_ended() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server, Fetcher(LOOPBACK) as fetcher:
            slow = {**NO_ROBOTS, "delay_s": 30.0}
            await fetcher.fetch(FetchRequest(server.url("/a"), **slow))
            waiting = asyncio.create_task(fetcher.fetch(FetchRequest(server.url("/a"), **slow)))
            await asyncio.sleep(0.05)
            waiting.cancel()
            fetcher.interrupt()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    run(scenario())
