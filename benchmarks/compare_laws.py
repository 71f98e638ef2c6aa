"""Our diff beside others on amended laws, or any revised texts: a folder of `<law>/<date>.txt`.

No truth is known of real amendments, so what a tool shows is held against the least that can be
shown: the characters outside a longest common subsequence of the folded texts. A moved passage is
in it twice, cut and added; a tool that shows a move shows it once. A hunk is an unbroken stretch of
change, whether a tool tells it as one op or as several.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import compare_tools
import numpy as np
from rapidfuzz.distance import Indel

from crawler.text import Folded, fold

#: texts less alike than this were written anew
LEAST_ALIKE = 0.7


def laws(folder: Path) -> Iterator[tuple[str, str]]:
    """Consecutive texts of one law that are alike enough, by the names of the files."""
    for law in sorted(path for path in folder.iterdir() if path.is_dir()):
        texts = [path.read_text("utf-8") for path in sorted(law.glob("*.txt"))]
        for a, b in pairwise(texts):
            if Indel.normalized_similarity(fold(a).text, fold(b).text) >= LEAST_ALIKE:
                yield a, b


def table(folder: Path, names: list[str]) -> Iterator[str]:
    """Shown against optimal size, unbroken stretches of change (hunks), and passages moved."""
    pairs = list(laws(folder))
    best = sum(Indel.distance(fold(a).text, fold(b).text) for a, b in pairs)
    size = sum(len(fold(a).text) + len(fold(b).text) for a, b in pairs)
    yield f"Amended laws: {len(pairs)} pairs, {size:,} characters, optimum {best:,}."
    yield ""
    yield "| tool | shown/optimal | hunks | moves |"
    yield "| --- | --- | --- | --- |"
    tools = compare_tools.tools()
    for name in names:
        totals = [_shown(a, b, tools[name]) for a, b in pairs]
        shown, hunks, moves = (sum(column) for column in zip(*totals, strict=True))
        yield f"| {name} | {shown / best:.3f} | {hunks:,} | {moves} |"


def _shown(a: str, b: str, tool: compare_tools.Tool) -> tuple[int, int, int]:
    """Folded characters that are shown as changed or moved, hunks, and passages moved."""
    left, right = fold(a), fold(b)
    shown = hunks = 0
    inside = False
    moves = set()
    for op in tool(a, b):
        here, there = _count(left, op.a), _count(right, op.b)
        if op.op == "equal":
            inside = False
        if op.op == "equal" or getattr(op, "noise", False) or not here + there:
            continue
        if op.op == "move":
            shown += here
            moves.add(getattr(op, "move", None))
            inside = False
        else:
            shown += here + there
            hunks += not inside
            inside = True
    return shown, hunks, len(moves)


def _count(folded: Folded, span: tuple[int, int]) -> int:
    low, high = np.searchsorted(folded.starts, span).tolist()
    return int(high - low)
