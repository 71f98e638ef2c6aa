"""What stands between two anchors: the longest common subsequence, freed of chance matches."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from crawler.compare.anchors import (
    Segment,
    common_prefix,
    common_suffix,
    hashed,
    heaviest_chain,
    trimmed,
    unique_segments,
)
from crawler.compare.cleaning import without_chance_matches
from crawler.compare.distances import Indel, Levenshtein
from crawler.compare.masks import runs_around_masks, signs_among
from crawler.compare.pairs import Box, Matching, between
from crawler.compare.pieces import MOST_CELLS, fewest_pieces
from crawler.compare.sliding import slide_runs
from crawler.compare.tokens import Ids, Stream, as_text
from crawler.text.characters import Places

#: product of sizes up to which a gap is aligned token by token at once
SMALL: Final = 250_000
#: and where no shorter anchors are found (bits of memory, too)
LCS_LIMIT: Final = 16_000_000
#: product of the numbers of sentences
SENTENCES_LIMIT: Final = 2_500_000_000
#: tokens of an anchor inside a gap
SHORTER: Final = 5


def fill(matching: Matching, a: Stream, b: Stream, box: Box, group: int = 0) -> None:
    """Aligns what stands between anchors, as far as nothing has taken it yet."""
    a0, a1, b0, b1 = box
    here = a0 + np.flatnonzero(matching.to_b[a0:a1] < 0)
    there = b0 + np.flatnonzero(matching.to_a[b0:b1] < 0)
    if here.size and there.size:
        _fill(_Rest(matching, a, b, group), here, there)


@dataclass(frozen=True, slots=True)
class _Rest:
    matching: Matching
    a: Stream
    b: Stream
    group: int

    def pair(self, here: Places, there: Places) -> None:
        self.matching.to_b[here], self.matching.to_a[there] = there, here
        self.matching.group[here] = self.group


def _fill(rest: _Rest, here: Places, there: Places) -> None:
    """Token by token where the gap is small, else anchored again by shorter grams or sentences."""
    size = here.size * there.size
    anchors = _shorter_anchors(rest, here, there) if size > SMALL else []
    if not anchors and size <= LCS_LIMIT:
        for run in _aligned(rest.a, rest.b, here, there):
            rest.pair(here[run.a : run.a + run.size], there[run.b : run.b + run.size])
        return
    if not anchors:
        rest.matching.coarse = True
        return
    for run in anchors:
        rest.pair(here[run.a : run.a + run.size], there[run.b : run.b + run.size])
    for a0, a1, b0, b1 in between((0, here.size, 0, there.size), anchors):
        if a0 < a1 and b0 < b1:
            _fill(rest, here[a0:a1], there[b0:b1])


def _shorter_anchors(rest: _Rest, here: Places, there: Places) -> list[Segment]:
    ids_a, ids_b = rest.a.ids[here], rest.b.ids[there]
    found = unique_segments(hashed(ids_a, SHORTER), hashed(ids_b, SHORTER), SHORTER)
    chain = trimmed([found[number] for number in heaviest_chain(found)])
    if chain or ids_a.size * ids_b.size <= LCS_LIMIT:
        return chain
    return sentence_runs(ids_a, ids_b)


def _aligned(a: Stream, b: Stream, here: Places, there: Places) -> list[Segment]:
    """Runs that the tokens `here` of A and `there` of B share, in order, as indices of the two
    arrays."""
    signs = signs_among(a, b, here, there)
    box = (0, here.size, 0, there.size)
    whole = runs_around_masks(a, b, here, there, box) if signs else None
    if whole is not None:
        return whole
    blocks = Indel.opcodes(as_text(a.ids[here]), as_text(b.ids[there])).as_matching_blocks()
    runs = [Segment(run.a, run.b, run.size) for run in blocks if run.size]
    if not runs:
        return []
    if len(runs) > 1 and here.size * there.size <= MOST_CELLS:
        runs = fewest_pieces(a.ids[here], b.ids[there], a.last[here] - a.first[here])
    runs = slide_runs(a, b, here, there, runs)
    runs = without_chance_matches(a, b, here, there, runs)
    runs = _extended(a.ids[here], b.ids[there], runs)
    gaps = between(box, runs) if signs else []
    extra = (runs_around_masks(a, b, here, there, gap) for gap in gaps)
    return runs + [run for found in extra for run in found or ()]


def _extended(a: Ids, b: Ids, runs: list[Segment]) -> list[Segment]:
    """The runs with what the gaps beside them share at their ends."""
    grown: list[Segment] = []
    for left, right in pairwise([Segment(0, 0, 0), *runs, Segment(a.size, b.size, 0)]):
        (a0, b0), (a1, b1) = (left.a + left.size, left.b + left.size), (right.a, right.b)
        head = common_prefix(a[a0:a1], b[b0:b1]) if left.size else 0
        tail = common_suffix(a[a0 + head : a1], b[b0 + head : b1]) if right.size else 0
        grown += [Segment(a0, b0, head), Segment(a1 - tail, b1 - tail, tail), right]
    return [run for run in grown if run.size]


def sentence_runs(a: Ids, b: Ids) -> list[Segment]:
    """Whole sentences that stand in both, aligned so that one which was rewritten stands against
    the one that it replaced. For texts that repeat themselves."""
    left, right = _sentences(a), _sentences(b)
    numbers: dict[bytes, int] = {}
    text_a = [numbers.setdefault(a[low:high].tobytes(), len(numbers)) for low, high in left]
    text_b = [numbers.setdefault(b[low:high].tobytes(), len(numbers)) for low, high in right]
    if len(left) * len(right) > SENTENCES_LIMIT or len(numbers) > len(left) + len(right) - 1:
        return []
    ids = np.array(text_a, np.int32), np.array(text_b, np.int32)
    blocks = Levenshtein.opcodes(as_text(ids[0]), as_text(ids[1])).as_matching_blocks()
    edges_a = [low for low, _ in left] + [len(a)]
    edges_b = [low for low, _ in right] + [len(b)]
    return [
        Segment(edges_a[run.a], edges_b[run.b], edges_a[run.a + run.size] - edges_a[run.a])
        for run in blocks
        if run.size
    ]


def _sentences(ids: Ids) -> list[tuple[int, int]]:
    ends = np.isin(ids, [ord(mark) for mark in "。!?;."])
    edges = sorted({0, *(np.flatnonzero(ends) + 1).tolist(), len(ids)})
    return list(pairwise(edges))
