"""`crawl withhold`: taking out what the law or good sense does not let stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, write_json

if TYPE_CHECKING:
    from crawler.evidence.withholding import Withheld

_CARRIERS_SHOWN = 5


@command()
@click.argument("thing")
@click.option("--reason", required=True, help="Why; it is written into the log for ever.")
@click.option("--everywhere", is_flag=True, help="Also what other pages or seed copies carry.")
@click.option("--listings", is_flag=True, help="Also the listings that showed it: feeds quote.")
@click.option("--dry-run", is_flag=True, help="Say what would go; take nothing out.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_settings
def withhold(
    settings: Settings,
    thing: str,
    reason: str,
    everywhere: bool,
    listings: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take out, for ever, the bytes and texts of THING: a page (its URL), a version (its id, a hash
    or URL@2026-03-01), or a source.

    Hashes, addresses and titles stay, printed ids hold, and the log says what went and why. Its
    pages are not asked for again. Backups and exports made before still hold it.
    """
    from crawler.cli.times import now
    from crawler.evidence import withholding
    from crawler.model.times import iso

    with settings.archive("read" if dry_run else "write") as archive:
        target = withholding.target_of(archive, thing, listings=listings)
        done = withholding.plan(archive, target, everywhere=everywhere)
        if not dry_run:
            if not (yes or as_json):
                show(done, "would go, and cannot come back")
                click.confirm("Take it out?", abort=True, err=True)
            with archive.run_lock("withhold"):
                done = withholding.withhold(
                    archive, target, reason, iso(now()), everywhere=everywhere
                )
    if as_json:
        write_json(done.as_dict())
    elif not settings.quiet:
        show(done, "would go" if dry_run else "went")


def show(done: Withheld, verb: str) -> None:
    """What goes and what stays, for a person."""
    say(f"{done.subject}", bold=True)
    say(
        f"  {plural(done.bodies, 'body', 'bodies')}, {plural(done.texts, 'text')} and the "
        f"operations of {plural(done.changes, 'change')} {verb}"
    )
    if done.kept_texts or done.kept_bodies:
        kept = f"{plural(done.kept_bodies, 'body', 'bodies')}, {plural(done.kept_texts, 'text')}"
        say(f"  {kept} stay, because others carry them (--everywhere):", fg="yellow")
        for carrier in done.carriers[:_CARRIERS_SHOWN]:
            say(f"    {carrier}")
        if len(done.carriers) > _CARRIERS_SHOWN:
            say(f"    … and {len(done.carriers) - _CARRIERS_SHOWN} more")
    if done.listings:
        looks = plural(done.listings, "look")
        say(
            f"  {looks} at listings that showed it stay, and may quote it (--listings)", fg="yellow"
        )
    if done.scrubbed is False:
        say(
            "  traces may be left in the file's free space: call it again with more room on the "
            "disk and nobody reading the archive",
            fg="yellow",
        )
