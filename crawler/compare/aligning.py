"""Local alignment: every passage that a seed copy and a page share, and what each of them lacks."""

import math
from typing import Final

import numpy as np

from crawler.compare.anchors import Segment
from crawler.compare.gaps import fill
from crawler.compare.gazetteer import lexicon
from crawler.compare.operations import operations
from crawler.compare.pairs import Matching, between
from crawler.compare.paragraphs import Paragraphs, lacking_paragraphs
from crawler.compare.passages import Passage, find_passages
from crawler.compare.repeats import without_repeats
from crawler.compare.scoring import score, weight
from crawler.compare.short_lines import cover_short_lines
from crawler.compare.tokens import Flags, Stream, streams
from crawler.compare.translating import translation
from crawler.compare.weaving import weave
from crawler.model import Alignment, Match, Op, OpKind, Relation

Span = tuple[int, int]
#: folded characters that nothing covers make a missing run
MISSING_FROM: Final = 12
_COVERING: Final = frozenset({OpKind.EQUAL, OpKind.MOVE, OpKind.MASK, OpKind.UNMASK})


def align(seed: str, page: str, *, min_chars: int = 30, declared: bool = False) -> Alignment:
    """All passages of `min_chars` folded characters or more that two texts share, in any order,
    with the edits inside; `declared` says that the seed names this page as its original. Two texts
    that share no passage, of which one proves to be the other's translation, are paired by
    paragraphs."""
    a, b = streams(seed, page)
    passages, coarse = find_passages(a, b, min_chars)
    matches = _matches(a, b, without_repeats(a, b, passages))
    if not matches and (translated := translation(seed, page)):
        return translated
    covered_a, covered_b = _covered(a, b, matches)
    seed_coverage, page_coverage = _coverage(a, covered_a), _coverage(b, covered_b)
    open_a, open_b = _open(a, covered_a), _open(b, covered_b)
    ops = [
        op
        for op in (op for match in matches for op in match.ops)
        if op.noise or op.op in _COVERING or _touches(op, open_a, open_b)
    ]
    matched = sum(op.a[1] - op.a[0] for op in ops if op.op is OpKind.EQUAL)
    pairs: list[tuple[Span, Span]] = []
    if matches:
        pairs, hidden = cover_short_lines(a, b, matches, covered_a, covered_b)
        coarse = coarse or hidden
    page_lines, seed_lines = lacking_paragraphs(Paragraphs.of(a), Paragraphs.of(b), matches, pairs)
    return Alignment(
        matches=matches,
        seed_coverage=seed_coverage,
        page_coverage=page_coverage,
        missing_from_seed=_missing(b, covered_b),
        missing_from_page=_missing(a, covered_a),
        relation=relation(seed_coverage, page_coverage, any(map(_is_edit, ops)), declared),
        confidence=round(1 - math.exp(-matched / 60), 3),
        score=score(weight(op) for op in ops),
        coarse=coarse,
        paragraphs_missing_from_seed=page_lines,
        paragraphs_missing_from_page=seed_lines,
    )


def shared_passages(query: str, other: str, *, min_chars: int = 30) -> tuple[Match, ...]:
    """The passages alone, in the order of the query."""
    a, b = streams(query, other)
    return _matches(a, b, find_passages(a, b, min_chars)[0])


def relation(seed: float, page: float, edited: bool, declared: bool) -> Relation:
    """How a page stands to a seed copy, by the shares of each that the other covers."""
    if declared:
        return Relation.QUOTED_BY
    if seed >= 0.95 and page >= 0.95 and not edited:
        return Relation.SAME
    if seed >= 0.6 and page >= 0.6:
        return Relation.REPRINT
    if seed >= 0.6:
        return Relation.QUOTES
    return Relation.QUOTED_BY if page >= 0.6 else Relation.OVERLAP


def _matches(a: Stream, b: Stream, passages: list[Passage]) -> tuple[Match, ...]:
    matches = (_match(a, b, passage) for passage in passages)
    return tuple(sorted(matches, key=lambda match: (match.seed, match.page)))


def _match(a: Stream, b: Stream, passage: Passage) -> Match:
    a0, a1, b0, b1 = passage.box
    left, right = a.part(a0, a1), b.part(b0, b1)
    matching = Matching.empty(a1 - a0, b1 - b0)
    runs = [Segment(run.a - a0, run.b - b0, run.size) for run in passage.runs]
    for run in runs:
        matching.pair(run)
    for box in between((0, a1 - a0, 0, b1 - b0), runs):
        fill(matching, left, right, box)
    ops = operations(left, right, weave(left, right, matching), lexicon())
    return Match((left.begin, left.end), (right.begin, right.end), ops)


def _is_edit(op: Op) -> bool:
    return not op.noise and op.op not in (OpKind.EQUAL, OpKind.MOVE)


def _touches(op: Op, open_a: Flags, open_b: Flags) -> bool:
    """Whether an op takes out or puts in what no other passage places: a paragraph that changed
    places with its neighbour was not edited."""
    return bool(open_a[slice(*op.a)].any() or open_b[slice(*op.b)].any())


def _open(stream: Stream, covered: Flags) -> Flags:
    """Where a folded character begins that nothing covers."""
    found = np.zeros(covered.size, np.bool_)
    found[stream.folded.starts] = True
    return found & ~covered


def _covered(a: Stream, b: Stream, matches: tuple[Match, ...]) -> tuple[Flags, Flags]:
    """Which characters of the original texts stand in equal, move, noise and mask ops."""
    seed, page = np.zeros(len(a.original), np.bool_), np.zeros(len(b.original), np.bool_)
    for op in (op for match in matches for op in match.ops):
        if op.noise or op.op in _COVERING:
            seed[slice(*op.a)] = True
            page[slice(*op.b)] = True
    return seed, page


def _coverage(stream: Stream, covered: Flags) -> float:
    """The share of folded characters."""
    starts = stream.folded.starts
    return round(float(np.count_nonzero(covered[starts])) / starts.size, 4) if starts.size else 0.0


def _missing(stream: Stream, covered: Flags) -> tuple[Span, ...]:
    """Runs of folded characters that nothing covers, as offsets of the original."""
    free = ~covered[stream.folded.starts]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(
        stream.folded.span(start, end) for start, end in spans if end - start >= MISSING_FROM
    )
