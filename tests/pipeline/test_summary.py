"""What a run says of itself at its end."""

import json

import pytest

from crawler.cli.passes import show_summary
from crawler.model import Outcome
from crawler.pipeline import RunSummary
from crawler.pipeline.summary import MOST_ERRORS


def test_thousands_of_failures_are_counted_and_the_first_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = RunSummary(1, "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z")
    source = summary.source("away")
    for number in range(20_000):
        source.add(Outcome.FAILED)
        source.error(f"https://a.example/{number}", "a.example has no address; " + "x" * 100)
    (row,) = summary.as_dict()["sources"]
    assert (row["checked"], row["failed"]) == (20_000, 20_000)
    assert (len(row["errors"]), row["errors_left_out"]) == (MOST_ERRORS, 20_000 - MOST_ERRORS)
    assert row["errors"][0]["url"] == "https://a.example/0"
    assert len(json.dumps(summary.as_dict())) < 100_000
    show_summary(summary.as_dict(), [])
    said = capsys.readouterr().out
    assert "20,000 problems:" in said
    assert "19,980 more" in said
