"""A text and its translation: which halves of two texts are one, and their pairs of paragraphs."""

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crawler.compare.correspondence import Traits, surprise, traits, translation_confidence
from crawler.compare.markers import Marker, is_chinese, markers
from crawler.model import Alignment, Match, Relation

Span = tuple[int, int]
#: a claim is made from here on
CLAIM: Final = 0.5
_LINES: Final = re.compile(r"[^\n]+")


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
    ours, theirs = _halves(seed), _halves(page)
    found = [
        (translation_confidence(ours[one].traits, theirs[other].traits), one, other)
        for one, other in ((0, 1), (1, 0))
    ]
    sure, one, other = max(found, key=lambda pair: pair[0])
    if sure < CLAIM:
        return None
    return _alignment(sure, ours[one].text, theirs[other].text)


@dataclass(frozen=True, slots=True)
class _Half:
    text: str
    traits: Traits


@lru_cache(maxsize=4)
def _halves(text: str) -> tuple[_Half, _Half]:
    """The two languages of a text; the last few are kept, since one is set beside many."""
    chinese, other = parts(text)
    return _Half(chinese, traits(chinese)), _Half(other, traits(other))


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
