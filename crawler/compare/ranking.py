"""Which texts are worth a look: those that share most of a query, and those that share what no
other explains.

A text that quotes is made of pieces of several others. By how much they share alone, the reprints
of the largest piece would stand before all sources of a small one; so every second text is chosen
for what those before it leave unexplained (greedy cover: Nemhauser, Wolsey, Fisher, 1978)."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.float64]

#: texts that are taken one after the other, each for what is left
ROUNDS: Final = 8
#: places that a text shares before it explains them
SHARED_PLACES: Final = 3


class Places(NamedTuple):
    """Places that a text shares, in order, and at which of them the whole fingerprint."""

    all: Numbers
    whole: Flags


class Explained(NamedTuple):
    """Which places of a query are explained, and by which texts."""

    places: Flags
    texts: list[int]


class Shared:
    """Which texts share which places of a query (0, 1, 2 …), and how much that weighs: by the
    information in it (inverse document frequency)."""

    def __init__(self, places: Numbers, texts: Numbers, weights: Weights, whole: int) -> None:
        """Of rows in any order; of a text's several at one place the first counts. Of the first so
        many the whole fingerprint is shared."""
        self.count = int(places.max(initial=-1)) + 1
        key = texts * max(1, self.count) + places
        order = np.argsort(key, kind="stable")
        order = order[np.diff(key[order], prepend=-1) > 0]
        self._places, texts, self._weights = places[order], texts[order], weights[order]
        self._whole = order < whole
        edges = np.diff(texts, prepend=-1) > 0
        self._which = np.cumsum(edges) - 1
        self._starts = np.append(np.flatnonzero(edges), texts.size)
        #: the texts, in order
        self.texts: Numbers = texts[edges]

    def places_of(self, texts: Sequence[int]) -> list[Places]:
        """The places of each of these texts."""
        found = []
        for index in np.searchsorted(self.texts, np.array(texts, np.int64)).tolist():
            span = slice(self._starts[index], self._starts[index + 1])
            found.append(Places(self._places[span], self._whole[span]))
        return found

    def sharing(self, places: Flags, limit: int) -> Numbers:
        """At most so many of the texts that share some of these places, the likeliest, in order."""
        chosen: Numbers = self.texts[
            np.sort(self._order(self._weights * places[self._places])[:limit])
        ]
        return chosen

    def ranked(self, limit: int, explained: "Explained") -> list[int]:
        """At most so many of the texts: those that explain the query, then in turn the likeliest
        and two that share most of what is unexplained."""
        order = self._order(self._weights)
        if self.texts.size > limit:
            left = self._order(self._weights * ~explained.places[self._places])
            first = np.searchsorted(self.texts, np.array(explained.texts, np.int64))
            rest = _in_turn(order[:limit], left[:limit])
            order = np.array([*dict.fromkeys([*first.tolist(), *rest.tolist()])])[:limit]
        found: list[int] = self.texts[order].tolist()
        return found

    def _order(self, weights: Weights) -> Numbers:
        total = np.bincount(self._which, weights, self.texts.size)
        order: Numbers = np.argsort(-total, kind="stable")
        return order[: np.count_nonzero(total)]

    def explained(self, places: int) -> "Explained":
        """Of so many places those that texts have which share several of them: texts that are
        taken one after the other, each for what those before it leave."""
        known, texts = np.zeros(places, np.bool_), []
        left = self._weights.copy()
        for _ in range(min(ROUNDS, self.texts.size)):
            best = int(np.argmax(np.bincount(self._which, left, self.texts.size)))
            span = slice(self._starts[best], self._starts[best + 1])
            if np.count_nonzero(left[span]) < SHARED_PLACES:
                break
            known[self._places[span]] = True
            texts.append(int(self.texts[best]))
            left[known[self._places]] = 0
        return Explained(known, texts)


def _in_turn(one: Numbers, other: Numbers) -> Numbers:
    """One of the first and two of the second in turn, each once."""
    pairs = zip_longest(one.tolist(), other[::2].tolist(), other[1::2].tolist())
    turns = dict.fromkeys(item for several in pairs for item in several)
    return np.array([item for item in turns if item is not None], np.int64)
