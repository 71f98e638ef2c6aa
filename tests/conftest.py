"""Fixtures that many rooms' tests share."""

from collections.abc import Iterator

import pytest

from crawler.demo import DemoWeb


@pytest.fixture
def small_web() -> Iterator[DemoWeb]:
    """The small web, running at tick 0; each test gets one of its own."""
    with DemoWeb() as web:
        yield web
