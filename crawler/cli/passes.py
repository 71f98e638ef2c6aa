"""`crawl once` and `crawl run`: one pass over the sources, and the daemon."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import (
    CHANGED,
    Settings,
    command,
    exit_code_option,
    json_option,
    pass_settings,
)
from crawler.cli.choices import OneOf
from crawler.cli.output import plural, say, shorten, write_json
from crawler.cli.times import Duration, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.config import Config
    from crawler.pipeline import Order, Plan

_COUNTED = (
    "new", "changed", "unchanged", "gone", "redirected", "emptied", "blocked", "refused", "failed",
)  # fmt: skip
_COLOURS = {"new": "green", "changed": "cyan", "unchanged": None}
_SHOWN = 20


@command()
@click.argument("select", nargs=-1, metavar="[SOURCE|TAG|URL]...")
@click.option("--due", is_flag=True, help="Look only at what is due.")
@click.option("--backfill", is_flag=True, help="Read the listings back to their beginning.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Look at N pages at most.")
@click.option(
    "--max-time", type=Duration(), metavar="10m", help="Start nothing new after this long."
)
@click.option("--dry-run", is_flag=True, help="Print the plan and ask nobody.")
@click.option("--no-notify", is_flag=True, help="Leave the messages to the next run.")
@json_option
@exit_code_option
@pass_settings
def once(
    settings: Settings,
    select: tuple[str, ...],
    due: bool,
    backfill: bool,
    limit: int | None,
    max_time: float | None,
    dry_run: bool,
    no_notify: bool,
    as_json: bool,
    tell_exit: bool,
) -> None:
    """Look at every page of the sources once, most overdue first.

    Named sources, tags or page URLs alone, where some are named; an unknown URL is watched from
    now on in the source `manual`. Ends with 3 when some sources failed, 4 when all did.
    """
    from crawler.pipeline import Order

    order = Order(select, due, backfill, limit, max_time, dry_run)
    summary, code = carry_out(settings, order, as_json=as_json, tell=not no_notify)
    finish(settings, summary, code, as_json=as_json, tell_exit=tell_exit, dry_run=dry_run)


def carry_out(
    settings: Settings, order: Order, *, as_json: bool = False, tell: bool = True
) -> tuple[dict[str, Any], int]:
    """Run the order here, or hand it to the daemon that holds the archive: its summary and exit
    code either way. Raises ArchiveBusy when nobody takes it up."""
    from crawler.cli.progress import watcher
    from crawler.daemon import hand_over
    from crawler.errors import ArchiveBusy, ArchiveLocked
    from crawler.pipeline import crawl_once

    config = settings.config()
    progress = watcher(quiet=settings.quiet, as_json=as_json)
    try:
        summary = crawl_once(config, settings.db, **asdict(order), progress=progress)
    except ArchiveLocked:
        raise
    except ArchiveBusy as busy:
        if not settings.quiet:
            say(f"{busy.message}: asking it to do this", err=True, dim=True)
        code, found = hand_over(settings.db, order)
        if found.get("ended_early") == "stopped":
            say("The daemon was ended before this was done: ask again", err=True, fg="yellow")
        if "plan" in found:
            progress.plan(plan_from(found["plan"]))
        return found, code
    if not order.dry_run:
        round_off(settings, config, tell=tell)
    found = summary.as_dict()
    if order.dry_run and summary.plan is not None:
        found["plan"] = [asdict(host) for host in summary.plan.hosts]
    return found, summary.exit_code()


def plan_from(rows: Sequence[Mapping[str, Any]]) -> Plan:
    """The plan that a daemon handed back."""
    from crawler.pipeline import HostPlan, Plan

    return Plan((), tuple(HostPlan(**row) for row in rows))


def round_off(settings: Settings, config: Config, *, tell: bool) -> None:
    """What the daemon does beside its runs: broken promises become events, people are told."""
    from datetime import UTC, datetime

    from crawler.pipeline.telling import AT_THE_END_S, deliver, router
    from crawler.pipeline.watching import look_after

    def now() -> datetime:
        return datetime.now(UTC)

    with settings.archive("write") as archive:
        archive.router = router(config)
        look_after(archive, config, now())
        if not tell:
            return
        done = deliver(archive, config, now, seconds=AT_THE_END_S, final=True)
    for channel, error in done.errors.items():
        say(f"{channel} was not told: {error}; crawl notify tries again", err=True, fg="yellow")


def finish(
    settings: Settings,
    summary: Mapping[str, Any],
    code: int,
    *,
    as_json: bool,
    tell_exit: bool,
    dry_run: bool = False,
) -> None:
    """Write the summary of a run and end with its exit code."""
    changes = [] if dry_run else changes_of(settings, summary.get("changes", ()))
    if as_json:
        write_json(summary)
    elif dry_run:
        say("Nothing was asked: this was a dry run.")
    else:
        show_summary(summary, changes, quiet=settings.quiet)
    if code:
        raise click.exceptions.Exit(code)
    if tell_exit and any(change["score"] > 0 for change in changes):
        raise click.exceptions.Exit(CHANGED)


def changes_of(settings: Settings, ids: Any) -> list[dict[str, Any]]:
    """The change rows that a run wrote, in their order."""
    wanted = set(ids)
    if not wanted:
        return []
    with settings.archive() as archive:
        after = archive.changes(after=min(wanted) - 1)
        return [change for change in after if change["change"] in wanted]


def show_summary(
    summary: Mapping[str, Any], changes: list[dict[str, Any]], *, quiet: bool = False
) -> None:
    """The run for a person: totals, what was changed, what did not come back."""
    if not quiet:
        say(headline(summary), bold=True)
        for source in summary["sources"]:
            say(f"  {source['id']:<20} {_counts(source)}")
        show_changes(changes)
    errors = [error for source in summary["sources"] for error in source["errors"]]
    count = len(errors) + sum(source.get("errors_left_out", 0) for source in summary["sources"])
    if errors:
        say(f"{plural(count, 'problem')}:", fg="yellow", bold=True, err=quiet)
    for error in errors[:_SHOWN]:
        say(f"  {error['url']}\n    {error['error']}", err=quiet)
    if count > _SHOWN:
        say(f"  … and {count - _SHOWN:,} more: crawl status shows them", err=quiet)


def show_changes(changes: list[dict[str, Any]]) -> None:
    """The changes that a person wants to hear of, the largest first."""
    from crawler.cli.reasons import why
    from crawler.cli.redline_text import counts, state_line

    told = sorted((one for one in changes if one["score"] > 0), key=lambda one: -one["score"])
    if not told:
        say("No page was changed.")
        return
    say(f"{plural(len(told), 'change')}:", bold=True)
    for change in told[:_SHOWN]:
        what = state_line(change) if change["kind"] == "state" else counts(change)
        what += f", {reason}" if (reason := why(change)) else ""
        say(f"  {change['change']:>5}  {shorten(change['url'], 100)}\n         {what}")
    if len(told) > _SHOWN:
        say(f"  … and {len(told) - _SHOWN} more: crawl changes shows them")


def headline(summary: Mapping[str, Any]) -> str:
    """A run in a line: pages, time, and how many of each outcome."""
    from crawler.model.times import parse_iso

    took = parse_iso(summary["finished_at"]) - parse_iso(summary["started_at"])
    total = summary["totals"]
    early = summary.get("ended_early")
    tail = f"; ended early ({early})" if early else ""
    return (
        f"Run {summary['run']}: {plural(total['checked'], 'page')} in "
        f"{span(took.total_seconds())}: {_counts(total)}{tail}"
    )


def _counts(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{row[name]:,} {name}" for name in _COUNTED if row[name]) or "nothing to do"


@command()
@click.option(
    "--http",
    metavar="HOST:PORT",
    envvar="CRAWL_HTTP",
    show_envvar=True,
    help="Serve /healthz, /readyz and /metrics there.",
)
@click.option(
    "--log-format",
    type=OneOf(["human", "json"]),
    default="human",
    envvar="CRAWL_LOG_FORMAT",
    show_envvar=True,
    help="How lines of the log are written [default: human].",
)
@pass_settings
def run(settings: Settings, http: str | None, log_format: str) -> None:
    """Look at the sources for ever: whatever is due, when it is due.

    SIGTERM ends it when the looks that run have come back, after 20 seconds at most; a second one
    ends it at once. sources.toml is read again when it changes, or on SIGHUP.
    """
    import logging

    from crawler.daemon import run as run_daemon
    from crawler.daemon.lines import set_up

    level = logging.DEBUG if settings.verbosity else logging.INFO
    set_up(log_format, logging.ERROR if settings.quiet else level)
    raise click.exceptions.Exit(run_daemon(settings.sources, settings.db, http))
