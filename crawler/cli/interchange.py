"""`crawl export` and `crawl import`: the archive and the files of other programs."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.choices import OneOf
from crawler.cli.output import plural, say, size, write_json
from crawler.cli.times import Moment

#: the source of copies that `crawl import wayback` brings in
WAYBACK_SOURCE = "imported-wayback"


@command()
@click.argument("form", metavar="FORM", type=OneOf(["warc", "wacz", "jsonl", "csv"]))
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


@command("import")
@click.argument("form", metavar="FORM", type=OneOf(["warc", "wacz", "text", "wayback"]))
@click.argument("what", metavar="FILE|URL")
@click.option("--source", help="The source that owns pages which nobody knew, and its profile.")
@click.option("--url", help="Of a text: the page that it is a copy of.")
@click.option("--as-of", type=Moment(), help="Of a text: when the page showed it.")
@click.option("--title", help="Of a text: its title.")
@click.option("--author", help="Of a text: its author.")
@json_option
@pass_settings
def import_(
    settings: Settings,
    form: str,
    what: str,
    source: str | None,
    url: str | None,
    as_of: str | None,
    title: str | None,
    author: str | None,
    as_json: bool,
) -> None:
    """File the copies in FILE, or those that the Wayback Machine keeps of URL, on the timelines of
    their pages.

    FORM is warc, wacz, text (with --url and --as-of) or wayback (an address, or what begins with
    one: https://example.org/news/*; the query of another CDX index). Copies stand among versions
    and changes with their own origin and moment; they never move a page's state. Repeating it adds
    nothing.
    """
    from crawler.cli.times import now
    from crawler.daemon.lending import borrowed
    from crawler.errors import UsageError
    from crawler.evidence import copies_in
    from crawler.evidence.importing import Given, import_file
    from crawler.evidence.settling import Watched
    from crawler.model.times import iso

    if form == "wayback":
        import_wayback(settings, what, source, as_json=as_json)
        return
    given, path = None, readable(what)
    if form == "text":
        if url is None or as_of is None:
            raise UsageError("a text says nothing of itself", "give --url and --as-of")
        copies, given = iter([copies_in.text(path, url, as_of)]), Given(title, author)
    else:
        copies = copies_in.warc(path) if form == "warc" else copies_in.wacz(path)
    config = settings.config_or_none() if source is None else settings.config()
    with settings.archive("write") as archive:
        done = import_file(
            archive,
            path,
            copies,
            iso(now()),
            profiles=tuple(config.profiles) if config else (),
            watched=Watched.of(config),
            source=config.source(source) if config and source else None,
            given=given,
            hold=lambda: borrowed(archive, "import"),
        )
    if as_json:
        write_json(done.as_dict())
    elif not settings.quiet:
        say(f"{path}: {plural(done.copies, 'copy', 'copies')}, {done.added} added")
        say(f"  {done.known} here already, {done.no_article} no article")
        say(f"  {plural(done.versions, 'version')}, {plural(len(done.changes), 'change')}")


def readable(name: str) -> Path:
    """The file of that name; raises UsageError where there is none that can be read."""
    from crawler.errors import UsageError

    path = Path(name)
    if not path.is_file():
        raise UsageError(f"{name} is no file", "name a WARC or WACZ file, or a text file")
    return path


def import_wayback(settings: Settings, url: str, source: str | None, *, as_json: bool) -> None:
    """All copies that the Wayback Machine keeps of an address, at the pace of any other host."""
    from dataclasses import replace

    from crawler.cli.passes import finish
    from crawler.errors import UsageError
    from crawler.pipeline import crawl_once

    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no web address", "name the page's URL")
    config = settings.config()
    like = config.source(source) if source else config.defaults
    asked = replace(
        config.defaults,
        id=WAYBACK_SOURCE,
        kind="wayback",
        urls=(url,),
        profile=like.profile,
        encoding=like.encoding,
        terms=like.terms,
        # Another index than the Wayback Machine's lists addresses of other hosts than its own.
        article="." if "/cdx" in url.partition("?")[0] else None,
    )
    config = replace(config, sources=(*config.sources, asked))
    done = crawl_once(
        config, settings.db, select=(WAYBACK_SOURCE,), backfill=True, command="import"
    )
    finish(settings, done.as_dict(), done.exit_code(), as_json=as_json, tell_exit=False)
