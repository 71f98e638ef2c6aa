"""The faulty server of the tests of fetching serves the whole path too."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "fetch")]


@pytest.fixture
def workshop(tmp_path: Path) -> Any:
    """A folder with an archive and crawls over it, all in this process."""
    from passes import AtHand, Workshop

    return Workshop(tmp_path, AtHand)


@pytest.fixture
def play() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a scenario to its end, or fails instead of hanging."""
    return lambda scenario: asyncio.run(asyncio.wait_for(scenario, 60))
