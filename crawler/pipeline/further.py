"""Further addresses of pages that are looked at: each is looked at within the promise, too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crawler.model import Link, Source, iso
from crawler.pipeline.tasks import PageTask
from crawler.store import Archive, Due

# A further address is looked at with its page, unless it was within this share of the promise.
SHARE = 0.5


def further_tasks(
    archive: Archive, found: Sequence[Due], sources: Mapping[str, Source], now: datetime
) -> list[PageTask]:
    """The looks at further addresses that go with these looks at pages, to be made after them."""
    by_source: dict[str, list[Due]] = defaultdict(list)
    for due in found:
        if due.page.source_id in sources and not due.aside:
            by_source[due.page.source_id].append(due)
    tasks: list[PageTask] = []
    for source_id, dues in by_source.items():
        source = sources[source_id]
        before = iso(now - timedelta(seconds=SHARE * source.max_gap_s))
        tasks += [PageTask(source, due) for due in archive.other_addresses(dues, before)]
    return tasks


def of_list(link: Link | None) -> Link | None:
    """What a list of the site says of a page; an index of copies says nothing of it."""
    return None if link is None or link.as_of is not None else link
