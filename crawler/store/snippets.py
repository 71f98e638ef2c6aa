"""The passage of a text where the words of a query stand, as the index of words counts them."""

import re
from functools import cache
from itertools import islice
from typing import Any

from crawler.store.stemming import stems

#: characters shown on either side of a hit
AROUND = 40
#: parts of a query that are looked for, places of each, and forms of one word
PARTS = 20
PLACES = 500
FORMS = 200

Span = tuple[int, int]


def snippet(text: str, query: str) -> dict[str, Any]:
    """The passage with the most words of the query, in one line; where in it they stand (`hits`),
    and the first of them (`hit`, null when none is found as written)."""
    places = _places(text, query)
    start, end = _best(places)
    left, right = max(0, start - AROUND), min(len(text), max(end, start + 1) + AROUND)
    head = "…" if left else ""
    shown = head + text[left:right].replace("\n", " ") + ("…" if right < len(text) else "")
    move = len(head) - left
    hits = [[s + move, e + move] for _, (s, e) in places if start <= s and e <= right]
    return {"snippet": shown, "hit": hits[0] if hits else None, "hits": hits}


def _best(places: list[tuple[int, Span]]) -> Span:
    """The first word of the passage that has the most of the query's words."""
    best, most = (0, 0), 0
    for at, (_, span) in enumerate(places):
        near = {part for part, other in places[at : at + 20] if other[1] <= span[1] + AROUND}
        if len(near) > most:
            best, most = span, len(near)
    return best


def _places(text: str, query: str) -> list[tuple[int, Span]]:
    """Where parts of the query stand, in the order of the text: number of the part, span."""
    from crawler.text import fold, query_parts, simplify

    folded = fold(text)
    low = simplify(folded.text).lower()
    if len(low) != len(folded.text):
        return []
    found: list[tuple[int, Span]] = []
    for number, part in enumerate(query_parts(query)[:PARTS]):
        matches = islice(_pattern(part, low).finditer(low), PLACES)
        found += [(number, folded.span(*match.span())) for match in matches]
    return _apart(sorted(found, key=lambda place: place[1]))


def _apart(places: list[tuple[int, Span]]) -> list[tuple[int, Span]]:
    """Of places that overlap, the first."""
    kept: list[tuple[int, Span]] = []
    for place in places:
        if not kept or place[1][0] >= kept[-1][1][1]:
            kept.append(place)
    return kept


def _pattern(part: tuple[tuple[str, bool], ...], low: str) -> re.Pattern[str]:
    """What a part of the query looks like in a text: Chinese as it is, a word in every form that
    has its stem, and between them whatever is no letter."""
    pieces = [re.escape(run) if cjk else _forms(run, low) for run, cjk in part]
    return re.compile(r"[\W_]*".join(pieces))


def _forms(word: str, low: str) -> str:
    """A word in all forms in which a text has it. A stem keeps a word's first two letters."""
    letter = _letter()
    whole = rf"(?<!{letter}){re.escape(word[:2])}{letter}*"
    forms = {word}
    for match in re.finditer(whole, low):
        forms.add(match[0])
        if len(forms) > FORMS:
            break
    by_stem = stems(forms)
    same = sorted(form for form in forms if by_stem.get(form) == by_stem.get(word))
    return rf"(?<!{letter})(?:{'|'.join(map(re.escape, same))})(?!{letter})"


@cache
def _letter() -> str:
    """A character of a word that is not Chinese, as a pattern."""
    from crawler.text import LETTER

    return LETTER
