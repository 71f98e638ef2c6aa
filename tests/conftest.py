"""Fixtures that many rooms' tests share."""

import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from crawler.demo import DemoWeb

HERE = Path(__file__).resolve().parent

# The same examples each time, so that a failure can be looked at and a busy machine fails nothing.
# `pytest --hypothesis-profile search` looks for others.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("steady")


@pytest.fixture
def small_web() -> Iterator[DemoWeb]:
    """The small web, running at tick 0; each test gets one of its own."""
    with DemoWeb() as web:
        yield web


@pytest.fixture(autouse=True, scope="session")
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys and signed heads of tests never touch those of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRAWL_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_reader() -> Iterator[None]:
    """A pass inside a test reads its pages in one process: most of what two would do is to begin.
    Passes that tests start as commands of their own have as many as anybody's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.cpu_count", lambda: 1)
        yield


@pytest.fixture(scope="session")
def module_at() -> Callable[[str], ModuleType]:
    """A module below `tests/` that no import path leads to, by its path, loaded once."""

    def load(path: str) -> ModuleType:
        name = "beside_" + path.removesuffix(".py").replace("/", "_")
        if name not in sys.modules:
            spec = spec_from_file_location(name, HERE / path)
            assert spec is not None
            assert spec.loader is not None
            sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        return sys.modules[name]

    return load


@pytest.fixture(scope="session")
def outside(module_at: Callable[[str], ModuleType]) -> Any:
    """An archive read from outside by its path, a connection for each question: the soak's."""
    return module_at("../scripts/soaking/reading.py").Reader


@pytest.fixture(scope="session")
def building(module_at: Callable[[str], ModuleType]) -> ModuleType:
    """The functions that make an archive's sources, looks, extractions and edits."""
    return module_at("store/building.py")


@pytest.fixture
def world(building: ModuleType, tmp_path: Path) -> Iterator[object]:
    """An archive with one source, and a clock."""
    made = building.World(tmp_path / "archive.db")
    yield made
    made.close()
