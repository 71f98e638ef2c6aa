"""`crawl reextract`: every text rebuilt from its capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, write_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.evidence.reextracting import Reread
    from crawler.store import Archive

#: so many pages are read again before a daemon gets its turn
SLICE_PAGES = 300


@command()
@click.argument("names", metavar="[SOURCE|URL]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would read otherwise; write nothing.")
@json_option
@pass_settings
def reextract(settings: Settings, names: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Read every capture again with today's extractor (of these sources and pages, else of all).

    A change that no longer stands gets a successor with the reason; an edit that the old reading
    hid is told now; the old readings stay. It may be stopped and called again. Beside a daemon it
    goes slice by slice, and the daemon looks at pages in between.
    """
    from crawler.cli.times import now
    from crawler.evidence.reextracting import reextract as read_again
    from crawler.evidence.settling import Watched
    from crawler.model.times import iso

    config = settings.config_or_none()
    told = 0

    def progress(found: Reread) -> None:
        nonlocal told
        if found.versions >= told + 1_000 and not settings.quiet and not as_json:
            told = found.versions
            say(f"{plural(told, 'version')} read again", err=True, dim=True)

    with settings.archive("read" if dry_run else "write") as archive:
        pages = pages_named(archive, names)

        def read(some: list[int] | None) -> Reread:
            return read_again(
                archive,
                iso(now()),
                page_ids=some,
                dry_run=dry_run,
                profiles=tuple(config.profiles) if config else (),
                watched=Watched.of(config),
                told=progress,
            )

        found = read(pages) if dry_run else in_turns(archive, pages, read)
    if as_json:
        write_json(found.as_dict())
    elif not settings.quiet:
        say(f"{plural(found.versions, 'version')} read {'for comparison' if dry_run else 'again'}")
        say(
            f"  {found.same} the same, {found.otherwise} otherwise, {found.unreadable} not readable"
        )
        say(f"  {plural(len(found.changes), 'change')} recorded")


def in_turns(
    archive: Archive, pages: list[int] | None, read: Callable[[list[int] | None], Reread]
) -> Reread:
    """Everything at once where nobody holds the archive; beside a daemon slice by slice. Raises
    ArchiveBusy when somebody else holds it."""
    from crawler.daemon.lending import borrowed
    from crawler.evidence.reextracting import Reread, waiting_pages

    if archive.lock_holder() is None:
        with archive.run_lock("reextract"):
            return read(pages)
    total = Reread()
    todo = waiting_pages(archive, pages)
    for start in range(0, len(todo), SLICE_PAGES):
        with borrowed(archive, "reextract"):
            total.add(read(todo[start : start + SLICE_PAGES]))
    return total


def pages_named(archive: Archive, names: tuple[str, ...]) -> list[int] | None:
    """The pages of these sources and URLs, None for all; raises UnknownName."""
    from crawler.store.exporting import require_source
    from crawler.store.pages import pages_of_source
    from crawler.store.versions import require_page

    if not names:
        return None
    found: list[int] = []
    for name in names:
        if "://" in name:
            found.append(require_page(archive.conn, name))
        else:
            require_source(archive.conn, name)
            found += pages_of_source(archive.conn, name)
    return found
