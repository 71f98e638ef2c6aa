"""The one writer: gathers finished pages and commits them in small batches on its own thread."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from crawler.model import HostState, Intent, ListingIntent
from crawler.store import Archive, Committed

# One page is never split over two commits; so many may share one, or all that come in this time.
BATCH_PAGES = 128
BATCH_WAIT_S = 0.05

Waiting = tuple[Intent | ListingIntent, "asyncio.Future[Committed]"]


class Writer:
    """Owns the archive's connection while a run lasts; every use of it goes through `call`."""

    def __init__(self, archive: Archive, hosts: Callable[[], tuple[HostState, ...]]) -> None:
        self._archive = archive
        self._hosts = hosts
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue(maxsize=2 * BATCH_PAGES)
        self._task: asyncio.Task[None] | None = None
        self._failed: BaseException | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._queue.put(None)
        if self._task is not None:
            await self._task
        try:
            await self.call(self._archive.commit, (), self._hosts())
        finally:
            self._thread.shutdown()

    async def call(self, use: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Runs one use of the archive on its thread, between commits."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: use(*args, **named))

    async def put(
        self, intent: Intent | ListingIntent, queued: Callable[[], None] | None = None
    ) -> Committed:
        """Writes an intent with whatever else is ready, and returns what became of it; `queued` is
        called when its turn is sure to come. Raises the archive's error (disk full, busy), after
        which nothing more is written."""
        if self._failed is not None:
            raise self._failed
        done: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        await self._queue.put((intent, done))
        if queued is not None:
            queued()
        return await done

    async def _write(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch, last = await self._gather(first)
            await self._commit(batch)
            if last:
                return

    async def _gather(self, first: Waiting) -> tuple[list[Waiting], bool]:
        batch = [first]
        loop = asyncio.get_running_loop()
        until = loop.time() + BATCH_WAIT_S
        while len(batch) < BATCH_PAGES:
            try:
                async with asyncio.timeout_at(until):
                    item = await self._queue.get()
            except TimeoutError:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    async def _commit(self, batch: list[Waiting]) -> None:
        intents = [intent for intent, _ in batch]
        try:
            if self._failed is not None:
                raise self._failed
            written = await self.call(self._archive.commit, intents, self._hosts())
        except Exception as error:  # noqa: BLE001 - handed to everybody who waits
            self._failed = error
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), row in zip(batch, written, strict=True):
            if not done.done():
                done.set_result(row)
