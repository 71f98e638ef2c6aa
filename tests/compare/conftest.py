"""The seed copies, and the generator of cases with ground truth."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def seeds() -> list[str]:
    """The five seed copies in their order."""
    paths = sorted((ROOT / "archive/seeds").glob("*.txt"))
    return [path.read_text("utf-8") for path in paths]


@pytest.fixture(scope="session")
def article(seeds: list[str]) -> str:
    """The Chinese article inside seed 001, its photo captions included."""
    return "\n".join(seeds[1].split("\n")[9:27])


@pytest.fixture(scope="session")
def generated() -> ModuleType:
    """benchmarks/compare_cases.py."""
    name = "compare_cases_under_test"
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks/compare_cases.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
