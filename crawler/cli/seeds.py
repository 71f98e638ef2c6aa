"""`crawl seeds` and `crawl reuse`: the copies that you hold, and where passages stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import Command, Settings, json_option, pass_settings
from crawler.cli.output import plural, say, shorten, table, write_lines
from crawler.cli.times import shown

if TYPE_CHECKING:
    from crawler.store import Archive, SeedRow

_MISSING_SHOWN = 12


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
    type=click.Choice(["verified", "inferred", "unknown"]),
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
        archive.index_waiting()
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
    from crawler.copies import compare_seed

    with settings.archive() as archive:
        for one in [archive.seed(seed)] if seed else archive.seeds():
            rows = compare_seed(archive, one, history=history, all_=all_, min_chars=min_chars)
            if as_json:
                write_lines(rows)
            else:
                show_comparison(settings, archive, one, rows, edits=edits)


def show_comparison(
    settings: Settings,
    archive: Archive,
    seed: SeedRow,
    rows: Iterator[Mapping[str, Any]],
    *,
    edits: bool = False,
) -> None:
    """One seed copy for a person: a block for each page that shares a passage with it."""
    say(f"{seed.name}: {seed.title or '(no title)'}, {len(seed.text):,} characters", bold=True)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        page = "" if row["version"] is None else archive.find_version(str(row["version"])).text
        for line in comparison_lines(settings, row, seed.text, page or seed.text, edits=edits):
            say_raw(line)
    if not count:
        say("  no page in the archive shares a passage with it")


def say_raw(line: str) -> None:
    """A line whose hidden characters were made visible before it was coloured."""
    click.echo(line)


_RELATIONS = {
    "same": "the same text",
    "reprint": "a reprint",
    "quotes": "the page quotes the copy",
    "quoted_by": "the copy quotes the page",
    "overlap": "they share passages",
    "translation": "a translation",
}


def comparison_lines(
    settings: Settings, row: Mapping[str, Any], seed_text: str, page_text: str, *, edits: bool
) -> Iterator[str]:
    """One page against one seed copy, in lines."""
    from crawler.cli.output import visible

    where = settings.zone()
    target = visible(row["url"] or "(both languages in the copy itself)")
    yield f"  {click.style(_RELATIONS[row['relation']], fg='cyan')}: {target}"
    if row["relation"] == "translation":
        pairs = plural(len(row["matches"]), "pair")
        yield f"    {pairs} of paragraphs, confidence {row['confidence']:.2f}"
        return
    seen = f"seen {shown(row['first_seen'], where)} – {shown(row['last_seen'], where)}"
    yield f"    version {row['version']} of {row['source']}, {row['state']}, {seen}"
    yield (
        f"    {row['seed_coverage']:.0%} of the copy and {row['page_coverage']:.0%} of the page "
        f"in {plural(len(row['matches']), 'passage')}"
    )
    yield from _missing("the copy lacks", row["missing_from_seed"], page_text, "green")
    if row["relation"] != "quoted_by":
        yield from _missing("the page lacks", row["missing_from_page"], seed_text, "red")
    if edits:
        yield from _edits(row, seed_text, page_text)


def _missing(what: str, spans: list[list[int]], text: str, colour: str) -> Iterator[str]:
    if not spans:
        return
    total = sum(end - start for start, end in spans)
    yield f"    {what} {plural(len(spans), 'run')}, {total:,} characters:"
    for start, end in spans[:_MISSING_SHOWN]:
        place = f"paragraph {text.count(chr(10), 0, start) + 1}"
        run = shorten(text[start:end], 90)
        yield f"      {place}, {end - start:,} characters: {click.style(run, fg=colour)}"
    if len(spans) > _MISSING_SHOWN:
        yield f"      … and {len(spans) - _MISSING_SHOWN} more: --json lists them all"


def _edits(row: Mapping[str, Any], seed_text: str, page_text: str) -> Iterator[str]:
    from crawler.cli.redline_text import redline
    from crawler.model.compared import op_from_dict

    for match in row["matches"]:
        ops = [op_from_dict(op) for op in match["ops"]]
        if any(op.op != "equal" and not op.noise for op in ops):
            for line in redline(ops, seed_text, page_text):
                yield f"      {line}"


@click.command(cls=Command)
@click.argument("query", metavar="TEXT|FILE|URL|SEED")
@min_chars_option
@json_option
@pass_settings
def reuse(settings: Settings, query: str, min_chars: int, as_json: bool) -> None:
    """Find every passage of a text, file, page or seed copy that stands elsewhere in the archive,
    the rarest first."""
    from crawler.cli.operands import passage_source
    from crawler.copies import reuse as find

    asked = passage_source(settings, query)
    with settings.archive() as archive:
        rows = find(
            archive, asked.text, min_chars=min_chars, page_id=asked.page_id, seed=asked.seed
        )
        if as_json:
            write_lines(rows)
            return
        listed = list(rows)
    where = settings.zone()
    for row in listed:
        start, end = row["query"]
        place = f"seed copy {row['seed']}" if row["seed"] else f"{row['url']}"
        exact = "word for word" if row["exact"] else "with edits"
        say(shorten(asked.text[start:end], 100), bold=True)
        say(f"  {place}")
        when = f", since {shown(row['first_seen'], where)}" if row["first_seen"] else ""
        say(f"  {row['chars']:,} characters {exact}, rarity {row['rarity']:.2f}{when}")
    say(f"{plural(len(listed), 'passage')} of {min_chars} characters or more")
