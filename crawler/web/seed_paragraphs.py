"""What became of each paragraph of a seed copy, from the stored alignments. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.model import Op, OpKind
from crawler.web.redline import Line, Piece, excerpt

#: a paragraph with so large a share of its characters on a page stands there as it is
WHOLE = 0.995
#: with less than this on every page it stands nowhere
NOTHING = 0.1
#: relations whose edits tell nothing of the copy: set phrases differ for reasons of their own
LOOSE = frozenset({"overlap", "translation"})
#: further pages that are told of beside a paragraph
OTHERS = 3


#: marks of what the page has and the copy has not
ADDED = frozenset({"insert", "mask", "unmask"})


@dataclass(frozen=True, slots=True)
class Carrier:
    """A version that shares passages with the copy: the page, the version, its text, whether it
    stands online today, how it stands to the copy, and the operations of all passages (a is the
    copy)."""

    page: int
    version: int
    title: str
    online: bool
    relation: str
    text: str
    ops: tuple[Op, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the copy: `kind` is same, changed, gone (it stood online once) or only (it
    was never seen but here); how it differs, and where it stands best. `otherwise` are further
    pages online that carry it, or a passage of it, in other words, with the edit in one line."""

    kind: str
    line: Line
    carrier: Carrier | None
    share: float
    otherwise: tuple[tuple[Carrier, Line], ...] = ()

    @property
    def chars(self) -> int:
        """Characters of the copy in it."""
        return sum(len(piece.text) for piece in self.line if piece.mark not in ADDED)


def kept_chars(op: Op) -> bool:
    """Whether the copy's characters of this piece stand on the page (noise, moves and masks do)."""
    return op.noise or op.op in (OpKind.EQUAL, OpKind.MOVE, OpKind.MASK, OpKind.UNMASK)


def is_edit(op: Op) -> bool:
    """Whether the page has other words here."""
    return not op.noise and op.op not in (OpKind.EQUAL, OpKind.MOVE)


def paragraphs(text: str, carriers: Sequence[Carrier]) -> Iterator[Paragraph]:
    """Each paragraph with something in it, in order. Carriers are given best first."""
    sorted_ops = {carrier.version: sorted(carrier.ops, key=_start) for carrier in carriers}
    at = 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if line.strip():
            yield _paragraph(text, start, end, carriers, sorted_ops)


def _start(op: Op) -> tuple[int, int]:
    return op.a


def _paragraph(
    text: str,
    start: int,
    end: int,
    carriers: Sequence[Carrier],
    sorted_ops: dict[int, list[Op]],
) -> Paragraph:
    best: tuple[float, bool, Carrier | None, list[Op]] = (0.0, False, None, [])
    otherwise: list[tuple[Carrier, Line]] = []
    for carrier in carriers:
        here = [
            op
            for op in sorted_ops[carrier.version]
            if op.a[0] < end and (op.a[1] > start or (op.a[1] == op.a[0] >= start))
        ]
        if carrier.online and carrier.relation not in LOOSE and any(map(is_edit, here)):
            otherwise.append((carrier, excerpt(here, text, carrier.text)))
        share = _share(here, start, end)
        if share > NOTHING and (carrier.online, share) > (best[1], best[0]):
            best = (share, carrier.online, carrier, here)
    share, online, carrier_or_none, ops = best
    whole = (Piece("equal", text[start:end]),)
    if carrier_or_none is None:
        return Paragraph("only", whole, None, 0.0)
    if not online:
        return Paragraph("gone", whole, carrier_or_none, share)
    line = tuple(_line(text, start, end, carrier_or_none, ops))
    same = share >= WHOLE and not any(piece.mark not in ("equal", "noise") for piece in line)
    others = tuple(pair for pair in otherwise if pair[0] is not carrier_or_none)[:OTHERS]
    return Paragraph("same" if same else "changed", line, carrier_or_none, share, others)


def _share(ops: Sequence[Op], start: int, end: int) -> float:
    """The share of the paragraph's characters that the page has, each counted once."""
    covered, at = 0, start
    for op in ops:
        if kept_chars(op):
            low, high = max(op.a[0], at), min(op.a[1], end)
            covered += max(0, high - low)
            at = max(at, high)
    return covered / max(1, end - start)


def _line(text: str, start: int, end: int, carrier: Carrier, ops: Sequence[Op]) -> Iterator[Piece]:
    """The paragraph with what the page has otherwise; what no passage covers is taken out."""
    at = start
    for op in ops:
        low, high = max(op.a[0], start), min(op.a[1], end)
        if low < at and not (op.a[0] == op.a[1] == at):
            continue
        if low > at:
            yield Piece("delete", text[at:low])
        yield from _pieces(op, text[low:high], carrier.text[slice(*op.b)])
        at = max(at, high)
    if at < end:
        yield Piece("delete", text[at:end])


def _pieces(op: Op, old: str, new: str) -> Iterator[Piece]:
    labels = tuple(str(label) for label in op.labels)
    new = new.strip("\n").replace("\n", "¶")
    if op.op is OpKind.EQUAL or (op.noise and old):
        yield Piece("noise" if op.noise else "equal", old, labels=labels)
    elif op.op is OpKind.MOVE:
        yield Piece("move", old, op.move, labels)
    elif op.op in (OpKind.MASK, OpKind.UNMASK):
        yield Piece(f"{op.op}-old", old, labels=labels)
        yield Piece(str(op.op), new, labels=labels)
    elif not op.noise:
        if old:
            yield Piece("delete", old, labels=labels)
        if new:
            yield Piece("insert", new, labels=labels)
