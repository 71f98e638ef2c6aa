"""Every row of the fault table about the archive and the daemon is a test with its number."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS = {f"s{n}" for n in range(1, 11)} | {f"d{n}" for n in range(1, 10)}
NUMBERED = re.compile(r"^\s*(?:async )?def test_([sd]\d+)_", re.M)


def test_no_row_is_without_its_test() -> None:
    found = {
        row
        for file in TESTS.rglob("test_*.py")
        for row in NUMBERED.findall(file.read_text("utf-8"))
    }
    assert found >= ROWS, sorted(ROWS - found)
