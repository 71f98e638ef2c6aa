"""The passage of a text where the words of a query stand, as the index of words counts them."""

import re
from collections.abc import Iterator
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
Part = tuple[tuple[str, bool], ...]


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
        spans = islice(_stands(part, low), PLACES)
        found += [(number, folded.span(*span)) for span in spans]
    return _apart(sorted(found, key=lambda place: place[1]))


def _apart(places: list[tuple[int, Span]]) -> list[tuple[int, Span]]:
    """Of places that overlap, the first."""
    kept: list[tuple[int, Span]] = []
    for place in places:
        if not kept or place[1][0] >= kept[-1][1][1]:
            kept.append(place)
    return kept


def _stands(part: Part, low: str) -> Iterator[Span]:
    """Where a part of the query stands in a text. That a word ends with its last letter is asked of
    each place: a pattern with the range of all letters takes milliseconds to be made."""
    pattern, letter = _pattern(part, low), _letter()
    (_, cjk_first), (_, cjk_last) = part[0], part[-1]
    at = 0
    while found := pattern.search(low, at):
        start, end = found.span()
        inside = (not cjk_first and start and letter.match(low, start - 1)) or (
            not cjk_last and letter.match(low, end)
        )
        at = start + 1 if inside else end
        if not inside:
            yield start, end


def _pattern(part: Part, low: str) -> re.Pattern[str]:
    """What a part of the query looks like in a text: Chinese as it is, a word in every form that
    has its stem, and between them whatever is no letter."""
    pattern, before = "", True
    for run, cjk in part:
        between = r"[\W_]*" if cjk or before else r"[\W_]+"
        pattern += (between if pattern else "") + (re.escape(run) if cjk else _forms(run, low))
        before = cjk
    return re.compile(pattern)


def _forms(word: str, low: str) -> str:
    """A word in all forms in which a text has it, the longest first. A stem keeps a word's first
    two letters."""
    begins = (run for run in _words().findall(low) if run.startswith(word[:2]))
    forms = {word}
    for form in begins:
        forms.add(form)
        if len(forms) > FORMS:
            break
    by_stem = stems(forms)
    same = (form for form in forms if by_stem.get(form) == by_stem.get(word))
    return f"(?:{'|'.join(map(re.escape, sorted(same, key=lambda form: (-len(form), form))))})"


@cache
def _letter() -> re.Pattern[str]:
    """A character of a word that is not Chinese."""
    from crawler.text import LETTER

    return re.compile(LETTER)


@cache
def _words() -> re.Pattern[str]:
    """A word that is not Chinese."""
    return re.compile(f"{_letter().pattern}+")
