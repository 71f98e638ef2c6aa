"""Winnowed fingerprints (Schleimer, Wilkerson, Aiken: Winnowing, 2003) of letters and digits.

Chinese is hashed by characters (k = 8, w = 9: every shared run of 16 shares a fingerprint). Latin
is hashed by twelve letters from the beginning of a word on, or four words where those are shorter
(w = 2): two words or three, the last one often in part, so that a quotation with an edit still has
some whole, and every shared run of eight words shares one. Script, case, marks and spaces do not
count, so that traditional and simplified copies find each other.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text.characters import Places
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
WORDS_W: Final = 2
#: a shorter word begins a fingerprint only where it follows another short one
LONG_WORD: Final = 3
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
    values = mix(plain_of(codes[places]).astype(np.uint64) + FACTOR)
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
    runs = _runs(latin)
    numbers = np.arange(first.size) + WORDS_K
    # For each word the word after its run.
    after = np.zeros(first.size, np.int64)
    for start, end in runs:
        after[start:end] = end
    short = np.diff(bounds) < LONG_WORD
    begins = latin & ~(short & ~np.append(False, short[:-1] & latin[:-1]))
    fourth = np.where(numbers <= after, bounds[np.minimum(numbers, after)], values.size + 1)
    stops = np.minimum(first + LETTERS_K, fourth)
    chosen = np.flatnonzero(begins & (stops <= bounds[after]))
    if not chosen.size:
        return []
    hashes = pieces(values, first[chosen], stops[chosen])
    edges = np.flatnonzero(np.diff(after[chosen])) + 1
    heads = places[first[chosen]]
    found = []
    for some, at in zip(np.split(hashes, edges), np.split(heads, edges), strict=True):
        least = winnow(some, WORDS_W)
        found.append((some[least], at[least]))
    return found


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
