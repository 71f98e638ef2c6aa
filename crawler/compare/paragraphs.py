"""Which paragraphs of each of two texts the other one lacks, of any length.

Told one to one: what a paragraph of one text answers for, it answers for once. Words that two
paragraphs share (a set phrase, an item of a list) belong to the one that shares most; so a
paragraph that is gone is not held by what its neighbours have of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from crawler.compare.tokens import Flags, Stream, as_text
from crawler.model import Match, Op, OpKind, Span
from crawler.text.characters import Places

#: share of a paragraph's folded characters that the other text has where it has the paragraph
HELD: Final = 0.5
_STANDS: Final = frozenset({OpKind.EQUAL, OpKind.MOVE})
_STANDS_FOR: Final = frozenset({OpKind.MASK, OpKind.UNMASK})
#: numbers of two paragraphs, of the seed and of the page
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of one text in order, and what of them stands in the other."""

    stream: Stream
    #: spans of the original, without the white space around them
    spans: list[Span]
    starts: Places
    #: what matches: a character for each token
    texts: list[str]
    #: by character of the original: how many folded characters begin before it
    before: Places
    #: by character of the original
    held: Flags
    #: by number: those that are held as a whole
    whole: Flags

    @classmethod
    def of(cls, stream: Stream) -> "Paragraphs":
        """Those of a text, nothing held yet."""
        edges = np.concatenate([[0], np.flatnonzero(stream.breaks[1:]) + 1, [len(stream)]])
        first, last = edges[:-1], edges[1:]
        if not len(stream):
            first = last = edges[:0]
        starts, ends = stream.raw_start[first], stream.raw_end[last - 1]
        texts = [as_text(stream.ids[low:high]) for low, high in zip(first, last, strict=True)]
        size = len(stream.original)
        begun = np.bincount(stream.folded.starts, minlength=size)[:size]
        return cls(
            stream,
            list(zip(starts.tolist(), ends.tolist(), strict=True)),
            starts,
            texts,
            np.append(0, np.cumsum(begun)),
            np.zeros(size, np.bool_),
            np.zeros(len(texts), np.bool_),
        )

    def at(self, offset: int) -> int:
        """The number of the paragraph that an offset stands in, or after which it stands."""
        return max(0, int(np.searchsorted(self.starts, offset, "right")) - 1)

    def folded(self, start: int, end: int) -> int:
        """How many folded characters stand between two offsets."""
        return int(self.before[end] - self.before[start])

    def is_held(self, number: int) -> bool:
        """Whether the other text has this paragraph."""
        if self.whole[number]:
            return True
        start, end = self.spans[number]
        begun = np.diff(self.before[start : end + 1])
        return bool(begun[self.held[start:end]].sum() >= HELD * max(1, begun.sum()))

    def take(self, number: int) -> None:
        """Holds a paragraph as a whole."""
        self.held[slice(*self.spans[number])] = True
        self.whole[number] = True

    def lacking(self) -> tuple[Span, ...]:
        """Those with a letter or digit that the other text does not have."""
        text = self.stream.original
        return tuple(
            span
            for number, span in enumerate(self.spans)
            if not self.is_held(number) and any(map(str.isalnum, text[slice(*span)]))
        )


def lacking_paragraphs(
    seed: Paragraphs,
    page: Paragraphs,
    matches: Sequence[Match],
    edited: Iterable[tuple[Span, Span]],
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The paragraphs of the page that the seed lacks, and of the seed that the page lacks;
    `edited` are tokens of short lines that stand for each other."""
    if matches:
        _take(seed, page, _alike(seed, page, even=True))
        _share_out(seed, page, matches)
        _take(seed, page, _alike(seed, page, even=False))
        _take(seed, page, _numbered(seed, page, edited))
    return page.lacking(), seed.lacking()


def _take(seed: Paragraphs, page: Paragraphs, pairs: Iterable[Pair]) -> None:
    for one, other in pairs:
        if not (seed.is_held(one) or page.is_held(other)):
            seed.take(one)
            page.take(other)


def _alike(seed: Paragraphs, page: Paragraphs, *, even: bool) -> Iterator[Pair]:
    """Paragraphs that are the same and not held, in order; `even` only those of which both texts
    have as many."""
    ours, theirs = _by_text(seed), _by_text(page)
    for text, here in ours.items():
        there = theirs.get(text, [])
        if there and (not even or len(here) == len(there)):
            yield from zip(here, there, strict=False)


def _by_text(some: Paragraphs) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(some.texts):
        if not some.whole[number] and not some.is_held(number):
            found[text].append(number)
    return found


def _numbered(
    seed: Paragraphs, page: Paragraphs, edited: Iterable[tuple[Span, Span]]
) -> Iterator[Pair]:
    for one, other in edited:
        here, there = seed.stream.raw_start[one[0]], page.stream.raw_start[other[0]]
        yield seed.at(int(here)), page.at(int(there))


@dataclass(slots=True)
class _Shared:
    """What two paragraphs share: pieces of the seed and of the page, how many folded characters
    they are, and of the longest passage that they stand in."""

    pieces: list[tuple[Span, Span]]
    size: int = 0
    passage: int = 0


def _share_out(seed: Paragraphs, page: Paragraphs, matches: Sequence[Match]) -> None:
    """Gives each character that is shared to the two paragraphs that share most."""
    shared: defaultdict[Pair, _Shared] = defaultdict(lambda: _Shared([]))
    for match in matches:
        length = match.seed[1] - match.seed[0]
        for one, other in (piece for op in match.ops for piece in _pieces(seed, page, op)):
            pair = shared[seed.at(one[0]), page.at(other[0])]
            pair.pieces.append((one, other))
            pair.size += page.folded(*other)
            pair.passage = max(pair.passage, length)
    for pair in sorted(shared.values(), key=lambda pair: (-pair.size, -pair.passage)):
        for one, other in pair.pieces:
            _hold(seed.held[slice(*one)], page.held[slice(*other)])


def _hold(here: Flags, there: Flags) -> None:
    """Holds what neither side holds yet."""
    if here.size == there.size:
        free = ~(here | there)
        here[free] = there[free] = True
    elif not (here.any() or there.any()):
        here[:] = there[:] = True


def _pieces(seed: Paragraphs, page: Paragraphs, op: Op) -> Iterator[tuple[Span, Span]]:
    """What an op says to be the same, no piece beyond a paragraph's end in either text."""
    if not (op.noise or op.op in _STANDS or op.op in _STANDS_FOR):
        return
    (a, a_end), (b, b_end) = op.a, op.b
    if a_end - a != b_end - b:
        yield op.a, op.b
        return
    while a < a_end:
        size = min(a_end - a, _room(seed, a), _room(page, b))
        yield (a, a + size), (b, b + size)
        a, b = a + size, b + size


def _room(some: Paragraphs, offset: int) -> int:
    """How many characters there are to the start of the next paragraph."""
    later = int(np.searchsorted(some.starts, offset, "right"))
    return int(some.starts[later]) - offset if later < some.starts.size else len(some.held) - offset
