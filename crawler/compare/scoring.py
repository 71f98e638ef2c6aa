"""How much a change matters: from 0 (noise alone) to 1.

Every op has a weight by its gravest label and its size; the score joins the weights as chances are
joined, 1 - (1 - w1)(1 - w2)…, so that one op more never lowers it and the text's length is no part
of it.
"""

from collections.abc import Iterable
from typing import Final

from crawler.model import FieldChange, Label, Op, OpKind

#: what one op of a label weighs before its size counts
WEIGHTS: Final = {
    Label.NEGATION: 0.4,
    Label.NAME: 0.3,
    Label.OFFICE: 0.3,
    Label.FORMULA: 0.3,
    Label.MASKED: 0.3,
    Label.UNMASKED: 0.3,
    Label.TITLE: 0.3,
    Label.PARAGRAPH: 0.25,
    Label.NUMBER: 0.2,
    Label.DATE: 0.2,
    Label.QUOTATION: 0.1,
    Label.WORDING: 0.08,
    Label.BYLINE: 0.05,
    Label.CAPTION: 0.05,
    Label.MOVED: 0.05,
    Label.IMAGE: 0.03,
    Label.LINK: 0.02,
    Label.PUNCTUATION: 0.02,
    Label.SCRIPT: 0.01,
    Label.CASE: 0.01,
    Label.WHITESPACE: 0.01,
}
#: these stay light however long they are
_LIGHT: Final = frozenset(
    {Label.CAPTION, Label.BYLINE, Label.SCRIPT, Label.CASE, Label.WHITESPACE, Label.PUNCTUATION}
)
_HEAVIEST: Final = 0.6


def weight(op: Op) -> float:
    """What one op adds, from 0 to 0.6."""
    if op.noise or op.op is OpKind.EQUAL:
        return 0.0
    size = max(op.a[1] - op.a[0], op.b[1] - op.b[0])
    return _weight(op.labels, size)


def _weight(labels: tuple[Label, ...], size: int) -> float:
    placed = _LIGHT.intersection(labels)
    if {Label.CAPTION, Label.BYLINE} & placed or placed.issuperset(labels):
        return max((WEIGHTS.get(label, 0.05) for label in placed), default=0.05)
    heaviest = max((WEIGHTS.get(label, 0.05) for label in labels), default=0.05)
    grown = 0.0005 if Label.MOVED in labels else 0.001
    return min(_HEAVIEST, heaviest + grown * size)


def field_weight(change: FieldChange) -> float:
    """What a changed field adds: as an op of its label would."""
    return 0.0 if change.noise else _weight(change.labels, 0)


def score(weights: Iterable[float]) -> float:
    """The weights joined, rounded to four places."""
    rest = 1.0
    for value in weights:
        rest *= 1.0 - value
    return round(1.0 - rest, 4)
