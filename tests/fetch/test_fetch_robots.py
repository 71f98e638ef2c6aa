"""robots.txt: rows M1 to M5, what is kept of it, and that it is obeyed at every hop."""

import time
from collections.abc import Sequence

import pytest
from faulty_server import FaultyServer, Route, drip, endless, hang, redirect, response
from fetching import LOOPBACK, FakeTime, names, run, why
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch import Fetcher, robots
from crawler.model import Attempt, FetchRequest, HostState, Network

OK = response("<p>fine</p>")


def plain(text: str | bytes, status: str = "200 OK") -> bytes:
    return response(text, status, content_type="text/plain")


async def ask(
    server: FaultyServer,
    paths: Sequence[str] = ("/a",),
    hosts: Sequence[HostState] = (),
    time_: FakeTime | None = None,
    tries: int = 1,
    **request: object,
) -> tuple[list[Attempt], HostState]:
    """Fetches paths one after the other; gives all attempts, and the host as it is kept."""
    options = (time_ or FakeTime()).options()
    known = {host.host: host for host in hosts}
    attempts: list[Attempt] = []
    async with Fetcher(LOOPBACK, tries=tries, hosts=known, **options) as fetcher:
        for path in paths:
            settings = {"delay_s": 0.0, "timeout_s": 2.0, **request}
            attempts += await fetcher.fetch(FetchRequest(server.url(path), **settings))
        (state,) = [host for host in fetcher.changed_hosts() if host.host == server.key]
    return attempts, state


def told(attempts: Sequence[Attempt]) -> list[tuple[str, int | None, str | None]]:
    return [(str(each.purpose), each.status, why(each)) for each in attempts]


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        (response("no", "404 Not Found"), 404, "none"),
        (response("no", "410 Gone"), 410, "none"),
        (response("no", "403 Forbidden"), 403, "forbidden"),
        (response("<!DOCTYPE html><title>首页</title>Disallow: /"), 200, "html"),
        (response(b"\xef\xbb\xbf\n <html>User-agent: *\nDisallow: /</html>"), 200, "html"),
        (plain(""), 200, "rules"),
    ],
)
def test_M1_no_rules(answer: bytes, status: int, kind: str) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/robots.txt": answer, "/a": OK}) as server:
            attempts, state = await ask(server)
        assert told(attempts) == [("robots", status, None), ("article", 200, None)]
        assert (state.robots_kind, state.robots_status) == (kind, status)

    run(scenario())


def test_M1_rules_in_a_file_called_html_are_rules() -> None:
    async def scenario() -> None:
        answer = response("User-agent: *\nDisallow: /a", content_type="text/html")
        async with FaultyServer({"/robots.txt": answer, "/a": OK}) as server:
            attempts, _ = await ask(server)
        assert why(attempts[-1]) == "refused robots"

    run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        response("", "500 Oops"),
        response("", "503 Busy"),
        response("", "429 Slow down"),
        hang,
        drip(b"HTTP/1.1 200 OK\r\n\r\nUser-agent"),
    ],
    ids=["500", "503", "429", "hangs", "drips"],
)
def test_M2_an_unreachable_file_closes_the_host(answer: Route) -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        async with FaultyServer({"/robots.txt": answer, "/a": OK}) as server:
            attempts, state = await ask(server, ["/a", "/a"], time_=time_, timeout_s=0.3)
            assert [str(each.purpose) for each in attempts] == ["robots", "article", "article"]
            assert why(attempts[1]) == why(attempts[2]) == "refused robots_unreachable"
            assert attempts[1].retry_at == state.paused_until is not None
            assert state.robots_kind == "unreachable"
            assert state.robots_unreachable_since is not None
            assert len(server.log) == 1
            # it is asked again when the pause is over, and opens the host
            time_.passed_s += 3600
            server.routes["/robots.txt"] = plain("User-agent: *\nDisallow: /b")
            attempts, state = await ask(server, ["/a", "/b"], [state], time_)
        assert told(attempts) == [
            ("robots", 200, None),
            ("article", 200, None),
            ("article", None, "refused robots"),
        ]
        assert (state.robots_kind, state.robots_unreachable_since) == ("rules", None)
        assert (state.paused_until, state.failures) == (None, 0)

    run(scenario())


def test_M2_after_thirty_days_an_unreachable_file_counts_as_absent() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        routes = {"/robots.txt": response("", "503 Busy"), "/a": OK}
        async with FaultyServer(routes) as server:
            _, state = await ask(server, time_=time_)
            for day in (15, 29):
                time_.passed_s = day * 86_400.0
                attempts, state = await ask(server, hosts=[state], time_=time_)
                assert why(attempts[-1]) == "refused robots_unreachable"
            time_.passed_s = 31 * 86_400.0
            attempts, state = await ask(server, hosts=[state], time_=time_)
        assert told(attempts)[-1] == ("article", 200, None)
        assert state.robots_kind == "none"

    run(scenario())


def test_M2_known_rules_stay_in_force_while_the_file_is_unreachable() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        rules = plain("User-agent: *\nDisallow: /b")
        routes = {"/robots.txt": [rules, response("", "503 Busy")], "/a": OK, "/b": OK}
        async with FaultyServer(routes) as server:
            _, state = await ask(server, time_=time_)
            time_.passed_s = 2 * 86_400.0
            attempts, state = await ask(server, ["/a", "/b", "/a"], [state], time_)
            assert [why(each) for each in attempts] == [
                "failed server",
                None,
                "refused robots",
                None,
            ]
            assert state.robots_unreachable_since is not None
            assert server.asked("/b") == []

    run(scenario())


def test_M2_a_host_that_is_down_is_told_as_such() -> None:
    async def scenario() -> None:
        async with FaultyServer() as server:
            pass
        attempts, state = await ask(server)
        assert [why(each) for each in attempts] == ["failed connect"] * 2
        assert state.failures == 1

    run(scenario())


def test_M3_a_forbidden_page_is_not_asked_for() -> None:
    async def scenario() -> None:
        text = "User-agent: *\nDisallow: /\n\nUser-agent: Palimpsest\nDisallow: /b*x$\nAllow: /"
        async with FaultyServer({"/robots.txt": plain(text), "/a": OK, "/bx": OK}) as server:
            attempts, _ = await ask(server, ["/a", "/bx", "/bxy"])
            assert told(attempts) == [
                ("robots", 200, None),
                ("article", 200, None),
                ("article", None, "refused robots"),
                ("article", 404, None),
            ]
            assert "/bx" in attempts[2].failure.message
            assert [request.target for request in server.log] == ["/robots.txt", "/a", "/bxy"]

    run(scenario())


def test_M3_ignoring_needs_a_reason_and_is_recorded() -> None:
    async def scenario() -> None:
        text = "User-agent: *\nDisallow: /\nCrawl-delay: 50"
        async with FaultyServer({"/robots.txt": plain(text), "/a": OK}) as server:
            time_ = FakeTime()
            attempts, _ = await ask(
                server, ["/a", "/a"], time_=time_, robots="ignore", robots_reason="allowed by mail"
            )
            assert told(attempts) == [("article", 200, None)] * 2
            assert (attempts[0].robots, attempts[0].robots_reason) == ("ignore", "allowed by mail")
            assert server.asked("/robots.txt") == []
            assert time_.slept == []

    run(scenario())


def test_M3_a_redirect_into_a_forbidden_path_ends_there() -> None:
    async def scenario() -> None:
        routes = {
            "/robots.txt": plain("User-agent: *\nDisallow: /b"),
            "/a": redirect("/b"),
            "/b": OK,
        }
        async with FaultyServer(routes) as server:
            attempts, _ = await ask(server)
            assert why(attempts[-1]) == "refused robots"
            assert [hop.status for hop in attempts[-1].hops] == [302, None]
            assert server.asked("/b") == []

    run(scenario())


@pytest.mark.parametrize(
    ("line", "delays"),
    [
        ("Crawl-delay: 30", [30.0, 30.0]),
        ("crawl-delay: 2.5", [5.0, 5.0]),
        ("Crawl-delay: abc", [5.0, 5.0]),
        ("Crawl-delay: -7", [5.0, 5.0]),
        ("Crawl-delay: 1e400", [5.0, 5.0]),
    ],
)
def test_M4_crawl_delay(line: str, delays: list[float]) -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        routes = {"/robots.txt": plain(f"User-agent: *\n{line}\nDisallow: /x"), "/a": OK, "/b": OK}
        async with FaultyServer(routes) as server:
            _, state = await ask(server, ["/a", "/b"], time_=time_, delay_s=5.0)
        assert time_.slept == delays
        assert (state.crawl_delay_s == 30.0) == (delays[0] == 30.0)

    run(scenario())


def test_M4_a_delay_beyond_patience_is_a_moment_to_come_back() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        rules = plain("User-agent: *\nCrawl-delay: 7200\nDisallow: /x")
        async with FaultyServer({"/robots.txt": rules, "/a": OK}) as server:
            attempts, _ = await ask(server, time_=time_)
        assert why(attempts[-1]) == "refused paused"
        assert attempts[-1].retry_at.startswith("2026-03-01T02:00:0")
        assert time_.slept == []

    run(scenario())


def test_M4_a_file_of_600_KB_is_read_to_500_KiB() -> None:
    async def scenario() -> None:
        line = "Disallow: /" + "y" * 88 + "\n"
        head = "User-agent: *\nDisallow: /first\n"
        text = head + line * 6000 + "Disallow: /last\n"
        async with FaultyServer({"/robots.txt": plain(text), "/last": OK}) as server:
            attempts, state = await ask(server, ["/first", "/last"])
        assert [why(each) for each in attempts] == [None, "refused robots", None]
        assert len(text) > 600_000
        assert len(state.robots_text) <= 500 * 1024

    run(scenario())


def test_M4_an_endless_file_is_cut_and_read() -> None:
    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /a\n"
        async with FaultyServer({"/robots.txt": endless(head, b"#" * 65536), "/a": OK}) as server:
            attempts, _ = await ask(server, timeout_s=5.0)
        assert [why(each) for each in attempts] == [None, "refused robots"]

    run(scenario())


def test_M4_a_hostile_file_is_read_in_time() -> None:
    agents = "".join(f"User-agent: robot{n}\n" for n in range(8000))
    text = agents + "Disallow: /a\n" * 8000 + "Disallow: /" + "*a" * 20_000 + "\n"
    began = time.perf_counter()
    rules = robots.parse(text)
    assert rules.allows("http://a.example/" + "a" * 2000)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(("hops", "kind"), [(5, "rules"), (6, "none")])
def test_M5_five_redirects_also_to_another_host(hops: int, kind: str) -> None:
    async def scenario() -> None:
        rules = plain("User-agent: *\nDisallow: /a")
        async with FaultyServer({"/there": rules}, "127.0.0.2") as other:
            routes: dict[str, Route] = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, hops - 1)}
            routes["/robots.txt"] = redirect("/1")
            routes[f"/{hops - 1}"] = redirect(other.url("/there"))
            async with FaultyServer({**routes, "/a": OK}) as server:
                attempts, state = await ask(server)
        assert state.robots_kind == kind
        assert why(attempts[-1]) == ("refused robots" if kind == "rules" else None)

    run(scenario())


def test_M5_a_file_that_redirects_inside_is_not_followed() -> None:
    async def scenario() -> None:
        routes = {"/robots.txt": redirect("http://10.0.0.1/robots.txt"), "/a": OK}
        async with FaultyServer(routes) as server:
            attempts, _state = await ask(server)
        assert why(attempts[0]) == "refused address"
        # that a file cannot be had is no permission
        assert why(attempts[1]) == "refused robots_unreachable"

    run(scenario())


def test_a_file_is_kept_for_a_day_and_across_restarts() -> None:
    async def scenario() -> None:
        time_ = FakeTime()
        routes = {"/robots.txt": plain("User-agent: *\nDisallow: /b"), "/a": OK, "/b": OK}
        async with FaultyServer(routes) as server:
            _, state = await ask(server, ["/a", "/a"], time_=time_)
            time_.passed_s += 23 * 3600
            attempts, state = await ask(server, ["/a", "/b"], [state], time_)
            assert [why(each) for each in attempts] == [None, "refused robots"]
            assert len(server.asked("/robots.txt")) == 1
            time_.passed_s += 2 * 3600
            await ask(server, ["/a"], [state], time_)
            assert len(server.asked("/robots.txt")) == 2

    run(scenario())


def test_one_file_for_many_requests_at_once() -> None:
    import asyncio

    async def scenario() -> None:
        async with (
            FaultyServer({"/robots.txt": plain("User-agent: *\nDisallow: /b"), "/a": OK}) as server,
            Fetcher(LOOPBACK) as fetcher,
        ):
            request = FetchRequest(server.url("/a"), delay_s=0.0)
            results = await asyncio.gather(*(fetcher.fetch(request) for _ in range(10)))
            assert {why(attempts[-1]) for attempts in results} == {None}
            assert len(server.asked("/robots.txt")) == 1
            assert sum(len(attempts) for attempts in results) == 11
            assert server.most_in_flight == 1

    run(scenario())


@given(st.text(max_size=400), st.text(alphabet="/abc*$?=", max_size=20))
def test_any_file_can_be_read(text: str, path: str) -> None:
    rules = robots.parse(text)
    assert isinstance(rules.allows("http://a.example/" + path), bool)
    assert rules.crawl_delay_s is None or rules.crawl_delay_s > 0


@given(
    st.lists(st.sampled_from(["*", "palimpsest", "other", "Googlebot", "PALIMPSEST"]), max_size=5)
)
def test_groups_for_others_do_not_bind_us(agents: list[str]) -> None:
    text = "".join(f"User-agent: {agent}\nDisallow: /{n}/\n" for n, agent in enumerate(agents))
    rules = robots.parse(text)
    own = [n for n, agent in enumerate(agents) if agent.lower() == "palimpsest"]
    anybody = [n for n, agent in enumerate(agents) if agent == "*"]
    binding = own or anybody
    for n in range(len(agents)):
        assert rules.allows(f"http://a.example/{n}/x") == (n not in binding)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028"])
def test_M4_a_hostile_file_is_read_in_time_whatever_ends_its_lines(end: str) -> None:
    lines = [f"User-agent: palimpsest{n}" for n in range(4000)]
    lines += [f"\u3000User agent robot{n}" for n in range(4000)] + ["Disallow: /a"] * 8000
    began = time.process_time()
    assert robots.parse(end.join(lines)).allows("http://a.example/a")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "agent",
    [
        "palimpsest/0.1",
        "Palimpsest 0.1",
        "Mozilla/5.0 (compatible; Palimpsest/0.1; +me@example.org)",
        "\tPALIMPSEST\t# that one",
    ],
)
def test_a_group_that_names_us_at_length_binds_us(agent: str) -> None:
    rules = robots.parse(
        f"User-agent: {agent}\r\nDisallow: /a\r\n\r\nUser-agent: *\r\nAllow: /\r\n"
    )
    assert not rules.allows("http://a.example/a")


ASKED = ("http://a.example/robots.txt", "http://a.example/a")


def test_a_proxy_that_keeps_us_out_says_nothing_of_the_hosts_rules() -> None:
    async def scenario() -> None:
        denied = response("who are you?", "407 Proxy Authentication Required")
        async with FaultyServer(dict.fromkeys(ASKED, denied)) as proxy:
            host = HostState(
                "a.example", robots_kind="rules", robots_text="User-agent: *\nDisallow: /b"
            )
            async with Fetcher(
                Network(contact="me@example.org"),
                hosts={"a.example": host},
                lookup=names(a__example="93.184.215.14"),
                environ={"OUT": proxy.url("")},
                **FakeTime().options(),
            ) as fetcher:
                request = FetchRequest("http://a.example/a", delay_s=0.0, proxy="env:OUT")
                attempts = await fetcher.fetch(request)
                (state,) = fetcher.changed_hosts()
        assert [why(each) for each in attempts] == ["failed proxy", "failed proxy"]
        assert (state.robots_kind, state.robots_text) == (host.robots_kind, host.robots_text)

    run(scenario())
