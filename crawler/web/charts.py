"""The geometry of the pictures, drawn by the templates as SVG. Pure: numbers in, places out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10

WIDTH = 720.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how high, and what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """Two counts by day: looks as faint bars, changes as strong ones on a scale of their own."""

    looks: tuple[Bar, ...]
    changes: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    most_looks: int
    most_changes: int
    first: str = ""
    last: str = ""
    width: float = WIDTH
    height: float = 120.0


def day_chart(
    days: Sequence[date], looks: Mapping[date, int], changes: Mapping[date, int]
) -> DayChart:
    """The chart of the front page; `days` are in order and without gaps."""
    top, base, below = 8.0, 100.0, 34.0
    step = WIDTH / max(1, len(days))
    most_looks = max((looks.get(day, 0) for day in days), default=0)
    most_changes = max((changes.get(day, 0) for day in days), default=0)

    def bars(counts: Mapping[date, int], most: int, high: float, share: float) -> tuple[Bar, ...]:
        found = []
        for at, day in enumerate(days):
            value = counts.get(day, 0)
            if value:
                height = max(2.0, value / most * high)
                x = at * step + step * (1 - share) / 2
                found.append(Bar(x, base - height, step * share, height, str(day), value))
        return tuple(found)

    return DayChart(
        bars(looks, most_looks, base - top, 0.86),
        bars(changes, most_changes, base - top - below, 0.4),
        tuple(
            Tick(at * step + step / 2, f"{days[at]:%m-%d}")
            for at in range(len(days) - 1, -1, -max(1, ceil(len(days) / 10)))
        ),
        most_looks,
        most_changes,
        str(days[0]) if days else "",
        str(days[-1]) if days else "",
    )


def days_until(last: date, number: int) -> list[date]:
    """So many days, the last one included."""
    return [last - timedelta(days=back) for back in range(number - 1, -1, -1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map of seconds (or any number) to a place on the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, within the picture."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def round_up(value: float) -> float:
    """The top of an axis: a number just above, whose quarters are round."""
    if value <= 0:
        return 1.0
    power = 10.0 ** int(log10(value)) if value >= 1 else 10.0 ** (int(log10(value)) - 1)
    return next(
        step * power
        for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 20)
        if step * power >= value
    )
