"""The fold: the normal form in which texts are compared, with a map back to their offsets.

NFKC by clusters; dashes, ellipses and quote marks of one kind; zero-width characters dropped;
white space dropped beside a CJK character, beside a mark of CJK typography, beside marks that
stand at CJK text, and at both ends, elsewhere one space for a run. Case and script (traditional,
simplified) stay. Folding a fold changes nothing.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text.characters import Codes, Kinds, Places

Flags = npt.NDArray[np.bool_]
_CANDIDATES = re.compile(r"[-….。·]{2,}")
_RUNS = re.compile(r"-{2,}|(?:…|\.{3,}|。{3,}|·{3,}){2,}|\.{3,}|。{3,}|·{3,}")


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text. Its character `i` came from `original[starts[i]:ends[i]]`; neighbours that
    came from one cluster share those offsets."""

    text: str
    starts: Places
    ends: Places
    #: number of characters of the original
    size: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of a folded span; an empty one lies before its character."""
        if start >= end:
            at = int(self.starts[start]) if start < len(self.starts) else self.size
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])


@dataclass(slots=True)
class _Stream:
    """Characters on their way through the fold, with where each came from."""

    codes: Codes
    kinds: Kinds
    starts: Places
    ends: Places

    def keep(self, wanted: Flags) -> "_Stream":
        return _Stream(
            self.codes[wanted], self.kinds[wanted], self.starts[wanted], self.ends[wanted]
        )


def fold(text: str) -> Folded:
    """The fold of a text, in time proportional to its length."""
    if not text:
        none = np.zeros(0, np.int64)
        return Folded("", none, none, 0)
    stream = _fold_spaces(_normalise(text))
    return _fold_runs(stream, len(text))


def fold_sha256(text: str) -> str:
    """Hex sha256 of the folded text in UTF-8: equal for texts that differ only in form."""
    return hashlib.sha256(fold(text).text.encode("utf-8", "surrogatepass")).hexdigest()


def _normalise(text: str) -> _Stream:
    codes = ch.to_codes(text)
    kinds = ch.kinds_of(codes)
    if not (kinds & (ch.ATTACHED | ch.SEVERAL)).any():
        starts = np.flatnonzero((kinds & ch.NOTHING) == 0)
        codes, kinds = codes[starts], kinds[starts]
        return _Stream(ch.forms_of(codes), kinds, starts, starts + 1)
    return _normalise_clusters(text, codes, kinds)


def _normalise_clusters(text: str, codes: Codes, kinds: Kinds) -> _Stream:
    starts, ends = _clusters(kinds)
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    forms = [_form(text[start:end]) for start, end in spans]
    sizes = np.array([len(form) for form in forms], np.int64)
    counts = ((kinds & ch.NOTHING) == 0).astype(np.int64)
    counts[_ranges(starts, ends - starts)] = 0
    counts[starts] = sizes
    origin = np.repeat(np.arange(codes.size), counts)
    stream = _Stream(ch.forms_of(codes)[origin], kinds[origin], origin, origin + 1)
    places = _ranges((np.cumsum(counts) - counts)[starts], sizes)
    stream.codes[places] = ch.to_codes("".join(forms))
    formed = ch.kinds_of(stream.codes[places])
    # A space that carries a mark is no white space.
    several = np.repeat((ends - starts > 1) | (sizes > 1), sizes)
    stream.kinds[places] = np.where(several, formed & ~np.uint8(ch.SPACE), formed)
    stream.ends[places] = np.repeat(ends, sizes)
    return stream


def _ranges(starts: Places, sizes: Places) -> Places:
    """start, start + 1 … of every span, one after the other."""
    inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(starts, sizes) + inside


def _clusters(kinds: Kinds) -> tuple[Places, Places]:
    """Where spans begin and end whose normal form is not that of their first character alone."""
    shown = np.flatnonzero((kinds & ch.NOTHING) == 0)
    attached = (kinds[shown] & ch.ATTACHED) != 0
    first = np.flatnonzero(~attached | (np.arange(shown.size) == 0))
    last = np.append(first[1:], shown.size) - 1
    special = (last > first) | ((kinds[shown[first]] & (ch.SEVERAL | ch.ATTACHED)) != 0)
    return shown[first[special]], shown[last[special]] + 1


def _form(cluster: str) -> str:
    return _short_form(cluster) if len(cluster) <= 8 else _long_form(cluster)


@lru_cache(maxsize=8192)
def _short_form(cluster: str) -> str:
    return _long_form(cluster)


def _long_form(cluster: str) -> str:
    codes = ch.to_codes(cluster)
    return ch.normal(ch.to_text(codes[(ch.kinds_of(codes) & ch.NOTHING) == 0]))


def _nearest(stop: Flags, values: Flags) -> Flags:
    """For each place whether `values` holds at the nearest `stop` at or before it."""
    places = np.where(stop, np.arange(stop.size), -1)
    places = np.maximum.accumulate(places)
    return (places >= 0) & values[places]


def _fold_spaces(stream: _Stream) -> _Stream:
    space = (stream.kinds & ch.SPACE) != 0
    if not space.any():
        return stream
    cjk = (stream.kinds & ch.CJK) != 0
    stop = (stream.kinds & (ch.SPACE | ch.MARK)) == 0
    near = _nearest(stop, cjk) | _nearest(stop[::-1], cjk[::-1])[::-1]
    runs = np.flatnonzero(space & ~np.append(False, space[:-1]))
    after = np.flatnonzero(space & ~np.append(space[1:], False)) + 1
    mark = np.append(False, (stream.kinds & ch.CJK_MARK) != 0)
    beside = mark[runs] | np.append(mark[1:], False)[after]
    kept = ~(near[runs] | beside | (runs == 0) | (after == stream.codes.size))
    stream.ends[runs[kept]] = stream.ends[after[kept] - 1]
    stream.codes[runs] = 32
    wanted = ~space
    wanted[runs[kept]] = True
    return stream.keep(wanted)


def _fold_runs(stream: _Stream, size: int) -> Folded:
    """Writes runs of dashes and of dots as one character."""
    text = ch.to_text(stream.codes)
    found = [
        run.span()
        for candidate in _CANDIDATES.finditer(text)
        for run in _RUNS.finditer(text, *candidate.span())
    ]
    if found:
        wanted = np.ones(stream.codes.size, np.bool_)
        for start, end in found:
            stream.codes[start] = ord("-") if text[start] == "-" else ord(ch.ELLIPSIS)
            stream.ends[start] = stream.ends[end - 1]
            wanted[start + 1 : end] = False
        stream = stream.keep(wanted)
        text = ch.to_text(stream.codes)
    return Folded(text, stream.starts, stream.ends, size)
