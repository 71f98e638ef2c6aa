"""Durations and moments as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from click import BadParameter
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.times import Duration, Moment, between, now, seconds, shown, span, zone
from crawler.model.times import parse_iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h30m", 5400),
        ("7d", 604_800),
        ("0.5h", 1800),
        ("2w", 1_209_600),
    ],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected
    assert Duration().convert(text, None, None) == expected


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "10 m", "1y", "1h-2m", "nan"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="write 90s, 10m"):
        Duration().convert(text, None, None)


def test_a_time_ago() -> None:
    found = parse_iso(Moment().convert("7d", None, None))
    assert abs(now() - timedelta(days=7) - found) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T08:30", "2026-03-01T08:30:00.000Z"),
        ("2026-03-01T08:30+08:00", "2026-03-01T00:30:00.000Z"),
        ("2026-03-01T08:30:00Z", "2026-03-01T08:30:00.000Z"),
    ],
)
def test_a_date_or_time(text: str, expected: str) -> None:
    assert Moment().convert(text, None, None) == expected


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "99999999999999d", "", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="is no time"):
        Moment().convert(text, None, None)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        found = Moment().convert(text, None, None)
    except BadParameter:
        return
    assert parse_iso(found).tzinfo is UTC


def test_moments_are_shown_in_the_readers_zone() -> None:
    assert shown("2026-03-01T20:00:00.000Z", zone("Asia/Shanghai")) == "2026-03-02 04:00"
    assert shown(None, UTC) == "–"
    assert zone("Nowhere/Atlantis") is UTC
    assert zone("../../etc/passwd") is UTC


@pytest.mark.parametrize(
    ("length_s", "expected"),
    [(None, "–"), (0, "0 s"), (89, "89 s"), (600, "10 min"), (7200, "2 h"), (172_800, "2 d"),
     (302_400, "3.5 d")],
)  # fmt: skip
def test_spans(length_s: float | None, expected: str) -> None:
    assert span(length_s) == expected


def test_now_is_aware() -> None:
    assert now().utcoffset() == timedelta(0)
    assert datetime.now(UTC) - now() < timedelta(seconds=1)


def test_between_two_moments() -> None:
    first, soon = "2026-03-01T08:00:00.000Z", "2026-03-01T08:00:07.500Z"
    assert between(first, soon, UTC) == "2026-03-01 08:00:00 – 08:00:07"
    assert between(first, "2026-03-02T09:30:00.000Z", UTC) == "2026-03-01 08:00 – 2026-03-02 09:30"
    assert between(None, soon, UTC) == "– – 2026-03-01 08:00"
