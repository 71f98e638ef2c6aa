"""One run: a queue for each host, listings before pages, everything written as it comes.

Hosts are asked side by side, one request in flight for each; what came back is read in worker
processes while the host waits out its pace.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.errors import ArchiveError
from crawler.fetch import Fetcher, Interrupted
from crawler.model import (
    Attempt,
    Failure,
    FetchRequest,
    Intent,
    ListingIntent,
    Outcome,
    Purpose,
    Source,
)
from crawler.pipeline.aside import aside_intent, copy_intent
from crawler.pipeline.asking import listing_request, page_request, source_request
from crawler.pipeline.desk import Desk
from crawler.pipeline.leading import Leading
from crawler.pipeline.listings import listed
from crawler.pipeline.looking import earlier
from crawler.pipeline.pages import page_intent, unread_intent
from crawler.pipeline.summary import Progress, RunSummary
from crawler.pipeline.tally import Tally
from crawler.pipeline.tasks import Bounds, CopyTask, ListingTask, PageTask, Task
from crawler.store import ListingState

log = logging.getLogger(__name__)

# So many answers may wait for a reader process, which bounds the memory that bodies take.
READING_AT_ONCE = 48
# An answer whose bodies are no larger gives its place to the next one as soon as it is in the queue
# of the writer: else no commit could hold more answers than there are places.
ASIDE_BYTES = 256 * 1024


class Place:
    """A place among the answers that are being read; it is left once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def leave(self) -> None:
        """Lets the next answer in."""
        places, self._places = self._places, None
        if places is not None:
            places.release()


class Crawl:
    """A run in progress. `stop` ends it cleanly: nothing new is started, what runs is written."""

    def __init__(
        self,
        desk: Desk,
        fetcher: Fetcher,
        sources: dict[str, Source],
        bounds: Bounds,
        progress: Progress,
        summary: RunSummary,
        read_before: frozenset[str] = frozenset(),
        backfilled: Mapping[str, str | None] | None = None,
    ) -> None:
        self._desk = replace(desk, fetch=self._fetch_part)
        self._fetcher = fetcher
        self._bounds = bounds
        self._tally = Tally(summary, progress)
        self._queues: dict[str, deque[Task]] = {}
        self._asked: set[str] = set()
        self._reading = asyncio.Semaphore(READING_AT_ONCE)
        self._group: asyncio.TaskGroup | None = None
        self._pages = 0
        self._leading = Leading(
            self._desk, sources, bounds, backfilled or {}, add=self._add, found=self._tally.found
        )
        #: sources that an earlier run has listed
        self._read_before = read_before
        self.stopped = asyncio.Event()
        #: the copies that were read, and the pages whose time they fill
        self.copies: list[str] = []
        self.filled: dict[int, Source] = {}

    @property
    def summary(self) -> RunSummary:
        """What the run has found so far."""
        return self._tally.summary

    def stop(self, why: str) -> None:
        """Ends the run early: what is being fetched or read is still written."""
        self.summary.ended_early = self.summary.ended_early or why
        self.stopped.set()
        self._fetcher.interrupt()

    async def run(self, tasks: Sequence[Task]) -> None:
        """Works through the tasks and all that their listings give."""
        timer = None
        if self._bounds.max_time_s is not None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(self._bounds.max_time_s, self.stop, "max_time")
        try:
            async with asyncio.TaskGroup() as self._group:
                for task in tasks:
                    self._add(task)
        except* ArchiveError as errors:
            raise errors.exceptions[0] from None
        finally:
            if timer is not None:
                timer.cancel()

    def _add(self, task: Task, *, first: bool = False) -> bool:
        """Queues a task unless its URL was asked already or the run's limit is reached."""
        if task.url in self._asked or self.stopped.is_set():
            return False
        if not isinstance(task, ListingTask):
            if self._bounds.limit is not None and self._pages >= self._bounds.limit:
                return False
            self._pages += 1
        self._asked.add(task.url)
        host = urlsplit(task.url).netloc
        queue = self._queues.get(host)
        if queue is None:
            queue = self._queues[host] = deque()
            assert self._group is not None  # noqa: S101 - tasks are added inside `run`
            self._group.create_task(self._serve(host, queue))
        queue.appendleft(task) if first else queue.append(task)
        return True

    async def _serve(self, host: str, queue: deque[Task]) -> None:
        """One host's queue, a request at a time; ends when nothing is left for this host."""
        while queue and not self.stopped.is_set():
            task = queue.popleft()
            request, known = await self._request(task)
            if isinstance(task, ListingTask) and await self._leading.gone_on(task, known):
                continue
            try:
                attempts = await self._fetcher.fetch(request)
            except Interrupted as ended:
                await self._left(task, ended.attempts)
                break
            await self._reading.acquire()
            assert self._group is not None  # noqa: S101
            handling = self._group.create_task(self._handle(task, attempts, known))
            if isinstance(task, CopyTask):
                # Copies of one page are written in the order of their moments.
                await handling
            # A listing's pages come from its answer: the host waits for them.
            await asyncio.sleep(0)
        del self._queues[host]

    async def _request(self, task: Task) -> tuple[FetchRequest, ListingState | None]:
        if isinstance(task, PageTask):
            return page_request(task.source, task.due, self._desk.clock()), None
        if isinstance(task, CopyTask):
            return source_request(task.source, task.url, Purpose.ARTICLE), None
        known: ListingState | None = await self._desk.writer.call(
            self._desk.archive.listing_state, task.url
        )
        return listing_request(task.source, task.url, known, self._desk.clock()), known

    async def _handle(
        self, task: Task, attempts: tuple[Attempt, ...], known: ListingState | None
    ) -> None:
        """Reads and writes one answer; a bug of ours costs this page and not the run."""
        place = Place(self._reading)
        try:
            if isinstance(task, PageTask):
                await self._page(task, attempts, place)
            elif isinstance(task, CopyTask):
                await self._copy(task, attempts)
            else:
                await self._listing(task, attempts, known)
        except ArchiveError:
            raise
        except Interrupted as ended:
            await self._left(task, ended.attempts)
        except Exception:
            log.exception("unexpected error at %s", task.url)
            what = f"{task.url}: an unexpected error of this program; its log has the details"
            await self._unhandled(task, attempts, Failure(Outcome.FAILED, "internal", what))
        finally:
            place.leave()

    async def _page(self, task: PageTask, attempts: tuple[Attempt, ...], place: Place) -> None:
        look = aside_intent if task.due.aside else page_intent
        intent = await look(self._desk, task.source, task.due, attempts, task.listing)
        small = sum(len(attempt.body or b"") for attempt, _, _ in intent.attempts) <= ASIDE_BYTES
        committed = await self._desk.writer.put(intent, place.leave if small else None)
        self._tally.page(task.source, intent, committed)

    async def _copy(self, task: CopyTask, attempts: tuple[Attempt, ...]) -> None:
        intent = await copy_intent(self._desk, task.source, task.link, attempts)
        if intent is None:
            what = f"{task.url} is the copy of a page that nobody knows; the copy is kept"
            await self._unhandled(task, attempts, Failure(Outcome.FAILED, "unknown_page", what))
            return
        committed = await self._desk.writer.put(intent)
        self._tally.page(task.source, intent, committed)
        if committed.extraction_id is not None and committed.page_id is not None:
            self.copies.append(task.url)
            self.filled[committed.page_id] = task.source

    async def _left(self, task: Task, attempts: tuple[Attempt, ...]) -> None:
        """Keeps what was asked before the run was ended; the task itself is left to the next."""
        if attempts:
            rows = earlier(attempts)
            await self._desk.writer.put(
                ListingIntent(self._desk.run_id, task.source.id, task.url, rows)
            )

    async def _unhandled(self, task: Task, attempts: tuple[Attempt, ...], failure: Failure) -> None:
        """Leaves the rows of an answer that we could not handle; a page waits for its next turn."""
        if isinstance(task, PageTask) and not task.due.aside:
            intent: Intent | ListingIntent = unread_intent(
                self._desk, task.source, task.due, attempts, failure
            )
        else:
            last = replace(attempts[-1], failure=failure)
            rows = (*earlier(attempts[:-1]), (last, Outcome.FAILED, failure.reason))
            intent = ListingIntent(self._desk.run_id, task.source.id, task.url, rows)
        await self._desk.writer.put(intent)
        self._tally.unhandled(task, failure)

    async def _listing(
        self, task: ListingTask, attempts: tuple[Attempt, ...], known: ListingState | None
    ) -> None:
        result = await listed(
            self._desk,
            task.source,
            task.url,
            attempts,
            backfill=self._bounds.backfill,
            depth=task.depth,
            stored_body=None if known is None else known.body,
            usual=None if known is None else known.usual,
            read_before=task.source.id in self._read_before,
        )
        committed = await self._desk.writer.put(result.intent)
        await self._leading.next_listing(task)
        self._tally.listing(task, result, committed)
        await self._leading.follow(task.source, result.follow)
        read_at = known.read_at if known else None
        await self._leading.look_at(task.source, result.intent.links, read_at)

    async def _fetch_part(self, request: FetchRequest) -> tuple[Attempt, ...]:
        """A further part of an article that is being read: while its host is waited for, another
        answer may be read."""
        self._reading.release()
        try:
            return await self._fetcher.fetch(request)
        finally:
            await self._reading.acquire()
