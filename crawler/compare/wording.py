"""How a marker is written in a text of the other language: what a translation is looked up by."""

from collections.abc import Iterator
from typing import Final

from crawler.compare.correspondence import RARE, Traits
from crawler.compare.markers import name_forms

#: markers of one text that are looked up, the rarest first
MOST_KEYS: Final = 200
_CHINESE_SCALES: Final = ((1e4, "万"), (1e8, "亿"), (1e12, "万亿"))
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_ENGLISH_SCALES: Final = ((1e6, " million"), (1e9, " billion"), (1e12, " trillion"))


def lookups(found: Traits) -> dict[str, tuple[str, ...]]:
    """The rarest markers of a text, each with the ways to write it in the other language; names
    that only pinyin tells are left out."""
    rare = [key for key in found.places if found.surprise(key) >= RARE]
    ranked = sorted(rare, key=lambda key: (-found.surprise(key), key))
    written = {key: tuple(_written(key, not found.chinese)) for key in ranked}
    return {key: forms for key, forms in list(written.items())[:MOST_KEYS] if forms}


def _written(key: str, chinese: bool) -> Iterator[str]:
    kind, _, value = key.partition(":")
    if kind == "name":
        yield from name_forms(key, chinese)
    elif kind == "n":
        yield from _numbers(float(value), chinese)


def _numbers(value: float, chinese: bool) -> Iterator[str]:
    yield f"{value:.10g}"
    if value >= 1000:
        yield f"{value:,.10g}"
    if not chinese and value < 1000 and value == int(value):
        yield _ordinal(int(value))
    for scale, word in _CHINESE_SCALES if chinese else _ENGLISH_SCALES:
        if value >= scale:
            yield f"{value / scale:.10g}{word}"


def _ordinal(value: int) -> str:
    teen = 10 < value % 100 < 20
    return f"{value}{'th' if teen else _ENDINGS.get(value % 10, 'th')}"
