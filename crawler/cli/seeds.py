"""`crawl seeds` and `crawl reuse`: the copies that you hold, and where passages stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crawler.cli.base import Command, Settings, json_option, pass_settings
from crawler.cli.choices import OneOf
from crawler.cli.output import say, shorten, table, write_lines
from crawler.cli.times import shown


@click.group()
def seeds() -> None:
    """Compare the copies that you hold with the archive."""


seeds.command_class = Command
min_chars_option = click.option(
    "--min-chars",
    type=click.IntRange(8, 10_000),
    default=30,
    show_default=True,
    metavar="N",
    help="A passage counts from so many characters on.",
)


@seeds.command("list")
@json_option
@pass_settings
def list_seeds(settings: Settings, as_json: bool) -> None:
    """List the seed copies and the version that stands nearest to each."""
    with settings.archive() as archive:
        rows = archive.seeds_list()
        if as_json:
            write_lines(rows)
            return
        listed = list(rows)
    where = settings.zone()
    cells = [
        (
            row["seed"],
            f"{row['chars']:,}",
            f"{row['best_coverage']:.0%}" if row["best_version"] else "–",
            str(row["best_version"] or "–"),
            row["state"] or "–",
            shown(row["last_checked"], where),
            {True: "yes", False: "no"}.get(row["changed_since_retrieved"], "–"),
            shorten(row["title"] or "–", 40),
        )
        for row in listed
    ]
    head = ("seed", "chars", "covered", "version", "state", "checked", "changed", "title")
    table(head, cells, right=(1, 2, 3))


@seeds.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "seed_id", help="Its short name [default: the file's name].")
@click.option("--title", help="Its title.")
@click.option("--url", help="Where it was copied from.")
@click.option(
    "--url-evidence",
    type=OneOf(["verified", "inferred", "unknown"]),
    help="How sure that is [default: inferred with --url, else unknown].",
)
@click.option("--retrieved", metavar="DATE", help="When it was copied.")
@click.option("--original", "originals", multiple=True, metavar="URL", help="What it quotes.")
@pass_settings
def add_seed(settings: Settings, file: Path, seed_id: str | None, **known: Any) -> None:
    """Declare FILE as a seed copy: append it to sources.toml and take it into the archive."""
    from crawler.cli.declare import declare_seed

    config = declare_seed(settings.sources, file, seed_id, known)
    seed = config.seeds[-1]
    with settings.archive("write") as archive:
        archive.sync_seeds([(one, Path(one.file).read_bytes()) for one in config.seeds])
        while archive.index_waiting():
            pass
    if not settings.quiet:
        say(f"added {seed.id}: crawl seeds compare {seed.id}")


@seeds.command("compare")
@click.argument("seed", required=False)
@click.option("--history", is_flag=True, help="Compare with every version, not the current ones.")
@click.option("--all", "all_", is_flag=True, help="List pages that share only set phrases too.")
@click.option("--edits", is_flag=True, help="Show the edits inside shared passages.")
@min_chars_option
@json_option
@pass_settings
def compare(
    settings: Settings,
    seed: str | None,
    history: bool,
    all_: bool,
    edits: bool,
    min_chars: int,
    as_json: bool,
) -> None:
    """Show how SEED (or every seed copy) stands against each page that shares a passage with it.

    What the copy lacks and what the page lacks is listed paragraph by paragraph.
    """
    from crawler.cli.placing import comparison
    from crawler.copies import compare_seed

    with settings.archive() as archive:
        for one in [archive.seed(seed)] if seed else archive.seeds():
            rows = compare_seed(archive, one, history=history, all_=all_, min_chars=min_chars)
            if as_json:
                write_lines(rows)
            else:
                for line in comparison(settings, archive, one, list(rows), edits=edits):
                    click.echo(line)


@click.command(cls=Command)
@click.argument("query", metavar="TEXT|FILE|URL|SEED", required=False)
@min_chars_option
@click.option("--families", is_flag=True, help="List the pages that print one article, instead.")
@click.option("--source", metavar="S", help="With --families: those with a page of this source.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="With --families: the N largest.",
)
@json_option
@pass_settings
def reuse(
    settings: Settings,
    query: str | None,
    min_chars: int,
    families: bool,
    source: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find every passage of a text, file, page or seed copy that stands elsewhere in the archive,
    the rarest first; or, with --families, the pages that print one article."""
    if families == (query is not None):
        raise click.UsageError("name a text, file, page or seed copy, or ask for --families")
    if families:
        from crawler.cli.families import show_families

        show_families(settings, source, limit, as_json=as_json)
    elif query is not None:
        from crawler.cli.reusing import show_passages

        show_passages(settings, query, min_chars, as_json=as_json)
