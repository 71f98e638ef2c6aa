"""`crawl diff`: what differs between two texts, for a person, a script or a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.base import (
    CHANGED,
    Settings,
    command,
    exit_code_option,
    json_option,
    pass_settings,
)
from crawler.cli.output import say, write_json

if TYPE_CHECKING:
    from crawler.cli.operands import Operand
    from crawler.model.compared import Diff


@command()
@click.argument("a")
@click.argument("b", required=False)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page that stands alone for a browser.",
)
@click.option("--whole", is_flag=True, help="Show the paragraphs that did not change too.")
@json_option
@exit_code_option
@pass_settings
def diff(
    settings: Settings,
    a: str,
    b: str | None,
    html: Path | None,
    whole: bool,
    as_json: bool,
    tell_exit: bool,
) -> None:
    """Show what differs between A and B.

    Each is a version (its id or hash), a URL (its latest version), URL@2026-03-01, a seed copy or
    a text file. With a URL alone: its last two versions.
    """
    from crawler.cli.operands import pair
    from crawler.cli.reasons import why
    from crawler.compare import diff as compare

    old, new = pair(settings, a, b)
    config = settings.config_or_none()
    words = config.gazetteer if config else None
    found = compare(old.text, new.text, old=old.fields, new=new.fields, gazetteer=words)
    change = _change(settings, old, new)
    if html is not None:
        write_page(html, _page(settings, change, old, new, found))
    if as_json:
        write_json(found.as_dict(old.id, new.id))
    elif not settings.quiet:
        for line in report(old, new, found, whole=whole, reason=why(change) if change else None):
            click.echo(line)
        if html is not None:
            say(f"written: {html}")
    if tell_exit and found.score > 0:
        raise click.exceptions.Exit(CHANGED)


def write_page(path: Path, page: str) -> None:
    """Write an HTML file; raises UsageError or DiskFull where it cannot be written."""
    from crawler.errors import not_written

    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise not_written(path, error) from error


def _page(
    settings: Settings, change: dict[str, Any] | None, old: Operand, new: Operand, found: Diff
) -> str:
    """The page of the change between the two, where one is recorded, with its evidence; else that
    of the comparison."""
    from crawler.cli.redline_html import page

    if change is None:
        return page(old, new, found)
    from crawler.cli.times import now
    from crawler.web.standing import change_file

    with settings.archive() as archive:
        return change_file(archive, change["change"], now=now())


def _change(settings: Settings, old: Operand, new: Operand) -> dict[str, Any] | None:
    """The recorded change from the one version to the other."""
    if not isinstance(new.id, int) or old.page_id is None or old.page_id != new.page_id:
        return None
    with settings.archive() as archive:
        change = archive.change_to(new.id)
    return change if change and change["from_version"] == old.id else None


def report(
    old: Operand, new: Operand, found: Diff, *, whole: bool = False, reason: str | None = None
) -> Iterator[str]:
    """The diff for a person: what was compared, the counts, the fields, the marked text."""
    from crawler.cli.output import plural, visible
    from crawler.cli.redline_text import LEGEND, counts, field_lines, redline

    yield click.style("A ", bold=True) + visible(old.label)
    yield click.style("B ", bold=True) + visible(new.label)
    yield counts(found.as_dict())
    if reason:
        yield reason
    noise = sum(op.noise for op in found.ops)
    if noise:
        yield click.style(
            f"{plural(noise, 'difference')} of form alone (spaces, width, quote marks) not marked",
            dim=True,
        )
    if found.coarse:
        yield click.style("the texts are so large or so unlike that this is rough", fg="yellow")
    yield from field_lines(found.fields)
    if any(op.op != "equal" and not op.noise for op in found.ops):
        yield click.style(LEGEND, dim=True)
        yield ""
        yield from redline(found.ops, old.text, new.text, whole=whole)
    elif old.text == new.text:
        yield "the texts are the same, character by character"
