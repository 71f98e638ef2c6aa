"""Addresses: the URLs of pages and of listings, with what is kept of each before it is asked."""

# ruff: noqa: S608 - statements are put together from names of our own

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.model import AddressState, UsualLinks, Validators
from crawler.store import bodies

ADDRESS = """
SELECT id, page_id, url, etag, last_modified, validators_from, validators_url, last_full_at,
    last_body_sha256, extraction_id
FROM addresses
"""


@dataclass(frozen=True, slots=True)
class ListingState:
    """What is known of a listing's URL: its validators and the bytes that it last gave."""

    validators: Validators | None
    body: bytes | None
    body_sha256: str | None
    usual: UsualLinks | None = None
    #: when it was last read in full
    read_at: str | None = None


def address_of(row: Sequence[Any]) -> AddressState:
    """A row of the address query as a value."""
    validators = Validators(*row[3:7]) if row[3] or row[4] else None
    return AddressState(row[0], row[1], row[2], validators, *row[7:10])


def addresses(conn: sqlite3.Connection, page_id: int) -> list[AddressState]:
    """All article addresses of a page, the oldest first."""
    rows = conn.execute(
        ADDRESS + "WHERE page_id = ? AND purpose = 'article' ORDER BY id", (page_id,)
    )
    return [address_of(row) for row in rows]


# A site that gives each visitor another address of the same article would have us ask for all.
MOST_ADDRESSES = 8


def has_room(conn: sqlite3.Connection, page_id: int, url: str) -> bool:
    """Whether a page may have this address: it has it already, or not too many others."""
    row = conn.execute(
        "SELECT count(*), max(url = ?2) FROM addresses WHERE page_id = ?1 AND purpose = 'article'",
        (page_id, url),
    ).fetchone()
    return bool(row[1]) or row[0] < MOST_ADDRESSES


def first_addresses(conn: sqlite3.Connection, page_ids: list[int]) -> dict[int, AddressState]:
    """By the pages' ids, the address that each is asked at: the canonical URL where that was asked
    for, else its oldest."""
    rows = conn.execute(
        ADDRESS + "WHERE page_id IN (SELECT value FROM json_each(?)) AND purpose = 'article' "
        "ORDER BY url = (SELECT canonical_url FROM pages WHERE pages.id = page_id), id DESC",
        (json.dumps(page_ids),),
    )
    return {row[1]: address_of(row) for row in rows}


def listing_state(conn: sqlite3.Connection, url: str) -> ListingState | None:
    """What is known of a listing's URL, None when it was never asked for."""
    row = conn.execute(ADDRESS + "WHERE url = ? AND purpose = 'listing'", (url,)).fetchone()
    if row is None:
        return None
    address = address_of(row)
    digest = address.last_body_sha256
    body = None if digest is None else bodies.read_or_none(conn, digest)
    usual = conn.execute(
        "SELECT usual_links, shrunk_since FROM addresses WHERE id = ?", (address.address_id,)
    ).fetchone()
    known = None if usual[0] is None else UsualLinks(*usual)
    return ListingState(address.validators, body, digest, known, address.last_full_at)
