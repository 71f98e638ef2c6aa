"""Bodies: content codings (T10), sizes and bombs (Z1 to Z5), and what stays of them."""

import contextlib
import gzip
import hashlib
import resource
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import brotli
import pytest
import zstandard
from faulty_server import FaultyServer, endless, raw, response
from fetching import is_failed, last, run, why
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch import codings

TEXT = ("<p>党的建设</p>" * 400).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("coding", [*PACKERS, "GZIP", "identity", ""])
def test_a_coded_body_is_read_and_both_sides_are_hashed(coding: str) -> None:
    packed = PACKERS.get(coding.lower(), bytes)(TEXT)

    async def scenario() -> None:
        answer = response(packed, headers={"Content-Encoding": coding})
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) is None
        assert attempt.body == TEXT
        assert attempt.wire_bytes == len(packed)
        assert attempt.wire_sha256 == hashlib.sha256(packed).hexdigest()
        assert attempt.wire_sha1 == hashlib.sha1(packed).hexdigest()

    run(scenario())


def test_chunks_are_joined_before_they_are_hashed() -> None:
    async def scenario() -> None:
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer += b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n"
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"))
        assert (attempt.body, attempt.flags) == (b"abcdefg", ())
        assert attempt.wire_sha256 == hashlib.sha256(b"abcdefg").hexdigest()

    run(scenario())


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", TEXT),
        ("br", b"\xff\xff plainly not brotli"),
        ("zstd", TEXT),
        ("deflate", TEXT),
        ("secret", TEXT),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\0" * 8),
        ("gzip, gzip, gzip, gzip", TEXT),
    ],
    ids=["no gzip", "no brotli", "no zstd", "no deflate", "unknown", "wrong checksum", "four"],
)
def test_T10_a_body_that_is_not_what_its_header_says(coding: str, body: bytes) -> None:
    async def scenario() -> None:
        answer = response(body, headers={"Content-Encoding": coding})
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "encoding")
        assert attempt.body == body

    run(scenario())


def test_T10_on_an_error_page_the_status_still_counts() -> None:
    async def scenario() -> None:
        answer = response(b"gone", "410 Gone", {"Content-Encoding": "gzip"})
        async with FaultyServer({"/a": answer}) as server:
            attempt = await last(server.url("/a"))
        assert why(attempt) is None
        assert (attempt.status, attempt.body, attempt.flags) == (410, b"gone", ("encoding_broken",))

    run(scenario())


@pytest.mark.parametrize(
    ("headers", "body", "flags"),
    [
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(TEXT)), ()),
        ({"Content-Encoding": "br, gzip"}, gzip.compress(brotli.compress(TEXT)), ()),
        ({"Content-Encoding": "gzip"}, gzip.compress(gzip.compress(TEXT)), ("double_gzip",)),
        ({}, gzip.compress(TEXT), ("undeclared_gzip",)),
        ({"Content-Encoding": "deflate"}, raw_deflate(TEXT), ()),
        ({"Content-Encoding": "utf-8"}, TEXT, ("charset_as_encoding",)),
        ({"Content-Encoding": "gzip"}, gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), ()),
        ({"Content-Encoding": "gzip"}, gzip.compress(TEXT) + b"\n<!-- cache -->", ()),
        (
            {"Content-Encoding": "zstd"},
            zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:]),
            (),
        ),
    ],
    ids=[
        "gzip twice",
        "br in gzip",
        "gzip in gzip, named once",
        "gzip, not named",
        "raw deflate",
        "a charset for a coding",
        "two gzip members",
        "words after gzip",
        "two zstd frames",
    ],
)
def test_T10_what_servers_do_and_readers_can_undo(
    headers: dict[str, str], body: bytes, flags: tuple[str, ...]
) -> None:
    async def scenario() -> None:
        async with FaultyServer({"/a": response(body, headers=headers)}) as server:
            attempt = await last(server.url("/a"))
        assert (why(attempt), attempt.body, attempt.flags) == (None, TEXT, flags)

    run(scenario())


def test_a_packed_sitemap_stays_packed() -> None:
    async def scenario() -> None:
        packed = gzip.compress(TEXT)
        answer = response(packed, content_type="text/xml")
        async with FaultyServer({"/map.xml.gz": answer}) as server:
            attempt = await last(server.url("/map.xml.gz"))
        assert attempt.body == packed

    run(scenario())


def test_Z1_an_endless_body() -> None:
    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        async with FaultyServer({"/a": endless(head)}) as server:
            attempt = await last(server.url("/a"), max_bytes=3_000_000)
        assert is_failed(attempt, "too_large")
        assert "3,000,000" in attempt.failure.message
        assert attempt.body is None

    run(scenario())


def test_Z1_a_declared_length_above_the_limit_is_not_read() -> None:
    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n"
        async with FaultyServer({"/a": endless(head)}) as server:
            attempt = await last(server.url("/a"))
        assert is_failed(attempt, "too_large")
        assert attempt.wire_bytes == 0

    run(scenario())


def test_Z1_a_body_of_exactly_the_limit_is_read() -> None:
    async def scenario() -> None:
        routes = {"/a": response(b"x" * 5000), "/b": response(b"x" * 5001)}
        async with FaultyServer(routes) as server:
            fits = await last(server.url("/a"), max_bytes=5000)
            exceeds = await last(server.url("/b"), max_bytes=5000)
        assert why(fits) is None
        assert is_failed(exceeds, "too_large")

    run(scenario())


def test_Z1_an_endless_error_page_is_cut() -> None:
    async def scenario() -> None:
        head = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"
        async with FaultyServer({"/a": endless(head)}) as server:
            attempt = await last(server.url("/a"))
        assert (why(attempt), attempt.status, attempt.flags) == (None, 404, ("cut",))
        assert len(attempt.body) <= 1 << 20

    run(scenario())


@cache
def gzip_bomb(layers: int = 1) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    piece = b"\0" * (1 << 20)
    bomb = b"".join(packer.compress(piece) for _ in range(96)) + packer.flush()
    return gzip.compress(bomb) if layers == 2 else bomb


@cache
def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    piece = b"\0" * (1 << 22)
    return b"".join(packer.process(piece) for _ in range(24)) + packer.finish()


@cache
def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    piece = b"\0" * (1 << 22)
    return b"".join(packer.compress(piece) for _ in range(24)) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        pytest.param("gzip", gzip_bomb, id="Z2"),
        pytest.param("br", brotli_bomb, id="Z3"),
        pytest.param("zstd", zstd_bomb, id="Z4"),
        pytest.param("gzip", lambda: gzip_bomb(2), id="Z5-named-once"),
        pytest.param("gzip, gzip", lambda: gzip_bomb(2), id="Z5"),
    ],
)
def test_a_bomb_of_96_MB_costs_little_more_than_the_limit(
    coding: str, bomb: Callable[[], bytes]
) -> None:
    packed = bomb()
    limit = 2_000_000

    async def scenario() -> None:
        answer = response(packed, headers={"Content-Encoding": coding})
        async with FaultyServer({"/a": answer}) as server:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            attempt = await last(server.url("/a"), max_bytes=limit)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert is_failed(attempt, "too_large")
        assert attempt.body is None
        # the peak of the whole process, in KiB: unpacking 96 MB would show
        assert after - before < 40_000

    run(scenario())


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_bombs_are_undone_in_small_steps(coding: str) -> None:
    packed = {"gzip": gzip_bomb, "br": brotli_bomb, "zstd": zstd_bomb}[coding]()
    tracemalloc.start()
    try:
        with pytest.raises(codings.TooLarge):
            codings.undo(packed, coding, 1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACKERS)), st.integers(0, 3000))
def test_what_was_packed_comes_back_or_is_too_large(data: bytes, coding: str, limit: int) -> None:
    packed = PACKERS[coding](data)
    if len(data) <= limit:
        plain = codings.undo(packed, coding, limit)
        assert (plain.body, plain.complete) == (data, True)
    else:
        with pytest.raises(codings.TooLarge):
            codings.undo(packed, coding, limit)
    assert codings.undo(packed, coding, limit, cut=True).body == data[:limit]


@given(st.binary(min_size=1, max_size=2000), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_a_stream_cut_anywhere_is_never_taken_for_whole(data: bytes, coding: str) -> None:
    packed = PACKERS[coding](data)
    for end in {0, 1, len(packed) // 2, len(packed) - 1}:
        try:
            plain = codings.undo(packed[:end], coding, 10_000)
        except codings.BadCoding:
            continue
        assert not plain.complete
        assert data.startswith(plain.body)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]))
def test_garbage_is_bad_or_incomplete_and_never_raises_otherwise(data: bytes, coding: str) -> None:
    with contextlib.suppress(codings.BadCoding, codings.TooLarge):
        codings.undo(data, coding, 10_000, look_inside=True)


def test_many_large_bodies_at_once_take_turns() -> None:
    import asyncio

    from fetching import LOOPBACK, NO_ROBOTS

    from crawler.fetch import Fetcher
    from crawler.model import FetchRequest

    async def scenario() -> None:
        body = response(b"x" * 4_000_000)
        servers = [FaultyServer({"/a": body}, f"127.0.0.{n}") for n in range(2, 14)]
        for server in servers:
            await server.__aenter__()
        async with Fetcher(LOOPBACK) as fetcher:

            async def ask(server: FaultyServer) -> int:
                (attempt,) = await fetcher.fetch(FetchRequest(server.url("/a"), **NO_ROBOTS))
                return len(attempt.body or b"")

            assert await asyncio.gather(*map(ask, servers)) == [4_000_000] * 12
        for server in servers:
            await server.__aexit__()

    run(scenario())


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_has_no_coding_whatever_its_header_says(coding: str) -> None:
    def empty(status: str, *more: str) -> bytes:
        lines = [f"HTTP/1.1 {status}", f"Content-Encoding: {coding}", *more]
        return "\r\n".join([*lines, "", ""]).encode()

    routes = {
        "/moved": empty("302 Found", "Location: /here", "Content-Length: 0"),
        "/closed": raw(empty("302 Found", "Location: /here")),
        "/here": response("fine"),
        "/gone": empty("404 Not Found", "Content-Length: 0"),
        "/empty": empty("200 OK", "Content-Length: 0"),
        "/perhaps": raw(empty("200 OK")),
    }

    async def scenario() -> None:
        async with FaultyServer(routes) as server:
            for path, status, body in (
                ("/moved", 200, b"fine"),
                ("/closed", 200, b"fine"),
                ("/gone", 404, b""),
                ("/empty", 200, b""),
            ):
                attempt = await last(server.url(path))
                assert (attempt.status, attempt.body, attempt.failure) == (status, body, None)
            assert is_failed(await last(server.url("/perhaps")), "truncated")

    run(scenario())
