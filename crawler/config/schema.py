"""The JSON Schema of the file, made from the same keys that read it; shipped for editors."""

from typing import Any

from crawler.config.keys import REQUIRED, SINGLE, TABLES, Key


def schema() -> dict[str, Any]:
    """The schema as JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sources.toml of Palimpsest",
        "type": "object",
        "properties": {name: _table(name) for name in TABLES},
        "additionalProperties": False,
    }


def _table(name: str) -> dict[str, Any]:
    one: dict[str, Any] = {
        "type": "object",
        "properties": {key.name: _described(key) for key in TABLES[name]},
        "additionalProperties": False,
    }
    if name in REQUIRED:
        one["required"] = list(REQUIRED[name])
    return one if name in SINGLE else {"type": "array", "items": one}


def _described(key: Key) -> dict[str, Any]:
    return {**key.schema, "description": key.about} if key.about else dict(key.schema)
