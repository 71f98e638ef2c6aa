"""Bodies: whatever comes in comes out, and what is small stays small."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.errors import ArchiveError, UnknownName
from crawler.store import bodies
from crawler.store.records import bytes_sha256
from crawler.store.transaction import writing

NOW = "2026-03-01T00:00:00.000Z"


def keep(archive: Any, body: bytes, key: bodies.KeyBody, now: str = NOW) -> str:
    digest = bytes_sha256(body)
    with writing(archive.conn, now) as transaction:
        bodies.keep(transaction, digest, body, key)
    return digest


def encodings(archive: Any) -> list[str]:
    return [row[0] for row in archive.conn.execute("SELECT encoding FROM bodies ORDER BY id")]


def page(seed: int = 0, size: int = 40_000) -> bytes:
    """Bytes that do not compress to nothing."""
    draw = random.Random(seed)
    return bytes(draw.choices(b"<div class='x'>0123456789abcdef \n", k=size))


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.binary(max_size=3_000), min_size=1, max_size=6, unique=True))
def test_what_is_kept_is_read_back(world: Any, found: list[bytes]) -> None:
    world.archive.conn.execute("DELETE FROM bodies WHERE encoding = 'zstd-delta'")
    world.archive.conn.execute("DELETE FROM bodies")
    key = bodies.KeyBody()
    for digest, body in [(keep(world.archive, body, key), body) for body in found]:
        assert world.archive.body(digest) == body


def test_a_counter_costs_a_few_bytes(world: Any) -> None:
    key = bodies.KeyBody()
    keep(world.archive, page(), key)
    digest = keep(world.archive, page() + b"<i>1,234 views</i>", key)
    size = world.archive.conn.execute(
        "SELECT length(data), base_sha256 FROM bodies WHERE sha256 = ?", (digest,)
    ).fetchone()
    assert size[0] < 200
    assert size[1] == bytes_sha256(page())
    assert world.archive.body(digest).endswith(b"views</i>")


def test_a_delta_rests_on_a_full_body_for_64_times(world: Any) -> None:
    key = bodies.KeyBody()
    for n in range(67):
        keep(world.archive, page() + b"%d" % n, key)
    found = encodings(world.archive)
    assert [n for n, encoding in enumerate(found) if encoding == bodies.FULL] == [0, 65]


def test_a_full_body_is_kept_every_30_days(world: Any) -> None:
    key = bodies.KeyBody()
    keep(world.archive, page() + b"0", key)
    keep(world.archive, page() + b"1", key, "2026-03-30T00:00:00.000Z")
    keep(world.archive, page() + b"2", key, "2026-04-01T00:00:00.001Z")
    assert encodings(world.archive) == ["zstd", "zstd-delta", "zstd"]


def test_another_page_and_a_huge_one_are_kept_in_full(world: Any) -> None:
    key = bodies.KeyBody()
    keep(world.archive, page(1), key)
    keep(world.archive, page(2), key)
    keep(world.archive, page(3, 1_100_000), key)
    keep(world.archive, page(3, 1_100_000) + b"x", key)
    keep(world.archive, page(3, 900_000), key)
    assert encodings(world.archive) == ["zstd"] * 5


def test_a_body_that_is_not_itself_is_not_handed_out(world: Any) -> None:
    digest = keep(world.archive, b"a" * 100, bodies.KeyBody())
    other = bodies.compress(b"b" * 100)
    world.archive.conn.execute("UPDATE bodies SET data = ?", (other,))
    with pytest.raises(ArchiveError, match="is damaged"):
        world.archive.body(digest)
    world.archive.conn.execute("UPDATE bodies SET data = ?", (other[:-3],))
    with pytest.raises(ArchiveError, match="is damaged"):
        world.archive.body(digest)
    world.archive.conn.execute("UPDATE bodies SET data = NULL")
    with pytest.raises(ArchiveError, match="withheld"):
        world.archive.body(digest)
    with pytest.raises(UnknownName, match="holds no body"):
        world.archive.body("f" * 64)


def test_a_stored_frame_cannot_say_more_than_its_row(world: Any) -> None:
    digest = keep(world.archive, b"a" * 100, bodies.KeyBody())
    bomb = bodies.compress(bytes(50_000_000))
    world.archive.conn.execute("UPDATE bodies SET data = ?", (bomb,))
    with pytest.raises(ArchiveError, match="is damaged"):
        world.archive.body(digest)
