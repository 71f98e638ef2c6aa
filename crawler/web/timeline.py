"""A page's life as a picture: its versions and states as bands, its looks as ticks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.model import parse_iso
from crawler.web.charts import WIDTH, Scale, Tick

#: places on the picture for looks; more looks share one
PLACES = 240
LEFT, RIGHT = 8.0, WIDTH - 8.0
#: what a look may tell, the most telling first: it stands for those that share its place
TELLING = (
    "new", "changed", "gone", "emptied", "redirected", "blocked", "failed", "refused",
    "unchanged", "not_modified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time with a name, and where it leads."""

    x: float
    width: float
    label: str
    kind: str
    href: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at one place of the picture."""

    x: float
    outcome: str
    label: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that the picture draws."""

    versions: tuple[Band, ...]
    states: tuple[Band, ...]
    looks: tuple[Look, ...]
    ticks: tuple[Tick, ...]
    width: float = WIDTH
    height: float = 108.0


def timeline(
    versions: Sequence[tuple[int, str, str]],
    states: Sequence[tuple[str, str]],
    looks: Sequence[tuple[str, str, str]],
    until: str,
) -> Timeline | None:
    """`versions` are (id, as_of, origin), `states` (from when, state), `looks` (when, outcome,
    origin), each in order of time; None for a page that nobody has looked at."""
    moments = [parse_iso(when) for _, when, _ in versions]
    moments += [parse_iso(when) for when, _, _ in looks] + [parse_iso(until)]
    if len(moments) < 2:
        return None
    first, last = min(moments), max(moments)
    if last - first < timedelta(minutes=1):
        last = first + timedelta(minutes=1)
    scale = Scale(first.timestamp(), last.timestamp(), LEFT, RIGHT)
    return Timeline(
        tuple(_version_bands(versions, scale, last)),
        tuple(_state_bands(states, scale, first, last)),
        tuple(_looks(looks, scale)),
        tuple(_ticks(first, last, scale)),
    )


def _at(when: str, scale: Scale) -> float:
    return scale(parse_iso(when).timestamp())


def _version_bands(
    versions: Sequence[tuple[int, str, str]], scale: Scale, last: datetime
) -> list[Band]:
    ends = [_at(when, scale) for _, when, _ in versions[1:]] + [scale(last.timestamp())]
    return [
        Band(
            _at(when, scale),
            max(3.0, end - _at(when, scale)),
            when,
            ("odd" if number % 2 else "even") + ("" if origin == "here" else " import"),
            version_id,
        )
        for number, ((version_id, when, origin), end) in enumerate(zip(versions, ends, strict=True))
    ]


def _state_bands(
    states: Sequence[tuple[str, str]], scale: Scale, first: datetime, last: datetime
) -> list[Band]:
    starts = [_at(when, scale) for when, _ in states]
    ends = [*starts[1:], scale(last.timestamp())]
    return [
        Band(start, max(3.0, end - start), state, state)
        for (_, state), start, end in zip(states, starts, ends, strict=True)
    ]


def _looks(looks: Sequence[tuple[str, str, str]], scale: Scale) -> list[Look]:
    """One tick a place, for the most telling look there."""
    step = (RIGHT - LEFT) / PLACES
    places: dict[int, list[tuple[str, str, str]]] = {}
    for look in looks:
        places.setdefault(round(_at(look[0], scale) / step), []).append(look)
    found = []
    for place, here in sorted(places.items()):
        when, outcome, origin = min(here, key=_telling)
        more = f" (+{len(here) - 1})" if len(here) > 1 else ""
        label = f"{when[:16].replace('T', ' ')} {outcome}{more}"
        found.append(Look(round(place * step, 1), outcome, label, origin != "here"))
    return found


def _telling(look: tuple[str, str, str]) -> int:
    return TELLING.index(look[1]) if look[1] in TELLING else len(TELLING)


def _ticks(first: datetime, last: datetime, scale: Scale) -> list[Tick]:
    span = last - first
    form = "%H:%M" if span < timedelta(days=2) else "%m-%d" if span.days < 300 else "%Y-%m"
    return [
        Tick(scale((first + span * part / 5).timestamp()), (first + span * part / 5).strftime(form))
        for part in range(6)
    ]
