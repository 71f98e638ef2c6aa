"""The archive as its users hold it: opened, locked, written and read.

Each subject is a module of functions over the connection; this class gives them one name, one set
of errors, and one moment for each transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlite_utils import Database

from crawler.errors import ArchiveError
from crawler.model import (
    AddressState,
    Capture,
    HostState,
    Intent,
    ListingIntent,
    PageKey,
    PageState,
    Source,
    iso,
)
from crawler.store import bodies, lock, opening, pages, runs, sources, texts
from crawler.store.committing import Committed, commit_page
from crawler.store.faults import explained
from crawler.store.listings import commit_listing
from crawler.store.pages import Due, ListingState
from crawler.store.prepare import Preparer
from crawler.store.runs import Request
from crawler.store.sources import SourceState
from crawler.store.transaction import writing
from crawler.store.work import PROGRAM, Work

Mode = Literal["read", "write"]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Archive:
    """One archive file. Used from one thread at a time; readers open their own.

    Every method raises an ArchiveError that says what to do when the file is locked, read-only,
    damaged or its disk full; nothing half written stays.
    """

    def __init__(self, path: Path, mode: Mode, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.mode = mode
        self._clock = clock
        connect = opening.connect_writer if mode == "write" else opening.connect_reader
        with explained(path):
            self.conn = connect(path)
        #: the sqlite-utils database, for notebooks
        self.db = Database(self.conn)
        self._preparer: Preparer | None = None

    @classmethod
    def open(
        cls, path: str | Path, mode: Mode = "write", clock: Callable[[], datetime] = utc_now
    ) -> Self:
        """Open the archive, to write (made or upgraded where needed) or only to read."""
        return cls(Path(path).absolute(), mode, clock)

    def close(self) -> None:
        """Close the file."""
        if self._preparer is not None:
            self._preparer.close()
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _now(self) -> str:
        return iso(self._clock())

    # Writing what was seen

    def commit(
        self, intents: Sequence[Intent | ListingIntent], hosts: Iterable[HostState] = ()
    ) -> list[Committed]:
        """Write these intents and hosts in one transaction; what became of each intent."""
        self._must_write()
        if self._preparer is None:
            self._preparer = Preparer()
        prepared = self._preparer.prepare(intents)
        with explained(self.path), writing(self.conn, self._now()) as transaction:
            work = Work(transaction)
            done = [
                commit_page(work, intent, prepared)
                if isinstance(intent, Intent)
                else commit_listing(work, intent, prepared)
                for intent in intents
            ]
            work.flush()
            sources.keep_hosts(self.conn, hosts)
        return done

    def _must_write(self) -> None:
        if self.mode != "write":
            raise ArchiveError(f"{self.path} was opened to be read only", "open it to write")

    # Sources, hosts, pages

    def sync_sources(self, configured: Sequence[Source]) -> None:
        """Write down the sources as they are configured now; all others count as removed."""
        self._must_write()
        with explained(self.path):
            sources.sync(self.conn, configured, self._now())

    def source_states(self) -> list[SourceState]:
        """What is known of the listings of each source that is not removed."""
        with explained(self.path):
            return sources.source_states(self.conn)

    def last_listed(self) -> dict[str, str | None]:
        """When each source's listing was last asked for."""
        return {state.source_id: state.last_listed_at for state in self.source_states()}

    def mark_listed(self, source_id: str, **moments: str | None) -> None:
        """Set `next_listing_at`, `first_pass_at` or `backfilled_at` of a source."""
        with explained(self.path):
            sources.mark_listed(self.conn, source_id, **moments)

    def host_states(self, hosts: Iterable[str] | None = None) -> dict[str, HostState]:
        """What is remembered of these hosts, of all when None."""
        with explained(self.path):
            return sources.host_states(self.conn, hosts)

    def hosts(self) -> list[HostState]:
        """What is remembered of all hosts."""
        return list(self.host_states().values())

    def watch_manual(self, url: str, key: PageKey | None = None) -> int:
        """Watch one URL in the source `manual`; the id of its page."""
        self._must_write()
        with explained(self.path):
            return sources.watch_manual(self.conn, url, key, self._now())

    def due(
        self, *, source_ids: Iterable[str], now: str | None, limit: int | None = None
    ) -> list[Due]:
        """Pages of the sources whose time has come, most overdue first; all when `now` is None."""
        with explained(self.path):
            return pages.due(self.conn, source_ids, now, limit)

    def due_at(self, urls: Iterable[str]) -> list[Due]:
        """The pages at these URLs, each by the very address that was named."""
        with explained(self.path):
            return pages.due_at(self.conn, urls)

    def due_pages(
        self, keys: Iterable[PageKey], *, now: str | None = None
    ) -> list[tuple[PageKey, Due]]:
        """The pages with these keys whose time has come (all when `now` is None)."""
        with explained(self.path):
            return pages.due_pages(self.conn, keys, now)

    def page_state(self, page_id: int) -> PageState | None:
        """How a page stands; of one that was joined with another, that other one."""
        with explained(self.path):
            return pages.page_state(self.conn, page_id)

    def known_page(self, key: PageKey) -> int | None:
        """The id of the page with this key, None when nobody knows it."""
        with explained(self.path):
            return pages.page_id_of(self.conn, key)

    def addresses(self, page_id: int) -> list[AddressState]:
        """All addresses of a page."""
        with explained(self.path):
            return pages.addresses(self.conn, page_id)

    def listing_state(self, url: str) -> ListingState | None:
        """A listing's validators and last bytes, None when it was never asked for."""
        with explained(self.path):
            return pages.listing_state(self.conn, url)

    def capture_of(self, version_id: int) -> Capture | None:
        """What a version was read from; None where its bytes are not here."""
        with explained(self.path):
            return pages.capture_of(self.conn, version_id)

    # Bytes and texts

    def body(self, digest: str) -> bytes:
        """The body of this sha256, checked against it."""
        with explained(self.path):
            return bodies.read(self.conn, digest)

    def text(self, digest: str) -> str:
        """The text of this sha256, checked against it."""
        with explained(self.path):
            return texts.read(self.conn, digest)

    # Runs

    @contextmanager
    def run_lock(self, command: str) -> Iterator[None]:
        """Hold the archive for a run, which alone checkpoints meanwhile; raises ArchiveBusy."""
        self._must_write()
        with lock.run_lock(self.path, command, self._now()):
            self.conn.execute(f"PRAGMA wal_autocheckpoint = {opening.CHECKPOINT_PAGES}")
            try:
                yield
            finally:
                self.conn.execute("PRAGMA wal_autocheckpoint = 0")

    def lock_holder(self) -> Mapping[str, str | int] | None:
        """Who holds the run lock: pid, host, since, command."""
        return lock.lock_holder(self.path)

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

    def finish_request(self, request_id: int, exit_code: int, result: Mapping[str, Any]) -> None:
        """Write down what became of a request."""
        with explained(self.path):
            runs.answer(self.conn, request_id, exit_code, result, self._now())

    def wait_request(self, request_id: int, taken_within_s: float = 10.0) -> Request:
        """Wait until a request is done; raises ArchiveBusy when nobody takes it up in time."""
        with explained(self.path):
            return runs.wait(self.conn, request_id, taken_within_s)
