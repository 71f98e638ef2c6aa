"""A diff on a terminal or in a pipe: marks that can be read without colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from crawler.cli.output import plural, visible
from crawler.cli.redline import Paragraph, Piece, abridge, excerpts, paragraphs, pieces_of
from crawler.model.compared import FieldChange, Op

_STYLES: dict[str, dict[str, Any]] = {
    "delete": {"fg": "red", "strikethrough": True},
    "insert": {"fg": "green", "underline": True},
    "move": {"fg": "cyan"},
    "mask": {"fg": "magenta"},
    "unmask": {"fg": "magenta"},
}
_CONTEXT_CHARS = 60
LEGEND = "[-taken out-]  {+put in+}  {1>moved>1}  [before »masked» after]"


def redline(
    ops: Sequence[Op], a: str, b: str, *, whole: bool = False, gaps: bool = True
) -> Iterator[str]:
    """The diff line by line, without what did not change unless `whole`; `gaps` says how many
    paragraphs were left out between."""
    found = paragraphs(pieces_of(ops, a, b))
    for item in found if whole else excerpts(found):
        if isinstance(item, int):
            if gaps:
                yield click.style(f"   … {plural(item, 'paragraph')} unchanged …", dim=True)
        else:
            yield _line(item, whole=whole)


def _line(paragraph: Paragraph, *, whole: bool) -> str:
    last = len(paragraph.pieces) - 1
    return "".join(
        _piece(piece, first=at == 0, last=at == last, whole=whole)
        for at, piece in enumerate(paragraph.pieces)
    )


def _piece(piece: Piece, *, first: bool, last: bool, whole: bool) -> str:
    text = visible(piece.text)
    if piece.mark == "equal":
        return text if whole else _context(text, first=first, last=last)
    style = _STYLES[piece.mark]
    if piece.mark == "delete":
        return click.style(f"[-{text}-]", **style)
    if piece.mark == "insert":
        return click.style(f"{{+{text}+}}", **style)
    if piece.mark == "move":
        return click.style(f"{{{piece.move}>{abridge(text, 30)}>{piece.move}}}", **style)
    return click.style(f"[{text} »{piece.mark}ed» {visible(piece.after)}]", **style)


def _context(text: str, *, first: bool, last: bool) -> str:
    """An unchanged run inside a changed paragraph: only what stands near the marks."""
    if first and last:
        return abridge(text, _CONTEXT_CHARS)
    if first and len(text) > _CONTEXT_CHARS:
        return "…" + text[-_CONTEXT_CHARS:]
    if last and len(text) > _CONTEXT_CHARS:
        return text[:_CONTEXT_CHARS] + "…"
    return text if first or last else abridge(text, _CONTEXT_CHARS)


def field_lines(fields: Sequence[FieldChange]) -> Iterator[str]:
    """What changed beside the text, a line a field; lists as what came and what went."""
    for change in fields:
        if isinstance(change.old, tuple) or isinstance(change.new, tuple):
            old, new = change.old or (), change.new or ()
            yield from (_field(change.field, item, None) for item in old if item not in new)
            yield from (_field(change.field, None, item) for item in new if item not in old)
        else:
            yield _field(change.field, change.old, change.new)


def _field(name: str, old: object, new: object) -> str:
    gone = click.style(f"[-{visible(str(old))}-]", **_STYLES["delete"]) if old else ""
    came = click.style(f"{{+{visible(str(new))}+}}", **_STYLES["insert"]) if new else ""
    return f"{name}: {gone}{' ' if gone and came else ''}{came}"


_STATES = {
    "live": "stands",
    "suspect": "did not answer as before",
    "gone": "is gone",
    "redirected": "leads elsewhere",
    "emptied": "was emptied",
    "blocked": "is blocked",
    "restored": "came back",
}


def state_line(change: Mapping[str, Any]) -> str:
    """`is gone (suspect -> gone)` of a change of kind `state`."""
    old, new = change["from_state"], change["to_state"]
    return f"{_STATES.get(new, new)} ({old} -> {new})"


def counts(shown: Mapping[str, Any]) -> str:
    """`score 0.42: 12 inserted, 3 deleted (name, office)` of a diff's or a change's JSON."""
    parts = [
        f"{shown[key]:,} {key}" for key in ("inserted", "deleted", "moved", "masked") if shown[key]
    ]
    labels = f" ({', '.join(shown['labels'])})" if shown["labels"] else ""
    return f"score {shown['score']:.2f}: {', '.join(parts) or 'text as before'}{labels}"
