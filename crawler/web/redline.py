"""A diff as rows of paragraphs side by side, made of the stored operations. Pure.

Ops stand in the order of B. A moved passage is drawn twice: where it stood in A and where it stands
in B. A row ends where both texts end a paragraph together, so that the columns stay level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.model import Op, OpKind
from crawler.web.marking import language_of

#: marks that tell of no edit
QUIET = frozenset({"equal", "noise"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one mark: equal, noise, insert, delete, move, away, mask or unmask
    (`mask-old` for what stood there before). `other` is what stands on the other side."""

    mark: str
    text: str
    move: int | None = None
    labels: tuple[str, ...] = ()
    other: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand for each other; a side without any is empty. `inline` are the same
    as one text."""

    old: tuple[Line, ...]
    new: tuple[Line, ...]
    inline: tuple[Line, ...]

    @property
    def marks(self) -> frozenset[str]:
        """All marks in it."""
        lines = (*self.old, *self.new)
        return frozenset(piece.mark for line in lines for piece in line)

    @property
    def tongue(self) -> str:
        """The language of its words, as an HTML attribute."""
        pieces = (piece.text for line in (self.new or self.old)[:3] for piece in line[:8])
        return language_of("".join(pieces))

    @property
    def kind(self) -> str:
        """equal, noise (form alone) or changed."""
        if self.marks - QUIET:
            return "changed"
        return "noise" if "noise" in self.marks else "equal"


@dataclass(slots=True)
class _Side:
    """One column of the row that is being filled."""

    lines: list[Line] = field(default_factory=list)
    line: list[Piece] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        for at, text in enumerate(piece.text.split("\n")):
            if at:
                self.end()
            if text:
                self.line.append(Piece(piece.mark, text, piece.move, piece.labels, piece.other))

    def end(self) -> None:
        if self.line:
            self.lines.append(tuple(self.line))
            self.line = []

    def take(self) -> tuple[Line, ...]:
        self.end()
        lines, self.lines = tuple(self.lines), []
        return lines

    @property
    def empty(self) -> bool:
        return not self.line and not self.lines


@dataclass(frozen=True, slots=True)
class _Step:
    """What one op adds to each column; None where it adds nothing."""

    old: Piece | None
    new: Piece | None
    together: bool = False


def rows(ops: Sequence[Op], a: str, b: str) -> list[Row]:
    """The rows of a diff, in the order of the new text."""
    found: list[Row] = []
    old, new, both = _Side(), _Side(), _Side()

    def end() -> None:
        if not (old.empty and new.empty):
            found.append(Row(old.take(), new.take(), both.take()))

    for step in _steps(ops, a, b):
        if step.together and step.new is not None:
            for at, text in enumerate(step.new.text.split("\n")):
                if at:
                    end()
                if text:
                    piece = Piece(step.new.mark, text)
                    for side in (old, new, both):
                        side.add(piece)
            continue
        _apart(step, old, new, both, end)
    end()
    return found


def _apart(step: _Step, old: _Side, new: _Side, both: _Side, end: object) -> None:
    """An op that adds to each column something of its own. A whole paragraph that stands on one
    side alone gets a row of its own."""
    lone = step.old or step.new
    alone = (step.old is None) != (step.new is None)
    if alone and lone is not None and "\n" in lone.text:
        side = old if step.old is not None else new
        for at, text in enumerate(lone.text.split("\n")):
            if at:
                both.end()
                side.end()
                if (new if side is old else old).empty and callable(end):
                    end()
            if text:
                piece = Piece(lone.mark, text, lone.move, lone.labels, lone.other)
                side.add(piece)
                both.add(piece)
        return
    for side, piece_or_none in ((old, step.old), (new, step.new)):
        if piece_or_none is not None:
            side.add(piece_or_none)
            if not (piece_or_none.mark == "noise" and side is old):
                both.add(piece_or_none)


def _steps(ops: Sequence[Op], a: str, b: str) -> Iterator[_Step]:
    """The ops in the order of B, with what moved away where it stood in A."""
    away = sorted((op for op in ops if op.move is not None and op.a[1] > op.a[0]), key=_in_a)
    at = 0
    for op in ops:
        if op.move is None:
            while at < len(away) and away[at].a[0] < op.a[1]:
                yield _Step(_away(away[at], a), None)
                at += 1
            yield _step(op, a, b)
        else:
            yield _Step(None, _arrived(op, a, b)) if op.b[1] > op.b[0] else _Step(None, None)
    for op in away[at:]:
        yield _Step(_away(op, a), None)


def _in_a(op: Op) -> int:
    return op.a[0]


def _labels(op: Op) -> tuple[str, ...]:
    return tuple(str(label) for label in op.labels)


def _away(op: Op, a: str) -> Piece:
    mark = "away" if op.op is OpKind.MOVE or op.noise or op.op is OpKind.EQUAL else "delete"
    return Piece(mark, a[slice(*op.a)], op.move, _labels(op))


def _arrived(op: Op, a: str, b: str) -> Piece:
    mark = "move" if op.op is OpKind.MOVE or op.noise or op.op is OpKind.EQUAL else "insert"
    if op.op in (OpKind.MASK, OpKind.UNMASK):
        return Piece(str(op.op), b[slice(*op.b)], op.move, _labels(op), a[slice(*op.a)])
    return Piece(mark, b[slice(*op.b)], op.move, _labels(op))


def _step(op: Op, a: str, b: str) -> _Step:
    old, new, labels = a[slice(*op.a)], b[slice(*op.b)], _labels(op)
    if op.op is OpKind.EQUAL:
        return _Step(None, Piece("equal", new), together=True)
    if op.noise:
        return _Step(_piece("noise", old, labels), _piece("noise", new, labels))
    if op.op in (OpKind.MASK, OpKind.UNMASK):
        mark = str(op.op)
        return _Step(
            Piece(f"{mark}-old", old, labels=labels, other=new),
            Piece(mark, new, labels=labels, other=old),
        )
    return _Step(_piece("delete", old, labels), _piece("insert", new, labels))


def _piece(mark: str, text: str, labels: tuple[str, ...]) -> Piece | None:
    return Piece(mark, text, labels=labels) if text else None


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that tell of no edit, put away behind one line; `kind` is equal or noise."""

    kind: str
    rows: tuple[Row, ...]
    paragraphs: int


def folded(found: Sequence[Row], context: int = 1) -> list[Row | Fold]:
    """The rows, with those far from any edit folded away (`context` rows are left beside each)."""
    near: set[int] = set()
    for at, row in enumerate(found):
        if row.kind == "changed":
            near.update(range(at - context, at + context + 1))
    shown: list[Row | Fold] = []
    hidden: list[Row] = []
    for at, row in enumerate(found):
        if at in near and row.kind != "noise":
            shown += _fold(hidden)
            hidden = []
            shown.append(row)
        else:
            hidden.append(row)
    return shown + _fold(hidden)


def _fold(hidden: list[Row]) -> list[Row | Fold]:
    """Hidden rows as folds, those with differences of form apart from the rest."""
    if not hidden:
        return []
    kind = "noise" if any(row.kind == "noise" for row in hidden) else "equal"
    paragraphs = sum(max(len(row.old), len(row.new)) for row in hidden)
    return [Fold(kind, tuple(hidden), paragraphs)]


def excerpt(ops: Sequence[Op], a: str, b: str, around: int = 14, most: int = 60) -> Line:
    """The weightiest edit in one line, with some characters around it; empty for none."""
    edits = [op for op in ops if op.op is not OpKind.EQUAL and not op.noise]
    if not edits:
        return ()
    chosen = max(edits, key=lambda op: (min(len(op.labels), 1), _size(op)))
    start, end = chosen.b if chosen.b[1] > chosen.b[0] or chosen.move is None else chosen.a
    step = _step(chosen, a, b) if chosen.op is not OpKind.MOVE else None
    middle = (
        [Piece("move", _clip(b[slice(*chosen.b)], most), chosen.move)]
        if step is None
        else [
            Piece(piece.mark, _clip(piece.text, most), labels=piece.labels)
            for piece in (step.old, step.new)
            if piece is not None
        ]
    )
    before, after = b[max(0, start - around) : start], b[end : end + around]
    head = ("…" if start > around else "") + before.rpartition("\n")[2]
    tail = after.partition("\n")[0] + ("…" if end + around < len(b) else "")
    return (Piece("equal", head), *middle, Piece("equal", tail))


def _size(op: Op) -> int:
    return (op.a[1] - op.a[0]) + (op.b[1] - op.b[0])


def _clip(text: str, most: int) -> str:
    flat = text.strip("\n").replace("\n", "¶")
    return flat if len(flat) <= most else f"{flat[: most // 2]}…{flat[-most // 2 :]}"
