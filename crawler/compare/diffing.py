"""The version diff: the whole way from one text to another."""

from collections.abc import Iterable

from crawler.compare.fields import compare_fields
from crawler.compare.gazetteer import Gazetteer, lexicon
from crawler.compare.matching import match
from crawler.compare.operations import operations
from crawler.compare.scoring import field_weight, score, weight
from crawler.compare.tokens import streams
from crawler.compare.weaving import weave
from crawler.model import Diff, FieldChange, Fields, Label, Op, OpKind


def diff(
    a: str,
    b: str,
    *,
    old: Fields | None = None,
    new: Fields | None = None,
    gazetteer: Gazetteer | None = None,
) -> Diff:
    """The ops that turn `a` into `b`, and how the fields beside them changed, where those of both
    are known (a seed copy's are not)."""
    left, right = streams(a, b, numerals=True)
    matching = match(left, right)
    ops = operations(left, right, weave(left, right, matching), lexicon(gazetteer))
    fields = compare_fields(old, new) if old is not None and new is not None else ()
    weights = [*map(weight, ops), *map(field_weight, fields)]
    return Diff(
        a_chars=len(a),
        b_chars=len(b),
        ops=ops,
        fields=fields,
        inserted=_size(ops, (OpKind.INSERT, OpKind.REPLACE), 1),
        deleted=_size(ops, (OpKind.DELETE, OpKind.REPLACE), 0),
        moved=_size(ops, (OpKind.MOVE,), 0),
        masked=_size(ops, (OpKind.MASK,), 0) + _size(ops, (OpKind.UNMASK,), 1),
        labels=_labels(ops, fields),
        score=score(weights),
        coarse=matching.coarse,
    )


def _size(ops: Iterable[Op], kinds: tuple[OpKind, ...], side: int) -> int:
    spans = ((op.a, op.b)[side] for op in ops if op.op in kinds and not op.noise)
    return sum(end - start for start, end in spans)


def _labels(ops: Iterable[Op], fields: Iterable[FieldChange]) -> tuple[Label, ...]:
    found = {label for op in ops for label in op.labels}
    found |= {label for field in fields for label in field.labels}
    return tuple(label for label in Label if label in found)
