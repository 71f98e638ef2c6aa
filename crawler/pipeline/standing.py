"""What left a list, or is called otherwise there, while older entries still stand. Pure."""

from collections.abc import Sequence

from crawler.discover import pages_of
from crawler.model import ChangeDraft, ChangeKind, FieldChange, Link, PageKey, Source

Change = tuple[PageKey, ChangeDraft]

# A list that lost more than this share of its entries shrank or was rebuilt; that is an event of
# the listing and says nothing of single articles.
MOST_LEFT = 0.5
FEW = 3


def listing_changes(
    old: Sequence[Link], new: Sequence[Link], source: Source, url: str
) -> tuple[Change, ...]:
    """The changes of kind `listing` between two readings of one listing, both in its own order."""
    before, after = (
        pages_of((link for link in links if link.as_of is None), source) for links in (old, new)
    )
    if not after:
        return ()
    return (*unlisted(before, after, url), *retitled(before, after))


def unlisted(
    before: dict[PageKey, Link], after: dict[PageKey, Link], url: str
) -> tuple[Change, ...]:
    """Articles that are not in the list now although some that stood below them are: one that only
    rolled off the end was not taken out."""
    order = list(before)
    lowest = max((place for place, key in enumerate(order) if key in after), default=0)
    left = [key for key in order[:lowest] if key not in after]
    if len(left) > FEW and len(left) > MOST_LEFT * len(order):
        return ()
    return tuple(
        (key, ChangeDraft(ChangeKind.LISTING, fields=(FieldChange("listing", url, None),)))
        for key in left
    )


def retitled(before: dict[PageKey, Link], after: dict[PageKey, Link]) -> tuple[Change, ...]:
    """Articles that the list calls otherwise now; a title that came or went is none."""
    pairs = ((key, before[key].title, link.title) for key, link in after.items() if key in before)
    return tuple(
        (key, ChangeDraft(ChangeKind.LISTING, fields=(FieldChange("title", old, new),)))
        for key, old, new in pairs
        if old and new and old != new
    )
