"""Two texts side by side: the rows, how much of them is shown, and the counts beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.model import Op
from crawler.web.redline import Fold, Row, folded, rows

#: characters of a text that a page draws, and rows; the rest is said to be left out
MOST_CHARS = 400_000
MOST_ROWS = 6_000


@dataclass(frozen=True, slots=True)
class Redline:
    """A comparison ready to be drawn."""

    rows: tuple[Row | Fold, ...]
    #: whether limits left something out
    cut: bool
    noise: int
    edits: int
    moves: bool
    masks: bool


def redline(ops: Sequence[Op], a: str, b: str) -> Redline:
    """The comparison of two texts by their operations."""
    kept = [op for op in ops if op.a[1] <= MOST_CHARS and op.b[1] <= MOST_CHARS]
    found = folded(rows(kept, a, b))
    return Redline(
        tuple(found[:MOST_ROWS]),
        len(kept) < len(ops) or len(found) > MOST_ROWS,
        sum(op.noise for op in ops),
        sum(op.op != "equal" and not op.noise for op in ops),
        any(op.move is not None for op in ops),
        any(op.op in ("mask", "unmask") for op in ops),
    )


def view_of(text: str) -> str:
    """`side` or `inline`, whatever was asked for."""
    return "inline" if text == "inline" else "side"


def field_change(name: str, old: Any, new: Any) -> dict[str, Any]:
    """One field in the shape of the contract."""
    return {"field": name, "from": old, "to": new, "labels": [], "noise": False}
