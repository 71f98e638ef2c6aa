"""Every row of the fault table that fetching meets has a test through the whole path."""

import ast
import re
from pathlib import Path

import pytest
from fault_rows import ROWS
from fault_turns import TURNS

HERE = Path(__file__).parent
LAST = {"T": 17, "Z": 8, "R": 9, "A": 19, "E": 6, "X": 5, "M": 5}
NUMBERS = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
#: what befalls the archive or the daemon while it fetches: tests of theirs say so
ELSEWHERE = ("D2", "D4", "S1", "S10")
_NUMBER = re.compile(r"[A-Z]\d+")


def numbers_tested() -> set[str]:
    """The numbers in the tables' names and in the names of this folder's tests."""
    names = [part for row in ROWS for part in row.name.split("-")[:2]]
    names += [turn.name.split("-")[0] for turn in TURNS]
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names += node.name.split("_")
    return {name for name in names if _NUMBER.fullmatch(name)}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_is_tested(number: str) -> None:
    assert number in numbers_tested()


@pytest.mark.parametrize("number", ELSEWHERE)
def test_a_row_is_tested_elsewhere(number: str) -> None:
    texts = (path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    named = re.compile(rf"\b{number}\b[^\n]{{0,40}}of the fault table")
    assert any(named.search(text) for text in texts)


def test_no_row_is_tested_that_the_table_does_not_have() -> None:
    assert {number for number in numbers_tested() if number[0] in LAST} <= set(NUMBERS)
