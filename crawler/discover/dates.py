"""Moments as listings claim them, as ISO 8601 texts; nothing is guessed."""

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: the zone that mainland sites mean where they write none
CHINA = timezone(timedelta(hours=8))

_CHINESE = re.compile(
    r"(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?"
    r"(?:[ T　\xa0]*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?"
)
_MAX_CHARS = 80


def moment(text: str | None, zone: timezone | None = None) -> str | None:
    """An RFC 822, ISO 8601 or Chinese date as ISO 8601, a day alone as `2025-02-15`; `zone` is that
    of texts without one. None where it cannot be read for certain."""
    text = (text or "").strip()
    if not 8 <= len(text) <= _MAX_CHARS:
        return None
    read = _iso(text) or _rfc822(text) or _chinese(text)
    if isinstance(read, datetime):
        aware = read.replace(tzinfo=zone) if read.tzinfo is None and zone else read
        return aware.isoformat(timespec="seconds")
    return read


def _iso(text: str) -> datetime | str | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{8}", text):
        return _day(text.replace("-", ""))
    try:
        return datetime.fromisoformat(text) if text[:4].isdecimal() else None
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    if not re.search(r"\d [A-Za-z]{3}", text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None


def _chinese(text: str) -> datetime | str | None:
    found = _CHINESE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    if found[4] is None:
        return _day(f"{year:04d}{month:02d}{day:02d}")
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - zone comes after
    except ValueError:
        return None


def _day(digits: str) -> str | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day
    except ValueError:
        return None
