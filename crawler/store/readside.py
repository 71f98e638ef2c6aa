"""The reading side of the archive: states before a look, and the JSON contracts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.model import AddressState, Capture, HostState, KnownVersion, PageKey, PageState
from crawler.store import (
    addresses,
    backup,
    bodies,
    candidates,
    captures,
    history,
    lock,
    matching,
    pages,
    rates,
    recent,
    searching,
    seeds,
    sources,
    status,
    texts,
    versions,
)
from crawler.store.addresses import ListingState
from crawler.store.candidates import Candidates
from crawler.store.faults import explained
from crawler.store.openfile import OpenFile
from crawler.store.pages import Due
from crawler.store.seeds import SeedRow
from crawler.store.sources import SourceState
from crawler.store.versions import VersionRow


class ReadSide(OpenFile):
    """Everything that only reads."""

    # Sources, hosts, pages before a look

    def source_states(self) -> list[SourceState]:
        """What is known of the listings of each source that is not removed."""
        with explained(self.path):
            return sources.source_states(self.conn)

    def last_listed(self) -> dict[str, str | None]:
        """When each source's listing was last asked for."""
        return {state.source_id: state.last_listed_at for state in self.source_states()}

    def host_states(self, hosts: Iterable[str] | None = None) -> dict[str, HostState]:
        """What is remembered of these hosts, of all when None."""
        with explained(self.path):
            return sources.host_states(self.conn, hosts)

    def hosts(self) -> list[HostState]:
        """What is remembered of all hosts."""
        return list(self.host_states().values())

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

    def learnt(self, source_ids: Iterable[str]) -> rates.Learnt:
        """What is known of how often the pages of these sources change, and of hosts' prices."""
        with explained(self.path):
            return rates.learnt(self.conn, source_ids)

    def pages_to_plan(self, source_id: str) -> list[PageState]:
        """A source's pages with what planning needs of them."""
        with explained(self.path):
            return rates.pages_to_plan(self.conn, source_id)

    def latest_texts(self, page_id: int, since: str) -> list[recent.RecentText]:
        """A page's last three versions first seen after `since`, newest first."""
        with explained(self.path):
            return recent.latest_texts(self.conn, page_id, since)

    def event_told(self, page_id: int, kind: str, since: str) -> bool:
        """Whether an event of this kind was recorded of the page since a moment."""
        with explained(self.path):
            return recent.event_told(self.conn, page_id, kind, since)

    def host_answers(self, url: str, since: str) -> bool:
        """Whether the host of a URL answered at the last look at any other of its pages."""
        with explained(self.path):
            return recent.host_answers(self.conn, url, since)

    def knows_any(self, keys: Iterable[PageKey]) -> bool:
        """Whether the archive has a page with one of these keys."""
        with explained(self.path):
            return recent.knows_any(self.conn, keys)

    def other_addresses(self, found: Sequence[Due], before: str) -> list[Due]:
        """The further addresses of these pages that were not looked at since `before`."""
        with explained(self.path):
            return pages.other_addresses(self.conn, found, before)

    def version_before(self, page_id: int, as_of: str) -> tuple[KnownVersion | None, bool]:
        """A page's version that stood at a moment, and whether a later one is known."""
        with explained(self.path):
            return recent.version_before(self.conn, page_id, as_of)

    def copies_missing(self, urls: Iterable[str]) -> set[str]:
        """Those of a web archive's copies that never gave an answer here."""
        with explained(self.path):
            return recent.copies_missing(self.conn, urls)

    def unread_body(self, address_id: int) -> str | None:
        """The sha256 of the last document at an address that was kept and not read."""
        with explained(self.path):
            return recent.unread_body(self.conn, address_id)

    def addresses(self, page_id: int) -> list[AddressState]:
        """All addresses of a page."""
        with explained(self.path):
            return addresses.addresses(self.conn, page_id)

    def listing_state(self, url: str) -> ListingState | None:
        """A listing's validators and last bytes, None when it was never asked for."""
        with explained(self.path):
            return addresses.listing_state(self.conn, url)

    def capture_of(self, version_id: int) -> Capture | None:
        """What a version was read from; None where its bytes are not here."""
        with explained(self.path):
            return captures.capture_of(self.conn, version_id)

    # Bytes and texts

    def body(self, digest: str) -> bytes:
        """The body of this sha256, checked against it."""
        with explained(self.path):
            return bodies.read(self.conn, digest)

    def text(self, digest: str) -> str:
        """The text of this sha256, checked against it."""
        with explained(self.path):
            return texts.read(self.conn, digest)

    # Versions, changes, events, looks

    def find_version(self, ref: str) -> VersionRow:
        """A version by id, hash prefix, URL (its latest) or URL@2026-03-01; raises UnknownName."""
        with explained(self.path):
            return versions.find(self.conn, ref)

    def versions_of(self, url: str) -> list[VersionRow]:
        """All versions of the page at a URL, in the order of `as_of`; raises UnknownName."""
        with explained(self.path):
            return versions.of_url(self.conn, url)

    def changes(
        self,
        *,
        since: str | None = None,
        after: int | None = None,
        until: str | None = None,
        source: str | None = None,
        tag: str | None = None,
        seed: str | None = None,
        kind: str | None = None,
        min_score: float | None = None,
        label: str | None = None,
        term: str | None = None,
        unseen: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """`crawl changes --json`, the oldest first; moments are ISO texts."""
        return self._told(
            history.changes(
                self.conn,
                since=since,
                after=after,
                until=until,
                source=source,
                tag=tag,
                seed=seed,
                kind=kind,
                min_score=min_score,
                label=label,
                term=term,
                unseen=unseen,
            )
        )

    def count_changes(self, **asked: Any) -> tuple[int, str | None]:
        """How many changes there are with the options of `changes`, and when the first of them was
        recorded."""
        with explained(self.path):
            return history.count_changes(self.conn, **asked)

    def need_names(
        self, *, source: str | None = None, tag: str | None = None, seed: str | None = None
    ) -> None:
        """Raises UnknownName for a name that the archive does not know: that nothing was found
        under a misspelt name is no answer."""
        with explained(self.path):
            history.need_names(self.conn, source, tag, seed)

    def change(self, ref: str) -> dict[str, Any]:
        """One change by id or hash prefix, with its `ops` (null when withheld)."""
        with explained(self.path):
            return history.change(self.conn, ref)

    def change_to(self, version_id: int) -> dict[str, Any] | None:
        """The change that led to a version, as `crawl changes --json` shows it."""
        with explained(self.path):
            return history.change_to(self.conn, version_id)

    def events(
        self, *, since: str | None = None, kind: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """`crawl events --json`, the oldest first."""
        return self._told(history.events(self.conn, since, kind))

    def log(self, url: str) -> Iterator[dict[str, Any]]:
        """`crawl log URL --json`: all looks at a page, listing or robots file, the oldest first;
        raises UnknownName."""
        with explained(self.path):
            return self._told(history.looks(self.conn, url))

    def status(self, source: str | None = None, *, now: datetime) -> dict[str, Any]:
        """`crawl status --json`; raises UnknownName for a source that is not there."""
        with explained(self.path):
            return status.status(self.conn, self.path, source, now)

    # Seed copies, passages, search

    def seeds(self) -> list[SeedRow]:
        """The seed copies that sources.toml names, by name."""
        with explained(self.path):
            return seeds.current(self.conn)

    def seed(self, ref: str) -> SeedRow:
        """A seed copy by name or hash prefix; raises UnknownName."""
        with explained(self.path):
            return seeds.find(self.conn, ref)

    def seeds_list(self) -> Iterator[dict[str, Any]]:
        """`crawl seeds list --json`."""
        return self._told(seeds.listed(self.conn))

    def candidates(self, text: str, *, limit: int = 200, min_letters: int = 0) -> Candidates:
        """The texts that share fingerprints with this one, the rarest shared first; with
        `min_letters` those that hold so many of its letters in exact runs."""
        with explained(self.path):
            return candidates.candidates(self.conn, text, limit, min_letters)

    def current_versions(self, text_ids: Iterable[int]) -> list[VersionRow]:
        """The latest versions of the pages that show, or ever showed, one of these texts."""
        with explained(self.path):
            return versions.current_with_texts(self.conn, text_ids)

    def all_versions(self, text_ids: Iterable[int]) -> list[VersionRow]:
        """All versions of the pages that show, or ever showed, one of these texts."""
        with explained(self.path):
            return versions.all_with_texts(self.conn, text_ids)

    def search(
        self,
        query: str,
        *,
        source: str | None = None,
        since: str | None = None,
        until: str | None = None,
        label: str | None = None,
        removed: bool = False,
        limit: int = 20,
    ) -> list[dict[str, Any]]:
        """`crawl search --json`, best hits first; an empty list for a query without a word. Of
        versions served from `since` to `until` (a day or month whole), of pages that were ever
        changed in the way of `label`."""
        only = searching.Only(source, since, until, label, removed)
        with explained(self.path):
            return searching.search(self.conn, query, only, limit)

    def unsearched(self) -> int:
        """How many of the oldest texts that wait for the index a search does not read."""
        with explained(self.path):
            return matching.unsearched(self.conn)

    # The file itself

    def lock_holder(self) -> dict[str, str | int] | None:
        """Who holds the run lock: pid, host, since, command."""
        return lock.lock_holder(self.path)

    def backup(self, target: str | Path) -> dict[str, object]:
        """Write a proved copy to `target`, also beside a running writer; its manifest."""
        with explained(self.path):
            return backup.backup(self.conn, self.path, Path(target), self._now())

    def backup_into(
        self, folder: Path, beside: Mapping[str, bytes], keep: int | None = None
    ) -> Path:
        """Write a proved copy with these files into a folder of its own inside `folder`, and keep
        only the `keep` newest there; the new one."""
        with explained(self.path):
            return backup.into_folder(self.conn, self.path, folder, beside, keep, self._now())
