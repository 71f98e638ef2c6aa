"""Winnowed fingerprints (Schleimer, Wilkerson, Aiken: Winnowing, 2003) of letters and digits.

Chinese is hashed by characters (k = 8, w = 9: every shared run of 16 shares a fingerprint). Latin
is hashed by twelve letters from the beginning of every word of four letters or more but the very
commonest, or four words where those are shorter: two words or three, the last one often in part, so
that a quotation with an edit still has some whole, and every shared run of eight words shares one.
The lowest bits of such a hash stand for what follows the eighth letter, the bits above for the
first eight: the fingerprints of one beginning stand side by side (`alike`), so that they are found
where an edit spoilt the rest. Script, case, marks and spaces do not count, so that traditional and
simplified copies find each other.
"""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text.characters import Codes, Places
from crawler.text.folding import Folded, fold
from crawler.text.plain import (
    FACTOR,
    IDEOGRAPH,
    LETTER,
    Hashes,
    classes_of,
    grams,
    mix,
    pieces,
    plain_of,
)

Flags = npt.NDArray[np.bool_]

CHARACTERS_K: Final = 8
CHARACTERS_W: Final = 9
LETTERS_K: Final = 12
WORDS_K: Final = 4
#: a shorter word, or one of these, begins a fingerprint only where it follows so many others such
LONG_WORD: Final = 4
COMMONEST: Final = ("that", "with", "this", "from")
LIGHT_WORDS: Final = 4
#: letters of a Latin fingerprint that its higher bits stand for, and how many bits tell the rest
HEAD_K: Final = 8
TAIL_BITS: Final = 7
_CJK_BEGINS: Final = "\u2e80"
_TAIL: Final = np.uint64((1 << TAIL_BITS) - 1)
_LOW: Final = np.uint64((1 << 32) - 1)
#: so many Latin words in a row are hashed by words alone
LATIN_RUN: Final = 8


def winnow(hashes: Hashes, w: int) -> Places:
    """Places of the least hash of every w neighbours, the last one of equals; of fewer than w the
    least of all."""
    if len(hashes) == 0:
        return np.zeros(0, np.int64)
    if len(hashes) <= w:
        return np.array([len(hashes) - 1 - int(np.argmin(hashes[::-1]))])
    windows = np.lib.stride_tricks.sliding_window_view(hashes[::-1], w)
    least = len(hashes) - 1 - (np.argmin(windows, axis=1) + np.arange(len(windows)))
    chosen: Places = np.unique(least)
    return chosen


def fingerprints(text: str) -> list[tuple[int, int]]:
    """Signed 64-bit hashes with the offset in `text` where what they stand for begins, in order of
    the offsets; the same hash comes again for each place where it was chosen."""
    return folded_fingerprints(fold(text))


def folded_fingerprints(folded: Folded) -> list[tuple[int, int]]:
    """`fingerprints` of a text that is folded already."""
    codes = ch.to_codes(folded.text)
    classes = classes_of(codes)
    places = np.flatnonzero(classes & LETTER)
    if not places.size:
        return []
    values = _values(codes[places])
    ideographs = (classes[places] & IDEOGRAPH) != 0
    found = _of_words(places, values, ideographs) + _of_characters(places, values, ideographs)
    starts = folded.starts
    hashes = np.concatenate([hashes for hashes, _ in found]).view(np.int64)
    offsets = starts[np.concatenate([where for _, where in found])]
    order = np.lexsort((hashes, offsets))
    return list(zip(hashes[order].tolist(), offsets[order].tolist(), strict=True))


def _edges(different: Flags) -> Places:
    """Where runs begin: 0, and wherever a value differs from the one before."""
    edges: Places = np.append(0, np.flatnonzero(different) + 1)
    return edges


def _words(places: Places, ideographs: Flags) -> tuple[Places, Flags]:
    """The first letter of each word (an ideograph is one), and whether it is a Latin word."""
    apart = (np.diff(places) > 1) | ideographs[1:] | ideographs[:-1]
    first = _edges(apart)
    return first, ~ideographs[first]


def _runs(flags: Flags) -> list[tuple[int, int]]:
    edges = np.append(_edges(flags[1:] != flags[:-1]), flags.size)
    spans = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return [(start, end) for start, end in spans if flags[start]]


def _of_words(places: Places, values: Hashes, ideographs: Flags) -> list[tuple[Hashes, Places]]:
    first, latin = _words(places, ideographs)
    bounds = np.append(first, values.size)
    numbers = np.arange(first.size) + WORDS_K
    # For each word the word after its run.
    after = np.zeros(first.size, np.int64)
    for start, end in _runs(latin):
        after[start:end] = end
    ends = bounds[after]
    whole = numbers <= after
    fourth = np.where(whole, bounds[np.minimum(numbers, first.size)], ends)
    stops = np.minimum(np.minimum(first + LETTERS_K, fourth), ends)
    long_enough = (stops - first >= HEAD_K) | (whole & (stops == fourth))
    chosen = np.flatnonzero(_begins(values, first, bounds, latin) & long_enough)
    hashes = _headed(values, first[chosen], stops[chosen])
    return [(hashes, places[first[chosen]])]


def _begins(values: Hashes, first: Places, bounds: Places, latin: Flags) -> Flags:
    """Whether a word begins a fingerprint: a heavy one, or one that ends five light ones."""
    sizes = np.diff(bounds)
    light = sizes < LONG_WORD
    four = np.flatnonzero(sizes == LONG_WORD)
    light[four] = np.isin(pieces(values, first[four], bounds[four + 1]), _commonest())
    light &= latin
    many = light.copy()
    for back in range(1, LIGHT_WORDS + 1):
        many &= np.append(np.zeros(min(back, light.size), np.bool_), light[:-back])
    flags: Flags = latin & ~light | many
    return flags


@cache
def _commonest() -> Hashes:
    codes = ch.to_codes("".join(COMMONEST))
    classes_of(codes)
    ends = np.cumsum([len(word) for word in COMMONEST])
    return pieces(_values(codes), np.append(0, ends[:-1]), ends)


def _values(codes: Codes) -> Hashes:
    """What stands for each of these letters; call `classes_of` before."""
    return mix(plain_of(codes).astype(np.uint64) + FACTOR)


def _headed(values: Hashes, starts: Places, stops: Places) -> Hashes:
    """Hashes of these spans, in whose low 32 bits the first letters come before the rest."""
    middles = np.minimum(starts + HEAD_K, stops)
    heads, tails = pieces(values, starts, middles), pieces(values, middles, stops)
    high = mix(heads * FACTOR + tails) & ~_LOW
    hashes: Hashes = high | ((heads << np.uint64(TAIL_BITS)) & _LOW & ~_TAIL) | (tails & _TAIL)
    return hashes


def is_headed(char: str) -> bool:
    """Whether a fingerprint that begins with this letter may be one of Latin words, so that
    `alike` tells others that begin as it does."""
    return char < _CJK_BEGINS


def alike(value: int) -> tuple[int, int]:
    """The first and the last of the fingerprints, or of their low bits, of Latin text that begins
    with the same letters as this one's."""
    low = value >> TAIL_BITS << TAIL_BITS
    return low, low + (1 << TAIL_BITS) - 1


def _of_characters(
    places: Places, values: Hashes, ideographs: Flags
) -> list[tuple[Hashes, Places]]:
    """Of everything but long runs of Latin words."""
    first, latin = _words(places, ideographs)
    ends = np.append(first[1:], values.size)
    wanted = np.ones(values.size, np.bool_)
    for start, end in _runs(latin):
        if end - start >= LATIN_RUN:
            wanted[first[start] : ends[end - 1]] = False
    found = [(np.zeros(0, np.uint64), np.zeros(0, np.int64))]
    for start, end in _runs(wanted):
        hashes = grams(values[start:end], CHARACTERS_K)
        chosen = winnow(hashes, CHARACTERS_W)
        found.append((hashes[chosen], places[start + chosen]))
    return found
