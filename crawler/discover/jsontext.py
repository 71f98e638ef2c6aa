"""JSON from strangers: limits on depth and size, no NaN, no key twice (RFC 8259, I-JSON)."""

import json
import re
from typing import Any, NoReturn

from crawler.decode import decode
from crawler.discover.gather import NotAListing
from crawler.model import Document, Source

MAX_DEPTH = 64

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NESTING = re.compile(r"[\[\]{}]")


def parse_json(document: Document, source: Source) -> Any:
    """The document's value. Raises NotAListing where it is no JSON, or no decent one."""
    text = decode(document.body, document.content_type, source.encoding).text.lstrip(
        "\ufeff \t\r\n"
    )
    if not text.startswith(("{", "[")):
        raise NotAListing("it is no JSON")
    return read_json(text)


def read_json(text: str) -> Any:
    """The value of a JSON text; raises NotAListing as `parse_json` does."""
    if _depth(text) > MAX_DEPTH:
        raise NotAListing(f"its JSON is nested deeper than {MAX_DEPTH}")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise NotAListing(f"its JSON is broken: {str(error)[:120]}") from error


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; raises NotAListing where the value is no list."""
    if not isinstance(value, list):
        raise NotAListing("its JSON holds no list of articles")
    return [row for row in value if isinstance(row, dict)]


def text_of(row: dict[str, Any], *names: str) -> str | None:
    """The first of these members that is a text with something in it."""
    values = (row.get(name) for name in names)
    return next((v for v in values if isinstance(v, str) and v.strip()), None)


def _depth(text: str) -> int:
    """How deep lists and objects stand in each other; json itself recurses, so this comes first."""
    deepest = depth = 0
    for mark in _NESTING.finditer(_STRING.sub('""', text)):
        depth += 1 if mark[0] in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotAListing("its JSON names a key twice")
    return members


def _refused(constant: str) -> NoReturn:
    raise NotAListing(f"its JSON holds {constant}")
