"""Redirects and addresses: rows R1 to R9."""

import pytest
from faulty_server import FaultyServer, raw, redirect, response
from fetching import LOOPBACK, fetch, is_failed, last, names, run, why
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch import redirects
from crawler.fetch.failures import Stopped
from crawler.fetch.guard import Guard, is_public, odd_spelling, parse_address
from crawler.model import Network, Validators

OK = response("<p>fine</p>")


def test_R1_a_circle_ends_at_once_with_its_chain() -> None:
    async def scenario() -> None:
        routes = {"/a": redirect("/b"), "/b": redirect("/a")}
        async with FaultyServer(routes) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "redirect")
        assert [hop.url for hop in attempt.hops] == [server.url("/a"), server.url("/b")]

    run(scenario())


def test_R1_ten_hops_are_followed_and_eleven_are_not() -> None:
    async def scenario() -> None:
        routes = {f"/{n}": redirect(f"/{n + 1}", "301 Moved") for n in range(30)}
        async with FaultyServer({**routes, "/10": OK}) as server:
            fits = await last(server.url("/0"))
        async with FaultyServer({**routes, "/11": OK}) as server:
            exceeds = await last(server.url("/0"))
        assert (why(fits), len(fits.hops), fits.final_url[-3:]) == (None, 11, "/10")
        assert is_failed(exceeds, "redirect")
        assert len(exceeds.hops) == 11

    run(scenario())


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temp", "308 Perm"])
def test_R2_R3_each_hop_is_recorded(status: str) -> None:
    async def scenario() -> None:
        routes = {"/a": redirect("../b?x=1#part", status, X_Trace="7"), "/b?x=1": OK}
        async with FaultyServer(routes) as server:
            attempt = await last(server.url("/a"))
            assert why(attempt) is None
            assert attempt.request_url == server.url("/a")
            assert attempt.final_url == server.url("/b?x=1")
            first, second = attempt.hops
            assert (first.status, first.via) == (int(status[:3]), "http")
            assert ("X-Trace", "7") in first.headers
            assert (second.status, second.address) == (200, f"127.0.0.1:{server.port}")

    run(scenario())


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "data:text/html,x", "javascript:alert(1)", "ftp://a.example/"]
)
@pytest.mark.parametrize("way", ["http", "meta", "script"])
def test_R4_only_the_web_is_followed(target: str, way: str) -> None:
    answers = {
        "http": redirect(target),
        "meta": response(f'<meta http-equiv="refresh" content="0; url={target}">'),
        "script": response(f'<script>location.href="{target}"</script>'),
    }

    async def scenario() -> None:
        async with FaultyServer({"/a": answers[way]}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) == "refused address"
        assert attempt.final_url == server.url("/a")

    run(scenario())


INSIDE = [
    "127.0.0.1",
    "169.254.169.254",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::1]",
    "[2001::1]",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0x7f.0.0.1",
    "127.0.0.1.",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "a.localhost",
    "inside.example",
]


@pytest.mark.parametrize("host", INSIDE)
def test_R5_nothing_inside_is_reached_by_a_redirect(host: str) -> None:
    """The redirecting server stands in an open range, the target does not, and hears nothing."""
    network = Network(contact="a@b.example", allow=("127.0.0.2/32",))
    lookup = names(inside__example="127.0.0.1")

    async def scenario() -> None:
        async with FaultyServer({"/x": OK}) as inside:
            target = f"http://{host}:{inside.port}/x"
            async with FaultyServer({"/a": redirect(target)}, "127.0.0.2") as server:
                url = server.url("/a")
                attempt = await last(url, network=network, options={"lookup": lookup})
            assert inside.connections == 0
        assert why(attempt) == "refused address"

    run(scenario())


def test_R5_an_address_asked_for_directly_is_checked_too() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server:
            for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"):
                url = f"http://{host}:{server.port}/a"
                attempts = await fetch(url, network=Network("a@b.example"), robots="obey")
                assert [why(attempt) for attempt in attempts] == ["refused address"]
                assert attempts[0].failure.message.startswith(host.strip("[]"))
            assert server.connections == 0

    run(scenario())


def test_R5_open_ranges_are_open() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server:
            for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
                attempt = await last(f"http://{host}:{server.port}/a", network=LOOPBACK)
                assert why(attempt) is None

    run(scenario())


def test_R6_a_name_that_changes_its_mind_leads_where_it_was_checked() -> None:
    """Public first, private next: the second answer is checked again and never connected to."""
    answers = [["127.0.0.2"], ["127.0.0.1"]]
    network = Network(contact="a@b.example", allow=("127.0.0.2/32",))

    async def scenario() -> None:
        outside = FaultyServer({"/a": redirect("/b"), "/b": OK}, "127.0.0.2")
        inside = FaultyServer({"/b": OK})
        async with outside:
            inside.port = outside.port
            async with inside:
                options = {"lookup": lambda host: answers.pop(0)}
                url = outside.url("/a", "rebinding.example")
                attempt = await last(url, network=network, options=options)
                assert why(attempt) is None
                assert {hop.address for hop in attempt.hops} == {f"127.0.0.2:{outside.port}"}
                again = await last(url, network=network, options=options)
                assert why(again) == "refused address"
                assert inside.connections == 0

    run(scenario())


def test_R6_of_several_addresses_only_the_checked_are_tried() -> None:
    network = Network(contact="a@b.example", allow=("127.0.0.2/32",))
    lookup = names(two__example=["127.0.0.1", "127.0.0.2"])

    async def scenario() -> None:
        outside, inside = FaultyServer({"/a": OK}, "127.0.0.2"), FaultyServer({"/a": OK})
        async with outside:
            inside.port = outside.port
            async with inside:
                url = outside.url("/a", "two.example")
                attempt = await last(url, network=network, options={"lookup": lookup})
                assert why(attempt) is None
                assert inside.connections == 0

    run(scenario())


@pytest.mark.parametrize(
    "location",
    [
        "http://user:password@other.example/",
        "http://user@other.example/",
        "//user:password@other.example/",
        "http:\\\\other.example\\",
        "/a\\b",
        "http://qsthe\u043ery.example/",
        "http://xn--80ak6aa92e.example/",
        "http://[::1/",
        "http://１２７.0.0.1/",
        "http://a.example:99999/",
        "http://",
        "",
        "/" + "a" * 9000,
    ],
)
def test_R7_a_target_that_misleads_is_not_followed(location: str) -> None:
    async def scenario() -> None:
        answer = response(b"", "302 Found").replace(
            b"\r\n\r\n", b"\r\nLocation: " + location.encode() + b"\r\n\r\n"
        )
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"), options={"lookup": names()})
        assert is_failed(attempt, "redirect")
        assert "password" not in attempt.failure.message
        assert len(server.log) == 1

    run(scenario())


def test_R7_a_line_break_in_a_target_is_no_redirect() -> None:
    async def scenario() -> None:
        answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\rX: y\r\n\r\n"
        async with FaultyServer({"/a": raw(answer), "/b": OK}) as server:
            attempt = await last(server.url("/a"))
            assert is_failed(attempt, "redirect")
            assert len(server.log) == 1

    run(scenario())


def test_R7_a_folded_target_is_one_line() -> None:
    """RFC 9112 §5.2: the fold is a space; it never becomes a header line of ours."""

    async def scenario() -> None:
        answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\r\n X: y\r\n\r\n"
        async with FaultyServer({"/a": raw(answer)}) as server:
            await last(server.url("/a"))
            assert [request.target for request in server.log] == ["/a", "/b%20X:%20y"]

    run(scenario())


def test_R7_an_encoded_line_break_stays_encoded() -> None:
    async def scenario() -> None:
        routes = {"/a": redirect("/b%0d%0aX:1"), "/b%0d%0aX:1": OK}
        async with FaultyServer(routes) as server:
            assert why(await last(server.url("/a"))) is None

    run(scenario())


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/党".encode(), "/%E5%85%9A"),
        ("/党".encode("gb18030"), "/%B5%B3"),
        (b"/with space", "/with%20space"),
        (b"/a?q=1|2", "/a?q=1|2"),
    ],
)
def test_R7_raw_bytes_in_a_target_go_back_as_they_came(location: bytes, asked: str) -> None:
    async def scenario() -> None:
        answer = response(b"", "302 Found").replace(
            b"\r\n\r\n", b"\r\nLocation: " + location + b"\r\n\r\n"
        )
        async with FaultyServer({"/s": answer, asked: OK}) as server:
            attempt = await last(server.url("/s"))
            assert [request.target for request in server.log] == ["/s", asked]
            assert why(attempt) is None

    run(scenario())


def test_R7_a_redirect_without_a_target() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response(b"", "302 Found")}) as server:
            assert is_failed(await last(server.url("/a")), "redirect")

    run(scenario())


@pytest.mark.parametrize(
    ("shell", "via"),
    [
        ('<html><meta http-equiv="refresh" content="0; url=/b"></html>', "meta"),
        ("<META HTTP-EQUIV=refresh CONTENT='3;URL=\"/b\"'>", "meta"),
        ('<meta content="0;url=b" http-equiv="Refresh">', "meta"),
        ('<script>window.location.href = "/b";</script>', "script"),
        ("<script>location='/b'</script><title>跳转中</title>", "script"),
        ('<script type="text/javascript">top.location.replace("/b")</script>', "script"),
        ("<script>setTimeout(function(){self.location.href='/b'}, 500)</script>", "script"),
    ],
)
def test_R8_a_shell_is_followed_as_a_hop(shell: str, via: str) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response(shell), "/b": OK}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) is None
        assert attempt.body == b"<p>fine</p>"
        assert [(hop.status, hop.via) for hop in attempt.hops] == [(200, "http"), (200, via)]

    run(scenario())


@pytest.mark.parametrize(
    "page",
    [
        '<meta http-equiv="refresh" content="0; url=/b">' + "<p>正文</p>" * 200,
        '<meta http-equiv="refresh" content="600; url=/b">',
        '<meta http-equiv="refresh" content="5">',
        '<meta http-equiv="refresh" content="0; url=/a">',
        "<script>if (navigator.userAgent.match(/Mobile/)) location.href='/b'</script>",
        "<script>document.cookie='k=1';location.href='/b'</script>",
        "<script>location.href='/b' + Math.random()</script><script>eval('x')</script>",
        "<script>location.href='/b'</script><script>location.href='/c'</script>",
        '<meta name="description" content="0; url=/b">',
        "<script>var location_name = '/b'</script>",
    ],
)
def test_R8_what_is_no_plain_shell_is_left_to_be_judged(page: str) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response(page), "/b": OK, "/c": OK}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) is None
        assert attempt.body == page.encode()
        assert len(attempt.hops) == 1

    run(scenario())


def test_R8_shells_count_as_hops() -> None:
    async def scenario() -> None:
        routes = {
            f"/{n}": response(f'<meta http-equiv="refresh" content="0;url=/{n + 1}">')
            for n in range(20)
        }
        async with FaultyServer(routes) as server:
            assert is_failed(await last(server.url("/0")), "redirect")

    run(scenario())


def test_R1_what_came_on_the_way_is_not_what_came_at_the_end() -> None:
    async def scenario() -> None:
        way = redirect("http://nowhere.example/").replace(b"Content-Length: 0", b"X: y")
        async with FaultyServer({"/a": raw(way + b"see there")}) as server:
            attempt = await last(server.url("/a"), options={"lookup": names()})
        assert is_failed(attempt, "dns")
        assert [hop.status for hop in attempt.hops] == [302, None]
        assert (attempt.body, attempt.wire_sha256, attempt.wire_bytes) == (None, None, 0)
        assert attempt.flags == ()

    run(scenario())


def test_R9_nothing_personal_travels_to_another_host() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/b": OK}, "127.0.0.2") as other:
            routes = {
                "/a": redirect("/c", Set_Cookie="session=1; Path=/"),
                "/c": redirect(other.url("/b"), Set_Cookie="more=2"),
            }
            async with FaultyServer(routes) as server:
                validators = Validators('"abc"', "Sun, 01 Mar 2026 00:00:00 GMT")
                attempt = await last(server.url("/a"), validators=validators)
            assert why(attempt) is None
            first, second = server.log
            assert first.header("if-none-match") == '"abc"'
            assert second.header("cookie") == "session=1"
            assert second.header("if-none-match") is None
            (arrived,) = other.log
            for name in ("cookie", "authorization", "referer", "if-none-match"):
                assert arrived.header(name) is None
            assert arrived.header("if-modified-since") is None

    run(scenario())


def test_R9_a_cookie_wall_within_one_host_opens() -> None:
    async def wall(request, writer) -> None:
        seen = request.header("cookie") == "seen=1"
        writer.write(OK if seen else redirect("/a", Set_Cookie="seen=1; HttpOnly"))

    async def scenario() -> None:
        async with FaultyServer({"/a": wall}) as server:
            first = await last(server.url("/a"))
            assert why(first) is None
            assert len(first.hops) == 2
            await last(server.url("/a"))
            # the next visit brings nothing of the last one along
            assert server.log[2].header("cookie") is None

    run(scenario())


def test_R9_credentials_in_an_address_are_never_sent_or_shown() -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": OK}) as server:
            url = server.url("/a").replace("//", "//me:secret@")
            attempt = await last(url)
            assert why(attempt) == "refused address"
            assert "secret" not in repr(attempt)
            assert server.connections == 0

    run(scenario())


def test_redirect_to_another_host_goes_by_that_hosts_robots_file() -> None:
    async def scenario() -> None:
        robots = response("User-agent: *\nDisallow: /b", content_type="text/plain")
        async with FaultyServer({"/robots.txt": robots, "/b": OK}, "127.0.0.2") as other:
            routes = {"/a": redirect(other.url("/b")), "/c": redirect(other.url("/d"))}
            async with FaultyServer(routes) as server:
                attempts = await fetch(server.url("/a"), robots="obey")
                assert [why(attempt) for attempt in attempts] == [None, None, "refused robots"]
                assert [str(attempt.purpose) for attempt in attempts] == ["robots"] * 2 + [
                    "article"
                ]
                assert attempts[-1].final_url == other.url("/b")
                assert attempts[-1].hops[-1].status is None
            assert other.asked("/b") == []

    run(scenario())


@given(st.ip_addresses())
def test_public_means_what_the_registries_say(address) -> None:
    if address.version == 4:
        if is_public(address):
            assert not (address.is_private)
            assert not (address.is_multicast)
            assert not (address.is_loopback)
    elif is_public(address) and address.ipv4_mapped is None:
        assert not (address.is_private)
        assert not (address.is_multicast)
        assert not (address.is_link_local)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_the_plain_one(address) -> None:
    guard = Guard(allow=("10.0.0.0/8",), contact="x")
    expected = guard.objection(str(address))
    assert guard.objection(f"::ffff:{address}") == expected
    assert guard.objection(f"64:ff9b::{address}") == expected


@given(st.text(max_size=60))
def test_a_target_is_followed_safely_or_stops(location: str) -> None:
    raw_text = location.encode("utf-8", "surrogatepass").decode("latin-1")
    try:
        url = redirects.follow("http://a.example/b/", raw_text)
    except Stopped:
        return
    assert url.startswith(("http://", "https://"))
    assert "\n" not in url
    assert "@" not in url.split("/")[2]


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "example.org", "a1.example", "1.example", "中国.example"]
)
def test_usual_names_are_usual(host: str) -> None:
    assert not odd_spelling(host)


def test_zones_do_not_hide_an_address() -> None:
    assert not is_public(parse_address("fe80::1%eth0"))
