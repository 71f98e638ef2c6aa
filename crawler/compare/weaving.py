"""From matched tokens to pieces of the two original texts: every character in exactly one piece.

A token owns the gap before it (white space and what shows nothing); at the border of a hunk the
gap that both texts share stays outside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from crawler.compare.pairs import Matching
from crawler.compare.tokens import Flags, Stream, hashes
from crawler.compare.units import Unit, spans_of, units_of
from crawler.text import characters as ch
from crawler.text.characters import Places
from crawler.text.plain import Hashes

Span = tuple[int, int]
#: tokens of a line's head at most: its number and the mark after it
_LINE_HEAD: Final = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of each original text. `matched` pieces hold the same tokens, whatever their form."""

    a: Span
    b: Span
    group: int
    matched: bool
    #: token spans; empty ones for gaps alone
    a_tokens: Span = (0, 0)
    b_tokens: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class _Gaps:
    """What lies before each token, and after the last one."""

    starts: Places
    ends: Places
    values: Hashes
    spaces: Places

    def span(self, token: int) -> Span:
        return int(self.starts[token]), int(self.ends[token])


def _gaps(stream: Stream) -> _Gaps:
    starts = np.append(stream.begin, stream.raw_end)
    ends = np.append(stream.raw_start, stream.end)
    values = np.zeros(starts.size, np.uint64)
    wide = np.flatnonzero(ends > starts)
    if wide.size:
        codes = ch.to_codes(stream.original)
        values[wide] = hashes(codes, starts[wide], ends[wide])
    return _Gaps(starts, ends, values, np.append(stream.spaces, 0))


def weave(a: Stream, b: Stream, matching: Matching) -> list[Piece]:
    """The pieces in the order of B, a deletion where the text stood."""
    gaps_a, gaps_b = _gaps(a), _gaps(b)
    _part_glued(matching, gaps_a, gaps_b)
    units = [part for unit in units_of(matching, len(a), len(b)) for part in _parted(a, b, unit)]
    return list(_Weaver(a, b, gaps_a, gaps_b).pieces(units))


def _parted(a: Stream, b: Stream, unit: Unit) -> list[Unit]:
    """Whole lines that were cut or added before a line whose head changed, apart from that head:
    `五、…。 六|` for `五|` is a line that was cut, and 五 for 六."""
    (i, i_end), (j, j_end) = unit.a, unit.b
    if unit.matched or i < 0 or i == i_end or j == j_end or not (a.breaks[i] and b.breaks[j]):
        return [unit]
    last_a, last_b = _last_line(a, unit.a), _last_line(b, unit.b)
    if max(i_end - last_a, j_end - last_b) > _LINE_HEAD or (last_a > i) == (last_b > j):
        return [unit]
    return [
        Unit((i, last_a) if last_a > i else (-1, -1), (j, last_b), unit.group, False),
        Unit((last_a, i_end), (last_b, j_end), unit.group, False),
    ]


def _last_line(text: Stream, span: Span) -> int:
    """Where the last line begins that begins in a span."""
    start, end = span
    return start + int(np.flatnonzero(text.breaks[start:end])[-1])


def _part_glued(matching: Matching, a: _Gaps, b: _Gaps) -> None:
    """Two neighbours with a space between them in one text alone are an edit, not a match. Where
    the originals agree nothing changed: the fold dropped the space for what stands farther on."""
    to_b = matching.to_b
    follow = np.flatnonzero((to_b[1:] >= 0) & (to_b[:-1] >= 0) & (to_b[1:] == to_b[:-1] + 1)) + 1
    partners = to_b[follow]
    spaced = a.spaces[follow] != b.spaces[partners]
    parted = follow[spaced & (a.values[follow] != b.values[partners])]
    for token in {*parted.tolist(), *(parted - 1).tolist()}:
        matching.to_a[to_b[token]] = -1
        to_b[token] = -1
        matching.group[token] = 0


@dataclass(frozen=True, slots=True)
class _Weaver:
    a: Stream
    b: Stream
    a_gaps: _Gaps
    b_gaps: _Gaps

    def pieces(self, units: list[Unit]) -> Iterator[Piece]:
        """All pieces of all units and of the two tails."""
        number = 0
        while number < len(units):
            unit = units[number]
            after = units[number + 1] if number + 1 < len(units) else None
            if unit.matched:
                yield from self._gap(unit.a[0], unit.b[0], unit.group)
                yield from self._block(unit)
            elif after and after.matched and self._follows(unit, after):
                yield from self._hunk_before(unit, after)
                yield from self._block(after)
                number += 1
            else:
                yield from self._alone(unit)
            number += 1
        yield from self._gap(len(self.a), len(self.b), 0)

    def _follows(self, unit: Unit, block: Unit) -> bool:
        if unit.b[1] != block.b[0]:
            return False
        return unit.a[0] < 0 or unit.a[1] == block.a[0]

    def _gap(self, i: int, j: int, group: int) -> Iterator[Piece]:
        a, b = self.a_gaps.span(i), self.b_gaps.span(j)
        if a[0] < a[1] or b[0] < b[1]:
            yield Piece(a, b, group, True)

    def _alone(self, unit: Unit) -> Iterator[Piece]:
        """A hunk with the gaps before its tokens; of a replacement they stay outside."""
        a, b = unit.a, unit.b
        both = a[0] >= 0 and b[0] < b[1] and self._kept_alike(a[0], b[0])
        if both:
            yield from self._gap(a[0], b[0], unit.group)
        here = _reach(self.a, self.a_gaps, a, not both, False) if a[0] >= 0 else None
        yield self._piece(unit, here, _reach(self.b, self.b_gaps, b, not both, False))

    def _piece(self, unit: Unit, a: Span | None, b: Span | None) -> Piece:
        tokens = unit.a if unit.a[0] >= 0 else (0, 0)
        return Piece(a or (-1, -1), b or (-1, -1), unit.group, False, tokens, unit.b)

    def _hunk_before(self, unit: Unit, block: Unit) -> Iterator[Piece]:
        """A hunk and the gap between it and the block that follows it in both texts."""
        i, j = block.a[0], block.b[0]
        x = unit.a[0] if unit.a[0] >= 0 else i
        u = unit.b[0]
        head = self._kept_alike(x, u)
        tail = self._kept_alike(i, j)
        if x < i and u < j:
            yield from self._replaced(unit, (x, i), (u, j), head, tail)
        elif self._same_gap(i, j) or (tail and not self._same_gap(x, u)):
            yield self._between(unit, (x, i), (u, j), True, False)
            yield from self._gap(i, j, block.group)
        elif head:
            yield from self._gap(x, u, block.group)
            yield self._between(unit, (x, i), (u, j), False, True)
        else:
            yield self._between(unit, (x, i), (u, j), True, True)

    def _replaced(self, unit: Unit, a: Span, b: Span, head: bool, tail: bool) -> Iterator[Piece]:
        if head:
            yield from self._gap(a[0], b[0], unit.group)
        yield self._between(unit, a, b, not head, not tail)
        if tail:
            yield from self._gap(a[1], b[1], unit.group)

    def _between(self, unit: Unit, a: Span, b: Span, before: bool, after: bool) -> Piece:
        """Tokens with the gap before and after them; of a side without tokens the gap once."""
        return self._piece(
            unit,
            _reach(self.a, self.a_gaps, a, before, after),
            _reach(self.b, self.b_gaps, b, before, after),
        )

    def _same_gap(self, i: int, j: int) -> bool:
        return bool(self.a_gaps.values[i] == self.b_gaps.values[j])

    def _kept_alike(self, i: int, j: int) -> bool:
        """Whether two gaps fold alike, or are the same whatever the fold makes of them."""
        alike = self.a_gaps.spaces[i] == self.b_gaps.spaces[j]
        return bool(alike) or self._same_gap(i, j)

    def _block(self, unit: Unit) -> Iterator[Piece]:
        """Cuts a block where the original characters differ."""
        (i, i_end), (j, j_end) = unit.a, unit.b
        token = self.a.raw[i:i_end] != self.b.raw[j:j_end]
        gap = self.a_gaps.values[i:i_end] != self.b_gaps.values[j:j_end]
        gap[0] = False
        at = i
        shift = j - i
        for start, end in spans_of(token | gap):
            low, high = i + start, i + end
            yield from self._differing(unit, at, low, high, shift, token, gap)
            at = high
        if at < i_end:
            yield self._span_piece(unit, at, i_end, shift, at == i)

    def _span_piece(self, unit: Unit, low: int, high: int, shift: int, first: bool) -> Piece:
        a0 = int(self.a.raw_start[low] if first else self.a_gaps.starts[low])
        b0 = int(self.b.raw_start[low + shift] if first else self.b_gaps.starts[low + shift])
        a = (a0, int(self.a.raw_end[high - 1]))
        b = (b0, int(self.b.raw_end[high - 1 + shift]))
        return Piece(a, b, unit.group, True, (low, high), (low + shift, high + shift))

    def _differing(
        self, unit: Unit, at: int, low: int, high: int, shift: int, token: Flags, gap: Flags
    ) -> Iterator[Piece]:
        """What is equal from `at` on, then tokens low to high, of which each differs."""
        i = unit.a[0]
        if at < low:
            yield self._span_piece(unit, at, low, shift, at == i)
        for here in range(low, high):
            if here > i:
                yield from self._gap(here, here + shift, unit.group)
            a = (int(self.a.raw_start[here]), int(self.a.raw_end[here]))
            b = (int(self.b.raw_start[here + shift]), int(self.b.raw_end[here + shift]))
            tokens = (here, here + 1)
            yield Piece(a, b, unit.group, True, tokens, (here + shift, here + shift + 1))


def _reach(stream: Stream, gaps: _Gaps, span: Span, before: bool, after: bool) -> Span | None:
    start, end = span
    if start == end:
        return gaps.span(start) if before and after else None
    low = int(gaps.starts[start] if before else stream.raw_start[start])
    high = int(gaps.ends[end] if after else stream.raw_end[end - 1])
    return low, high
