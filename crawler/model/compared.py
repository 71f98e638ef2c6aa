"""What a comparison says: operations, counts, labels; the shapes of `crawl diff --json` and
`crawl seeds compare --json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.model.words import Label, OpKind, Relation

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands beside a text and is compared with it."""

    title: str | None = None
    author: str | None = None
    source_name: str | None = None
    editor: str | None = None
    published: str | None = None
    images: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads otherwise now; `old` and `new` are texts, or lists of addresses."""

    field: str
    old: Any
    new: Any
    labels: tuple[Label, ...] = ()
    noise: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The contract's `{"field", "from", "to"}`, with its labels and noise beside."""
        return {
            "field": self.field,
            "from": list(self.old) if isinstance(self.old, tuple) else self.old,
            "to": list(self.new) if isinstance(self.new, tuple) else self.new,
            "labels": [str(label) for label in self.labels],
            "noise": self.noise,
        }


@dataclass(frozen=True, slots=True)
class TermChange:
    """A watched word with how often it stood before and stands after."""

    term: str
    before: int
    after: int

    def as_dict(self) -> dict[str, Any]:
        """The contract's `{"term", "before", "after"}`."""
        return {"term": self.term, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Op:
    """A piece of A and the piece of B that stands for it; spans are code points of the texts as
    given, half open. `noise` is true exactly when both sides fold alike (and differ)."""

    op: OpKind
    a: Span
    b: Span
    labels: tuple[Label, ...] = ()
    noise: bool = False
    #: all ops of one moved passage share it
    move: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The contract's op; `move` is absent where there is none."""
        shown: dict[str, Any] = {
            "op": str(self.op),
            "a": list(self.a),
            "b": list(self.b),
            "labels": [str(label) for label in self.labels],
            "noise": self.noise,
        }
        if self.move is not None:
            shown["move"] = self.move
        return shown


@dataclass(frozen=True, slots=True)
class Diff:
    """The whole way from A to B: every character of both is in exactly one op, and ops stand in
    the order of B (a deletion where the text stood)."""

    a_chars: int
    b_chars: int
    ops: tuple[Op, ...]
    fields: tuple[FieldChange, ...]
    inserted: int
    deleted: int
    moved: int
    masked: int
    labels: tuple[Label, ...]
    score: float
    coarse: bool = False

    def as_dict(self, a_id: Any = None, b_id: Any = None) -> dict[str, Any]:
        """The contract of `crawl diff A B --json`."""
        return {
            "a": {"id": a_id, "chars": self.a_chars},
            "b": {"id": b_id, "chars": self.b_chars},
            "ops": [op.as_dict() for op in self.ops],
            "fields": [field.as_dict() for field in self.fields],
            "inserted": self.inserted,
            "deleted": self.deleted,
            "moved": self.moved,
            "masked": self.masked,
            "labels": [str(label) for label in self.labels],
            "score": self.score,
            "coarse": self.coarse,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """One passage that both texts share, with the edits inside it; a is the seed, b the page."""

    seed: Span
    page: Span
    ops: tuple[Op, ...]

    def as_dict(self) -> dict[str, Any]:
        """The contract's `{"seed", "page", "ops"}`."""
        return {
            "seed": list(self.seed),
            "page": list(self.page),
            "ops": [op.as_dict() for op in self.ops],
        }


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a seed copy (or any text) and a page stand to each other, passage by passage."""

    matches: tuple[Match, ...]
    #: shares of folded characters that are covered
    seed_coverage: float
    page_coverage: float
    #: runs of the page that the seed lacks, and of the seed that the page lacks
    missing_from_seed: tuple[Span, ...]
    missing_from_page: tuple[Span, ...]
    relation: Relation
    confidence: float
    score: float
    coarse: bool = False
    #: whole paragraphs, of any length, of which the other text has less than half, told one to one
    paragraphs_missing_from_seed: tuple[Span, ...] = ()
    paragraphs_missing_from_page: tuple[Span, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The part of `crawl seeds compare --json` that two texts determine."""
        return {
            "seed_coverage": self.seed_coverage,
            "page_coverage": self.page_coverage,
            "matches": [match.as_dict() for match in self.matches],
            "missing_from_seed": [list(span) for span in self.missing_from_seed],
            "missing_from_page": [list(span) for span in self.missing_from_page],
            "paragraphs_missing_from_seed": list(map(list, self.paragraphs_missing_from_seed)),
            "paragraphs_missing_from_page": list(map(list, self.paragraphs_missing_from_page)),
            "relation": str(self.relation),
            "confidence": self.confidence,
            "score": self.score,
            "coarse": self.coarse,
        }


def op_from_dict(shown: Mapping[str, Any]) -> Op:
    """The op that `Op.as_dict` wrote; raises KeyError or ValueError on another shape."""
    return Op(
        OpKind(shown["op"]),
        (shown["a"][0], shown["a"][1]),
        (shown["b"][0], shown["b"][1]),
        tuple(Label(label) for label in shown["labels"]),
        bool(shown["noise"]),
        shown.get("move"),
    )
