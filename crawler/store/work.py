"""What the writing of one batch holds between its intents: addresses, texts, bodies, seeds."""

# ruff: noqa: S608 - statements are put together from names of our own

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crawler import __version__
from crawler.model import Purpose, Router
from crawler.store import bodies
from crawler.store.records import Circumstances, bytes_sha256, clean, text_sha256
from crawler.store.transaction import Transaction

PROGRAM = f"palimpsest-archive {__version__}"


@dataclass(slots=True)
class Address:
    """A row of `addresses` while a batch is written."""

    id: int
    url: str
    purpose: str
    page_id: int | None = None
    source_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validators_from: str | None = None
    validators_url: str | None = None
    last_checked_at: str | None = None
    last_full_at: str | None = None
    last_body_sha256: str | None = None
    extraction_id: int | None = None
    last_observation: str | None = None
    last_observation_id: int | None = None
    failures: int = 0
    failing_since: str | None = None
    key: bodies.KeyBody = field(default_factory=bodies.KeyBody)
    is_new: bool = False

    def values(self) -> tuple[Any, ...]:
        """What a batch may change, in the order of `_CHANGING`."""
        return (
            self.page_id,
            self.source_id,
            self.etag,
            self.last_modified,
            self.validators_from,
            self.validators_url,
            self.last_checked_at,
            self.last_full_at,
            self.last_body_sha256,
            self.extraction_id,
            self.last_observation,
            self.last_observation_id,
            self.failures,
            self.failing_since,
            self.key.sha256,
            self.key.kept_at,
            self.key.deltas,
        )


_CHANGING = [
    "page_id",
    "source_id",
    "etag",
    "last_modified",
    "validators_from",
    "validators_url",
    "last_checked_at",
    "last_full_at",
    "last_body_sha256",
    "extraction_id",
    "last_observation",
    "last_observation_id",
    "failures",
    "failing_since",
    "key_body_sha256",
    "key_body_at",
    "key_body_deltas",
]
_READ = f"SELECT id, url, purpose, {', '.join(_CHANGING)} FROM addresses "
_INSERT_ADDRESS = "INSERT INTO addresses (id, url, purpose, added_at) VALUES (?, ?, ?, ?)"
_UPDATE_LOOK = "UPDATE observations SET extraction_id = ?, version_id = ? WHERE id = ?"
_UPDATE_ADDRESS = (
    f"UPDATE addresses SET {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE id = ?"
)


class Work:
    """One batch in progress: looks up, remembers, and writes in bulk at `flush`."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.conn: sqlite3.Connection = transaction.conn
        self.now = transaction.recorded_at
        self.touched_pages: set[int] = set()
        self.page_updates: list[tuple[Any, ...]] = []
        #: what looks showed: extraction, version, id of the look
        self.shown: list[tuple[int | None, int | None, int]] = []
        self._addresses: dict[tuple[str, str], Address] = {}
        self._bodies: set[str] = set()
        self._texts: dict[str, tuple[int, str]] = {}
        self._circumstances: dict[int, Circumstances] = {}
        self._seeds: dict[str, tuple[int, str]] | None = None
        #: who is told of what is written here
        self.router: Router | None = None

    def address(self, url: str, purpose: Purpose) -> Address:
        """The address of a URL for a purpose, made when it is new."""
        url = clean(url)
        known = self._addresses.get((url, purpose))
        if known is None:
            row = self.conn.execute(
                _READ + "WHERE url = ? AND purpose = ?", (url, purpose)
            ).fetchone()
            known = (
                Address(self.transaction.reserve("addresses"), url, purpose, is_new=True)
                if row is None
                else Address(*[*row[:-3], bodies.KeyBody(*row[-3:])])
            )
            self._addresses[url, purpose] = known
        return known

    def body(self, body: bytes, digest: str, address: Address) -> None:
        """Keep a body of an address, whose sha256 is known."""
        self._keep(digest, body, address.key)

    def loose_body(self, body: bytes) -> str:
        """Keep bytes that no address gave, in full; returns their sha256."""
        digest = bytes_sha256(body)
        self._keep(digest, body, bodies.KeyBody())
        return digest

    def _keep(self, digest: str, body: bytes, key: bodies.KeyBody) -> None:
        if digest not in self._bodies:
            self._bodies.add(digest)
            if not self._has_body(digest):
                bodies.keep(self.transaction, digest, body, key)

    def _has_body(self, digest: str) -> bool:
        found = self.conn.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (digest,)).fetchone()
        return found is not None

    def text(self, text: str, fold_digest: str | None = None) -> tuple[int, str, str]:
        """Keep a text; returns its id, sha256 and fold_sha256."""
        digest = text_sha256(text)
        known = (
            self._texts.get(digest)
            or self.conn.execute(
                "SELECT id, fold_sha256 FROM texts WHERE sha256 = ?", (digest,)
            ).fetchone()
        )
        if known is None:
            fold_digest = fold_digest or _fold_sha256(text)
            known = (
                self.transaction.add(
                    "texts",
                    sha256=digest,
                    fold_sha256=fold_digest,
                    characters=len(text),
                    text=text,
                ),
                fold_digest,
            )
        self._texts[digest] = known
        return known[0], digest, known[1]

    def circumstances(self, run_id: int) -> Circumstances:
        """The program and configuration of a run (0: outside any)."""
        if run_id not in self._circumstances:
            row = self.conn.execute(
                "SELECT program, configuration FROM runs WHERE id = ?", (run_id,)
            ).fetchone()
            self._circumstances[run_id] = Circumstances(*(row or (PROGRAM, None)))
        return self._circumstances[run_id]

    def seeds(self) -> dict[str, tuple[int, str]]:
        """The current revision of each seed copy: its row and the hash of its record."""
        if self._seeds is None:
            rows = self.conn.execute(
                "SELECT s.name, s.id, l.hash FROM seeds s JOIN log l ON l.sequence = s.sequence "
                "WHERE s.current"
            )
            self._seeds = {name: (row_id, digest) for name, row_id, digest in rows}
        return self._seeds

    def change_hashes(self, change_ids: Iterable[int]) -> list[str]:
        """The hashes of the records of earlier changes."""
        self.write_rows()
        return [
            self.conn.execute(
                "SELECT l.hash FROM changes c JOIN log l ON l.sequence = c.sequence WHERE c.id = ?",
                (change_id,),
            ).fetchone()[0]
            for change_id in change_ids
        ]

    def write_rows(self) -> None:
        """Write the rows added so far, so that a query finds them; still inside the transaction."""
        self.transaction.flush(("pages",))
        new = [address for address in self._addresses.values() if address.is_new]
        self.conn.executemany(_INSERT_ADDRESS, [(a.id, a.url, a.purpose, self.now) for a in new])
        for address in new:
            address.is_new = False
        self.transaction.flush()

    def flush(self) -> None:
        """Write everything so far: rows first, then what in them names rows that came later."""
        self.write_rows()
        addresses = self._addresses.values()
        self.conn.executemany(_UPDATE_ADDRESS, [(*a.values(), a.id) for a in addresses])
        self.conn.executemany(_UPDATE_LOOK, self.shown)
        self.conn.executemany(_UPDATE_PAGE, self.page_updates)
        self._addresses.clear()
        self.shown.clear()
        self.page_updates.clear()
        self.touched_pages.clear()


#: what a look changes in its page, in the order of a row of `page_updates`
PAGE_CHANGING = [
    "state",
    "state_since",
    "suspicion",
    "suspect_since",
    "blocked_since",
    "blocked_told",
    "published",
    "title",
    "last_checked_at",
    "last_conclusive_at",
    "last_full_at",
    "next_check_at",
    "failures",
    "failing_since",
    "shares_seed",
    "version_id",
    "last_observation_id",
    "last_bytes_observation_id",
    "longest_gaps",
    "longest_full_gaps",
    "rate_evidence",
]
_UPDATE_PAGE = f"UPDATE pages SET {', '.join(f'{name} = ?' for name in PAGE_CHANGING)} WHERE id = ?"


def _fold_sha256(text: str) -> str:
    from crawler.text import fold_sha256

    return fold_sha256(text)
