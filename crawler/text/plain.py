"""Plain characters: simplified and lower case, so that script and case do not keep copies apart."""

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text.characters import Codes, Places
from crawler.text.script import simplified_table

Hashes = npt.NDArray[np.uint64]

SEEN = 1
#: a letter or digit of any script
LETTER = 2
#: a letter of a script that is written without spaces between words
IDEOGRAPH = 4

FACTOR = np.uint64(0x9E3779B97F4A7C15)
#: times FACTOR it is 1, among 64-bit numbers
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_classes = np.zeros(0x110000, np.uint8)
_plain = np.zeros(0x110000, np.uint32)


def _learn(codes: Codes) -> None:
    table = simplified_table()
    for code in ch.different(codes):
        char = chr(table.get(code, code))
        kind = SEEN
        if char.isalnum():
            kind |= LETTER
            if int(ch.kinds_of(np.array([code], np.uint32))[0]) & ch.CJK:
                kind |= IDEOGRAPH
        low = char.lower()
        _plain[code] = ord(low) if len(low) == 1 else code
        _classes[code] = kind


def classes_of(codes: Codes) -> npt.NDArray[np.uint8]:
    """For each code point of a folded text whether it is a letter or digit, and an ideograph."""
    classes = _classes[codes]
    unknown = codes[classes == 0]
    if unknown.size:
        _learn(unknown)
        classes = _classes[codes]
    return classes


def plain_of(codes: Codes) -> Codes:
    """For each code point its simplified, lower-case form; call `classes_of` before."""
    return _plain[codes]


def mix(values: Hashes) -> Hashes:
    """The finaliser of splitmix64: every bit of a value sways every bit of the answer."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


def grams(values: Hashes, k: int) -> Hashes:
    """One hash for each k neighbours; empty when there are fewer."""
    count = max(0, len(values) - k + 1)
    sums = np.zeros(count, np.uint64)
    for offset in range(k):
        sums = sums * FACTOR + values[offset : offset + count]
    return mix(sums)


def pieces(values: Hashes, starts: Places, ends: Places) -> Hashes:
    """One hash for each span of values, of whatever length and wherever it stands."""
    falling = np.full(values.size + 1, _INVERSE)
    falling[0] = 1
    falling = np.cumprod(falling)
    sums = np.append(np.uint64(0), np.cumsum(values * falling[:-1]))
    rising = np.full(values.size + 1, FACTOR)
    rising[0] = 1
    rising = np.cumprod(rising)
    return mix((sums[ends] - sums[starts]) * rising[starts])
