"""A seed copy beside the pages that share passages with it, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import Settings
from crawler.cli.output import plural, shorten, visible
from crawler.cli.times import between

if TYPE_CHECKING:
    from crawler.store import Archive, SeedRow

#: what one side lacks is told where so much of the other side is found in it
_TOLD_COVERAGE = 0.2
_PARAGRAPHS = 12
_RELATIONS = {
    "same": "the same text",
    "reprint": "a reprint",
    "quotes": "the page quotes the copy",
    "quoted_by": "the copy quotes the page",
    "overlap": "they share passages",
}


def comparison(
    settings: Settings,
    archive: Archive,
    seed: SeedRow,
    rows: Sequence[Mapping[str, Any]],
    *,
    edits: bool = False,
    paragraphs: int = _PARAGRAPHS,
) -> Iterator[str]:
    """One seed copy: a block for each page of which much is found, a line for each of the rest;
    `paragraphs` bounds what is listed as lacking."""
    head = f"{seed.name}: {seed.title or '(no title)'}, {len(seed.text):,} characters"
    yield click.style(visible(head), bold=True)
    if not rows:
        yield "  no page in the archive shares a passage with it"
    for row in rows:
        if row["relation"] == "translation":
            yield from _translation(row)
            continue
        yield from _place(settings, row)
        page = archive.find_version(str(row["version"])).text
        yield from _lacking(row, seed.text, page, paragraphs)
        if edits:
            yield from _edits(row, seed.text, page)


def substantial(row: Mapping[str, Any]) -> bool:
    """Whether the line says more than that both use the same formulas."""
    return bool(
        row["relation"] != "overlap"
        or max(row["seed_coverage"], row["page_coverage"]) >= _TOLD_COVERAGE
    )


def _place(settings: Settings, row: Mapping[str, Any]) -> Iterator[str]:
    where = settings.zone()
    relation = _RELATIONS[row["relation"]]
    if row["relation"] == "same" and (row["missing_from_seed"] or row["missing_from_page"]):
        relation = "the same text but for what is listed"
    told = click.style(relation, fg="cyan" if substantial(row) else None)
    shares = (
        f"{row['seed_coverage']:.0%} of the copy, {row['page_coverage']:.0%} of the page "
        f"in {plural(len(row['matches']), 'passage')}"
    )
    yield f"  {told}: {shares}"
    yield f"    {visible(row['url'])}"
    if substantial(row):
        seen = between(row["first_seen"], row["last_seen"], where)
        yield f"    version {row['version']} of {row['source']}, {row['state']}, seen {seen}"


def _translation(row: Mapping[str, Any]) -> Iterator[str]:
    pairs = plural(len(row["matches"]), "pair")
    own = row["version"] is None
    what = "the copy holds its own translation" if own else "a translation of the page"
    told = click.style(what, fg="cyan")
    yield f"  {told}: {pairs} of paragraphs, confidence {row['confidence']:.2f}"
    if not own:
        yield f"    {visible(row['url'])}"


def _lacking(row: Mapping[str, Any], seed: str, page: str, most: int) -> Iterator[str]:
    """What the copy lacks of a page that is mostly in it, and the other way round. A copy that
    quotes a page holds other things besides by its nature: those are not told."""
    quoted = row["relation"] == "quoted_by"
    if quoted or row["page_coverage"] >= _TOLD_COVERAGE:
        yield from _runs("the copy lacks", row["missing_from_seed"], page, "green", most)
    if not quoted and row["seed_coverage"] >= _TOLD_COVERAGE:
        yield from _runs("the page lacks", row["missing_from_page"], seed, "red", most)


def _runs(
    what: str, spans: Sequence[Sequence[int]], text: str, colour: str, most: int
) -> Iterator[str]:
    parts = [part for start, end in spans for part in _paragraphs(text, start, end)]
    if not parts:
        return
    total = sum(len(part) for _, part in parts)
    yield f"    {what} {total:,} characters in {plural(len(parts), 'paragraph')}:"
    for number, part in parts[:most]:
        run = click.style(shorten(part, 84), fg=colour)
        yield f"      paragraph {number}, {len(part):,} characters: {run}"
    if len(parts) > most:
        yield f"      … and {len(parts) - most} more: --json has them all"


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The paragraphs of a run, each with its number in the text."""
    first = text.count("\n", 0, start) + 1
    for number, part in enumerate(text[start:end].split("\n"), first):
        if part.strip():
            yield number, part


def _edits(row: Mapping[str, Any], seed: str, page: str) -> Iterator[str]:
    from crawler.cli.redline_text import redline
    from crawler.model.compared import op_from_dict

    for match in row["matches"]:
        ops = [op_from_dict(op) for op in match["ops"]]
        if any(op.op != "equal" and not op.noise for op in ops):
            for line in redline(ops, seed, page):
                yield f"      {line}"
