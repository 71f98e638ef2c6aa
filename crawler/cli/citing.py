"""`crawl cite`: a citation, and the bundle that proves it to a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.choices import OneOf
from crawler.cli.output import say, size, write_json

if TYPE_CHECKING:
    from crawler.evidence.citing import Citation
    from crawler.evidence.state import State
    from crawler.store import Archive


@command()
@click.argument("thing")
@click.option(
    "--format",
    "form",
    type=OneOf(["text", "csl", "bibtex", "ris", "gb7714"]),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Write everything that a stranger needs to check it.",
)
@json_option
@pass_settings
def cite(settings: Settings, thing: str, form: str, bundle: Path | None, as_json: bool) -> None:
    """Cite THING: a change, a version, a seed copy or a text.

    A number is a change, and where there is none a version (`version:12` says which); a URL is its
    latest version, URL@2026-03-01 the one of that day; 8 or more characters of a hash are whatever
    has it. The paragraph is written in Chinese and in English.
    """
    from crawler.evidence.citation_text import render
    from crawler.evidence.citing import cite as find
    from crawler.evidence.state import State

    state = State()
    with settings.archive() as archive:
        found = find(archive, state, thing)
        if bundle is not None:
            make_bundle(archive, state, found, bundle)
    if as_json:
        write_json(found.as_dict())
    else:
        say(render(found, form))
    if bundle is not None and not settings.quiet:
        say(
            f"{bundle}: {size(bundle.stat().st_size)}; unpack it and run python verify.py", err=True
        )
        say(f"its key has the fingerprint {found.key}: publish that elsewhere", err=True, dim=True)


def make_bundle(archive: Archive, state: State, found: Citation, target: Path) -> None:
    """Write the bundle, with the change as a page that stands alone."""
    from crawler.cli.times import now
    from crawler.evidence.bundle import write_bundle
    from crawler.model.times import iso

    page = change_page(found)
    write_bundle(archive, state, found, target, iso(now()), None if page is None else page.encode())


def change_page(found: Citation) -> str | None:
    """The change by its recorded operations as an HTML file; None for what is no edit."""
    old, new = found.rows["texts"]
    if not found.rows.get("ops") or not (old and new):
        return None
    from crawler.cli.operands import Operand
    from crawler.cli.redline_html import page
    from crawler.model import Diff, Label, Op, OpKind

    ops = tuple(
        Op(
            OpKind(op["op"]),
            tuple(op["a"]),
            tuple(op["b"]),
            tuple(Label(label) for label in op["labels"]),
            op["noise"],
            op.get("move"),
        )
        for op in found.rows["ops"]
    )
    counts = found.rows["counts"]
    diff = Diff(len(old), len(new), ops, (), **counts)
    named = found.url or found.title or ""
    before = Operand("A", old, f"{named} (last seen {found.since})")
    return page(before, Operand("B", new, f"{named} (first seen {found.until})"), diff)
