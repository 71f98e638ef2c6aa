"""One run: due pages are fetched, read, compared and written. Nothing is decided here."""

import asyncio
import random
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler import __version__
from crawler.config import Config
from crawler.fetch import Fetcher
from crawler.model import Source, iso
from crawler.pipeline.aside import WAYBACK
from crawler.pipeline.desk import Desk
from crawler.pipeline.indexing import catch_up
from crawler.pipeline.rates import Rates, horizons, learn, learning_due
from crawler.pipeline.reprints import tell_reprints
from crawler.pipeline.run import Crawl
from crawler.pipeline.seeds import sync_seeds
from crawler.pipeline.select import (
    ListingDue,
    due_listings,
    every_due,
    manual_source,
    need_contact,
    page_tasks,
    plan_of,
    select,
    unwatched,
    watch,
)
from crawler.pipeline.settling import settle
from crawler.pipeline.summary import HostPlan, Plan, Progress, RunSummary, Silent, SourceCount
from crawler.pipeline.tasks import Bounds, ListingTask, Task, listing_tasks
from crawler.pipeline.telling import router
from crawler.pipeline.watching import need_room, room_left
from crawler.pipeline.writer import Writer
from crawler.reading import SeedText, prepare
from crawler.store import Archive
from crawler.workers import Workers

__all__ = [
    "HostPlan",
    "Order",
    "Plan",
    "Progress",
    "RunSummary",
    "Silent",
    "SourceCount",
    "crawl",
    "crawl_once",
]


#: how often a run looks at the room on its disk
ROOM_EVERY_S = 5.0
#: whoever stops a run waits for its end, and a disk that fills up has no room for indexes
NO_INDEXING_AFTER = frozenset({"stopped", "min_free"})


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do; serialisable, so that it can be handed to a daemon."""

    select: tuple[str, ...] = ()
    due: bool = False
    backfill: bool = False
    limit: int | None = None
    max_time_s: float | None = None
    dry_run: bool = False
    command: str = "once"


@dataclass(slots=True)
class Surroundings:
    """The edges that a run is given: clock, chance, who watches, when listings are due."""

    progress: Progress = field(default_factory=Silent)
    clock: Callable[[], datetime] = utc_now
    draw: random.Random = field(default_factory=random.SystemRandom)
    listing_due: ListingDue = every_due
    #: called with the run before its first request, so that it can be stopped
    started: Callable[[Crawl], None] = lambda crawl: None
    #: who asks: `Fetcher` with the network, hosts and clock of the run
    fetcher: Callable[..., Fetcher] = Fetcher


def crawl_once(
    config: Config,
    archive_path: Path,
    *,
    select: Sequence[str] = (),
    due: bool = False,
    backfill: bool = False,
    limit: int | None = None,
    max_time_s: float | None = None,
    dry_run: bool = False,
    command: str = "once",
    progress: Progress | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> RunSummary:
    """One pass over the selected sources, to its end; an interrupt ends it cleanly.

    Raises ArchiveBusy when another run holds the archive, UsageError or UnknownName for a wrong
    selection, and ArchiveError when the archive cannot be written.
    """
    order = Order(tuple(select), due, backfill, limit, max_time_s, dry_run, command)
    around = Surroundings(progress=progress or Silent(), clock=clock, started=stop_on_interrupt)
    with Archive.open(archive_path, clock=clock) as archive, archive.run_lock(command):
        return asyncio.run(crawl(config, archive, order, around))


def stop_on_interrupt(run: Crawl) -> None:
    """Lets the first SIGINT or SIGTERM end a run cleanly; a second one ends it at once."""
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        run.stop("stopped")
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)


async def crawl(config: Config, archive: Archive, order: Order, around: Surroundings) -> RunSummary:
    """One pass with an archive that is open and locked."""
    selection = select(config, order.select)
    need_contact(config.network, selection.urls)
    now = around.clock()
    archive.router = router(config)
    if not order.dry_run:
        need_room(archive, config)
    archive.sync_sources([*config.sources, manual_source(config)])
    sources = {source.id: source for source in (*config.sources, manual_source(config))}
    for url in () if order.dry_run else selection.urls:
        archive.watch_manual(url)
    summary = RunSummary(None, iso(now))
    listings: list[ListingTask] = listing_tasks(
        [s for s in selection.sources if s.kind != "page"], summary, backfill=order.backfill
    )
    if order.due:
        listings = due_listings(archive, listings, around.listing_due, now)
    watch(archive, 0, selection.sources, now)
    rates = await prepared_rates(archive, sources, now)
    known = page_tasks(archive, selection, sources, rates, now, due=order.due or order.backfill)
    need_contact(config.network, [task.url for task in (*listings, *known)])
    new = unwatched(config, selection, known) if order.dry_run else []
    summary.plan = plan_of(listings, [*known, *new])
    around.progress.plan(summary.plan)
    if not order.dry_run:
        await work(config, archive, order, around, summary, [*listings, *known], sources, rates)
    summary.finished_at = iso(around.clock())
    around.progress.done(summary)
    return summary


async def prepared_rates(archive: Archive, sources: dict[str, Source], now: datetime) -> Rates:
    """What is known of how often pages change, learnt anew once a day; pages whose next look a
    clock that ran ahead put beyond every horizon are due now."""
    archive.pull_back(horizons(sources.values(), now))
    known = archive.learnt(sources)
    if learning_due(known, now):
        await asyncio.to_thread(learn, archive, sources.values(), now)
        known = archive.learnt(sources)
    return Rates.of(known)


async def work(
    config: Config,
    archive: Archive,
    order: Order,
    around: Surroundings,
    summary: RunSummary,
    tasks: Sequence[Task],
    sources: dict[str, Source],
    rates: Rates,
) -> None:
    """Fetches, reads and writes; the run's row says how it went."""
    run_id = archive.start_run(
        order.command, program=f"palimpsest-archive {__version__}", configuration=config.sha256
    )
    summary.run = run_id
    await asyncio.to_thread(before_the_first_look, archive, backfill=order.backfill)
    seeds = tuple(SeedText(s.name, s.text, tuple(s.originals)) for s in sync_seeds(config, archive))
    hosts = archive.host_states()
    ended = {state.source_id: state.backfilled_at for state in archive.source_states()}
    read_before = frozenset(key for key, at in archive.last_listed().items() if at)
    async with (
        Workers(prepare, (config.profiles, seeds, config.gazetteer)) as workers,
        around.fetcher(config.network, hosts=hosts, clock=around.clock) as fetcher,
        Writer(archive, fetcher.changed_hosts) as writer,
    ):
        desk = Desk(
            run_id, archive, writer, workers, around.clock, around.draw, rates, fetcher.fetch
        )
        due_only = order.due or order.backfill
        bounds = Bounds(order.backfill, order.limit, order.max_time_s, due_only)
        run = Crawl(desk, fetcher, sources, bounds, around.progress, summary, read_before, ended)
        around.started(run)
        if any(isinstance(task, ListingTask) for task in tasks):
            workers.start()
        guard = asyncio.create_task(keep_room(run, archive, config))
        try:
            await run.run(tasks)
        finally:
            guard.cancel()
        if run.copies:
            summary.changes += await settle(desk, run.filled, tuple(run.copies), WAYBACK)
        if summary.ended_early not in NO_INDEXING_AFTER:
            await catch_up(desk)
    if summary.ended_early not in NO_INDEXING_AFTER:
        await asyncio.to_thread(tell_reprints, archive, silent=order.backfill)
    mark_passes(archive, order, summary, iso(around.clock()))
    archive.finish_run(run_id, summary.as_dict())


def before_the_first_look(archive: Archive, *, backfill: bool) -> None:
    """Ends what an earlier pass left untold, so that a backfill does not hush it, and this pass
    tells nothing of a backfill that was cut short."""
    if backfill or archive.reprints_hushed():
        tell_reprints(archive, silent=False)
    if backfill:
        archive.hush_reprints()


async def keep_room(run: Crawl, archive: Archive, config: Config) -> None:
    """Ends a run cleanly before the archive's disk is full."""
    while True:
        if not room_left(archive, config):
            run.stop("min_free")
            return
        await asyncio.sleep(ROOM_EVERY_S)


def mark_passes(archive: Archive, order: Order, summary: RunSummary, now: str) -> None:
    """Writes down which sources were read to the end, for the first time or all the way back."""
    if summary.ended_early or order.limit is not None:
        return
    for source in summary.sources.values():
        if source.listings and not source.listing_failed:
            backfilled_at = now if order.backfill else None
            archive.mark_listed(source.id, first_pass_at=now, backfilled_at=backfilled_at)
