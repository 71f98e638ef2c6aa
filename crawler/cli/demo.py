"""`crawl demo`: the main job on a small web of its own, from the first look to the proof."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import plural, say, shorten, write_json

if TYPE_CHECKING:
    from crawler.demo import DemoWeb, Step
    from crawler.store import Archive

_LINES_OF_A_CHANGE = 3
_PARAGRAPHS = 5


@command()
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Work in DIR and leave it there, to be looked at.",
)
@json_option
@pass_settings
def demo(settings: Settings, keep: Path | None, as_json: bool) -> None:
    """Show the main job on a small web of its own: eight sites on loopback are watched over five
    ticks while their pages are edited, masked, moved and taken down; then five seed copies are
    placed against what was kept, and the archive is proved. Nothing outside this machine is asked.
    """
    from crawler.demo import STORY, DemoWeb

    with workspace(keep) as folder, DemoWeb() as web:
        place = Settings(folder / "archive.db", web.sources_toml(folder / "sources.toml"))
        place.quiet = as_json or settings.quiet
        ticks = [tick(place, web, step) for step in STORY]
        seeds = list(compare_seeds(place))
        proof = prove(place)
        if as_json:
            write_json({"ticks": ticks, "seeds": seeds, "verify": proof})
        elif not place.quiet:
            farewell(folder if keep else None)
    missed = sum(len(one["missed"]) + len(one["unfounded"]) for one in ticks)
    if missed or not proof["ok"]:
        raise click.exceptions.Exit(1)


@contextmanager
def workspace(keep: Path | None) -> Iterator[Path]:
    """A folder to work in: the user's own, or one that goes away; raises UsageError where the
    user's cannot be used."""
    from crawler.errors import UsageError

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="palimpsest-demo-") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        used = any(keep.iterdir())
    except OSError as error:
        raise UsageError(
            f"{keep}: {error.strerror or error}", "name a folder that you may write to"
        ) from error
    if used:
        raise UsageError(f"{keep} is not empty", "name a new folder for --keep")
    yield keep


def tick(place: Settings, web: DemoWeb, step: Step) -> dict[str, Any]:
    """One tick: move the web on, look at it, tell what was found beside what was really edited."""
    from crawler.cli.passes import changes_of
    from crawler.pipeline import crawl_once

    web.advance(step.tick - web.tick)
    if not place.quiet:
        say(f"\n{step.tick + 1}. {step.title}", bold=True)
        say(f"   {step.words}")
    # The first look reads the listings back to their beginning, so that older posts are kept too.
    first = step.tick == 0
    summary = crawl_once(place.config(), place.db, backfill=first, command="demo")
    found = (row for row in changes_of(place, summary.changes) if row["score"] > 0)
    changes = sorted(found, key=lambda row: (-row["score"], urlsplit(row["url"]).path))
    verdict = judge(web, step, changes)
    if not place.quiet:
        tell(place, summary.as_dict(), changes, verdict)
    return {"tick": step.tick, "run": summary.as_dict(), "changes": changes, **verdict}


def judge(web: DemoWeb, step: Step, changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The reports beside the ground truth: edits found and missed, reports without an edit."""
    edits = [edit for edit in step.told if edit.scores]
    told = {row["url"] for row in changes}
    made = {web.url(edit.site, edit.path): edit.note for edit in edits}
    return {
        "edits": len(edits),
        "missed": [{"url": url, "edit": note} for url, note in made.items() if url not in told],
        "unfounded": sorted(told - set(made)),
    }


def tell(
    place: Settings,
    summary: dict[str, Any],
    changes: Sequence[dict[str, Any]],
    verdict: dict[str, Any],
) -> None:
    """A tick for a person: the counts, each change with its words, and whether that is true."""
    from crawler.cli.passes import headline

    say(f"   {headline(summary)}", dim=True)
    with place.archive() as archive:
        for row in changes:
            for line in change_lines(archive, row):
                click.echo(f"     {line}")
    unfounded = verdict["unfounded"]
    found = verdict["edits"] - len(verdict["missed"])
    right = not verdict["missed"] and not unfounded
    if right and not found:
        say("   No page was edited, and no change is reported.", fg="green")
        return
    say(
        f"   {found} of {plural(verdict['edits'], 'real edit')} found, "
        f"{plural(len(unfounded), 'report')} without one",
        fg="green" if right else "red",
    )
    for lost in verdict["missed"]:
        say(f"     missed: {lost['edit']} ({lost['url']})", fg="red")


def change_lines(archive: Archive, row: dict[str, Any]) -> Iterator[str]:
    """One change with the paragraphs that it touched."""
    from crawler.cli.redline_text import counts, field_lines, redline, state_line
    from crawler.compare import diff

    title = ""
    if row["to_version"] or row["from_version"]:
        title = archive.find_version(str(row["to_version"] or row["from_version"])).title or ""
    yield click.style(shorten(f"{row['source']}: {title or row['url']}", 92), fg="cyan")
    if row["kind"] == "state":
        yield f"   {state_line(row)}"
    if row["from_version"] and row["to_version"] and row["from_version"] != row["to_version"]:
        from crawler.cli.operands import of_version

        old, new = (
            of_version(archive.find_version(str(row[side])))
            for side in ("from_version", "to_version")
        )
        found = diff(old.text, new.text, old=old.fields, new=new.fields)
        yield f"   {counts(found.as_dict())}"
        for line in field_lines(found.fields):
            yield f"   {line}"
        touched = redline(found.ops, old.text, new.text, gaps=False)
        for line in islice(touched, _LINES_OF_A_CHANGE):
            yield f"   {line}"
    for seed in row["seeds"]:
        yield click.style(f"   touches the seed copy {seed['seed']}", fg="magenta")


def compare_seeds(place: Settings) -> Iterator[dict[str, Any]]:
    """Each seed copy against the archive as it stands now."""
    from crawler.cli.placing import comparison, substantial
    from crawler.copies import compare_seed

    if not place.quiet:
        say("\nThe seed copies, placed against what was kept", bold=True)
    with place.archive() as archive:
        for seed in archive.seeds():
            rows = list(compare_seed(archive, seed))
            told = [row for row in rows if substantial(row)]
            if not place.quiet:
                for line in comparison(place, archive, seed, told, paragraphs=_PARAGRAPHS):
                    click.echo(f"   {line}")
                if len(rows) > len(told):
                    say(
                        f"     … and {plural(len(rows) - len(told), 'page')} with set phrases alike"
                    )
            yield from rows


def prove(place: Settings) -> dict[str, Any]:
    """The archive verified."""
    from crawler.cli.evidence import show_verification
    from crawler.evidence.verify import verify

    found = verify(place.db)
    if not place.quiet:
        say("\nThe proof", bold=True)
        show_verification(place, found)
    return found


def farewell(kept: Path | None) -> None:
    """What to do next."""
    if kept is None:
        say("\nNothing was kept. To look around: crawl demo --keep DIR, then crawl browse.")
        return
    say(f"\nKept in {kept}. Look around with:")
    for what in ("status", "changes", "seeds list", "search 从严治党", "browse"):
        say(f"  crawl --db {kept / 'archive.db'} --sources {kept / 'sources.toml'} {what}")
