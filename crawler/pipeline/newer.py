"""Pages that their listing calls edited since they were last looked at: a look that was planned for
later comes now. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from crawler.model import Link, PageKey, PageState, iso, parse_iso
from crawler.store import Due

# A listing that calls more than this share of its pages edited dates them all anew at each reading.
MOST_EDITED = 0.25
FEW = 10
#: a moment further ahead was written by a clock that is wrong
AHEAD = timedelta(days=1)


def said_newer(
    links: Mapping[PageKey, Link],
    found: Sequence[tuple[PageKey, Due]],
    listed: int,
    now: datetime,
) -> list[tuple[PageKey, Due]]:
    """Those of the pages that were edited since their last conclusive look, by the listing's word;
    none of a listing that says so of too many of the `listed`."""
    newer = [(key, due) for key, due in found if is_newer(links[key], due.page, now)]
    return newer if len(newer) <= max(FEW, MOST_EDITED * listed) else []


def dated_since(link: Link, moment: str) -> bool:
    """Whether a listing's entry names a moment of editing that may lie after another one, for all
    that clocks and zones can do."""
    if link.updated is None:
        return False
    return link.updated[:10] >= iso(parse_iso(moment) - AHEAD)[:10]


def is_newer(link: Link, page: PageState, now: datetime) -> bool:
    """Whether the listing names a moment of editing after the page's last conclusive look. A day
    alone is later only when it is another day."""
    if link.updated is None or link.as_of is not None or page.last_conclusive_at is None:
        return False
    seen = parse_iso(page.last_conclusive_at)
    try:
        edited = datetime.fromisoformat(link.updated)
    except ValueError:
        return False
    if len(link.updated) <= len("2026-01-02"):
        return seen.date() < edited.date() <= (now + AHEAD).date()
    edited = edited if edited.tzinfo else edited.replace(tzinfo=UTC)
    return seen < edited <= now + AHEAD
