"""The writing side of the archive: what was seen, what is configured, runs and requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from crawler.model import HostState, Intent, ListingIntent, PageKey, SeedSetting, Source
from crawler.store import (
    healing,
    indexing,
    lock,
    opening,
    rates,
    runs,
    seed_matching,
    seeds,
    sources,
    space,
    words,
)
from crawler.store.committed import Committed
from crawler.store.committing import commit_page
from crawler.store.faults import explained
from crawler.store.listings import commit_listing
from crawler.store.openfile import OpenFile
from crawler.store.runs import Request
from crawler.store.transaction import writing
from crawler.store.work import PROGRAM, Work


class WriteSide(OpenFile):
    """Everything that changes the file. Raises ArchiveError when it was opened to be read."""

    #: the run lock, while it is held or lent
    _held: lock.Held

    # Writing what was seen

    def commit(
        self, intents: Sequence[Intent | ListingIntent], hosts: Iterable[HostState] = ()
    ) -> list[Committed]:
        """Write these intents and hosts in one transaction; what became of each intent."""
        self._must_write()
        with explained(self.path), writing(self.conn, self._now()) as transaction:
            work = Work(transaction)
            work.router = self.router
            done = [
                commit_page(work, intent)
                if isinstance(intent, Intent)
                else commit_listing(work, intent)
                for intent in intents
            ]
            work.flush()
            sources.keep_hosts(self.conn, hosts)
        return done

    # Sources, hosts, pages

    def sync_sources(self, configured: Sequence[Source]) -> None:
        """Write down the sources as they are configured now; all others count as removed."""
        self._must_write()
        with explained(self.path):
            sources.sync(self.conn, configured, self._now())

    def mark_listed(self, source_id: str, **moments: str | None) -> None:
        """Set `next_listing_at`, `first_pass_at` or `backfilled_at` of a source."""
        with explained(self.path):
            sources.mark_listed(self.conn, source_id, **moments)

    def watch_manual(self, url: str, key: PageKey | None = None) -> int:
        """Watch one URL in the source `manual`; the id of its page."""
        self._must_write()
        with explained(self.path):
            return sources.watch_manual(self.conn, url, key, self._now())

    def keep_rates(self, planned: rates.Planned) -> None:
        """Write down what was learnt of how often pages change, and their next looks by it."""
        self._must_write()
        with explained(self.path):
            rates.keep(self.conn, planned, self._now())

    def pull_back(self, horizons: Mapping[str, rates.Horizon]) -> int:
        """Make pages due whose next look lies beyond their source's horizon; how many."""
        self._must_write()
        with explained(self.path):
            return rates.pull_back(self.conn, horizons, self._now())

    def heal(self) -> int:
        """Bring working state that lies in the future back to now; how many rows."""
        self._must_write()
        with explained(self.path):
            return healing.heal(self.conn, self._clock())

    def sync_seeds(self, declared: Sequence[tuple[SeedSetting, bytes]]) -> list[str]:
        """Keep each declared copy (its setting, its file's bytes) that is new or reads otherwise
        than its last revision; the messages of the events that tell of it."""
        self._must_write()
        with explained(self.path):
            return seeds.sync(self.conn, declared, self._now(), self.router)

    def index_waiting(self, limit: int = 200) -> int:
        """Catch the passage and search indexes up by at most `limit` texts; how many were done.
        When no text is left, new seed copies are compared with what stood before they came."""
        self._must_write()
        with explained(self.path):
            done = indexing.index_waiting(self.conn, limit)
            if done < limit:
                words.merge(self.conn)
                seed_matching.match_new_seeds(self.conn, self._now())
            return done

    def waiting_texts(self, limit: int) -> list[tuple[int, str]]:
        """The ids and texts of those that wait longest for the indexes."""
        self._must_write()
        with explained(self.path):
            return indexing.waiting_texts(self.conn, limit)

    def index(self, entries: Iterable[indexing.Entry]) -> int:
        """Write what was made of texts that wait; how many there were."""
        self._must_write()
        with explained(self.path):
            return indexing.write(self.conn, entries)

    # Runs

    @contextmanager
    def run_lock(self, command: str, *, borrowed: bool = False) -> Iterator[None]:
        """Hold the archive for a run, which alone checkpoints meanwhile; raises ArchiveBusy. What
        a clock that ran ahead put off is brought back first."""
        self._must_write()
        with lock.run_lock(self.path, command, self._now(), borrowed=borrowed) as self._held:
            self.heal()
            self.conn.execute(f"PRAGMA journal_size_limit = {space.LOG_BYTES}")
            self.conn.execute(f"PRAGMA wal_autocheckpoint = {opening.CHECKPOINT_PAGES}")
            try:
                yield
            finally:
                self.conn.execute("PRAGMA wal_autocheckpoint = 0")

    def lend_lock(self) -> None:
        """Let another process hold the archive for a while; this one checkpoints no more."""
        self.conn.execute("PRAGMA wal_autocheckpoint = 0")
        self._held.lend()

    def retake_lock(self) -> bool:
        """Hold the archive again after it was lent; whether nobody else does."""
        if not self._held.take():
            return False
        self.conn.execute(f"PRAGMA wal_autocheckpoint = {opening.CHECKPOINT_PAGES}")
        return True

    def start_run(
        self, command: str, *, program: str = PROGRAM, configuration: str | None = None
    ) -> int:
        """Write down that a run begins; its id."""
        self._must_write()
        with explained(self.path):
            return runs.start(self.conn, command, self._now(), program, configuration)

    def finish_run(self, run_id: int, totals: Mapping[str, Any] | None = None) -> None:
        """Write down that a run has ended, with its summary."""
        with explained(self.path):
            runs.finish(self.conn, run_id, totals, self._now())

    def submit_request(self, command: str, arguments: Mapping[str, Any]) -> int:
        """Hand work over to the daemon; the request's id."""
        self._must_write()
        with explained(self.path):
            return runs.submit(self.conn, command, arguments, self._now())

    def take_request(self) -> Request | None:
        """Take the oldest request that waits."""
        with explained(self.path):
            return runs.take(self.conn, self._now())

    def reopen_requests(self) -> int:
        """Let requests that a daemon took and never answered be taken again; how many."""
        with explained(self.path):
            return runs.reopen(self.conn)

    def requests_waiting(self) -> int:
        """How many requests nobody has taken up."""
        with explained(self.path):
            return runs.waiting(self.conn)

    def finish_request(self, request_id: int, exit_code: int, result: Mapping[str, Any]) -> None:
        """Write down what became of a request."""
        with explained(self.path):
            runs.answer(self.conn, request_id, exit_code, result, self._now())

    def wait_request(self, request_id: int, taken_within_s: float = 10.0) -> Request:
        """Wait until a request is done; raises ArchiveBusy when nobody takes it up in time, or
        when its daemon ended and none came back in that time."""
        with explained(self.path):
            return runs.wait(
                self.conn,
                request_id,
                taken_within_s,
                lambda: lock.lock_holder(self.path) is not None,
            )
