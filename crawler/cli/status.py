"""`crawl status`: how each source stands against its promise, and what does not come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from crawler.cli.base import (
    CHANGED,
    Settings,
    command,
    exit_code_option,
    json_option,
    pass_settings,
)
from crawler.cli.output import head_line, plural, say, size, table, write_json
from crawler.cli.times import now, shown, span


@command()
@click.argument("source", required=False)
@json_option
@exit_code_option
@pass_settings
def status(settings: Settings, source: str | None, as_json: bool, tell_exit: bool) -> None:
    """Show for each source its last success, its longest gap against the promise, what it holds
    and when it is due; then each problem with its address, reason, since when, and next try."""
    with settings.archive() as archive:
        found = archive.status(source, now=now())
    if as_json:
        write_json(found)
    else:
        show_archive(settings, found["archive"])
        show_sources(settings, found["sources"])
        show_problems(settings, found["problems"])
    if tell_exit and not all(row["promise_kept"] for row in found["sources"]):
        raise click.exceptions.Exit(CHANGED)


def show_archive(settings: Settings, row: Mapping[str, Any]) -> None:
    """Where the archive is, how large, and the head of its log."""
    say(str(row["path"]), bold=True)
    growth = row["growth_bytes_per_day"]
    grows = f", growing {size(int(growth))} a day" if growth else ""
    say(f"  {size(row['size_bytes'])}{grows}, {size(row['free_bytes'])} free{full(settings, row)}")
    say(f"  {plural(row['observations'], 'observation')}, {plural(row['texts'], 'text')}")
    say(f"  head {head_line(row['head'])}")
    if row["indexes_waiting"]:
        say(f"  {plural(row['indexes_waiting'], 'text')} not indexed yet", fg="yellow")
    if settings.verbosity:
        show_engine(settings)


def show_engine(settings: Settings) -> None:
    """Who holds the archive, and which SQLite reads it."""
    import sqlite3

    from crawler.store.engine import caution
    from crawler.store.lock import lock_holder

    who = lock_holder(settings.db)
    if who is None:
        say("  nobody holds it: no daemon and no run")
    else:
        since = shown(str(who["since"]), settings.zone())
        say(f"  held by `crawl {who['command']}` (pid {who['pid']} on {who['host']}) since {since}")
    say(f"  SQLite {sqlite3.sqlite_version}")
    if (told := caution()) is not None:
        say(f"  {told}", fg="yellow")


def full(settings: Settings, row: Mapping[str, Any]) -> str:
    """When the disk is full at this pace, where that is known."""
    if row["full_at"] is None:
        return ""
    return f": full by {shown(row['full_at'], settings.zone())[:10]} at that pace"


def longest(row: Mapping[str, Any]) -> str:
    """A source's longest gap, and that of its old pages, which another promise binds."""
    old = row["longest_old_gap_s"]
    return f"{span(row['longest_gap_s'])}{f' (old pages {span(old)})' if old else ''}"


def show_sources(settings: Settings, rows: Sequence[Mapping[str, Any]]) -> None:
    """A line for each source; a broken promise is marked."""
    if not rows:
        say("No source has been looked at yet: crawl once")
        return
    where = settings.zone()
    head = ("source", "pages", "versions", "changes", "failing", "last success", "longest gap",
            "promise", "next due")  # fmt: skip
    cells = [
        (
            row["id"],
            f"{row['pages']:,}",
            f"{row['versions']:,}",
            f"{row['changes']:,}",
            f"{row['failing']:,}",
            shown(row["last_success"], where),
            longest(row),
            f"{span(row['max_gap_s'])} {'kept' if row['promise_kept'] else 'BROKEN'}",
            shown(row["next_due"], where),
        )
        for row in rows
    ]
    table(head, cells, right=(1, 2, 3, 4))


def show_problems(settings: Settings, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each page or listing that did not come back: why, since when, and when it is tried again."""
    if not rows:
        return
    where = settings.zone()
    say(f"{plural(len(rows), 'problem')}:", bold=True, fg="yellow")
    for row in rows:
        reason = f" ({row['reason']})" if row["reason"] else ""
        say(f"  {row['source']}  {row['url']}")
        say(
            f"    {row['outcome']}{reason} since {shown(row['since'], where)}, "
            f"next try {shown(row['next_try'], where)}"
        )
