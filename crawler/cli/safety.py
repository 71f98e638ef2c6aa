"""`crawl backup` and `crawl restore`: a safe copy of the archive, and putting one back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import head_line, plural, say, size, write_json

if TYPE_CHECKING:
    from crawler.config import Config


@command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="In a folder: remove all but the N newest backups.",
)
@pass_settings
def backup(settings: Settings, target: Path, keep: int | None) -> None:
    """Write a complete copy of the archive to TARGET, also while a run is writing to it.

    Into a folder the sources, profiles and seed copies go with it, in a folder of their own; never
    the key.
    """
    from crawler.errors import UsageError

    if not target.is_dir():
        if keep is not None:
            raise UsageError(f"{target} is no folder", "--keep is for a folder of backups")
        with settings.archive() as archive:
            archive.backup(target)
        written = target
    else:
        with settings.archive() as archive:
            made = archive.backup_into(target, files_beside(settings), keep)
        written = made / "archive.db"
    if not settings.quiet:
        say(f"{written}: {size(written.stat().st_size)}, its head in {written}.manifest.json")
        say(f"prove it with: crawl --db {written} verify", dim=True)


def files_beside(settings: Settings) -> dict[str, bytes]:
    """sources.toml, the profiles beside it, and the seed copies, by their names in a backup."""
    path = settings.sources
    if not path.is_file():
        return {}
    files = {"sources.toml": path, **_profiles(path.parent)}
    config = settings.config_or_none()
    files |= _seeds(config, path.parent) if config is not None else {}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


def _profiles(folder: Path) -> dict[str, Path]:
    return {f"profiles/{one.name}": one for one in sorted((folder / "profiles").glob("*.toml"))}


def _seeds(config: Config, folder: Path) -> dict[str, Path]:
    """Seed copies under the workspace keep their places; others go by their names."""
    found = {}
    for seed in config.seeds:
        file, base = Path(seed.file), folder.resolve()
        inside = file.is_relative_to(base)
        found[str(file.relative_to(base)) if inside else f"seeds/{file.name}"] = file
    return found


@command()
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="BACKUP")
@json_option
@pass_settings
def restore(settings: Settings, source: Path, as_json: bool) -> None:
    """Put BACKUP, which `crawl backup` wrote, in the archive's place.

    It is proved first, the archive that it replaces is kept beside it, and no message is sent
    again. sources.toml is left as it is.
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from crawler.evidence.restoring import restore as put_back

    done = put_back(source, settings.db, datetime.now(UTC))
    if as_json:
        shown = asdict(done)
        write_json({key: str(value) if isinstance(value, Path) else value
                    for key, value in shown.items()})  # fmt: skip
        return
    if settings.quiet:
        return
    say(f"{done.archive} is {done.backup} again", bold=True)
    say(f"  head {head_line(done.head)}")
    if done.kept is not None:
        say(f"  what it replaced is {done.kept}")
    for given_up in done.given_up:
        say(f"  given up: {head_line(given_up)}", fg="yellow")
    for subject in done.withheld_again:
        say(f"  withheld after that backup, and here again: {subject}", fg="red")
    if done.withheld_again:
        say("    take it out once more: crawl withhold", fg="red")
    if done.messages_dropped:
        say(f"  {plural(done.messages_dropped, 'message')} that waited will not be sent")
