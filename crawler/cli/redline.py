"""A diff as a person reads it: paragraphs of marked pieces, free of any form of output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.model.compared import Op
from crawler.model.words import OpKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one mark: equal, insert, delete, move, moved_away, mask or unmask.

    For mask and unmask `text` is what stood before and `after` what stands now.
    """

    mark: str
    text: str
    after: str = ""
    move: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the new text (or of the old, where it was taken out whole)."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it is marked."""
        return any(piece.mark != "equal" for piece in self.pieces)


def pieces_of(ops: Sequence[Op], a: str, b: str) -> Iterator[Piece]:
    """The marked pieces in the order of B; what differs in form alone is shown as it is in B."""
    for op in ops:
        old, new = a[slice(*op.a)], b[slice(*op.b)]
        if op.op is OpKind.EQUAL or op.noise:
            yield Piece("equal", new)
        elif op.op in (OpKind.MASK, OpKind.UNMASK):
            yield Piece(str(op.op), old, after=new, move=op.move)
        elif op.op is OpKind.MOVE:
            yield Piece("move", new, move=op.move)
        else:
            yield from _replaced(old, new, op.move)


def _replaced(old: str, new: str, move: int | None) -> Iterator[Piece]:
    """What stood here and what stands here now; line beside line where both have as many."""
    olds, news = old.split("\n"), new.split("\n")
    if len(olds) != len(news):
        olds, news = [old], [new]
    for at, (gone, came) in enumerate(zip(olds, news, strict=True)):
        if at:
            yield Piece("equal", "\n")
        if gone:
            yield Piece("delete", gone, move=move)
        if came:
            yield Piece("insert", came, move=move)


def paragraphs(pieces: Iterable[Piece]) -> list[Paragraph]:
    """Pieces cut at line breaks. A break that was itself added or taken away (a paragraph split
    or merged) is shown as a marked pilcrow."""
    found: list[Paragraph] = []
    line: list[Piece] = []
    for piece in pieces:
        for text, ends in _lines(piece):
            if text or piece.after:
                after = piece.after if not ends else ""
                line.append(Piece(piece.mark, text, after, piece.move))
            if ends:
                found.append(Paragraph(tuple(line)))
                line = []
    if line:
        found.append(Paragraph(tuple(line)))
    return [paragraph for paragraph in found if paragraph.pieces]


def _lines(piece: Piece) -> Iterator[tuple[str, bool]]:
    """The piece's lines, each with whether a break ends it."""
    if piece.mark in ("mask", "unmask"):
        yield piece.text, False
        return
    if piece.mark != "equal" and not piece.text.strip():
        yield piece.text.replace("\n", "¶"), piece.mark == "insert" and "\n" in piece.text
        return
    *whole, last = piece.text.split("\n")
    for text in whole:
        yield text, True
    yield last, False


def excerpts(found: Sequence[Paragraph]) -> Iterator[Paragraph | int]:
    """The changed paragraphs, and between them how many were left out."""
    skipped = 0
    for paragraph in found:
        if not paragraph.changed:
            skipped += 1
            continue
        if skipped:
            yield skipped
        skipped = 0
        yield paragraph
    if skipped:
        yield skipped


def abridge(text: str, keep: int) -> str:
    """The text's beginning and end, at most so many characters and an ellipsis between."""
    if len(text) <= keep * 2 + 1:
        return text
    return f"{text[:keep]} … {text[-keep:]}"
