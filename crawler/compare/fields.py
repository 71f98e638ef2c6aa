"""What stands beside a text: title, author, source name, editor, date, images and links; and
watched words."""

from collections.abc import Iterable
from typing import Any, Final

from crawler.model import FieldChange, Fields, Label, TermChange
from crawler.text import fold, simplify

_LABELS: Final = {
    "title": Label.TITLE,
    "author": Label.BYLINE,
    "source_name": Label.BYLINE,
    "editor": Label.BYLINE,
    "published": Label.DATE,
    "images": Label.IMAGE,
    "links": Label.LINK,
}


def compare_fields(old: Fields, new: Fields) -> tuple[FieldChange, ...]:
    """The fields that read otherwise in `new`. A field whose two values fold alike is noise."""
    changes = []
    for name, label in _LABELS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            noise = _alike(before, after)
            changes.append(FieldChange(name, before, after, (label,), noise))
    return tuple(changes)


def _alike(before: Any, after: Any) -> bool:
    if isinstance(before, tuple) or isinstance(after, tuple):
        return False
    return fold(before or "").text == fold(after or "").text


def count_terms(terms: Iterable[str], old_text: str, new_text: str) -> tuple[TermChange, ...]:
    """The watched words whose number changed, whatever their script, case or form."""
    before, after = _plain(old_text), _plain(new_text)
    counts = (
        (term, before.count(key), after.count(key)) for term in terms if (key := _plain(term))
    )
    return tuple(TermChange(term, old, new) for term, old, new in counts if old != new)


def _plain(text: str) -> str:
    return simplify(fold(text).text).lower()
