"""Other diffs, each as a function from two texts to ops; those that are not installed are left out.

Every one of them gets the folded texts, and its ops are mapped back, so that what is measured is
the diff and not the want of a normal form.
"""

import difflib
import importlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rapidfuzz.distance import Indel

from crawler.compare import diff
from crawler.text import Folded, fold

Rows = Iterable[tuple[str, int, int, int, int]]
#: node with jsdiff (npm package `diff`) in the working folder or NODE_PATH
_JSDIFF = """
const Diff = require('diff');
const [a, b] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const all = [{removed: true, value: a}, {added: true, value: b}];
const out = Diff.diffChars(a, b, {timeout: 20000}) || all;
console.log(JSON.stringify(out.map(p => [p.added ? 1 : p.removed ? -1 : 0, [...p.value].length])));
"""


@dataclass(frozen=True, slots=True)
class PlainOp:
    """What any diff says: a span of A became a span of B."""

    op: str
    a: tuple[int, int]
    b: tuple[int, int]


Tool = Callable[[str, str], list[PlainOp]]


def _on_folds(rows: Callable[[str, str], Rows]) -> Tool:
    def run(a: str, b: str) -> list[PlainOp]:
        left, right = fold(a), fold(b)
        return [
            PlainOp(kind, _span(left, a0, a1), _span(right, b0, b1))
            for kind, a0, a1, b0, b1 in rows(left.text, right.text)
        ]

    return run


def _span(folded: Folded, start: int, end: int) -> tuple[int, int]:
    return folded.span(start, end)


def _difflib(a: str, b: str) -> Rows:
    return difflib.SequenceMatcher(None, a, b).get_opcodes()


def _difflib_slow(a: str, b: str) -> Rows:
    return difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()


def _rapidfuzz(a: str, b: str) -> Rows:
    return [
        (op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in Indel.opcodes(a, b)
    ]


def _signs(parts: Iterable[tuple[int, int]]) -> Rows:
    """Runs of kept (0), cut (-1) and added (1) characters as rows."""
    a = b = 0
    for sign, size in parts:
        a1, b1 = a + size * (sign <= 0), b + size * (sign >= 0)
        yield ("equal" if sign == 0 else "replace", a, a1, b, b1)
        a, b = a1, b1


def _dmp(semantic: bool) -> Callable[[str, str], Rows] | None:
    try:
        module = importlib.import_module("diff_match_patch")
    except ImportError:
        return None

    def rows(a: str, b: str) -> Rows:
        tool = module.diff_match_patch()
        tool.Diff_Timeout = 2
        found = tool.diff_main(a, b, False)
        if semantic:
            tool.diff_cleanupSemantic(found)
        return _signs((sign, len(text)) for sign, text in found)

    return rows


def _fast_dmp() -> Callable[[str, str], Rows] | None:
    """diff-match-patch in C++, which needs no time limit."""
    try:
        module = importlib.import_module("fast_diff_match_patch")
    except ImportError:
        return None

    def rows(a: str, b: str) -> Rows:
        found = module.diff(a, b, timelimit=0, checklines=False, cleanup="Semantic")
        return _signs(((sign == "+") - (sign == "-"), size) for sign, size in found)

    return rows


def _git() -> Callable[[str, str], Rows] | None:
    """git's histogram diff of texts with a character on each line."""
    if not shutil.which("git"):
        return None

    def rows(a: str, b: str) -> Rows:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("a", a), ("b", b)):
                Path(folder, name).write_text("\n".join(text) + "\n", "utf-8")
            command = ["git", "diff", "--no-index", "--no-color", "--histogram", "-U99999999"]
            done = subprocess.run([*command, "a", "b"], cwd=folder, capture_output=True, text=True)
        lines = done.stdout.split("\n")
        kept = lines[1 + next((at for at, line in enumerate(lines) if line[:2] == "@@"), 0) :]
        if not kept:
            return [("equal", 0, len(a), 0, len(b))]
        signs = [(line[:1] == "+") - (line[:1] == "-") for line in kept if line]
        return _signs((sign, len(list(run))) for sign, run in groupby(signs))

    return rows


def _jsdiff() -> Callable[[str, str], Rows] | None:
    node = shutil.which("node")
    if not node or subprocess.run([node, "-e", "require('diff')"], capture_output=True).returncode:
        return None

    def rows(a: str, b: str) -> Rows:
        done = subprocess.run(
            [node, "-e", _JSDIFF], input=json.dumps([a, b]), capture_output=True, text=True
        )
        return _signs(tuple(part) for part in json.loads(done.stdout))

    return rows


def ours(a: str, b: str) -> list[PlainOp]:
    """`crawler.compare.diff`."""
    return list(diff(a, b).ops)  # type: ignore[arg-type]


def tools() -> dict[str, Tool]:
    """Every diff that is at hand, ours first."""
    found: dict[str, Tool] = {"palimpsest": ours}
    others: dict[str, Callable[[str, str], Rows] | None] = {
        "difflib": _difflib,
        "difflib, no autojunk": _difflib_slow,
        "rapidfuzz Indel": _rapidfuzz,
        "diff-match-patch": _dmp(semantic=False),
        "diff-match-patch semantic": _dmp(semantic=True),
        "diff-match-patch semantic, C++": _fast_dmp(),
        "git histogram": _git(),
        "jsdiff": _jsdiff(),
    }
    found.update({name: _on_folds(rows) for name, rows in others.items() if rows})
    return found
