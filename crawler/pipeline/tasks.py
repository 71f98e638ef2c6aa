"""What a run has to do: pages, listings, copies; and how far it goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.discover import KINDS, start_urls
from crawler.model import Link, Source
from crawler.pipeline.summary import RunSummary
from crawler.store import Due


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page to look at, by one of its addresses."""

    source: Source
    due: Due
    listing: Link | None = None

    @property
    def url(self) -> str:
        """The address to ask."""
        return self.due.address.url


@dataclass(frozen=True, slots=True)
class ListingTask:
    """One listing to read; `depth` counts the levels above it."""

    source: Source
    url: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class CopyTask:
    """One copy that a web archive keeps of a page."""

    source: Source
    link: Link

    @property
    def url(self) -> str:
        """The copy's address."""
        return self.link.url


Task = PageTask | ListingTask | CopyTask


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a run goes."""

    backfill: bool = False
    limit: int | None = None
    max_time_s: float | None = None
    due_only: bool = False


def listing_tasks(
    sources: Sequence[Source], summary: RunSummary, *, backfill: bool
) -> list[ListingTask]:
    """The listings to begin with; a source of a kind that is not built fails with that word."""
    tasks: list[ListingTask] = []
    for source in sources:
        counters = summary.source(source.id)
        if source.kind not in KINDS:
            counters.listing_failed = True
            counters.error("", f"the kind {source.kind!r} is not built yet; `crawl check` says so")
            continue
        tasks += [ListingTask(source, url) for url in start_urls(source, backfill=backfill)]
    return tasks
