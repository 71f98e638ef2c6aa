"""`crawl export`: the archive in forms that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.base import Settings, command, pass_settings
from crawler.cli.output import plural, say, size
from crawler.cli.times import Moment


@command()
@click.argument("form", metavar="FORM", type=click.Choice(["warc", "wacz", "jsonl", "csv"]))
@click.argument("target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--source", help="Of this source alone.")
@click.option("--since", type=Moment(), help="Seen, or recorded, since then: 7d, 2026-03-01.")
@pass_settings
def export(
    settings: Settings, form: str, target: Path, source: str | None, since: str | None
) -> None:
    """Write FILE for other programs.

    FORM is warc or wacz (every attempt with its bytes, for programs that replay web archives),
    jsonl (versions with their texts, and changes) or csv (changes, for a spreadsheet). Publishing
    it publishes other people's texts.
    """
    from crawler.cli.times import now
    from crawler.evidence.exporting import export as write
    from crawler.model.times import iso

    with settings.archive() as archive:
        count = write(archive, form, target, iso(now()), source=source, since=since)
    if not settings.quiet:
        what = {"jsonl": "line", "csv": "change"}.get(form, "attempt")
        say(f"{target}: {plural(count, what)}, {size(target.stat().st_size)}")
