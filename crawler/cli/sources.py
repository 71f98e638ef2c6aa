"""`crawl sources`: what is watched; adding to it, switching it on and off."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from crawler.cli.base import Command, Settings, json_option, pass_settings
from crawler.cli.output import say, shorten, table, write_json, write_lines

if TYPE_CHECKING:
    from crawler.config import Config


class Wanted(NamedTuple):
    """An address to be added, with what a list of feeds says of it."""

    url: str
    title: str | None = None
    tags: tuple[str, ...] = ()


@click.group()
def sources() -> None:
    """Say what is watched, add to it, switch it on or off."""


sources.command_class = Command


@sources.command("list")
@json_option
@pass_settings
def list_sources(settings: Settings, as_json: bool) -> None:
    """List the sources of sources.toml."""
    rows: list[dict[str, Any]] = [
        {
            "id": source.id,
            "kind": source.kind,
            "enabled": source.enabled,
            "urls": list(source.urls),
            "tags": list(source.tags),
            "name": source.name,
        }
        for source in settings.config().sources
    ]
    if as_json:
        write_lines(rows)
        return
    cells = [
        (
            row["id"],
            row["kind"],
            "yes" if row["enabled"] else "no",
            shorten(str(row["urls"][0] if row["urls"] else "–"), 60),
            shorten(str(row["name"] or "–"), 40),
        )
        for row in rows
    ]
    table(("source", "kind", "enabled", "url", "name"), cells)


@sources.command("enable")
@click.argument("source_id", metavar="SOURCE")
@pass_settings
def enable(settings: Settings, source_id: str) -> None:
    """Watch a source from now on."""
    _switch(settings, source_id, True)


@sources.command("disable")
@click.argument("source_id", metavar="SOURCE")
@pass_settings
def disable(settings: Settings, source_id: str) -> None:
    """Leave a source alone from now on; what is kept of it stays."""
    _switch(settings, source_id, False)


def _switch(settings: Settings, source_id: str, enabled: bool) -> None:
    from crawler.cli.sources_file import set_enabled

    set_enabled(settings.sources, source_id, enabled)
    if not settings.quiet:
        say(f"{source_id} is {'enabled' if enabled else 'disabled'} in {settings.sources}")


@sources.command("add")
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Add the addresses of a file: one a line, or OPML.",
)
@click.option("--id", "source_id", help="Its id [default: made of the host's name].")
@click.option("--kind", help="Its kind [default: found out].")
@click.option("--dry-run", is_flag=True, help="Print the blocks and write nothing.")
@json_option
@pass_settings
def add(
    settings: Settings,
    urls: tuple[str, ...],
    file: Path | None,
    source_id: str | None,
    kind: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Look at an address, find out how to watch it, and append it to sources.toml.

    Shows up to five titles as they are extracted. Where the file may not be written, prints the
    block to append.
    """
    from crawler.discover import KINDS
    from crawler.errors import CrawlError, UsageError, not_called

    wanted = [*(Wanted(url) for url in urls), *(_addresses(file) if file else ())]
    if not wanted:
        raise UsageError("no address was named", "crawl sources add URL, or --from FILE")
    if kind is not None and kind not in KINDS:
        raise not_called("kind", kind, KINDS, "there are")
    if source_id and len(wanted) > 1:
        raise UsageError("--id names one source, and several addresses were given", "leave it out")
    failed: list[CrawlError] = []
    for one in wanted:
        try:
            _add_one(settings, one, source_id, kind, dry_run=dry_run, as_json=as_json)
        except CrawlError as error:
            if len(wanted) == 1:
                raise
            failed.append(error)
            say(f"{one.url}: {error}", err=True, fg="yellow")
    if failed:
        raise click.exceptions.Exit(4 if len(failed) == len(wanted) else 3)


def _addresses(file: Path) -> list[Wanted]:
    """The addresses of a list, one a line (`#` begins a comment), or of OPML."""
    from crawler.discover.autodetect import read_opml
    from crawler.discover.gather import NotAListing
    from crawler.errors import UsageError
    from crawler.model import Document

    body = file.read_bytes()
    if body.lstrip()[:1] == b"<":
        try:
            found = read_opml(Document("http://localhost/", body))
        except NotAListing as reason:
            raise UsageError(f"{file} is no OPML: {reason}", "name a list of addresses") from None
        return [Wanted(outline.url, outline.title, outline.folders) for outline in found]
    text = body.decode("utf-8-sig", "replace")
    # An address may have a fragment; a remark stands alone or behind a space.
    lines = (re.split(r"(?:^|\s)#", line)[0].strip() for line in text.splitlines())
    return [Wanted(line) for line in lines if line]


def _add_one(
    settings: Settings,
    wanted: Wanted,
    source_id: str | None,
    kind: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from crawler.cli.exploring import explore
    from crawler.cli.sources_file import append_source, block_of
    from crawler.discover.autodetect import suggested_id
    from crawler.pipeline.select import address

    config, url = settings.config(), address(wanted.url)
    if _watched_already(config, url, url):
        return
    guess, titles, problem = asyncio.run(explore(settings, url, kind))
    if guess.url != url and _watched_already(config, guess.url, url):
        return
    taken = frozenset(source.id for source in config.sources)
    values: dict[str, Any] = {"id": source_id or suggested_id(guess.url, taken)}
    if name := wanted.title or guess.title:
        values["name"] = name
    values |= {"kind": guess.kind, "url": guess.url}
    if guess.profile:
        values["profile"] = guess.profile
    if wanted.tags:
        values["tags"] = list(wanted.tags)
    if not dry_run:
        append_source(settings.sources, values)
        settings._config = None
    if as_json:
        found = {"reason": guess.reason, "titles": titles, "problem": problem}
        write_json({**values, **found, "written": not dry_run})
        return
    say(f"{url}: kind {guess.kind}, for {guess.reason}", bold=True)
    for title in titles:
        say(f"  {title}")
    if problem or not titles:
        say(f"  {problem or 'no article was found there yet'}", fg="yellow")
    say(block_of(values) if dry_run else f"appended to {settings.sources} as {values['id']}")


def _watched_already(config: Config, url: str, asked: str) -> bool:
    """Whether a source has this address, which is said then."""
    from crawler.discover import normalise_url

    try:
        same = {url, normalise_url(url)}
    except ValueError:
        same = {url}
    known = next((source.id for source in config.sources if same & set(source.urls)), None)
    if known is not None:
        say(f"{asked} is watched already, as {known}", err=True)
    return known is not None
