"""Texts as they are compared: the fold with its map of offsets, fingerprints, search tokens.

Pure. The names are loaded when they are first used, so that numpy costs nothing before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.text.folding import Folded, fold, fold_sha256
    from crawler.text.script import simplify
    from crawler.text.searching import (
        LETTER,
        query_parts,
        search_query,
        search_terms,
        search_tokens,
    )
    from crawler.text.winnowing import fingerprints

__all__ = [
    "LETTER",
    "Folded",
    "fingerprints",
    "fold",
    "fold_sha256",
    "query_parts",
    "search_query",
    "search_terms",
    "search_tokens",
    "simplify",
]

_HOME = {
    "LETTER": "searching",
    "Folded": "folding",
    "fingerprints": "winnowing",
    "fold": "folding",
    "fold_sha256": "folding",
    "query_parts": "searching",
    "search_query": "searching",
    "search_terms": "searching",
    "search_tokens": "searching",
    "simplify": "script",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
