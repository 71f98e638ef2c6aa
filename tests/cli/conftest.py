"""Fixtures of the commands' tests: a runner in an empty folder, and JSON read back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli.root import crawl

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `crawl` with arguments in an empty folder; nothing of the caller's settings shows."""
    monkeypatch.chdir(tmp_path)
    for name in ("CRAWL_DB", "CRAWL_SOURCES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: object, **kwargs: Any) -> Result:
        return CliRunner().invoke(crawl, [str(arg) for arg in args], **kwargs)

    return call


def lines_of(result: Result) -> list[dict[str, Any]]:
    """The JSON Lines of a command that ended well."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def json_lines() -> Callable[[Result], list[dict[str, Any]]]:
    """`lines_of`, for tests that are imported without their package."""
    return lines_of
