"""Passages of a sentence or more that stand, unchanged or nearly so, somewhere else."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from crawler.compare import gaps
from crawler.compare.anchors import (
    Segment,
    common_prefix,
    common_suffix,
    hashed,
    heaviest_chain,
    unique_segments,
)
from crawler.compare.pairs import Box, Matching, between
from crawler.compare.tokens import CLOSING, Stream
from crawler.text.characters import Places

#: a run of so many tokens can seed a move
K_IDEOGRAPHS: Final = 8
K_WORDS: Final = 3
#: folded characters that a moved passage shares at least, and a whole sentence
LEAST: Final = 16
LEAST_SENTENCE: Final = 8
#: how much of a sentence makes it the same sentence
WHOLE: Final = 0.5
#: folded characters that may be changed between two runs of one moved passage
_APART: Final = 60
_GROWTH: Final = 40


@dataclass(frozen=True, slots=True)
class _Field:
    """What the chain has left, as one row of tokens with the box that each lies in."""

    tokens: Places
    boxes: Places


def find_moves(a: Stream, b: Stream, matching: Matching, boxes: list[Box], k: int) -> None:
    """Pairs the tokens of every moved passage, each under a number of its own from 1 on."""
    if not boxes:
        return
    left = _field([(box[0], box[1]) for box in boxes])
    right = _field([(box[2], box[3]) for box in boxes])
    if not left.tokens.size or not right.tokens.size:
        return
    runs = _candidates(a, b, left, right, boxes, k)
    group = 0
    for whole in _grouped(a, b, runs, boxes):
        chain = _without_fragments(a, b, whole)
        box = _grown(a, b, matching, chain)
        if box and _is_move(a, b, chain, box):
            group += 1
            _pair(a, b, matching, chain, box, group)


def _field(spans: list[tuple[int, int]]) -> _Field:
    tokens = [np.arange(start, end) for start, end in spans]
    numbers = [np.full(end - start, at) for at, (start, end) in enumerate(spans)]
    return _Field(np.concatenate(tokens), np.concatenate(numbers))


def _candidates(
    a: Stream, b: Stream, left: _Field, right: _Field, boxes: list[Box], k: int
) -> list[Segment]:
    """Runs that stand once in what is left of either text and cross the order of the others."""
    hashes_a, hashes_b = hashed(a.ids[left.tokens], k), hashed(b.ids[right.tokens], k)
    found = []
    for run in unique_segments(hashes_a, hashes_b, k):
        found.extend(_cut_at_boxes(run, left, right, k))
    own = [run for run, one, other in found if one == other]
    kept = {own[at] for at in heaviest_chain(own)}
    crossing = [(run, one, other) for run, one, other in found if run not in kept]
    return [_extended(a, b, run, boxes[one], boxes[other]) for run, one, other in crossing]


def _cut_at_boxes(
    run: Segment, left: _Field, right: _Field, k: int
) -> list[tuple[Segment, int, int]]:
    """The parts of a run that lie in one box of either text, in tokens of the texts."""
    here = slice(run.a, run.a + run.size)
    there = slice(run.b, run.b + run.size)
    one, other = left.boxes[here], right.boxes[there]
    edges = np.flatnonzero((np.diff(one) != 0) | (np.diff(other) != 0)) + 1
    bounds = [0, *edges.tolist(), run.size]
    parts = []
    for low, high in pairwise(bounds):
        if high - low >= k:
            a, b = int(left.tokens[run.a + low]), int(right.tokens[run.b + low])
            parts.append((Segment(a, b, high - low), int(one[low]), int(other[low])))
    return parts


def _extended(a: Stream, b: Stream, run: Segment, one: Box, other: Box) -> Segment:
    """The run made as long as its boxes and the texts allow."""
    back = common_suffix(a.ids[one[0] : run.a], b.ids[other[2] : run.b])
    stop_a, stop_b = run.a + run.size, run.b + run.size
    ahead = common_prefix(a.ids[stop_a : one[1]], b.ids[stop_b : other[3]])
    return Segment(run.a - back, run.b - back, back + run.size + ahead)


def _grouped(a: Stream, b: Stream, runs: list[Segment], boxes: list[Box]) -> list[list[Segment]]:
    """Runs that follow each other in both texts with little between, the longest group first."""
    starts_a = np.array([box[0] for box in boxes])
    starts_b = np.array([box[2] for box in boxes])
    groups: list[list[Segment]] = []
    home: list[tuple[int, int]] = []
    for run in sorted(set(runs), key=lambda run: (run.a, run.b)):
        key = (
            int(np.searchsorted(starts_a, run.a, "right")),
            int(np.searchsorted(starts_b, run.b, "right")),
        )
        for at in range(len(groups) - 1, max(-1, len(groups) - 9), -1):
            if home[at] == key and _near(a, b, groups[at][-1], run):
                groups[at].append(run)
                break
        else:
            groups.append([run])
            home.append(key)
    return sorted(groups, key=lambda group: -sum(run.size for run in group))


def _without_fragments(a: Stream, b: Stream, chain: list[Segment]) -> list[Segment]:
    """A chain without what its first and last run hold of the sentences around: the stop before a
    sentence, the words that the next one begins with."""
    head = chain[0]
    cut = _fragment(a, b, head.a, head.b, head.size)
    kept = [Segment(head.a + cut, head.b + cut, head.size - cut), *chain[1:]]
    tail = kept[-1]
    rest = _last_fragment(a, b, tail)
    return [*kept[:-1], Segment(tail.a, tail.b, tail.size - rest)]


def _fragment(a: Stream, b: Stream, i: int, j: int, size: int) -> int:
    """How many tokens at the start of a run are the small end of a sentence."""
    begins = a.begins[i : i + size] & b.begins[j : j + size]
    at = int(begins.argmax())
    return at if begins[at] and _is_small(a, b, (i, i + at), (j, j + at)) else 0


def _last_fragment(a: Stream, b: Stream, run: Segment) -> int:
    """How many tokens at the end of a run are the small beginning of a sentence."""
    end_a, end_b = run.a + run.size, run.b + run.size
    if _starts(a, end_a) or _starts(b, end_b):
        return 0
    begins = (a.begins[run.a : end_a] & b.begins[run.b : end_b])[::-1]
    count = int(begins.argmax()) + 1
    small = begins[count - 1] and count < run.size
    return count if small and _is_small(a, b, (end_a - count, end_a), (end_b - count, end_b)) else 0


def _starts(text: Stream, at: int) -> bool:
    return at >= len(text) or bool(text.begins[at])


def _is_small(a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]) -> bool:
    """Whether tokens are less of their sentence than makes it a move."""
    size = a.width(*here)
    return size < WHOLE * min(a.width(*_sentences(a, *here)), b.width(*_sentences(b, *there)))


def _near(a: Stream, b: Stream, left: Segment, right: Segment) -> bool:
    end_a, end_b = left.a + left.size, left.b + left.size
    if right.a < end_a or right.b < end_b:
        return False
    apart_a = a.width(end_a, right.a)
    apart_b = b.width(end_b, right.b)
    return max(apart_a, apart_b) <= _APART


def _grown(a: Stream, b: Stream, matching: Matching, chain: list[Segment]) -> Box | None:
    """The passage with the rest of its first and last sentence where both sides have little of it;
    None when a better move has taken some of it."""
    head, tail = chain[0], chain[-1]
    a0, a1, b0, b1 = head.a, tail.a + tail.size, head.b, tail.b + tail.size
    if (matching.to_b[a0:a1] >= 0).any() or (matching.to_a[b0:b1] >= 0).any():
        return None
    low_a, low_b = _sentence_start(a, matching.to_b, a0), _sentence_start(b, matching.to_a, b0)
    if a.width(low_a, a0) <= _GROWTH and b.width(low_b, b0) <= _GROWTH:
        a0, b0 = low_a, low_b
    high_a, high_b = _sentence_end(a, matching.to_b, a1), _sentence_end(b, matching.to_a, b1)
    if a.width(a1, high_a) <= _GROWTH and b.width(b1, high_b) <= _GROWTH:
        a1, b1 = high_a, high_b
    return a0, a1, b0, b1


def _sentence_start(text: Stream, partner: Places, at: int) -> int:
    while at > 0 and not text.begins[at] and partner[at - 1] < 0:
        at -= 1
    return at


def _sentence_end(text: Stream, partner: Places, at: int) -> int:
    while at < len(text) and not text.begins[at] and partner[at] < 0:
        at += 1
    return at


def _is_move(a: Stream, b: Stream, chain: list[Segment], box: Box) -> bool:
    """Whether it is a sentence or more, and no set phrase that two sentences share."""
    shared = sum(a.width(run.a, run.a + run.size) for run in chain)
    shared += _beside(a, b, chain, box)
    closers = _closers(a, box[0], box[1])
    whole_a = a.width(*_sentences(a, box[0] + closers, box[1]))
    whole_b = b.width(*_sentences(b, box[2] + closers, box[3]))
    if shared < LEAST and (shared < LEAST_SENTENCE or shared < max(whole_a, whole_b)):
        return False
    return shared >= WHOLE * min(whole_a, whole_b)


def _beside(a: Stream, b: Stream, chain: list[Segment], box: Box) -> int:
    """How much is shared at the ends of the box, beyond edits before and after the chain."""
    a0, a1, b0, b1 = box
    head, tail = chain[0], chain[-1]
    end_a, end_b = tail.a + tail.size, tail.b + tail.size
    before = common_prefix(a.ids[a0 : head.a], b.ids[b0 : head.b])
    after = common_suffix(a.ids[end_a:a1], b.ids[end_b:b1])
    return a.width(a0, a0 + before) + a.width(a1 - after, a1)


def _closers(text: Stream, start: int, end: int) -> int:
    """How many marks that close the sentence before stand at the start."""
    count = 0
    while start + count < end and chr(text.ids[start + count]) in CLOSING:
        count += 1
    return count if start + count < end and text.begins[start + count] else 0


def _sentences(text: Stream, start: int, end: int) -> tuple[int, int]:
    """The span grown to whole sentences."""
    while start > 0 and not text.begins[start]:
        start -= 1
    while end < len(text) and not text.begins[end]:
        end += 1
    return start, end


def _pair(
    a: Stream, b: Stream, matching: Matching, chain: list[Segment], box: Box, group: int
) -> None:
    for run in chain:
        matching.pair(run, group)
    for gap in between(box, chain):
        gaps.fill(matching, a, b, gap, group)
