"""How much of one text stands in another: by letters and digits in exact runs, whatever the marks,
spaces, script, case and width. Coarser than an alignment and many times faster."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.compare.letters import letters
from crawler.text import characters as ch
from crawler.text.characters import Codes, Places
from crawler.text.plain import Hashes, grams, mix

#: letters of a run that counts: of Chinese (half of them at least, beside digits), and of any
_IDEOGRAPHS: Final = 12
_LETTERS: Final = 24
#: up to so many letters a text is one run, and is compared whole
_WHOLE: Final = 24


class Letters:
    """A text's letters, laid out to be compared with many others."""

    def __init__(self, text: str) -> None:
        self.codes: Codes = ch.to_codes(letters(text))
        values = mix(self.codes.astype(np.uint64))
        ideographs = (ch.kinds_of(self.codes) & ch.CJK) != 0
        total = np.append(0, np.cumsum(ideographs))
        chinese = 2 * (total[_IDEOGRAPHS:] - total[:-_IDEOGRAPHS]) >= _IDEOGRAPHS
        short = grams(values, _IDEOGRAPHS)
        self._runs = {_IDEOGRAPHS: _Grams.of(short, chinese)}
        if not chinese.all():
            long = grams(values, _LETTERS)
            self._runs[_LETTERS] = _Grams.of(long, np.ones(long.size, np.bool_))

    def held_by(self, other: "Letters") -> float:
        """The share of these letters that stands in the other text in runs, 0 to 1."""
        size = self.codes.size
        if size <= _WHOLE or other.codes.size <= _WHOLE:
            return float(size > 0 and bool(np.array_equal(self.codes, other.codes)))
        edges = np.zeros(size + 1, np.int32)
        for k, run in self._runs.items():
            if k in other._runs:
                at = run.places[_among(run.ordered, other._runs[k].ordered)]
                edges[at] += 1
                edges[at + k] -= 1
        return float(np.count_nonzero(np.cumsum(edges[:-1]))) / size


@dataclass(frozen=True, slots=True)
class _Grams:
    """Grams of one length in their order, and where each stands."""

    ordered: Hashes
    places: Places

    @classmethod
    def of(cls, values: Hashes, counting: npt.NDArray[np.bool_]) -> "_Grams":
        places = np.flatnonzero(counting)
        order = np.argsort(values[places])
        return cls(values[places][order], places[order])


def _among(values: Hashes, ordered: Hashes) -> npt.NDArray[np.bool_]:
    if not ordered.size:
        return np.zeros(values.size, np.bool_)
    at = np.minimum(np.searchsorted(ordered, values), ordered.size - 1)
    found: npt.NDArray[np.bool_] = ordered[at] == values
    return found
