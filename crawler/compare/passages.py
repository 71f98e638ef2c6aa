"""Passages that two texts share in any order: exact runs, chained over edits."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.compare.anchors import Segment, hashed
from crawler.compare.tokens import Flags, Stream
from crawler.text.characters import Places
from crawler.text.plain import Hashes

Box = tuple[int, int, int, int]
#: every shared run of so many tokens is seen: characters, or words and marks
K_IDEOGRAPHS: Final = 8
K_WORDS: Final = 5
#: folded characters of a gap that ends a passage
LONGEST_GAP: Final = 200
#: a gram that stands so often (product of both counts) is left to its neighbours
MOST_PAIRS: Final = 64
_MOST_RUNS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Passage:
    """Runs that follow each other in both texts, at most 200 characters apart."""

    runs: tuple[Segment, ...]

    @property
    def box(self) -> Box:
        head, tail = self.runs[0], self.runs[-1]
        return head.a, tail.a + tail.size, head.b, tail.b + tail.size


def find_passages(a: Stream, b: Stream, min_chars: int) -> tuple[list[Passage], bool]:
    """The passages, the longest first, and whether limits cut the search short."""
    runs, coarse = shared_runs(a, b)
    chains = _chains(a, b, runs)
    return _chosen(a, b, chains, min_chars), coarse


def shared_runs(a: Stream, b: Stream) -> tuple[list[Segment], bool]:
    """Maximal exact runs of K tokens or more, wherever they stand, in the order of A."""
    found = [_hits(hashed(a.ids, K_IDEOGRAPHS), hashed(b.ids, K_IDEOGRAPHS), K_IDEOGRAPHS)]
    words = _word_grams(a), _word_grams(b)
    found.append(_hits(*words, K_WORDS, skip=np.uint64(0)))
    i, j, k = (np.concatenate(part) for part in zip(*[hit[:3] for hit in found], strict=True))
    runs = _merge(i, j, k)
    coarse = any(hit[3] for hit in found) or len(runs) > _MOST_RUNS
    if len(runs) > _MOST_RUNS:
        runs = sorted(runs, key=lambda run: -run.size)[:_MOST_RUNS]
    return sorted(runs, key=lambda run: (run.a, run.b)), coarse


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
) -> tuple[Places, Places, Places, bool]:
    """All pairs of places with the same gram, but for grams that stand everywhere."""
    order_a, order_b = np.argsort(a, kind="stable"), np.argsort(b, kind="stable")
    sorted_a, sorted_b = a[order_a], b[order_b]
    low, high = np.searchsorted(sorted_b, a, "left"), np.searchsorted(sorted_b, a, "right")
    own = np.searchsorted(sorted_a, a, "right") - np.searchsorted(sorted_a, a, "left")
    counts = high - low
    if skip is not None:
        counts[a == skip] = 0
    frequent = counts * own > MOST_PAIRS
    counts[frequent] = 0
    i = np.repeat(np.arange(a.size), counts)
    inside = np.arange(i.size) - np.repeat(np.cumsum(counts) - counts, counts)
    j = order_b[np.repeat(low, counts) + inside]
    return i, j, np.full(i.size, k), bool(frequent.any())


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
        for other in range(number - 1, max(start, number - 400) - 1, -1):
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
    taken_a, taken_b = np.zeros(len(a), np.bool_), np.zeros(len(b), np.bool_)
    weights = a.widths(np.arange(len(a)))
    ranked = sorted(chains, key=lambda chain: -_matched(weights, chain))
    chosen = []
    for chain in ranked:
        passage = Passage(tuple(_without_overlaps(chain)))
        if _matched(weights, list(passage.runs)) * 4 < min_chars * 3:
            continue
        box = passage.box
        if _share(taken_a, box[0], box[1]) > 0.5 and _share(taken_b, box[2], box[3]) > 0.5:
            continue
        taken_a[box[0] : box[1]] = True
        taken_b[box[2] : box[3]] = True
        chosen.append(passage)
    return chosen


def _without_overlaps(chain: list[Segment]) -> list[Segment]:
    kept: list[Segment] = []
    a = b = 0
    for run in chain:
        cut = max(0, a - run.a, b - run.b)
        if cut < run.size:
            kept.append(Segment(run.a + cut, run.b + cut, run.size - cut))
            a, b = run.a + run.size, run.b + run.size
    return kept


def _matched(weights: Places, chain: list[Segment]) -> int:
    return sum(int(weights[run.a + run.size] - weights[run.a]) for run in chain)


def _share(flags: Flags, start: int, end: int) -> float:
    return float(np.count_nonzero(flags[start:end])) / max(1, end - start)


Floats = npt.NDArray[np.float64]
