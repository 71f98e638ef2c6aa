"""Lines that are furniture by their words: paths, date lines, headings of related links, editors'
and legal lines."""

import re

from crawler.extract.dates import find_date
from crawler.extract.lines import EDITOR_LINE, SOURCE_LINE
from crawler.extract.vocabulary import (
    AFTER,
    BEFORE,
    DISCLAIMER,
    LEGAL,
    NOTICE,
    PARTING,
    WITHIN,
)

_LONGEST_LABEL = 120
_LONGEST_LEGAL = 200
_LONGEST_DATE_LINE = 80
_DAY_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b")
_LABELS = re.compile(r"[:：|｜]")
_LONGEST_PARTING = 300
_PASSED = re.compile(r"[（(].*(?:通过|修[正订改]|公布|批准|施行|废止)\s*[）)]$")
_DATE_LINE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.{0,60}$")


def is_above(text: str) -> bool:
    """Whether a line above the first paragraph is none of the article's."""
    if len(text) > _LONGEST_LABEL:
        return False
    return bool(BEFORE.fullmatch(text)) or _is_dated(text)


def _is_dated(text: str) -> bool:
    """Whether a line is a date with labels beside it, and no sentence. When a law was passed or
    changed (题注) is its own."""
    if len(text) >= _LONGEST_DATE_LINE or text[-1] in "。.!?！？" or _PASSED.match(text):
        return False
    if _DATE_LINE.search(text) or _DAY_FIRST.match(text):
        return True
    found = find_date(text)
    return found is not None and (
        len(text) < 2 * (found[2] - found[1]) or bool(_LABELS.search(text))
    )


def is_within(text: str) -> bool:
    """Whether a line is none of the article's wherever it stands: an editor, a source, a legal
    notice, a way to print or to another article."""
    if len(text) <= _LONGEST_LEGAL and LEGAL.search(text):
        return True
    return len(text) <= _LONGEST_LABEL and _is_furniture(text)


def _is_furniture(text: str) -> bool:
    return bool(
        WITHIN.fullmatch(text) or EDITOR_LINE.fullmatch(text) or SOURCE_LINE.fullmatch(text)
    )


def is_notice(text: str) -> bool:
    """Whether a line speaks of copying and liability: none of the article's at its ends, but in the
    midst of one it may be a law's."""
    return len(text) <= _LONGEST_LEGAL and bool(NOTICE.search(text))


def is_after(text: str) -> bool:
    """Whether a line is the heading of what follows an article."""
    return len(text) <= _LONGEST_LABEL and bool(AFTER.fullmatch(text))


def is_disclaimer(text: str) -> bool:
    """Whether a line is the heading of a disclaimer or of a legal notice: what follows is that."""
    return len(text) <= 40 and bool(DISCLAIMER.fullmatch(text))


def is_parting(text: str) -> bool:
    """Whether a line at the very end takes leave of the reader: asks to subscribe, follow or share,
    or says from where the text was taken."""
    return len(text) <= _LONGEST_PARTING and bool(PARTING.match(text))


def is_label(text: str) -> bool:
    """Whether a line is any of these, and so says nothing of where the article is."""
    if LEGAL.search(text[:_LONGEST_LEGAL]) or NOTICE.search(text[:_LONGEST_LEGAL]):
        return True
    return len(text) <= _LONGEST_LABEL and (
        _is_furniture(text) or is_above(text) or bool(AFTER.fullmatch(text))
    )
