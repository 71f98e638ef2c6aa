"""Moments as pages write them, to ISO 8601; nothing is guessed that is not written."""

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = (
    r"(?:\s*[|,/T日]?\s*-?\s*(?:at\s+)?(?P<hour>[01]?\d|2[0-3])\s*[:：时点]\s*(?P<minute>[0-5]\d)"
    r"(?:\s*[:：分]\s*(?P<second>[0-5]\d))?(?:\.\d{1,9})?分?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"\s*(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d(?!\d))?)?"
)
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(form + _CLOCK, re.I)
    for form in (
        _YEAR + r"\s*年\s*(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]?",
        _YEAR + r"\s*(?P<s>[-/.])\s*(?P<month>1[0-2]|0?[1-9])\s*(?P=s)\s*"
        r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)",
        # the parts in elements of their own, as news.cn writes them
        _YEAR + r"\s+(?P<month>1[0-2]|0[1-9])\s*/\s*(?P<day>3[01]|[12]\d|0[1-9])(?!\d)",
        rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>(?:19|20)\d\d)(?!\d),?",
        rf"{_YEAR}\s+(?P<name>{_MONTH})\.?\s+(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)",
        rf"(?<!\d)(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?[\s-]+(?P<name>{_MONTH})\.?,?[\s-]+"
        rf"(?P<year>(?:19|20)\d\d)(?!\d),?",
    )
)
_COMPACT = re.compile(r"^\s*(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)\s*$")
_CHEAP = re.compile(r"(?:19|20)\d\d")
LONGEST = 400


def find_date(text: str, zone: str = "") -> tuple[str, int, int] | None:
    """The first full date of a text as (ISO 8601, start, end); `zone` such as "+08:00" is added to
    a time of day that names none. None where no day is written or the day does not exist."""
    if not _CHEAP.search(text):
        return None
    found = [match for form in _FORMS if (match := form.search(text))]
    if not found:
        return None
    match = min(found, key=lambda m: m.start())
    written = _written(match, zone)
    return (written, match.start(), match.end()) if written else None


def parse_date(text: str | None, zone: str = "") -> str | None:
    """A text that is a date (a meta's content, a time element) as ISO 8601; else None."""
    if not text:
        return None
    if compact := _COMPACT.match(text):
        return _written(compact, zone)
    found = find_date(text[:LONGEST], zone)
    # a system that keeps days alone writes them as midnight
    return found[0].removesuffix(f"T00:00:00{zone}") if found else None


def from_epoch(seconds: int, zone_hours: int = 8) -> str:
    """A Unix time as ISO 8601 in a fixed zone."""
    zone = dt.timezone(dt.timedelta(hours=zone_hours))
    return dt.datetime.fromtimestamp(seconds, zone).isoformat()


def _written(match: re.Match[str], zone: str) -> str | None:
    """A match as ISO 8601, no more exact than it was written."""
    parts = match.groupdict()
    month = parts.get("month") or _MONTHS[parts["name"].lower()]
    try:
        day = dt.date(int(parts["year"]), int(month), int(parts["day"]))
    except ValueError:
        return None
    if not parts.get("hour"):
        return day.isoformat()
    hour = int(parts["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    clock = f"{hour:02d}:{parts['minute']}" + (f":{parts['second']}" if parts["second"] else "")
    return f"{day.isoformat()}T{clock}{_zone(parts.get('zone')) or zone}"


def _zone(written: str | None) -> str:
    """A zone as ISO 8601 writes it, or nothing."""
    if not written:
        return ""
    if written.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    return written if ":" in written else f"{written[:3]}:{written[3:]}"
