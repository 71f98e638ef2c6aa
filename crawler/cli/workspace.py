"""`crawl init` and `crawl check`: a place to work in, and whether its file is right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.base import DEFAULT_DB, Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.cli.trying import Tried
    from crawler.config import Config
    from crawler.store import Archive


def shipped() -> Path:
    """The folder with the default `sources.toml` and `archive/seeds`: inside an installed
    package, or the top of a checkout; raises UsageError where neither is there."""
    from crawler.errors import UsageError

    package = Path(__file__).resolve().parents[1]
    for folder in (package / "defaults", package.parent):
        if (folder / "sources.toml").is_file():
            return folder
    raise UsageError(
        "the default sources.toml is missing from this installation",
        "install palimpsest-archive again, or write a sources.toml of your own",
    )


def place(source: Path, target: Path) -> bool:
    """Copy a file that is not there yet; whether it was written. A file of the user stays."""
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    return True


def furnish(folder: Path) -> list[tuple[Path, bool]]:
    """Copy the default files into a workspace: each with whether it was written."""
    origin = shipped()
    wanted = [origin / "sources.toml"]
    wanted += sorted((origin / "archive" / "seeds").glob("*"))
    return [
        (path.relative_to(origin), place(path, folder / path.relative_to(origin)))
        for path in wanted
        if path.is_file()
    ]


def hold_seeds(sources: Path, archive: Archive) -> None:
    """Take the declared seed copies into the archive; a file with mistakes is left to `check`."""
    from crawler.config import load
    from crawler.errors import ConfigError
    from crawler.pipeline.seeds import read_seeds

    try:
        archive.sync_seeds(read_seeds(load(sources)))
    except ConfigError as error:
        say(f"{error.path} has mistakes: crawl check", err=True, fg="yellow")


def archive_of(settings: Settings, directory: Path) -> Path:
    """The archive of a workspace: the one that --db or CRAWL_DB names, as everywhere; else the one
    inside it."""
    return directory / DEFAULT_DB if settings.db == Path(DEFAULT_DB) else settings.db


@command()
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@pass_settings
def init(settings: Settings, directory: Path) -> None:
    """Make or upgrade a workspace in DIRECTORY (here, where none is named).

    What is already there stays as it is, so this is safe to repeat; an older archive is backed up
    and brought to this program's schema.
    """
    from crawler.cli.anchoring import furnish_key
    from crawler.errors import UsageError
    from crawler.store import Archive

    try:
        for path, written in furnish(directory):
            if not settings.quiet:
                say(f"{'made' if written else 'kept'}  {directory / path}")
        db = archive_of(settings, directory)
        db.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{directory}: {error.strerror or error}", "choose a folder that you may write to"
        ) from error
    existed = db.exists()
    with Archive.open(db, mode="write") as archive:
        hold_seeds(directory / "sources.toml", archive)
        key, made = furnish_key(archive)
    if not settings.quiet:
        say(f"{'kept' if existed else 'made'}  {db}")
        say(f"{'made' if made else 'kept'}  {key}, which signs the log: keep a copy elsewhere")
        where = "" if directory == Path() else f" in {directory}"
        say(f"Next{where}: write your mail or page as `contact` in sources.toml, then crawl check")


@command()
@click.option("--online", is_flag=True, help="Ask each source for its listing and one page.")
@json_option
@pass_settings
def check(settings: Settings, online: bool, as_json: bool) -> None:
    """Say whether sources.toml is right: every mistake at once, each with its line.

    Warnings (a host whose delay cannot carry its promise, a kind that is not built, no contact)
    do not make it wrong. With --online, also whether each source answers and gives an article: 3
    when some do not, 4 when none does; nothing is kept.
    """
    from crawler.config import check as check_config
    from crawler.errors import ConfigError

    try:
        config = settings.config()
    except ConfigError as error:
        if not as_json:
            raise
        mistakes = [_as_dict(mistake) for mistake in error.mistakes]
        wrong = {"ok": False, "path": str(error.path), "sources": None, "seeds": None}
        write_json({**wrong, "mistakes": mistakes})
        raise click.exceptions.Exit(error.exit_code) from error
    warnings = [*config.warnings, *check_config(config)]
    found: dict[str, object] = {
        "ok": True,
        "path": str(config.path),
        "sources": len(config.sources),
        "seeds": len(config.seeds),
        "mistakes": [_as_dict(warning) for warning in warnings],
    }
    if not as_json:
        _say_right(settings, config, warnings)
    tried = _try_online(settings, config, quiet=as_json) if online else []
    if as_json:
        write_json(found | ({"online": [one.as_dict() for one in tried]} if online else {}))
    failed = sum(one.problem is not None for one in tried)
    if failed:
        raise click.exceptions.Exit(4 if failed == len(tried) else 3)


def _say_right(settings: Settings, config: Config, warnings: Sequence[object]) -> None:
    for warning in warnings:
        say(f"warning: {warning}", fg="yellow")
    if not settings.quiet:
        held = plural(len(config.seeds), "seed copy", "seed copies")
        say(
            f"{settings.sources} is right: {plural(len(config.sources), 'source')}, {held}",
            fg="green",
        )


def _try_online(settings: Settings, config: Config, *, quiet: bool) -> list[Tried]:
    """Asks the sources, and says of each what it gave."""
    from crawler.cli.extract import hosts_of, keep_pace
    from crawler.cli.trying import try_sources

    def told(one: Tried) -> None:
        if one.problem is not None:
            say(f"  fails  {one.source}: {one.problem}", fg="red")
        elif not settings.quiet:
            read = f"{one.title or '(no title)'}  [{one.chars:,} characters, rule {one.rule}]"
            say(f"  ok     {one.source}: {one.listed:,} listed; {read}")

    def silent(one: Tried) -> None:
        pass

    attempt = try_sources(config, hosts_of(settings), silent if quiet else told)
    tried, hosts = asyncio.run(attempt)
    keep_pace(settings, hosts)
    return tried


def _as_dict(mistake: object) -> dict[str, object]:
    return {key: getattr(mistake, key, None) for key in ("line", "where", "what", "warning")}
