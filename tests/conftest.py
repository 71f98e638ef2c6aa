"""Fixtures that many rooms' tests share."""

from collections.abc import Iterator

import pytest

from crawler.demo import DemoWeb


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
