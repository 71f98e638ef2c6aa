"""`crawl mark`: a reader's judgement beside a change."""

from __future__ import annotations

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.choices import OneOf
from crawler.cli.output import say, write_json
from crawler.cli.times import shown
from crawler.model.words import Mark


@command()
@click.argument("change")
@click.argument("mark", type=OneOf(Mark))
@click.option("--note", metavar="TEXT", help="Why, in your own words.")
@click.option("--remove", is_flag=True, help="Take this mark back.")
@json_option
@pass_settings
def mark(
    settings: Settings, change: str, mark: str, note: str | None, remove: bool, as_json: bool
) -> None:
    """Mark CHANGE as seen, important or a false alarm. CHANGE is an id or 8 or more characters of
    its hash.

    Marks stand beside a change and never alter it: the pages of `crawl browse` show them, and
    `crawl changes --unseen` leaves out what has one.
    """
    from crawler.errors import UsageError

    if remove and note is not None:
        raise UsageError("--remove takes no --note", "leave one of them out")
    settings.archive().close()  # there is one: to write would make one
    with settings.archive("write") as archive:
        told = (
            archive.unmark(change, Mark(mark)) if remove else archive.mark(change, Mark(mark), note)
        )
    if as_json:
        write_json(told)
        return
    for one in told["marks"]:
        why = f": {one['note']}" if one["note"] else ""
        say(f"{told['change']:>6}  {one['mark']}, {shown(one['marked_at'], settings.zone())}{why}")
    if not told["marks"]:
        say(f"change {told['change']} has no mark")
