"""Cron strings of five fields. Days of the week become names, because schedulers do not agree on
whether 0 is Sunday or Monday."""

import re
from typing import Any

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 7),
)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def cron(value: Any) -> str:
    """A cron string (crontab(5): 0 and 7 are Sunday) with the days of the week as a list of names.
    Raises ValueError with what is wrong."""
    fields = value.split() if isinstance(value, str) else []
    if len(fields) != 5:
        raise ValueError('must have five fields: minute hour day month weekday, e.g. "0 */6 * * *"')
    for written, (name, low, high) in zip(fields, _FIELDS, strict=True):
        for part in written.split(","):
            _check(part, name, low, high)
    return " ".join([*fields[:4], _weekdays(fields[4])]).lower()


def _check(part: str, name: str, low: int, high: int) -> None:
    found = _PART.fullmatch(part)
    if found is None or found[3] == "0":
        raise ValueError(f"has {part!r} as its {name}")
    first, last = _ends(found, name)
    for number in (first, last):
        if number is not None and not low <= number <= high:
            raise ValueError(f"has {part!r} as its {name}, which goes from {low} to {high}")
    if first is not None and last is not None and first > last:
        raise ValueError(f"has {part!r} as its {name}, which ends before it begins")


def _ends(found: re.Match[str], name: str) -> tuple[int | None, int | None]:
    first, last = (_number(word, name) if word else None for word in (found[1], found[2]))
    if name == "day of the week" and first and last == 0:
        last = 7  # fri-sun
    return first, last


def _number(word: str, name: str) -> int:
    if word.isdecimal():
        return int(word)
    names = {"month": (None, *_MONTHS), "day of the week": _DAYS}.get(name, ())
    if word.lower() not in names:
        raise ValueError(f"has {word!r} as its {name}")
    return names.index(word.lower())


def _weekdays(written: str) -> str:
    if written == "*":
        return written
    days = sorted({day % 7 for part in written.split(",") for day in _days(part)})
    return "*" if len(days) == 7 else ",".join(_DAYS[day] for day in days)


def _days(part: str) -> range:
    found = _PART.fullmatch(part)
    assert found is not None, "checked before"  # noqa: S101
    first, last = _ends(found, "day of the week")
    if first is None:
        first, last = 0, 6
    elif last is None:
        last = 6 if found[3] else first
    return range(first, last + 1, int(found[3] or 1))
