"""`crawl sources`: what is watched; adding to it, switching it on and off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import Command, Settings, json_option, pass_settings
from crawler.cli.output import say, shorten, table, write_json, write_lines

if TYPE_CHECKING:
    from crawler.discover.autodetect import Guess
    from crawler.fetch import Fetcher
    from crawler.model import Document, Source

_TITLES = 5


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
    from crawler.errors import CrawlError, UsageError

    wanted = [*urls, *(_addresses(file) if file else ())]
    if not wanted:
        raise UsageError("no address was named", "crawl sources add URL, or --from FILE")
    if source_id and len(wanted) > 1:
        raise UsageError("--id names one source, and several addresses were given", "leave it out")
    failed: list[CrawlError] = []
    for url in wanted:
        try:
            _add_one(settings, url, source_id, kind, dry_run=dry_run, as_json=as_json)
        except CrawlError as error:
            if len(wanted) == 1:
                raise
            failed.append(error)
            say(f"{url}: {error}", err=True, fg="yellow")
    if failed:
        raise click.exceptions.Exit(4 if len(failed) == len(wanted) else 3)


def _addresses(file: Path) -> list[str]:
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
        return [outline.url for outline in found]
    lines = (line.split("#")[0].strip() for line in body.decode("utf-8", "replace").splitlines())
    return [line for line in lines if line]


def _add_one(
    settings: Settings,
    url: str,
    source_id: str | None,
    kind: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from crawler.cli.sources_file import append_source, block_of
    from crawler.discover.autodetect import suggested_id

    config = settings.config()
    known = next((source.id for source in config.sources if url in source.urls), None)
    if known is not None:
        say(f"{url} is watched already, as {known}", err=True)
        return
    guess, titles = asyncio.run(_explore(settings, url, kind))
    taken = frozenset(source.id for source in config.sources)
    values: dict[str, Any] = {"id": source_id or suggested_id(guess.url, taken)}
    if guess.title:
        values["name"] = guess.title
    values |= {"kind": guess.kind, "url": guess.url}
    if guess.profile:
        values["profile"] = guess.profile
    if not dry_run:
        append_source(settings.sources, values)
        settings._config = None
    if as_json:
        write_json({**values, "reason": guess.reason, "titles": titles, "written": not dry_run})
        return
    say(f"{url}: kind {guess.kind}, for {guess.reason}", bold=True)
    for title in titles:
        say(f"  {title}")
    if not titles:
        say("  no article was found there yet", fg="yellow")
    say(block_of(values) if dry_run else f"appended to {settings.sources} as {values['id']}")


async def _explore(settings: Settings, url: str, kind: str | None) -> tuple[Guess, list[str]]:
    """How to watch an address, and up to five titles that this gives."""
    from crawler.cli.extract import hosts_of
    from crawler.fetch import Fetcher
    from crawler.pipeline.select import need_contact

    config = settings.config()
    need_contact(config.network, [url])
    async with Fetcher(config.network, hosts=hosts_of(settings)) as fetcher:
        guess, document = await _guess(fetcher, config.defaults, url, kind)
        source = replace(
            config.defaults, id="new", kind=guess.kind, urls=(guess.url,), profile=guess.profile
        )
        return guess, await _titles(fetcher, source, document)


async def _guess(
    fetcher: Fetcher, defaults: Source, url: str, kind: str | None
) -> tuple[Guess, Document]:
    from crawler.discover.autodetect import Guess, guesses
    from crawler.errors import CrawlError

    document = await _document(fetcher, defaults, url)
    found = [one for one in guesses(document) if kind is None or one.kind == kind]
    if not found and kind is None:
        raise CrawlError(f"{url} is neither a page nor a feed", "name its kind with --kind")
    return (found[0] if found else Guess(kind or "", url, "you said so")), document


async def _document(fetcher: Fetcher, source: Source, url: str) -> Document:
    from crawler.errors import CrawlError
    from crawler.model import Document, Purpose
    from crawler.pipeline.asking import source_request

    attempt = (await fetcher.fetch(source_request(source, url, Purpose.LISTING)))[-1]
    if attempt.failure is not None or attempt.body is None or attempt.status != 200:
        why = attempt.failure.message if attempt.failure else f"it answered {attempt.status}"
        raise CrawlError(f"{url} cannot be looked at: {why}", "nothing was written")
    return Document(attempt.final_url, attempt.body, attempt.header("content-type"))


async def _titles(fetcher: Fetcher, source: Source, document: Document) -> list[str]:
    """Titles as they are extracted from the first articles that the source lists."""
    from crawler.discover import page_links, read, start_urls
    from crawler.errors import CrawlError
    from crawler.extract import extract
    from crawler.model import Capture, Link

    links: tuple[Link, ...] = page_links(source)
    if not links:
        start = start_urls(source, backfill=False)
        listing = (
            document
            if not start or start[0] == document.url
            else await _document(fetcher, source, start[0])
        )
        links = read(source.kind, listing, source).links
    titles = []
    for link in links[:_TITLES]:
        try:
            page = await _document(fetcher, source, link.url)
        except CrawlError as error:
            titles.append(f"({error.message})")
            continue
        capture = Capture(
            (page.body,),
            link.url,
            page.url,
            page.content_type,
            listing=link,
            profile=source.profile,
        )
        found = extract(capture)
        titles.append(f"{found.title or '(no title)'}  [{len(found.text):,} characters]")
    return titles
