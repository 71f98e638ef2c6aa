"""Others who bear witness, on loopback, and a state of the test's own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from crawler.evidence.state import State

# What bears witness stands on a server of this folder.
sys.path.append(str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def loaded(module_at: Callable[[str], ModuleType]) -> ModuleType:
    """The module of the time-stamping authority."""
    return module_at("evidence/authority.py")


@pytest.fixture(scope="session")
def authority(loaded: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> object:
    """A time-stamping authority whose tokens carry its chain."""
    return loaded.Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def wayback(module_at: Callable[[str], ModuleType]) -> Iterator[object]:
    """A web archive that saves pages, lists its copies and serves them."""
    with module_at("evidence/wayback.py").Wayback() as served:
        yield served


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A state folder of the test's own, with a key."""
    monkeypatch.setenv("CRAWL_STATE", str(tmp_path / "state"))
    made = State()
    made.make_key()
    return made
