"""When a failed attempt is made again. Pure."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

#: transport failures that pass by themselves
_PASSING = frozenset({"dns", "connect", "reset"})
_PASSING_STATUS = frozenset({429, 500, 502, 503, 504, 520, 522, 523, 524})
#: a server that asks for more ends the attempt
MAX_RETRY_AFTER_S = 60.0
_SECONDS = re.compile(r"\d{1,10}")


def passing(reason: str, status: int | None) -> bool:
    """Whether the same request may well succeed a little later."""
    if reason in ("server", "rate_limited"):
        return status in _PASSING_STATUS
    return reason in _PASSING


def backoff_s(number: int, first_s: float) -> float:
    """The wait before retry `number` (0, 1, …): four times as long each time."""
    return float(first_s * 4.0**number)


def retry_after_s(value: str | None, date: str | None, now: dt.datetime) -> float | None:
    """The seconds that a Retry-After asks for (RFC 9110 §10.2.3), None when it says nothing. A
    date is measured against the answer's own Date where it has one: the server's clock may be
    wrong."""
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = _http_date(text)
    if moment is None:
        return None
    return max(0.0, (moment - (_http_date(date or "") or now)).total_seconds())


def _http_date(text: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
