"""Passages that two texts share in any order: exact runs, chained over edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal

import numpy as np

from crawler.compare.anchors import Segment, common_prefix, common_suffix, hashed, trimmed
from crawler.compare.distances import Indel
from crawler.compare.tokens import Flags, Ids, Stream, as_text
from crawler.text.characters import Places
from crawler.text.plain import Hashes

Box = tuple[int, int, int, int]
#: every shared run of so many tokens is seen: characters, or words and marks
K_IDEOGRAPHS: Final = 8
K_WORDS: Final = 5
#: folded characters of a gap that ends a passage
LONGEST_GAP: Final = 200
#: pairs of equal grams that are looked at; the most frequent grams are passed over first
MOST_PAIRS: Final = 1_500_000
_MOST_RUNS: Final = 20_000
#: how many runs back a chain looks for the one before
_LOOK_BACK: Final = 120
#: tokens beyond an end in which a passage may go on after an edit
_BEYOND: Final = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """Runs that follow each other in both texts, at most 200 characters apart."""

    runs: tuple[Segment, ...]

    @property
    def box(self) -> Box:
        head, tail = self.runs[0], self.runs[-1]
        return head.a, tail.a + tail.size, head.b, tail.b + tail.size


def find_passages(a: Stream, b: Stream, min_chars: int) -> tuple[list[Passage], bool]:
    """The passages, the longest first, and whether limits may have hidden one."""
    runs, skipped, cut = _shared_runs(a, b)
    chosen = _chosen(a, b, _chains(a, b, runs), min_chars)
    reached = np.zeros(len(a), np.bool_)
    for passage in chosen:
        reached[passage.box[0] : passage.box[1]] = True
    return chosen, cut or bool((~reached[skipped]).any())


def _shared_runs(a: Stream, b: Stream) -> tuple[list[Segment], Places, bool]:
    """Maximal exact runs of K tokens or more, wherever they stand, in the order of A; the tokens
    of A whose grams stand too often; whether there were too many runs."""
    hits = _hits(hashed(a.ids, K_IDEOGRAPHS), hashed(b.ids, K_IDEOGRAPHS), K_IDEOGRAPHS)
    words = _hits(_word_grams(a), _word_grams(b), K_WORDS, skip=np.uint64(0))
    i, j, k = (np.concatenate(pair) for pair in zip(hits[:3], words[:3], strict=True))
    runs = _merge(i, j, k)
    skipped = np.concatenate([hits[3], words[3]])
    if skipped.size:
        runs += _ends(a, b)
    cut = len(runs) > _MOST_RUNS
    if cut:
        runs = sorted(runs, key=lambda run: -run.size)[:_MOST_RUNS]
    return sorted(runs, key=lambda run: (run.a, run.b)), skipped, cut


def _ends(a: Stream, b: Stream) -> list[Segment]:
    """What both texts begin and end with: where all that they say stands too often to be looked
    up, it is how they are one text still."""
    head, tail = common_prefix(a.ids, b.ids), common_suffix(a.ids, b.ids)
    ends = Segment(0, 0, head), Segment(len(a) - tail, len(b) - tail, tail)
    return [run for run in ends if run.size >= K_IDEOGRAPHS]


def _word_grams(stream: Stream) -> Hashes:
    """Grams of words; 0 where an ideograph is among them."""
    values = hashed(stream.ids, K_WORDS)
    if not values.size:
        return values
    total = np.append(0, np.cumsum(stream.ideograph))
    mixed = total[K_WORDS:] - total[:-K_WORDS] > 0
    return np.where(mixed, np.uint64(0), values)


def _hits(
    a: Hashes, b: Hashes, k: int, skip: np.uint64 | None = None
) -> tuple[Places, Places, Places, Places]:
    """All pairs of places with the same gram, and the places in A of grams that stand so often
    that they were passed over."""
    order = np.argsort(b, kind="stable")
    ordered, own = b[order], np.sort(a)
    low, high = np.searchsorted(ordered, a, "left"), np.searchsorted(ordered, a, "right")
    counts = high - low
    if skip is not None:
        counts[a == skip] = 0
    product = counts * (np.searchsorted(own, a, "right") - np.searchsorted(own, a, "left"))
    limit = _limit(counts, product)
    skipped = np.flatnonzero(product > limit)
    counts[skipped] = 0
    i = np.repeat(np.arange(a.size), counts)
    inside = np.arange(i.size) - np.repeat(np.cumsum(counts) - counts, counts)
    j = order[np.repeat(low, counts) + inside]
    return i, j, np.full(i.size, k), skipped


def _limit(counts: Places, product: Places) -> int:
    """The highest frequency of a gram with which all pairs stay within bounds."""
    limit = 1 << 40
    while limit > 1 and int(counts[product <= limit].sum()) > MOST_PAIRS:
        limit = min(limit, int(product.max())) // 4
    return limit


def _merge(i: Places, j: Places, k: Places) -> list[Segment]:
    """Hits joined along their diagonals."""
    if not i.size:
        return []
    order = np.lexsort((i, j - i))
    i, j, k = i[order], j[order], k[order]
    wide = np.int64(1 << 32)
    start = (j - i) * wide + i
    reach = np.maximum.accumulate(start + k)
    breaks = np.append(True, start[1:] > reach[:-1])
    first = np.flatnonzero(breaks)
    ends = reach[np.append(first[1:], i.size) - 1]
    sizes = (ends - start[first]).tolist()
    return list(map(Segment, i[first].tolist(), j[first].tolist(), sizes))


def _chains(a: Stream, b: Stream, runs: list[Segment]) -> list[list[Segment]]:
    """Runs chained by the best score (matched characters less what is skipped), each used once."""
    a_at, b_at = a.widths(np.arange(len(a))).tolist(), b.widths(np.arange(len(b))).tolist()
    scores: list[float] = []
    before: list[int] = []
    start = 0
    longest = 0
    for number, run in enumerate(runs):
        size = a_at[run.a + run.size] - a_at[run.a]
        best, chosen = float(size), -1
        while start < number and a_at[run.a] - a_at[runs[start].a] > LONGEST_GAP + longest:
            start += 1
        for other in range(number - 1, max(start, number - _LOOK_BACK) - 1, -1):
            value = _joined(a_at, b_at, runs[other], run, scores[other])
            if value > best:
                best, chosen = value, other
        longest = max(longest, size)
        scores.append(best)
        before.append(chosen)
    return _backtrack(runs, scores, before)


def _joined(a_at: list[int], b_at: list[int], left: Segment, right: Segment, score: float) -> float:
    """The score of `right` after `left`; 0 where it cannot follow."""
    overlap = max(0, left.a + left.size - right.a, left.b + left.size - right.b)
    if overlap >= right.size or left.a >= right.a or left.b >= right.b:
        return 0.0
    gap_a = a_at[right.a + overlap] - a_at[left.a + left.size]
    gap_b = b_at[right.b + overlap] - b_at[left.b + left.size]
    if max(gap_a, gap_b) > LONGEST_GAP:
        return 0.0
    size = a_at[right.a + right.size] - a_at[right.a + overlap]
    return score + size - 0.1 * max(gap_a, gap_b) - 0.05 * abs(gap_a - gap_b)


def _backtrack(runs: list[Segment], scores: list[float], before: list[int]) -> list[list[Segment]]:
    used = [False] * len(runs)
    chains = []
    for top in sorted(range(len(runs)), key=lambda number: -scores[number]):
        chain = []
        at = top
        while at >= 0 and not used[at]:
            used[at] = True
            chain.append(runs[at])
            at = before[at]
        if chain:
            chains.append(chain[::-1])
    return chains


def _chosen(a: Stream, b: Stream, chains: list[list[Segment]], min_chars: int) -> list[Passage]:
    """The chains that are long enough and say something that better ones do not."""
    taken = _Taken.none(len(a), len(b))
    weights = a.widths(np.arange(len(a)))
    waiting = sorted(chains, key=lambda chain: -_matched(weights, chain))[::-1]
    chosen = []
    while waiting:
        chain = waiting.pop()
        if _matched(weights, chain) * 2 < min_chars:
            continue
        passage = _reached(a, b, Passage(tuple(trimmed(chain))))
        a0, a1, b0, b1 = passage.box
        enough = _matched(weights, list(passage.runs)) * 4 >= min_chars * 3
        if not enough or max(a.width(a0, a1), b.width(b0, b1)) < min_chars:
            continue
        if taken.holds(passage.runs):
            waiting += _left(chain, taken)
            continue
        taken.add(passage)
        chosen.append(passage)
    return chosen


@dataclass(frozen=True, slots=True)
class _Taken:
    """The tokens of each text in passages that were chosen, from end to end, and in their runs."""

    a: Flags
    b: Flags
    runs_a: Flags
    runs_b: Flags

    @classmethod
    def none(cls, a: int, b: int) -> "_Taken":
        return cls(*(np.zeros(size, np.bool_) for size in (a, b, a, b)))

    def add(self, passage: Passage) -> None:
        a0, a1, b0, b1 = passage.box
        self.a[a0:a1] = self.b[b0:b1] = True
        for run in passage.runs:
            self.runs_a[run.a : run.a + run.size] = True
            self.runs_b[run.b : run.b + run.size] = True

    def holds(self, runs: Sequence[Segment]) -> bool:
        """Whether they hold both sides. What both texts have between the runs of one stands in
        neither: a paragraph that changed places with its neighbour."""
        if not (_held(self.a, runs, "a") and _held(self.b, runs, "b")):
            return False
        return _held(self.runs_a, runs, "a") or _held(self.runs_b, runs, "b")


def _held(flags: Flags, runs: Sequence[Segment], side: Literal["a", "b"]) -> bool:
    """Whether most of the runs' tokens are flagged on one side."""
    starts = [(run.a if side == "a" else run.b, run.size) for run in runs]
    counted = sum(int(np.count_nonzero(flags[at : at + size])) for at, size in starts)
    return counted > 0.5 * sum(size for _, size in starts)


def _left(chain: list[Segment], taken: _Taken) -> list[list[Segment]]:
    """The parts of a chain that better passages do not hold: a paragraph that stands beside set
    phrases of others is not lost with them."""
    held = [taken.holds([run]) for run in chain]
    parts = [[run for run, _ in some] for out, some in _by_flag(chain, held) if not out]
    return [part for part in parts if len(part) < len(chain)]


def _by_flag(
    chain: list[Segment], flags: list[bool]
) -> Iterator[tuple[bool, Iterator[tuple[Segment, bool]]]]:
    return groupby(zip(chain, flags, strict=True), key=itemgetter(1))


def _reached(a: Stream, b: Stream, passage: Passage) -> Passage:
    """The passage with what goes on beyond an edit near its ends."""
    a0, a1, b0, b1 = passage.box
    low_a, low_b = max(0, a0 - _BEYOND), max(0, b0 - _BEYOND)
    back = _going_on(a.ids[low_a:a0][::-1], b.ids[low_b:b0][::-1])
    ahead = _going_on(a.ids[a1 : a1 + _BEYOND], b.ids[b1 : b1 + _BEYOND])
    head = [Segment(a0 - run.a - run.size, b0 - run.b - run.size, run.size) for run in back]
    tail = [Segment(a1 + run.a, b1 + run.b, run.size) for run in ahead]
    return Passage((*head[::-1], *passage.runs, *tail))


def _going_on(a: Ids, b: Ids) -> list[Segment]:
    """Runs outward from an end, as far as more is shared than skipped."""
    blocks = Indel.opcodes(as_text(np.ascontiguousarray(a)), as_text(np.ascontiguousarray(b)))
    found: list[Segment] = []
    gain = best = keep = 0
    at_a = at_b = 0
    for run in blocks.as_matching_blocks():
        gain += run.size - max(run.a - at_a, run.b - at_b)
        at_a, at_b = run.a + run.size, run.b + run.size
        found.append(Segment(run.a, run.b, run.size))
        if run.size >= 2 and gain >= max(3, best + 1):
            best, keep = gain, len(found)
    return found[:keep]


def _matched(weights: Places, chain: list[Segment]) -> int:
    return sum(int(weights[run.a + run.size] - weights[run.a]) for run in chain)
