"""`crawl search`: full text over all versions and seed copies."""

from __future__ import annotations

from collections.abc import Sequence

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, shorten, visible, write_lines
from crawler.cli.times import Moment


@command()
@click.argument("query")
@click.option("--source", metavar="S", help="In this source only.")
@click.option("--since", type=Moment(), metavar="T", help="In versions since: 7d, 2026-03-01.")
@click.option("--removed", is_flag=True, help="Only what no page shows any more.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="N")
@json_option
@pass_settings
def search(
    settings: Settings,
    query: str,
    source: str | None,
    since: str | None,
    removed: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Find QUERY in the text of every version and seed copy: Chinese words of any length in either
    script, English words in all their forms; words in "quotation marks" as a phrase."""
    from crawler.errors import UsageError
    from crawler.text import search_query

    if search_query(query) is None:
        raise UsageError(
            f"there is nothing to search for in {query!r}", "name a word of letters or characters"
        )
    with settings.archive() as archive:
        archive.need_names(source=source)
        rows = archive.search(query, source=source, since=since, removed=removed, limit=limit)
        unsearched = archive.unsearched()
    if unsearched:
        text = plural(unsearched, "text waits", "texts wait")
        say(f"note: {text} for the index and had no part in this: crawl once, or the daemon, reads "
            "them", err=True, fg="yellow")  # fmt: skip
    if as_json:
        write_lines(rows)
        return
    for row in rows:
        where = f"seed copy {row['seed']}" if row["seed"] else f"version {row['version']}"
        gone = "  (no longer shown)" if row["removed"] else ""
        say(shorten(row["title"] or row["url"] or where, 100) + gone, bold=True)
        say(f"  {where}  {row['url'] or ''}".rstrip())
        click.echo(f"  {with_hits(row['snippet'], row['hits'])}")
    say(f"{plural(len(rows), 'hit')}" + (f" (--limit {limit})" if len(rows) == limit else ""))


def with_hits(snippet: str, hits: Sequence[Sequence[int]]) -> str:
    """A snippet as a terminal may show it, the words that were asked for in bold where it can."""
    shown, done = "", 0
    for start, end in hits:
        shown += visible(snippet[done:start])
        shown += click.style(visible(snippet[start:end]), bold=True, fg="yellow")
        done = end
    return shown + visible(snippet[done:])
