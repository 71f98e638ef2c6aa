"""`crawl log` and `crawl show`: all looks at a page, and one version of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, table, write_json, write_lines
from crawler.cli.times import between, shown

if TYPE_CHECKING:
    from crawler.store import VersionRow

_VERSION_FIELDS = (
    "id", "page_id", "url", "source_id", "title", "author", "source_name", "editor", "published",
    "images", "links", "text", "text_sha256", "as_of", "first_seen", "last_seen", "state",
    "extractor", "rule", "body_sha256", "hash", "withheld",
)  # fmt: skip
_SHOWN_FIELDS = (
    ("title", "title"),
    ("author", "author"),
    ("source", "source_name"),
    ("editor", "editor"),
    ("published", "published"),
    ("state", "state"),
    ("rule", "rule"),
    ("record", "hash"),
)


@command()
@click.argument("url")
@json_option
@pass_settings
def log(settings: Settings, url: str, as_json: bool) -> None:
    """List all looks at the page of URL, oldest first, with the version that each one saw."""
    with settings.archive() as archive:
        rows = archive.log(url)
        if as_json:
            write_lines(rows)
            return
        listed = list(rows)
    where = settings.zone()
    cells = [
        (
            shown(row["started_at"], where),
            row["outcome"] + (f" ({row['reason']})" if row["reason"] else ""),
            str(row["status"] or "–"),
            str(row["version"] or "–"),
            row["state"] or "–",
            (row["body_sha256"] or "–")[:8],
            (row["hash"] or "–")[:8],
        )
        for row in listed
    ]
    say(url, bold=True)
    table(("when", "outcome", "status", "version", "state", "body", "record"), cells)
    versions = {row["version"] for row in listed if row["version"]}
    say(f"{plural(len(listed), 'look')}, {plural(len(versions), 'version')}")


@command()
@click.argument("version")
@click.option("--raw", is_flag=True, help="Write the bytes of the page as they were served.")
@click.option("--text", "text_only", is_flag=True, help="Write the main text and nothing else.")
@json_option
@pass_settings
def show(settings: Settings, version: str, raw: bool, text_only: bool, as_json: bool) -> None:
    """Show one VERSION: its id, a hash of 8 characters or more, a URL (the latest), or
    URL@2026-03-01."""
    from crawler.errors import UsageError

    if raw + text_only + as_json > 1:
        raise UsageError("--raw, --text and --json exclude each other", "choose one of them")
    with settings.archive() as archive:
        row = archive.find_version(version)
        change = archive.change_to(row.id)
        if raw:
            if row.body_sha256 is None:
                raise UsageError(f"version {row.id} has no bytes of its own", "see its --text")
            sys.stdout.buffer.write(archive.body(row.body_sha256))
            sys.stdout.buffer.flush()
            return
    if as_json:
        write_json({name: getattr(row, name) for name in _VERSION_FIELDS})
    elif text_only:
        with settings.archive() as archive:
            say(archive.text(row.text_sha256))
    else:
        show_version(settings, row, change)


def show_version(
    settings: Settings, row: VersionRow, change: Mapping[str, Any] | None = None
) -> None:
    """The version for a person: when it stood there, its fields, its text."""
    where = settings.zone()
    say(row.url, bold=True)
    seen = between(row.first_seen, row.last_seen, where)
    say(f"  version    {row.id} of {row.source_id}, seen {seen}")
    for label, name in _SHOWN_FIELDS:
        say(f"  {label:<10} {getattr(row, name) or '–'}")
    if change is not None:
        from crawler.cli.reasons import why
        from crawler.cli.redline_text import counts

        reason = why(change)
        says = f", {reason}" if reason else ""
        say(f"  {'came by':<10} change {change['change']}, {counts(change)}{says}")
    pictures, links = plural(len(row.images), "picture"), plural(len(row.links), "link")
    if row.withheld:
        say(f"  {'text':<10} withheld; its hash is {row.text_sha256}")
        return
    say(f"  {'text':<10} {len(row.text):,} characters, {pictures}, {links}")
    say()
    say(row.text)
