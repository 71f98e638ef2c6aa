"""Where a listing leads: to further listings, and to the pages and copies that it names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from crawler.discover import Step, next_urls, pages_of, start_urls
from crawler.model import Document, Link, Listing, PageKey, Source, iso
from crawler.pipeline.desk import Desk
from crawler.pipeline.following import Following
from crawler.pipeline.further import further_tasks, of_list
from crawler.pipeline.newer import dated_since, said_newer
from crawler.pipeline.tasks import Bounds, CopyTask, ListingTask, PageTask, Task
from crawler.reading import read_listing
from crawler.schedule import listing_due_at
from crawler.store import Due, ListingState
from crawler.workers import ReadingFailed


class Add(Protocol):
    """Takes a task into the queue of its host; whether there was room for it."""

    def __call__(self, task: Task, *, first: bool = False) -> bool: ...


class Leading:
    """Turns what listings say into the tasks of a run, which `add` queues; `found` hears how many
    pages a listing gave. `backfilled` says when each source's last backfill came to its end."""

    def __init__(
        self,
        desk: Desk,
        sources: Mapping[str, Source],
        bounds: Bounds,
        backfilled: Mapping[str, str | None],
        *,
        add: Add,
        found: Callable[[Source, int], None],
    ) -> None:
        self._desk = desk
        self._sources = sources
        self._bounds = bounds
        self._backfilled = backfilled
        self._following = Following(backfill=bounds.backfill)
        self._add = add
        self._found = found

    async def gone_on(self, task: ListingTask, known: ListingState | None) -> bool:
        """Goes on from an older listing that a backfill which was cut off has read: it need not be
        asked for again, since what came of it is kept. False where it must be."""
        if known is None or known.body is None or not self._read_already(task, known):
            return False
        document = Document(task.url, known.body, depth=task.depth)
        try:
            listing: Listing = await self._desk.workers.run(
                task.url, read_listing, task.source.kind, document, task.source
            )
        except ReadingFailed:
            return False
        steps = next_urls(listing, task.source, backfill=True, depth=task.depth)
        await self.follow(task.source, steps)
        await self.look_at(task.source, listing.links)
        return True

    def _read_already(self, task: ListingTask, known: ListingState) -> bool:
        if not self._bounds.backfill or known.read_at is None:
            return False
        if task.url in start_urls(task.source, backfill=True):
            return False
        return known.read_at > (self._backfilled.get(task.source.id) or "")

    async def follow(self, source: Source, steps: Sequence[Step]) -> None:
        """Queues the listings that a listing leads to, within the bound of a run."""
        taken, endless = self._following.within(source, steps)
        for step in reversed(taken):
            self._add(ListingTask(source, step.url, step.depth), first=True)
        if endless is not None:
            await self._desk.writer.call(self._desk.archive.record_event, endless)

    async def next_listing(self, task: ListingTask) -> None:
        """Writes down when a source's own listing is due again."""
        if task.depth == 0:
            due_at = iso(listing_due_at(task.source, iso(self._desk.clock())))
            await self._desk.writer.call(
                self._desk.archive.mark_listed, task.source.id, next_listing_at=due_at
            )

    async def look_at(
        self, source: Source, links: Sequence[Link], read_at: str | None = None
    ) -> None:
        """Queues the pages of a listing that are due, with what the listing says of them, those
        that it calls edited since it was read before (at `read_at`), and copies that are missing.
        """
        pages = pages_of(links, source)
        found = await self._due(pages, read_at)
        tasks: list[Task] = [
            PageTask(self._sources.get(due.page.source_id, source), due, of_list(pages.get(key)))
            for key, due in found
        ]
        tasks += await self._desk.writer.call(
            further_tasks,
            self._desk.archive,
            [due for _, due in found],
            self._sources,
            self._desk.clock(),
        )
        tasks += await self._copies(source, links)
        self._found(source, sum(self._add(task) for task in tasks))

    async def _due(
        self, pages: Mapping[PageKey, Link], read_at: str | None
    ) -> list[tuple[PageKey, Due]]:
        """Those of the pages that are due or were edited, as their listing says."""
        now = iso(self._desk.clock()) if self._bounds.due_only else None
        found: list[tuple[PageKey, Due]] = await self._desk.writer.call(
            self._desk.archive.due_pages, tuple(pages), now=now
        )
        if now is None or read_at is None:
            return found
        recent = {key: link for key, link in pages.items() if dated_since(link, read_at)}
        known = {due.page.page_id for _, due in found}
        others = await self._desk.writer.call(self._desk.archive.due_pages, tuple(recent), now=None)
        others = [(key, due) for key, due in others if due.page.page_id not in known]
        return found + said_newer(recent, others, len(pages), self._desk.clock())

    async def _copies(self, source: Source, links: Sequence[Link]) -> list[CopyTask]:
        """The copies that a web archive's index names and that are not here yet."""
        copies = [link for link in links if link.as_of is not None]
        missing = await self._desk.writer.call(
            self._desk.archive.copies_missing, [link.url for link in copies]
        )
        return [CopyTask(source, link) for link in copies if link.url in missing]
