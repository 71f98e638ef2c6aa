"""Lines that are furniture by their words: paths, date lines, headings of related links, editors'
and legal lines."""

import re

from crawler.extract.lines import EDITOR_LINE, SOURCE_LINE
from crawler.extract.vocabulary import AFTER, BEFORE, LEGAL, WITHIN

_LONGEST_LABEL = 120
_LONGEST_LEGAL = 200
_LONGEST_DATE_LINE = 80
_DATE_LINE = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.{0,60}$")


def is_above(text: str) -> bool:
    """Whether a line above the first paragraph is none of the article's."""
    if len(text) > _LONGEST_LABEL:
        return False
    dated = len(text) < _LONGEST_DATE_LINE and _DATE_LINE.search(text) and text[-1] != "。"
    return bool(BEFORE.fullmatch(text) or dated)


def is_within(text: str) -> bool:
    """Whether a line is none of the article's wherever it stands: an editor, a source, a legal
    notice, a way to print or to another article."""
    if len(text) <= _LONGEST_LEGAL and LEGAL.search(text):
        return True
    return len(text) <= _LONGEST_LABEL and bool(
        WITHIN.fullmatch(text) or EDITOR_LINE.fullmatch(text) or SOURCE_LINE.fullmatch(text)
    )


def is_after(text: str) -> bool:
    """Whether a line is the heading of what follows an article."""
    return len(text) <= _LONGEST_LABEL and bool(AFTER.fullmatch(text))


def is_label(text: str) -> bool:
    """Whether a line is any of these, and so says nothing of where the article is."""
    return (
        is_within(text)
        or is_above(text)
        or is_after(text)
        or bool(LEGAL.search(text[:_LONGEST_LEGAL]))
    )
