"""Passages whose words another passage places better: set phrases, and the ends of paragraphs that
end alike.

One-to-one where it matters: which paragraphs a copy lacks cannot be told from words that every
paragraph has. What is quoted twice stands twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from crawler.compare.anchors import Segment
from crawler.compare.passages import Passage
from crawler.compare.tokens import Flags, Stream
from crawler.text.characters import Places

#: words that a second place of the same text shares in one run, or in all when it shares most of it
LEAST_WORDS: Final = 8
_MOST_OF_IT: Final = 0.7
#: tokens at an end of a passage in which a paragraph's border is looked for
_END: Final = 40
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many passages hold each token of either text."""

    a: Places
    b: Places

    def add(self, passage: Passage, by: int) -> None:
        a0, a1, b0, b1 = passage.box
        self.a[a0:a1] += by
        self.b[b0:b1] += by

    def held_twice(self, here: slice, there: slice) -> bool:
        """Whether other passages hold nearly all of one side."""
        return bool((self.a[here] > 1).mean() > 0.9 or (self.b[there] > 1).mean() > 0.9)


def without_repeats(a: Stream, b: Stream, passages: list[Passage]) -> list[Passage]:
    """The passages (the longest first) without set phrases that stand in better ones too, and each
    without the end of a paragraph that ends like its own neighbour."""
    counts = _Counts(np.zeros(len(a), np.int64), np.zeros(len(b), np.int64))
    for passage in passages:
        counts.add(passage, 1)
    kept = []
    for passage in reversed(passages):
        counts.add(passage, -1)
        whole = _trimmed(a, b, passage, _Counts(counts.a + 1, counts.b + 1))
        counts.add(whole, 1)
        if _is_set_phrase(a, b, whole, counts):
            counts.add(whole, -1)
        else:
            kept.append(whole)
    return kept[::-1]


def _is_set_phrase(a: Stream, b: Stream, passage: Passage, counts: _Counts) -> bool:
    """Whether a passage of words that better ones hold too is a few words, or words that the seed
    itself repeats."""
    a0, a1, b0, b1 = passage.box
    if a.ideograph[a0:a1].any() or not counts.held_twice(slice(a0, a1), slice(b0, b1)):
        return False
    texts = [b.shown(run.b, run.b + run.size) for run in passage.runs]
    words = [len(_WORD.findall(text)) for text in texts]
    if max(words) < LEAST_WORDS:
        most = sum(map(len, texts)) >= _MOST_OF_IT * b.width(b0, b1)
        if sum(words) < LEAST_WORDS or not most:
            return True
    return all(a.folded.text.count(text) > 1 for text in texts)


def _trimmed(a: Stream, b: Stream, passage: Passage, counts: _Counts) -> Passage:
    """The passage without the rest of a paragraph at its start or end, where others hold that."""
    runs = list(passage.runs)
    head, tail = runs[0], runs[-1]
    for cut in _borders(a, b, head, 1):
        held = counts.held_twice(slice(head.a, head.a + cut), slice(head.b, head.b + cut))
        if held and not (_starts(a.breaks, head.a) or _starts(b.breaks, head.b)):
            runs[0] = Segment(head.a + cut, head.b + cut, head.size - cut)
        break
    tail = runs[-1]
    end_a, end_b = tail.a + tail.size, tail.b + tail.size
    for cut in _borders(a, b, tail, -1):
        held = counts.held_twice(slice(end_a - cut, end_a), slice(end_b - cut, end_b))
        if held and not (_starts(a.breaks, end_a) or _starts(b.breaks, end_b)):
            runs[-1] = Segment(tail.a, tail.b, tail.size - cut)
        break
    return Passage(tuple(runs))


def _borders(a: Stream, b: Stream, run: Segment, step: int) -> Iterator[int]:
    """How many tokens of a run stand before its first paragraph border, or after its last one."""
    breaks = a.breaks[run.a + 1 : run.a + run.size] & b.breaks[run.b + 1 : run.b + run.size]
    near = breaks[:_END] if step > 0 else breaks[::-1][:_END]
    if near.any():
        yield int(near.argmax()) + 1


def _starts(breaks: Flags, at: int) -> bool:
    return at in (0, breaks.size) or bool(breaks[at])
