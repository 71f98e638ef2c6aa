"""The world that tests of the archive are made in."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from crawler.evidence.state import State


def _building() -> ModuleType:
    """`tests/store/building.py`, which no import path leads to."""
    file = Path(__file__).resolve().parents[1] / "store" / "building.py"
    return _module("archive_building", file)


def _module(name: str, file: Path) -> ModuleType:
    if name not in sys.modules:
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


@pytest.fixture
def loaded() -> ModuleType:
    """`tests/evidence/authority.py`, which no import path leads to."""
    return _module("evidence_authority", Path(__file__).with_name("authority.py"))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A time-stamping authority whose tokens carry its chain."""
    module = _module("evidence_authority", Path(__file__).with_name("authority.py"))
    return module.Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A state folder of the test's own, with a key."""
    monkeypatch.setenv("CRAWL_STATE", str(tmp_path / "state"))
    made = State()
    made.make_key()
    return made


@pytest.fixture
def wayback() -> Iterator[object]:
    """A web archive on loopback that saves pages and lists its copies."""
    module = _module("evidence_wayback", Path(__file__).with_name("wayback.py"))
    with module.Wayback() as served:
        yield served
