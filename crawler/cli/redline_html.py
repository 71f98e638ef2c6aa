"""A diff as one HTML page that needs nothing else: no script, no other file, all text escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crawler.cli.output import visible
from crawler.cli.redline import Paragraph, Piece, paragraphs, pieces_of
from crawler.cli.redline_text import counts

if TYPE_CHECKING:
    from crawler.cli.operands import Operand
    from crawler.model.compared import Diff, FieldChange

_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.8;
  font-family: "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", Georgia, serif; }
header, .fields { font: 0.9rem/1.5 system-ui, sans-serif; }
del { background: #ffe0dc; color: #8f1d12; } ins { background: #d9f4dc; color: #0c5a1e; }
.move { background: #d8eefb; } .mask { background: #f1def7; }
p.unchanged { color: #767676; } sup { font: 0.7rem system-ui, sans-serif; }
p { unicode-bidi: isolate; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #1c1c1c; color: #e4e4e4; }
  del { background: #55211c; color: #ffc9c2; } ins { background: #1c4424; color: #c5f2cd; }
  .move { background: #1b3e52; } .mask { background: #472a52; } p.unchanged { color: #9a9a9a; } }
"""


def page(old: Operand, new: Operand, found: Diff) -> str:
    """The whole diff: every paragraph, what changed in it marked with ins, del and mark."""
    body = "\n".join(
        _paragraph(paragraph) for paragraph in paragraphs(pieces_of(found.ops, old.text, new.text))
    )
    fields = "\n".join(f"<li>{_field(change)}</li>" for change in found.fields)
    return f"""<!doctype html>
<html lang="zh"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{_text(new.label)}</title>
<style>{_STYLE}</style>
<header>
<p><b>A</b> {_text(old.label)}<br><b>B</b> {_text(new.label)}</p>
<p>{_text(counts(found.as_dict()))}</p>
<ul class="fields">{fields}</ul>
</header>
<main>
{body}
</main>
</html>
"""


def _text(text: str) -> str:
    return escape(visible(text))


def _paragraph(paragraph: Paragraph) -> str:
    kind = "" if paragraph.changed else ' class="unchanged"'
    return f"<p{kind}>{''.join(_piece(piece) for piece in paragraph.pieces)}</p>"


def _piece(piece: Piece) -> str:
    text = _text(piece.text)
    if piece.mark == "equal":
        return text
    if piece.mark == "delete":
        return f"<del>{text}</del>"
    if piece.mark == "insert":
        return f"<ins>{text}</ins>"
    if piece.mark == "move":
        return f'<mark class="move" title="moved here">{text}<sup>{piece.move}</sup></mark>'
    return (
        f'<mark class="mask" title="{piece.mark}ed"><del>{text}</del>'
        f"<ins>{_text(piece.after)}</ins></mark>"
    )


def _field(change: FieldChange) -> str:
    def shown(value: object) -> str:
        return _text(", ".join(value) if isinstance(value, tuple) else str(value or "—"))

    name = _text(change.field)
    return f"{name}: <del>{shown(change.old)}</del> <ins>{shown(change.new)}</ins>"
