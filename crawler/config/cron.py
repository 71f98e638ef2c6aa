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
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def cron(value: Any) -> str:
    """A cron string (crontab(5): 0 and 7 are Sunday) as every scheduler reads it: the days of the
    week as a list of names, and numbers for steps and names that some do not take. Raises
    ValueError with what is wrong."""
    fields = value.split() if isinstance(value, str) else []
    if len(fields) != 5:
        raise ValueError('must have five fields: minute hour day month weekday, e.g. "0 */6 * * *"')
    for written, (name, low, high) in zip(fields, _FIELDS, strict=True):
        for part in written.split(","):
            _check(part, name, low, high)
    _days_that_come(fields)
    plain = [_plain(*one) for one in zip(fields[:4], _FIELDS[:4], strict=True)]
    return " ".join([*plain, _weekdays(fields[4])])


def _plain(written: str, field: tuple[str, int, int]) -> str:
    """A field without names, and without steps but those of `*` that stay inside it."""
    parts = []
    for part in written.split(","):
        match = _PART.fullmatch(part)
        within = match and match[1] is None and int(match[3] or 0) <= field[2] - field[1]
        simple = within or not re.search(r"[a-z/]", part, re.I)
        numbers = sorted(_numbers(part, *field))
        parts.append(part if simple else ",".join(map(str, numbers)))
    return ",".join(parts)


def _days_that_come(fields: list[str]) -> None:
    """Raises ValueError for days that no year has, and for days of the month beside days of the
    week: crontab(5) looks on both, other schedulers on those that are both."""
    days, months = (_numbers(fields[n], *_FIELDS[n]) for n in (2, 3))
    if len(days) < 31 and _weekdays(fields[4]) != "*":
        raise ValueError("names days of the month and of the week; write one of them")
    if min(days) > max(_LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(f"has {fields[2]!r} as its day of the month, which no such month has")


def _numbers(written: str, name: str, low: int, high: int) -> set[int]:
    """The numbers that a checked field stands for."""
    found: set[int] = set()
    for part in written.split(","):
        match = _PART.fullmatch(part)
        assert match is not None, "checked before"  # noqa: S101
        first, last = _ends(match, name)
        if first is None:
            first, last = low, high
        elif last is None:
            last = max(high, first) if match[3] else first
        found |= set(range(first, last + 1, int(match[3] or 1)))
    return found


def _check(part: str, name: str, low: int, high: int) -> None:
    found = _PART.fullmatch(part)
    if found is None or not int(found[3] or 1):
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
    days = sorted({day % 7 for day in _numbers(written, "day of the week", 0, 6)})
    return "*" if len(days) == 7 else ",".join(_DAYS[day] for day in days)
