"""How texts differ and what they share: version diff, local alignment, fields, watched words.

Pure. Names are loaded when they are first used: numpy and rapidfuzz cost nothing before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from crawler.compare.aligning import align, shared_passages
    from crawler.compare.correspondence import (
        Traits,
        traits,
        translation_confidence,
        translation_keys,
    )
    from crawler.compare.diffing import diff
    from crawler.compare.fields import compare_fields, count_terms
    from crawler.compare.gazetteer import Gazetteer
    from crawler.compare.translating import translation
    from crawler.compare.wording import lookups

__all__ = [
    "COMPARER",
    "Gazetteer",
    "Traits",
    "align",
    "compare_fields",
    "count_terms",
    "diff",
    "lookups",
    "shared_passages",
    "traits",
    "translation",
    "translation_confidence",
    "translation_keys",
]

#: version of the rules: ops, labels and scores of the same texts differ only when it does
COMPARER: Final = "compare-4"

_HOME: Final = {
    "Gazetteer": "gazetteer",
    "align": "aligning",
    "compare_fields": "fields",
    "count_terms": "fields",
    "diff": "diffing",
    "lookups": "wording",
    "shared_passages": "aligning",
    "Traits": "correspondence",
    "traits": "correspondence",
    "translation": "translating",
    "translation_confidence": "correspondence",
    "translation_keys": "correspondence",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
