"""How values are written in the file, and what they mean; each reader raises ValueError with a
sentence that says what to write."""

import datetime as dt
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.config.selectors import selector_mistake
from crawler.discover import normalise_url

Reader = Callable[[Any], Any]

_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_UNITS_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
#: a hundred years: moments that lie further off cannot all be written down
_LONGEST_S = 36_525 * 86_400
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_UNITS_BYTES = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]i?B|B)", re.IGNORECASE)
_ID = re.compile(r"\w[\w.-]{0,63}")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*")
_ENV = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?)?")
_DIGEST = re.compile(
    r"hourly|(?:daily|weekly (?:mon|tue|wed|thu|fri|sat|sun)) (?:[01]\d|2[0-3]):[0-5]\d"
)
_SECRET_NAMES = frozenset(
    {"token", "access_token", "api_key", "apikey", "password", "passwd", "secret", "auth"}
)


def text(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError(f"is {_shown(value)}, and must be a text in quotes")
    return value


def filled(value: Any) -> str:
    """A string that is not empty."""
    if not text(value).strip():
        raise ValueError("is empty")
    return str(value)


def sent(value: Any) -> str:
    """A string that is sent to every site: printable ASCII on one line, as headers are."""
    if not (text(value).isascii() and value.isprintable()):
        raise ValueError(f"is {_shown(value)}; it is sent to sites: write ASCII on one line")
    return str(value)


def sent_filled(value: Any) -> str:
    """The same, and not empty."""
    return sent(filled(value))


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"is {_shown(value)}, and must be true or false")
    return value


def identifier(value: Any) -> str:
    """A short name: letters, digits, `.`, `_` and `-`, at most 64."""
    if not _ID.fullmatch(text(value)):
        raise ValueError(f"is {_shown(value)}; use letters, digits, '.', '_' and '-', at most 64")
    return str(value)


def texts(value: Any) -> tuple[str, ...]:
    """A list of strings; a single one counts as a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f'is {_shown(value)}, and must be a list of texts, e.g. ["a", "b"]')
    return tuple(value)


def duration(value: Any) -> float:
    """`"6h"`, `"30d"`, `"1h30m"`: seconds, above zero, at most a hundred years."""
    written = value.strip() if isinstance(value, str) else ""
    pieces = _DURATION.findall(written)
    seconds = sum(float(number) * _UNITS_S[unit] for number, unit in pieces)
    if not pieces or _DURATION.sub("", written).strip() or seconds <= 0:
        raise ValueError(f'is {_shown(value)}; write a duration such as "5s", "10m", "6h" or "30d"')
    if seconds > _LONGEST_S:
        raise ValueError(f"is {_shown(value)}, and must be a hundred years at most")
    return seconds


def size(value: Any) -> int:
    """`"20MB"`, `"512KiB"` or a number of bytes, above zero."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    size_bytes = int(float(found[1]) * _UNITS_BYTES[found[2].upper()]) if found else 0
    if size_bytes <= 0:
        raise ValueError(f'is {_shown(value)}; write a size such as "500KB" or "20MB"')
    return size_bytes


def share(value: Any) -> float:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"is {_shown(value)}, and must be a number from 0 to 1")
    return float(value)


def one_of(*words: str) -> Reader:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"is {_shown(value)}, and must be one of {', '.join(words)}")
        return str(value)

    return read


def several_of(*words: str) -> Reader:
    """A list of these words."""

    def read(value: Any) -> tuple[str, ...]:
        for word in texts(value):
            if word not in words:
                raise ValueError(f"holds {_shown(word)}; the words are {', '.join(words)}")
        return texts(value)

    return read


def zone(value: Any) -> str:
    """A time zone of the IANA data base."""
    try:
        zoneinfo.ZoneInfo(text(value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f'is {_shown(value)}; name a time zone such as "UTC" or "Asia/Shanghai"'
        ) from error
    return str(value)


def encoding(value: Any) -> str:
    """A character encoding of texts that Python knows."""
    try:
        "a".encode(text(value))
    except (LookupError, ValueError) as error:
        raise ValueError(f'is {_shown(value)}; name an encoding such as "gb18030"') from error
    return str(value)


def url(value: Any) -> str:
    """An http(s) address without a secret in it, in its one form."""
    written = filled(value)
    try:
        parts, normal = urlsplit(written), normalise_url(written)
    except ValueError as error:
        raise ValueError(f"is {_shown(value)}, and must be an http or https address") from error
    if "@" in parts.netloc:
        raise ValueError("holds a user or password; secrets come from the environment only")
    for name, secret in parse_qsl(parts.query):
        if name.lower() in _SECRET_NAMES and secret:
            raise ValueError(f"holds a secret ({name}=…); secrets come from the environment only")
    return normal


def urls(value: Any) -> tuple[str, ...]:
    """A list of http(s) addresses."""
    return tuple(url(one) for one in texts(value))


def from_environment(value: Any) -> str:
    """`"env:NAME"`: the value itself stays in the environment."""
    if not _ENV.fullmatch(text(value)):
        raise ValueError('must be "env:NAME"; secrets come from the environment only')
    return str(value)


def regex(value: Any) -> str:
    """A regular expression of Python's re."""
    try:
        re.compile(filled(value))
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return str(value)


def regexes(value: Any) -> tuple[str, ...]:
    """A list of regular expressions."""
    return tuple(regex(one) for one in texts(value))


def zone_offset(value: Any) -> str:
    """A zone as its distance from UTC."""
    if not _OFFSET.fullmatch(text(value)):
        raise ValueError(f'is {_shown(value)}; write hours and minutes from UTC such as "+08:00"')
    return str(value)


def selector(value: Any) -> str:
    """A CSS selector, or several divided by commas."""
    if mistake := selector_mistake(filled(value)):
        raise ValueError(f"is no CSS selector: {_shown(value)} ({mistake})")
    return str(value)


def selectors(value: Any) -> tuple[str, ...]:
    """A list of CSS selectors."""
    return tuple(selector(one) for one in texts(value))


def select_table(fields: Sequence[str]) -> Reader:
    """A table of selectors, one a field."""

    def read(value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValueError('must be a table of selectors, e.g. { title = "h1" }')
        unknown = [name for name in value if name not in fields]
        if unknown:
            raise ValueError(f"has no field {unknown[0]!r}; the fields are {', '.join(fields)}")
        return {name: _named(name, selector, one) for name, one in value.items()}

    return read


def hosts(value: Any) -> tuple[str, ...]:
    """A list of host names."""
    for one in texts(value):
        if not _HOST.fullmatch(one):
            raise ValueError(f'holds {_shown(one)}; write names of hosts such as "example.org"')
    return texts(value)


def networks(value: Any) -> tuple[str, ...]:
    """A list of networks in CIDR form."""
    for one in texts(value):
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError as error:
            raise ValueError(
                f'holds {_shown(one)}; write networks such as "127.0.0.0/8"'
            ) from error
    return texts(value)


def day(value: Any) -> dt.date:
    """A TOML date."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError(f"is {_shown(value)}; write a date without quotes, e.g. 2024-01-01")
    return value


def claimed_date(value: Any) -> str:
    """A date or moment as it is claimed, ISO 8601: a TOML date or a text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if not _DATE.fullmatch(text(value)):
        raise ValueError(f"is {_shown(value)}; write a date such as 2018-02-11")
    return str(value)


def sha256(value: Any) -> str:
    """A SHA-256 in hexadecimal; colons between its bytes are allowed."""
    digits = text(value).replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("must be 64 hexadecimal digits")
    return digits


def digest(value: Any) -> str:
    """When a channel's digest goes out."""
    if not _DIGEST.fullmatch(text(value)):
        raise ValueError(f'is {_shown(value)}; write "hourly", "daily 08:00" or "weekly mon 08:00"')
    return str(value)


def _named(name: str, reader: Reader, value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from error


def _shown(value: Any) -> str:
    return repr(value)[:80]
