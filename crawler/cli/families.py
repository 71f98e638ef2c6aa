"""`crawl reuse --families`: which pages print one article."""

from __future__ import annotations

from itertools import islice
from typing import Any

from crawler.cli.base import Settings
from crawler.cli.output import plural, say, write_lines
from crawler.cli.times import shown

#: pages of a family that a person is shown; --json has them all
SHOWN_PAGES = 10


def show_families(settings: Settings, source: str | None, limit: int, *, as_json: bool) -> None:
    """Lists the families of reprints, the largest first."""
    from crawler.reprints import families

    with settings.archive() as archive:
        found = families(archive, source=source)
        lines = (family.as_dict() for family in islice(found, limit))
        if as_json:
            write_lines(lines)
            return
        for line in lines:
            _show(settings, line)
    more = f" (--limit {limit})" if len(found) > limit else ""
    families_word = "family" if len(found) == 1 else "families"
    say(f"{len(found):,} {families_word} of reprints{more}")


def _show(settings: Settings, line: dict[str, Any]) -> None:
    where = settings.zone()
    pages = line["pages"]
    say(f"{plural(len(pages), 'page')}, the oldest {line['original']}", bold=True)
    for page in pages[:SHOWN_PAGES]:
        since = (
            f"published {page['published'][:10]}"
            if page["published"]
            else f"seen since {shown(page['first_seen'], where)}"
        )
        share = f"{page['of_original']:.0%} of the oldest, {page['of_page']:.0%} of its own"
        say(f"  {page['source']}  {page['url']}")
        say(f"    {since}, {page['state']}, {share}")
    if len(pages) > SHOWN_PAGES:
        say(f"  … and {len(pages) - SHOWN_PAGES:,} more: --json has them all")
