"""The data that a page carries for its scripts: JSON in elements of its own, and what scripts
assign (`__NEXT_DATA__`, `window.__INITIAL_STATE__ = {…}`, Nuxt's calls). Read, never run."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from crawler.extract.page import Page
from crawler.extract.vocabulary import CARRIED_KEYS, CARRIED_OTHERS

_LONGEST = 2_000_000
_MOST_SCRIPTS = 40
_MOST_VALUES = 50_000
_LEAST = 200
#: what an assignment's name is like, up to the value that it gives
_ASSIGNED = re.compile(
    r"(?:__[A-Za-z][\w$]{2,40}__|\b\w{0,30}(?:[Ss]tate|STATE|[Dd]ata|DATA|[Pp]rops|[Dd]etail|"
    r"[Aa]rticle|[Nn]ews|[Cc]ontent|[Ii]nfo))"
    r"\s{0,3}[\"']?\]?\s{0,3}=\s{0,3}(?P<parse>JSON\.parse\(\s{0,3})?(?=[\[{\"(f])"
)
_MOST_ASSIGNED = 20
# what serialisers of scripts write and JSON does not have
_UNDEFINED = re.compile(r"(?<=[:,\[])\s{0,3}(?:undefined|void 0|NaN)(?=\s{0,3}[,}\]])")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.){150,200000}+)"')
_KEY_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_KEY = 80
_DECODER = json.JSONDecoder(strict=False)


@lru_cache(maxsize=4_096)
def _words(key: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _KEY_WORDS.findall(key[:_LONGEST_KEY]))


def is_others(key: str) -> bool:
    """Whether a key says that what it holds is no article: comments, settings, a summary."""
    return not _words(key).isdisjoint(CARRIED_OTHERS)


def is_texts(key: str) -> bool:
    """Whether a key is called like an article's text."""
    return not _words(key).isdisjoint(CARRIED_KEYS) and not is_others(key)


def carried_values(page: Page) -> Iterator[Any]:
    """Everything that a page's scripts hold as data, parsed, in order: values of JSON, and, where a
    script is no JSON, its long strings as one list. Nothing of what is longer than 2 MB."""
    for script in page.tree.css("script")[:_MOST_SCRIPTS]:
        raw = script.text()
        if not _LEAST <= len(raw) <= _LONGEST:
            continue
        kind = (script.attributes.get("type") or "").lower()
        if kind == "application/ld+json":
            continue
        if "json" in kind:
            nuxt = script.attributes.get("id") == "__NUXT_DATA__"
            yield from (_revived(it) if nuxt else it for it in _parsed(raw, 0))
        elif not kind or "javascript" in kind or kind == "module":
            yield from _assigned(raw)


def _assigned(raw: str) -> Iterator[Any]:
    """The values that a script assigns to names that say data."""
    end = 0
    for match, _ in zip(_ASSIGNED.finditer(raw), range(_MOST_ASSIGNED), strict=False):
        if match.start() < end:
            continue
        values = list(_parsed(raw, match.end(), text=bool(match["parse"])))
        if values:
            yield from values
            end = match.end() + _LEAST
        elif literals := _literals(raw[match.end() :]):
            yield literals
            return


def _parsed(raw: str, start: int, *, text: bool = False) -> Iterator[Any]:
    """The JSON value that begins at a place; with `text` one that stands in a string."""
    raw = raw[start:].lstrip()
    try:
        value, _ = _DECODER.raw_decode(raw)
        if text and isinstance(value, str):
            value = json.loads(value)
    except (ValueError, RecursionError):
        value = _mended(raw)
    if isinstance(value, (dict, list)):
        yield value


def _mended(raw: str) -> Any:
    """The value where only JavaScript's `undefined` keeps it from being JSON."""
    if "undefined" not in raw and "void 0" not in raw and "NaN" not in raw:
        return None
    try:
        value, _ = _DECODER.raw_decode(_UNDEFINED.sub("null", raw))
    except (ValueError, RecursionError):
        return None
    return value


def _literals(raw: str) -> list[str]:
    """The long strings of a script that is no JSON (a function that is called with its data)."""
    found: list[str] = []
    for match in _LITERAL.finditer(raw):
        try:
            found.append(json.loads(f'"{match[1]}"', strict=False))
        except ValueError:
            continue
    return found


def _revived(flat: Any) -> Any:
    """Nuxt's flat list of values, in which numbers name other values, as what it stands for. A
    value may hold itself."""
    if not isinstance(flat, list) or len(flat) > _MOST_VALUES:
        return flat
    whole: list[Any] = [type(it)() if isinstance(it, (dict, list)) else it for it in flat]

    def named(it: Any) -> Any:
        return whole[it] if isinstance(it, int) and 0 <= it < len(whole) else it

    for it, made in zip(flat, whole, strict=True):
        if isinstance(it, dict):
            made.update({key: named(value) for key, value in it.items()})
        elif isinstance(it, list):
            made.extend(map(named, it))
    return whole


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value but those below a key that says other texts, the outer before the
    inner ones, the first 50,000 values alone."""
    waiting, seen = [value], {id(value)}
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        one = waiting.pop()
        named = isinstance(one, dict)
        if named:
            yield one
        inner = (it for key, it in one.items() if not is_others(key)) if named else one
        new = [it for it in inner if isinstance(it, (dict, list)) and id(it) not in seen]
        seen.update(map(id, new))
        waiting += reversed(new)
