"""How a run is watched: a bar on a terminal, plain lines in a pipe, nothing for scripts."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from crawler.cli.output import plural, shorten, table, visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from crawler.model import Outcome
    from crawler.pipeline.summary import Plan, Progress, RunSummary

_SHOWN_HOSTS = 12
# A pipe hears of every look that says something, and of the others once in a while.
_QUIET_S = 10.0
_DULL = {"unchanged", "not_modified", "listed"}


def watcher(*, quiet: bool, as_json: bool) -> Progress:
    """The progress that fits where the output goes."""
    if quiet or as_json:
        from crawler.pipeline.summary import Silent

        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()


def show_plan(plan: Plan) -> None:
    """The plan on stdout: requests and minutes a host, the slowest first."""
    if not plan.hosts:
        click.echo("Plan: nothing is due.")
        return
    hosts = sorted(plan.hosts, key=lambda host: -host.minutes)
    click.secho(
        f"Plan: {plural(plan.requests, 'request')} to {plural(len(hosts), 'host')}, "
        f"{_minutes(plan.minutes)} or more (listings may add pages)",
        bold=True,
    )
    rows = [(host.host, f"{host.requests:,}", _minutes(host.minutes)) for host in hosts]
    table(("host", "requests", "time"), rows[:_SHOWN_HOSTS], right=(1, 2))
    if len(rows) > _SHOWN_HOSTS:
        click.echo(f"… and {plural(len(rows) - _SHOWN_HOSTS, 'host')} more")


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def look_line(source_id: str, url: str, outcome: Outcome, reason: str | None) -> str:
    """One look in a line: outcome, source, address and why."""
    why = f"  ({reason})" if reason else ""
    return visible(f"{outcome!s:<12} {source_id}  {url}{why}")


class Lines:
    """Plain lines on stderr: each look that says something, the others as a count."""

    def __init__(self) -> None:
        self._looks = 0
        self._told_at = time.monotonic()

    def plan(self, plan: Plan) -> None:
        """The plan, on stdout."""
        show_plan(plan)

    def found(self, source_id: str, pages: int) -> None:
        """A line for new pages."""
        if pages:
            click.echo(f"{'listed':<12} {source_id}  {plural(pages, 'page')} to look at", err=True)

    def advance(self, source_id: str, url: str, outcome: Outcome, reason: str | None) -> None:
        """A line for a look that says something; every ten seconds how many there were."""
        self._looks += 1
        if outcome not in _DULL:
            click.echo(look_line(source_id, url, outcome, reason), err=True)
        elif time.monotonic() - self._told_at < _QUIET_S:
            return
        else:
            click.echo(f"… {plural(self._looks, 'look')} so far", err=True)
        self._told_at = time.monotonic()

    def done(self, summary: RunSummary) -> None:
        """Nothing: the summary follows."""


class Bar:
    """A bar on the terminal; it vanishes when the run ends, looks that failed stay above it."""

    def __init__(self) -> None:
        self._bar: RichProgress | None = None
        self._total = 0
        self._looks = 0

    def plan(self, plan: Plan) -> None:
        """The plan on stdout, then the bar."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        show_plan(plan)
        self._total = plan.requests
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.add_task("starting", total=self._total or None)
        self._bar.start()

    def found(self, source_id: str, pages: int) -> None:
        """More to do than the plan knew."""
        self._total += pages
        if self._bar:
            self._bar.update(self._bar.task_ids[0], total=self._total)

    def advance(self, source_id: str, url: str, outcome: Outcome, reason: str | None) -> None:
        """One step; a look that did not come back is kept above the bar."""
        if self._bar is None:
            return
        self._looks += 1
        # Listings lead to listings that no plan could know.
        self._total = max(self._total, self._looks)
        self._bar.update(
            self._bar.task_ids[0],
            completed=self._looks,
            total=self._total,
            description=shorten(url, 40),
        )
        if not outcome.conclusive:
            line = look_line(source_id, url, outcome, reason)
            self._bar.console.print(line, markup=False, highlight=False, style="yellow")

    def done(self, summary: RunSummary) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
