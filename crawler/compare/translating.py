"""Whether one text is a translation of another: numbers and names that both carry, in one order."""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from crawler.compare.markers import Marker, is_chinese, markers
from crawler.model import Alignment, Match, Relation

Span = tuple[int, int]
#: a claim is made from here on
CLAIM: Final = 0.5
#: evidence, in nats, that makes a claim half sure
_HALF: Final = 9.0
_LINES: Final = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Traits:
    """A text's markers, made ready to be set beside those of many others."""

    chinese: bool
    letters: int
    #: places of each marker, in order
    places: dict[str, list[int]] = field(default_factory=dict)


def traits(text: str) -> Traits:
    """The markers of one text."""
    found = markers(text)
    places: dict[str, list[int]] = {}
    for marker in found:
        places.setdefault(marker.key, []).append(marker.at)
    return Traits(is_chinese(text), sum(map(str.isalpha, text)), places)


def translation_keys(text: str) -> tuple[str, ...]:
    """The markers rare enough to look a translation up by, each once: for an index."""
    return tuple(key for key in traits(text).places if surprise(key) >= 2.0)


def surprise(key: str) -> float:
    """How little one expects a marker in any text of this field, in nats."""
    kind, _, value = key.partition(":")
    if kind == "name":
        return 0.4 if value in ("习近平", "马克思", "北京", "美国") else 1.6
    if kind == "pinyin":
        return 4.5 if len(value) >= 8 else 2.5
    if kind == "month":
        return 0.5
    return _number_surprise(float(value))


def _number_surprise(value: float) -> float:
    if value <= 10:
        return 0.15
    if 1990 <= value <= 2035 or 11 <= value <= 31:
        return 0.9
    if value < 100 or (value % 100 == 0 and value < 1001) or 1900 <= value < 1990:
        return 1.6
    return 3.0 if value < 1000 else 4.5


def translation_confidence(a: Traits, b: Traits) -> float:
    """From 0 to 1 how sure it is that one text is the other's translation: what both carry in one
    order, against what only one of them carries. 0 for two texts of one language."""
    if a.chinese == b.chinese or not a.letters or not b.letters:
        return 0.0
    shared = [key for key in a.places if key in b.places]
    chain = _in_order(shared, a, b)
    evidence = sum(surprise(key) for key in chain)
    lost = evidence / max(1e-9, min(_weight(a), _weight(b)))
    sure = 1 - 0.5 ** ((evidence / _HALF) ** 2)
    return round(float(sure) * min(1.0, 1.6 * lost) * _size_fits(a, b), 3)


def _weight(side: Traits) -> float:
    """What a translation should carry; what only looks like a name is left out."""
    keys = (key for key in side.places if not key.startswith("pinyin:"))
    return sum(surprise(key) for key in keys)


def _size_fits(a: Traits, b: Traits) -> float:
    """Whether the lengths are those of a text and its translation, or of a part of it."""
    han, latin = (a, b) if a.chinese else (b, a)
    ratio = latin.letters / max(1, han.letters)
    return 1.0 if 0.8 <= ratio <= 30 else 0.4


def _in_order(shared: Iterable[str], a: Traits, b: Traits) -> list[str]:
    """The heaviest subset of shared markers whose first places keep one order in both."""
    rows = sorted((a.places[key][0], b.places[key][0], key) for key in shared)
    places: list[int] = []
    weights: list[float] = []
    tops: list[int] = []
    before = [-1] * len(rows)
    for number, (_, place, key) in enumerate(rows):
        at = bisect_left(places, place)
        weight = surprise(key) + (weights[at - 1] if at else 0.0)
        before[number] = tops[at - 1] if at else -1
        stop = at
        while stop < len(places) and weights[stop] <= weight:
            stop += 1
        if stop > at or at == len(places) or places[at] > place:
            places[at:stop], weights[at:stop], tops[at:stop] = [place], [weight], [number]
    chain: list[str] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chain.append(rows[at][2])
        at = before[at]
    return chain[::-1]


def parts(text: str) -> tuple[str, str]:
    """The Chinese and the other lines of a text, each with the rest blanked out so that offsets
    stay what they are."""
    chinese, other = list(text), list(text)
    for line in _LINES.finditer(text):
        blanked = other if is_chinese(line[0]) else chinese
        blanked[line.start() : line.end()] = " " * len(line[0])
    return "".join(chinese), "".join(other)


def translation(seed: str, page: str) -> Alignment | None:
    """The pairs of paragraphs of a text and its translation, or None where nothing proves it one.
    A seed or page in two languages is read by its halves, and may be set beside itself."""
    best: tuple[float, str, str] | None = None
    seed_parts, page_parts = parts(seed), parts(page)
    for one, other in ((seed_parts[0], page_parts[1]), (seed_parts[1], page_parts[0])):
        sure = translation_confidence(traits(one), traits(other))
        if sure >= CLAIM and (best is None or sure > best[0]):
            best = sure, one, other
    if best is None:
        return None
    return _alignment(*best)


def _alignment(sure: float, seed: str, page: str) -> Alignment:
    matches = tuple(Match(one, other, ()) for one, other in paragraph_pairs(seed, page))
    return Alignment(
        matches=matches,
        seed_coverage=_share(seed, [match.seed for match in matches]),
        page_coverage=_share(page, [match.page for match in matches]),
        missing_from_seed=(),
        missing_from_page=(),
        relation=Relation.TRANSLATION,
        confidence=sure,
        score=0.0,
    )


def _share(text: str, spans: list[Span]) -> float:
    letters = sum(map(str.isalpha, text))
    held = sum(sum(map(str.isalpha, text[start:end])) for start, end in spans)
    return round(held / letters, 4) if letters else 0.0


@dataclass(frozen=True, slots=True)
class _Paragraph:
    span: Span
    size: float
    keys: Counter[str]


def _paragraphs(text: str) -> list[_Paragraph]:
    found = markers(text)
    at = [marker.at for marker in found]
    lines = []
    for line in _LINES.finditer(text):
        bare = line[0].strip()
        if not bare:
            continue
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        span = (start, start + len(bare))
        inside: list[Marker] = list(found[bisect_left(at, span[0]) : bisect_left(at, span[1])])
        lines.append(_Paragraph(span, float(len(bare)), Counter(m.key for m in inside)))
    return lines[:400]


def paragraph_pairs(seed: str, page: str) -> list[tuple[Span, Span]]:
    """Paragraphs that stand for each other, in order (Gale and Church's alignment by length, with
    the markers that both hold)."""
    one, other = _paragraphs(seed), _paragraphs(page)
    if not one or not other:
        return []
    scale = sum(item.size for item in other) / max(1.0, sum(item.size for item in one))
    rows, columns = len(one), len(other)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            pair = best[i - 1][j - 1] + _alike(one[i - 1], other[j - 1], scale)
            best[i][j] = max(pair, best[i - 1][j], best[i][j - 1])
    return _pairs_of(best, one, other, scale)


def _pairs_of(
    best: list[list[float]], one: list[_Paragraph], other: list[_Paragraph], scale: float
) -> list[tuple[Span, Span]]:
    i, j = len(one), len(other)
    pairs = []
    while i and j:
        alike = _alike(one[i - 1], other[j - 1], scale)
        if alike > 0 and math.isclose(best[i][j], best[i - 1][j - 1] + alike):
            pairs.append((one[i - 1].span, other[j - 1].span))
            i, j = i - 1, j - 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _alike(one: _Paragraph, other: _Paragraph, scale: float) -> float:
    """What speaks for two paragraphs being one: markers, and lengths in the texts' proportion."""
    shared = sum(surprise(key) + 0.3 for key in one.keys & other.keys)
    alone = [*(one.keys - other.keys), *(other.keys - one.keys)]
    lost = sum(surprise(key) for key in alone if not key.startswith("pinyin:"))
    apart = abs(math.log(max(1.0, one.size * scale) / max(1.0, other.size)))
    length = 1.0 - 1.4 * apart
    return shared + length - min(2.0, 0.5 * lost) if shared or length > 0 else -1.0
