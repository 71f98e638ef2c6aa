"""Times as people write and read them on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from crawler.cli.base import settings_of
from crawler.model.times import iso, parse_iso

if TYPE_CHECKING:
    _ParamType = click.ParamType[Any]
else:
    # Not every click of the supported range can be subscripted.
    _ParamType = click.ParamType

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)([smhdw]))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def zone(name: str) -> tzinfo:
    """The zone of that name; UTC where it is unknown (`crawl check` complains of it)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def seconds(text: str) -> float | None:
    """`90s`, `10m`, `1h30m`, `7d`, `2w` in seconds; None for anything else."""
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text))


class Duration(_ParamType):
    """An option such as `10m`; its value is seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Seconds; fails with the form that is understood."""
        if not isinstance(value, str):
            return value
        found = seconds(value.strip())
        if found is None:
            self.fail(f"{value!r} is no duration: write 90s, 10m, 2h or 7d", param, ctx)
        return found


class Moment(_ParamType):
    """An option such as `7d` (ago), `2026-03-01` or `2026-03-01T08:00+08:00`; an ISO UTC text.

    A date or time without a zone is read in the zone that people are shown.
    """

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The moment as the archive writes it; fails with the forms that are understood."""
        if not isinstance(value, str):
            return value
        try:
            return iso(self._moment(value.strip(), ctx))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time: write 7d, 2026-03-01 or 2026-03-01T08:00", param, ctx)

    def _moment(self, text: str, ctx: click.Context | None) -> datetime:
        ago = seconds(text)
        if ago is not None:
            return now() - timedelta(seconds=ago)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            local = settings_of(ctx).zone() if ctx else UTC
            moment = datetime.combine(moment.date(), moment.time() or time(), local)
        return moment


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def shown(moment: str | None, where: tzinfo) -> str:
    """A stored moment to the minute in the reader's zone; a dash for none, and what is no moment
    (a seed copy's "2018") as it is."""
    if not moment:
        return "–"
    try:
        return parse_iso(moment).astimezone(where).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return moment


def span(length_s: float | None) -> str:
    """A length of time for a person: `45 s`, `12 min`, `6 h`, `3.5 d`; a dash for none."""
    if length_s is None:
        return "–"
    for limit, unit, label in ((90, 1, "s"), (5_400, 60, "min"), (172_800, 3_600, "h")):
        if length_s < limit:
            return f"{length_s / unit:.0f} {label}"
    return f"{length_s / 86_400:.1f}".removesuffix(".0") + " d"


def between(start: str | None, end: str | None, where: tzinfo) -> str:
    """Two moments as `2026-03-01 08:30 – 2026-03-02 09:00`, to the second where they are near."""
    if not start or not end or parse_iso(end) - parse_iso(start) > timedelta(minutes=10):
        return f"{shown(start, where)} – {shown(end, where)}"
    first, last = (parse_iso(moment).astimezone(where) for moment in (start, end))
    return f"{first:%Y-%m-%d %H:%M:%S} – {last:%H:%M:%S}"
