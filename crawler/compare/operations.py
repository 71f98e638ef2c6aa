"""From pieces of two texts to the operations that people and scripts read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.compare.gazetteer import Lexicon
from crawler.compare.labelling import Edit, edit_labels
from crawler.compare.masks import (
    hidden,
    inside_name,
    is_mask,
    masks_in_numbers,
    may_mask,
    no_mask,
)
from crawler.compare.noise import break_label, folds_alike, noise_labels
from crawler.compare.tokens import Stream
from crawler.compare.weaving import Piece
from crawler.model import Label, Op, OpKind
from crawler.text import fold, simplify

Span = tuple[int, int]


@dataclass(slots=True)
class _Reader:
    """Walks the pieces in the order of B and knows where it stands in both texts."""

    a: Stream
    b: Stream
    lexicon: Lexicon
    at_a: int
    at_b: int

    def ops(self, piece: Piece) -> Iterator[Op]:
        """The ops of one piece: one or none, and several where signs hide a part of a number."""
        for part in self._parts(piece):
            masked = not part.matched and part is not piece
            if op := self._mask_alone(part) if masked else self.op(part):
                yield op

    def _parts(self, piece: Piece) -> list[Piece]:
        """The piece, or the masks in it (which are not matched) and what stands around them."""
        here, there = piece.a_tokens, piece.b_tokens
        if piece.matched or here[0] == here[1] or there[0] == there[1]:
            return [piece]
        masks = masks_in_numbers(self.a, self.b, here, there)
        if not masks:
            return [piece]
        spans_a = _spans(self.a, here, piece.a, [mask[:2] for mask in masks])
        spans_b = _spans(self.b, there, piece.b, [mask[2:] for mask in masks])
        spans = enumerate(zip(spans_a, spans_b, strict=True))
        return [Piece(*pair, piece.group, number % 2 == 0) for number, pair in spans]

    def _mask_alone(self, part: Piece) -> Op:
        a, b = self._placed(part)
        if is_mask(fold(self.b.original[slice(*b)]).text):
            return Op(OpKind.MASK, a, b, (Label.MASKED,), False, part.group or None)
        return Op(OpKind.UNMASK, a, b, (Label.UNMASKED,), False, part.group or None)

    def op(self, piece: Piece) -> Op | None:
        """The op of one piece; None for an empty one."""
        span_a, span_b = self._placed(piece)
        old = self.a.original[span_a[0] : span_a[1]]
        new = self.b.original[span_b[0] : span_b[1]]
        if not old and not new:
            return None
        move = piece.group or None
        if old == new:
            kind = OpKind.MOVE if move else OpKind.EQUAL
            return Op(kind, span_a, span_b, (Label.MOVED,) if move else (), False, move)
        kind = OpKind.REPLACE if old and new else OpKind.INSERT if new else OpKind.DELETE
        if self._may_be_noise(piece) and folds_alike(old, new):
            labels = self._noise(span_a, old, new)
            return Op(kind, span_a, span_b, labels, True, move)
        if piece.matched:
            return Op(kind, span_a, span_b, _form_labels(old, new), False, move)
        if kind is OpKind.REPLACE and (masked := self._mask(piece)):
            return replace(masked, a=span_a, b=span_b, move=move)
        labels = edit_labels(*self._sides(piece), self.lexicon)
        return Op(kind, span_a, span_b, labels, False, move)

    def _sides(self, piece: Piece) -> tuple[Edit, Edit]:
        """Both sides of an edit as the labels need them."""
        return _side(self.a, piece.a_tokens), _side(self.b, piece.b_tokens)

    def _may_be_noise(self, piece: Piece) -> bool:
        """A cheap look before both sides are folded: spaces aside, the folds must agree."""
        if piece.matched:
            return True
        old, new = self.a.shown(*piece.a_tokens), self.b.shown(*piece.b_tokens)
        return old.replace(" ", "") == new.replace(" ", "")

    def _mask(self, piece: Piece) -> Op | None:
        """A mask or unmask, when one side is a mask and nothing else and the other is hidden."""
        old, new = self.a.shown(*piece.a_tokens), self.b.shown(*piece.b_tokens)
        if not may_mask(old, new):
            return None
        if no_mask(self.a, *piece.a_tokens, new) or no_mask(self.b, *piece.b_tokens, old):
            return None
        none = (0, 0)
        if hidden(new, old, inside_name(self.b, *piece.b_tokens)):
            return Op(OpKind.MASK, none, none, (Label.MASKED,)) if is_mask(new) else None
        if hidden(old, new, inside_name(self.a, *piece.a_tokens)):
            return Op(OpKind.UNMASK, none, none, (Label.UNMASKED,)) if is_mask(old) else None
        return None

    def _placed(self, piece: Piece) -> tuple[Span, Span]:
        """The spans, an absent one as an empty span where the text stands."""
        a = piece.a if piece.a[0] >= 0 else (self.at_a, self.at_a)
        b = piece.b if piece.b[0] >= 0 else (self.at_b, self.at_b)
        self.at_a, self.at_b = a[1], b[1]
        return a, b

    def _noise(self, span_a: Span, old: str, new: str) -> tuple[Label, ...]:
        found = break_label(self.a.original[max(0, span_a[0] - 4) : span_a[0]], old, new)
        labels = noise_labels(old, new)
        return (*labels, found) if found else labels


def _spans(stream: Stream, tokens: Span, raw: Span, masks: list[Span]) -> list[Span]:
    """What stands before, in and after each of some places of the fold, in the original."""
    first, last = int(stream.first[tokens[0]]), int(stream.last[tokens[1] - 1])
    folded, edges = stream.folded, [raw[0]]
    for start, end in masks:
        edges.append(raw[0] if start == first else int(folded.starts[start]))
        edges.append(raw[1] if end == last else int(folded.ends[end - 1]))
    return list(pairwise([*edges, raw[1]]))


def _form_labels(old: str, new: str) -> tuple[Label, ...]:
    """The labels of tokens that are the same but for script or case."""
    labels = []
    if old.lower() != new.lower():
        labels.append(Label.SCRIPT)
    if simplify(old) != simplify(new):
        labels.append(Label.CASE)
    return tuple(labels)


def _side(stream: Stream, tokens: Span) -> Edit:
    start, end = tokens
    if start >= end:
        return Edit("", 0, 0, "", True)
    low = stream.paragraph_start(start)
    high = stream.paragraph_end(end)
    whole = low == start and high == end
    paragraph = stream.shown(low, high) if high - low <= 200 else ""
    first, last = int(stream.first[start]), int(stream.last[end - 1])
    return Edit(stream.folded.text, first, last, paragraph, whole)


def operations(a: Stream, b: Stream, pieces: Iterable[Piece], lexicon: Lexicon) -> tuple[Op, ...]:
    """The ops of pieces in the order of B, neighbours of one kind joined."""
    reader = _Reader(a, b, lexicon, a.begin, b.begin)
    ops = (op for piece in pieces for op in reader.ops(piece))
    return tuple(joined(ops))


def joined(ops: Iterable[Op]) -> Iterator[Op]:
    """The ops with neighbours of one kind made one."""
    last: Op | None = None
    for op in ops:
        if last is not None and _belong(last, op):
            last = _join(last, op)
            continue
        if last is not None:
            yield last
        last = op
    if last is not None:
        yield last


_FORMS = frozenset({Label.SCRIPT, Label.CASE})


def _belong(one: Op, two: Op) -> bool:
    if one.a[1] != two.a[0] or one.b[1] != two.b[0] or one.move != two.move:
        return False
    if one.noise and two.noise:
        return True
    if one.noise or two.noise:
        return False
    if one.op in (OpKind.EQUAL, OpKind.MOVE):
        return one.op is two.op
    if one.op is not two.op:
        return False
    return bool(one.labels) and set(one.labels) <= _FORMS and set(two.labels) <= _FORMS


def _join(one: Op, two: Op) -> Op:
    a, b = (one.a[0], two.a[1]), (one.b[0], two.b[1])
    kind = one.op
    if kind not in (OpKind.EQUAL, OpKind.MOVE):
        empty_a, empty_b = a[0] == a[1], b[0] == b[1]
        kind = OpKind.INSERT if empty_a else OpKind.DELETE if empty_b else OpKind.REPLACE
    labels = tuple(dict.fromkeys(one.labels + two.labels))
    return replace(one, op=kind, a=a, b=b, labels=labels)
