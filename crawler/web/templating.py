"""Our templates: escaped by default, without Datasette's base template and its inline script."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.errors import CrawlError
from crawler.model import parse_iso
from crawler.web.asking import Answer, Asked
from crawler.web.language import LANGUAGES, NAMES, translated
from crawler.web.marking import (
    Markup,
    clipped,
    language_of,
    plain_visible,
    ticked,
    visible,
    with_hits,
)

#: addresses that may become links; everything else is shown as text
LINKED = ("http://", "https://")


@cache
def environment() -> Environment:
    """The templates in `html/`."""
    found = Environment(
        loader=PackageLoader("crawler.web", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "visible": visible,
        "plain": plain_visible,
        "clipped": clipped,
        "moment": moment,
        "when": when,
        "tongue": language_of,
        "ticked": ticked,
        "day": day,
        "span": duration,
        "count": count,
        "percent": percent,
        "bytes": size,
        "short": lambda digest: str(digest or "")[:12],
        "linkable": linkable,
        "hits": with_hits,
        "json": lambda value: json.dumps(value, ensure_ascii=False),
    }
    found.globals["style_hash"] = style_hash()
    return found


@cache
def style() -> str:
    """Our style sheet."""
    return resources.files("crawler.web").joinpath("html", "style.css").read_text("utf-8")


@cache
def style_hash() -> str:
    """Of the style sheet: a new one has a new address."""
    return sha256(style().encode()).hexdigest()[:12]


def rendered(template: str, asked: Asked, /, **values: Any) -> str:
    """A template as text."""

    def words(text: str, /, **inserted: object) -> str:
        return translated(text, asked.language, **inserted)

    def figure(number: int, one: str, many: str) -> str:
        """One of two English words; Chinese has one for both."""
        return words(one if number == 1 and asked.language == "en" else many)

    def named(kind: str, name: str) -> str:
        """A name that stands in the archive, in words where we have some."""
        key = f"{kind}:{name}"
        return words(key) if key in NAMES else name.replace("_", " ")

    given: Mapping[str, Any] = {
        "asked": asked,
        "url": asked.url,
        "_": words,
        "figure": figure,
        "named": named,
        "languages": LANGUAGES,
        "feed": None,
        "json_url": None,
        **values,
    }
    return environment().get_template(template).render(given)


def html(template: str, asked: Asked, /, *, status: int = 200, **values: Any) -> Answer:
    """A template as an answer."""
    body = rendered(template, asked, **values)
    headers = {"Vary": "Cookie, Accept-Language", "Content-Language": asked.language}
    return Answer(body.encode("utf-8", "replace"), status=status, headers=headers)


def problem(asked: Asked, error: CrawlError, status: int) -> Answer:
    """What went wrong and what to do, as a page."""
    return html("problem.html", asked, status=status, error=error, code=status)


def moment(text: str | None) -> str:
    """`2026-11-22 06:56` of an ISO moment (UTC); as it is where it is none."""
    if not text:
        return "—"
    try:
        return parse_iso(text).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return plain_visible(text)


def when(text: str | None) -> Markup:
    """The same as an element that machines read too, and that no line break divides."""
    shown = moment(text)
    if not text or len(shown) != len("2026-11-22 06:56"):
        return Markup("{}").format(shown)
    return Markup('<time datetime="{}">{}</time>').format(plain_visible(text), shown)


def day(text: str | None) -> str:
    """The day of an ISO moment."""
    return plain_visible(text)[:10] if text else "—"


def duration(seconds: float | None) -> str:
    """`3 d 4 h`, `2 h 5 min`, `40 s`: the two largest units."""
    if seconds is None:
        return "—"
    left = round(seconds)
    if left < 60:
        return f"{left} s"
    parts = []
    for unit, long in (("d", 86_400), ("h", 3_600), ("min", 60)):
        number, left = divmod(left, long)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2])


def count(number: float | None) -> str:
    """1,234."""
    return "—" if number is None else f"{number:,}"


def percent(share: float | None) -> str:
    """A share as a percentage; 100 % only where nothing is missing, 0 % only for nothing."""
    if share is None:
        return "—"
    shown = round(share * 100, 1)
    if share < 1 and shown >= 100:
        return "99.9 %"
    if share > 0 and shown <= 0:
        return "0.1 %"
    return f"{shown:g} %"


def size(number: int | None) -> str:
    """Bytes in powers of 1000."""
    if number is None:
        return "—"
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def linkable(address: object) -> bool:
    """Whether an address of others may become a link."""
    return isinstance(address, str) and address.startswith(LINKED) and len(address) < 2_000
