"""How a run is watched: lines in a pipe, a bar on a terminal, nothing for scripts."""

import re

import pytest

from crawler.cli import progress
from crawler.model import Outcome
from crawler.pipeline import HostPlan, Plan, Progress, RunSummary, Silent

PLAN = Plan(("a",), (HostPlan("fast.example", 3, 0.1), HostPlan("slow.example", 40, 200.0)))
SUMMARY = RunSummary(1, "2026-01-01T00:00:00.000Z")


def watched(one: Progress) -> None:
    """A run of three looks."""
    one.plan(PLAN)
    one.found("a", 2)
    one.advance("a", "https://x.example/1", Outcome.UNCHANGED, None)
    one.advance("a", "https://x.example/\x1b[2J", Outcome.CHANGED, None)
    one.advance("a", "https://x.example/3", Outcome.FAILED, "timeout")
    one.done(SUMMARY)


def test_lines_for_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    watched(progress.Lines())
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("Plan: 43 requests to 2 hosts, 3.3 h or more")
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["slow.example", "fast.example"]
    assert err.splitlines() == [
        "listed       a  2 pages to look at",
        "changed      a  https://x.example/␛[2J",
        "failed       a  https://x.example/3  (timeout)",
    ]


def test_a_pipe_hears_of_dull_looks_once_in_a_while(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    lines = progress.Lines()
    for _ in range(6):
        lines.advance("a", "https://x.example/1", Outcome.NOT_MODIFIED, None)
    assert "3 looks so far" in capsys.readouterr().err


def test_the_bar_never_runs_over_and_keeps_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    bar = progress.Bar()
    bar.plan(Plan((), (HostPlan("x", 1, 0.0),)))
    for number in range(5):
        bar.advance("a", f"https://x.example/{number}", Outcome.LISTED, None)
    bar.advance("a", "https://x.example/lost[/red]", Outcome.FAILED, "timeout")
    assert bar._bar is not None
    (task,) = bar._bar.tasks
    assert (task.completed, task.total) == (6, 6)
    bar.done(SUMMARY)
    flat = re.sub(r"\s+", " ", capsys.readouterr().err)
    assert "failed a https://x.example/lost[/red] (timeout)" in flat


def test_nothing_for_scripts() -> None:
    assert isinstance(progress.watcher(quiet=False, as_json=True), Silent)
    assert isinstance(progress.watcher(quiet=True, as_json=False), Silent)


def test_nothing_due(capsys: pytest.CaptureFixture[str]) -> None:
    progress.show_plan(Plan((), ()))
    assert capsys.readouterr().out == "Plan: nothing is due.\n"
