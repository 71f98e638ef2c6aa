"""How surely two texts of different languages say the same: the numbers and names that both carry,
near each other and in one order.

The evidence is a local alignment of the two sequences of markers (Smith and Waterman, 1981): what
both carry speaks for a translation by how little one expects it in any text, what only one of them
carries in between speaks against it. So numbers that two long texts share by chance, scattered over
both, come to nothing.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.compare.markers import is_chinese, markers

#: from here on a marker is rare, in nats
RARE: Final = 1.5
#: evidence, in nats, that makes a claim half sure
_HALF: Final = 9.0
#: evidence below which nothing is looked at any closer
_LEAST: Final = 5.0
#: what a marker that only one of the texts carries takes away, for each nat that a match would give
_LOST: Final = 0.25
#: places of a marker that are tried in each text, and pairs of places in all
_PLACES: Final = 4
_PAIRS: Final = 2_000
#: numbers that follow each other so often are a numbering, and what each of them tells
_NUMBERING: Final = 3
_COUNTED: Final = 0.1
#: what a marker tells at least that stands everywhere in both texts
_LEAST_GAIN: Final = 0.02

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Traits:
    """A text's markers, made ready to be set beside those of many others."""

    chinese: bool
    letters: int
    #: each marker's places among the markers, in order
    places: dict[str, list[int]]
    #: numbers that only count: 1, 2, 3 …
    counted: frozenset[str]
    #: by place, how much the markers before it should be carried over by a translation
    before: Weights = field(default_factory=lambda: np.zeros(1))

    @property
    def weight(self) -> float:
        """What a translation should carry, each marker once, in nats."""
        return sum(map(self.expected, self.places))

    def expected(self, key: str) -> float:
        """What a marker tells; nothing where it only looks like a name."""
        return 0.0 if key.startswith("pinyin:") else self.surprise(key)

    def surprise(self, key: str) -> float:
        """How little one expects a marker, in nats."""
        return _COUNTED if key in self.counted else surprise(key)


def traits(text: str) -> Traits:
    """The markers of one text."""
    keys = [marker.key for marker in markers(text)]
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    found = Traits(is_chinese(text), sum(map(str.isalpha, text)), places, _counted(places))
    weights = [found.expected(key) / len(places[key]) for key in keys]
    return replace(found, before=np.append(0.0, np.cumsum(weights)))


def _counted(places: dict[str, list[int]]) -> frozenset[str]:
    """Whole numbers that stand in a numbering: each a little after the one before it."""
    first = {int(key[2:]): at[0] for key, at in places.items() if key[:2] == "n:" and _whole(key)}
    found: set[str] = set()
    for start in first:
        if start - 1 in first and first[start - 1] < first[start]:
            continue
        stop = start + 1
        while stop in first and first[stop] > first[stop - 1]:
            stop += 1
        if stop - start >= _NUMBERING:
            found.update(f"n:{value}" for value in range(start, stop))
    return frozenset(found)


def _whole(key: str) -> bool:
    return key[2:].isdigit()


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
    """By its digits without the zeros at its end: a round number may stand anywhere."""
    whole = value == int(value)
    if whole and value <= 10:
        return 0.15
    if whole and (1990 <= value <= 2035 or 11 <= value <= 31):
        return 0.9
    if whole and 1900 <= value < 1990:
        return 1.6
    digits = len(f"{value:.10g}".replace(".", "").strip("0")) if value < 1e10 else 4
    return {1: 1.2, 2: 1.6 if whole and value < 100 else 2.3, 3: 3.4}.get(digits, 4.5)


def translation_confidence(a: Traits, b: Traits) -> float:
    """From 0 to 1 how sure it is that one text is the other's translation. 0 for two texts of one
    language."""
    if a.chinese == b.chinese or not a.letters or not b.letters:
        return 0.0
    shared = {key: min(a.surprise(key), b.surprise(key)) for key in a.places.keys() & b.places}
    if sum(shared.values()) < _LEAST:
        return 0.0
    evidence, carried = _aligned(a, b, shared)
    held = sum(shared[key] for key in carried) / max(1e-9, min(a.weight, b.weight))
    sure = 1 - 0.5 ** ((evidence / _HALF) ** 2)
    return round(float(sure) * min(1.0, 1.6 * held) * _size_fits(a, b), 3)


def _size_fits(a: Traits, b: Traits) -> float:
    """Whether the lengths are those of a text and its translation, or of a part of it."""
    han, latin = (a, b) if a.chinese else (b, a)
    ratio = latin.letters / max(1, han.letters)
    return 1.0 if 0.8 <= ratio <= 30 else 0.4


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Places of the same markers in two texts, in the order of the first, and what each pair
    tells."""

    keys: list[str]
    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    gain: Weights


def _aligned(a: Traits, b: Traits, shared: dict[str, float]) -> tuple[float, set[str]]:
    """The evidence of the best local alignment, in nats, and the markers that it pairs."""
    pairs = _pairs(a, b, shared)
    score, previous = pairs.gain.copy(), np.full(pairs.gain.size, -1)
    for at in range(score.size):
        earlier = np.flatnonzero((pairs.b[:at] < pairs.b[at]) & (pairs.a[:at] < pairs.a[at]))
        if not earlier.size:
            continue
        lost = np.maximum(
            a.before[pairs.a[at]] - a.before[pairs.a[earlier] + 1],
            b.before[pairs.b[at]] - b.before[pairs.b[earlier] + 1],
        )
        value = score[earlier] - _LOST * lost
        best = int(value.argmax())
        if value[best] > 0:
            score[at] += value[best]
            previous[at] = earlier[best]
    top = int(score.argmax())
    return float(score[top]), {pairs.keys[at] for at in _chain(previous, top)}


def _chain(previous: npt.NDArray[np.int64], at: int) -> Iterator[int]:
    while at >= 0:
        yield at
        at = int(previous[at])


def _pairs(a: Traits, b: Traits, shared: dict[str, float]) -> _Pairs:
    """The rarest markers first, at most so many pairs; a marker that a text repeats tells less
    each time."""
    rows: list[tuple[int, int, float, str]] = []
    for key in sorted(shared, key=lambda key: (-shared[key], key)):
        here, there = a.places[key], b.places[key]
        gain = max(_LEAST_GAIN, shared[key] - 0.5 * math.log(len(here) * len(there)))
        rows += [(i, j, gain, key) for i in here[:_PLACES] for j in there[:_PLACES]]
        if len(rows) >= _PAIRS:
            break
    rows.sort()
    i, j, gains, keys = zip(*rows, strict=True)
    return _Pairs(list(keys), np.array(i), np.array(j), np.array(gains))


def translation_keys(text: str) -> tuple[str, ...]:
    """The markers of a text that are rare enough to look a translation up by, each once."""
    found = traits(text)
    return tuple(key for key in found.places if found.surprise(key) >= RARE)
