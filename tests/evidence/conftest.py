"""The world that tests of the archive are made in."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


def _building() -> ModuleType:
    """`tests/store/building.py`, which no import path leads to."""
    name = "archive_building"
    if name not in sys.modules:
        file = Path(__file__).resolve().parents[1] / "store" / "building.py"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def building() -> ModuleType:
    """The functions that make sources, extractions and edits."""
    return _building()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[object]:
    """An archive with one source, and a clock."""
    made = _building().World(tmp_path / "archive.db")
    yield made
    made.close()
