"""The bytes of responses, each kept once by their sha256: in full, or as a delta.

A delta is zstd with an earlier full body of the same address as raw dictionary; it rests on a full
body only, never on a delta, so reading one is two steps and a lost row harms no chain.
"""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import zstandard as zstd

from crawler.errors import ArchiveError, UnknownName, Withheld
from crawler.model import iso, parse_iso
from crawler.store.transaction import Transaction

FULL, DELTA = "zstd", "zstd-delta"
LEVEL = 3
# A new full body is kept after so many deltas or days, for a delta above this share of the full
# size, and always above this size, where a raw dictionary stops helping.
MAX_DELTAS = 64
MAX_AGE = timedelta(days=30)
MAX_DELTA_SHARE = 1 / 3
MAX_DELTA_BYTES = 1_000_000


@dataclass(slots=True)
class KeyBody:
    """The full body that an address' deltas rest on, and how many do."""

    sha256: str | None = None
    kept_at: str | None = None
    deltas: int = 0

    def expired(self, now: str) -> bool:
        """Whether a new full body is due for its number of deltas or its age."""
        if self.sha256 is None or self.kept_at is None or self.deltas >= MAX_DELTAS:
            return True
        return now > iso(parse_iso(self.kept_at) + MAX_AGE)


def compress(body: bytes) -> bytes:
    """The body as one zstd frame."""
    return zstd.ZstdCompressor(level=LEVEL).compress(body)


def delta(body: bytes, base: bytes) -> bytes:
    """The body as a zstd frame that needs `base` as its raw dictionary."""
    dictionary = zstd.ZstdCompressionDict(base, dict_type=zstd.DICT_TYPE_RAWCONTENT)
    return zstd.ZstdCompressor(level=LEVEL, dict_data=dictionary).compress(body)


def keep(transaction: Transaction, digest: str, body: bytes, key: KeyBody) -> None:
    """Keep a body that is not there yet, as a delta against the address' key body where that is
    much smaller; `key` is moved on."""
    now = transaction.recorded_at
    if not key.expired(now) and len(body) <= MAX_DELTA_BYTES:
        data = _delta_against(transaction.conn, str(key.sha256), body)
        if data is not None:
            key.deltas += 1
            _add(transaction, digest, body, DELTA, key.sha256, data)
            return
    _add(transaction, digest, body, FULL, None, compress(body))
    key.sha256, key.kept_at, key.deltas = digest, now, 0


def _delta_against(conn: sqlite3.Connection, key_digest: str, body: bytes) -> bytes | None:
    """The body's delta against a full body; None where one is not worth it or not possible."""
    row = conn.execute(
        "SELECT size_bytes, data FROM bodies WHERE sha256 = ? AND encoding = ?", (key_digest, FULL)
    ).fetchone()
    if row is None or row[1] is None or row[0] > MAX_DELTA_BYTES:
        return None
    try:
        data = delta(body, decompress(FULL, row[1], row[0], None))
    except zstd.ZstdError:
        return None
    return data if len(data) <= MAX_DELTA_SHARE * len(row[1]) else None


def _add(
    transaction: Transaction,
    digest: str,
    body: bytes,
    encoding: str,
    base: str | None,
    data: bytes,
) -> None:
    transaction.add(
        "bodies",
        sha256=digest,
        size_bytes=len(body),
        encoding=encoding,
        base_sha256=base,
        data=data,
        kept_at=transaction.recorded_at,
    )


def read(conn: sqlite3.Connection, digest: str) -> bytes:
    """The body of this sha256, checked; raises UnknownName when there is none, Withheld when it was
    taken out, ArchiveError when it is damaged."""
    body = _read(conn, digest)
    if body is None:
        raise UnknownName(f"the archive holds no body {digest}", "see `crawl log URL`")
    if sha256(body).hexdigest() != digest:
        raise damaged(digest)
    return body


def read_or_none(conn: sqlite3.Connection, digest: str) -> bytes | None:
    """The same; None where it was withheld."""
    try:
        return read(conn, digest)
    except Withheld:
        return None


def damaged(digest: str) -> ArchiveError:
    """The error of a body whose bytes are not those that were kept."""
    return ArchiveError(
        f"the body {digest} is damaged", "run `crawl verify`, and restore the last backup"
    )


def _read(conn: sqlite3.Connection, digest: str) -> bytes | None:
    row = conn.execute(
        "SELECT size_bytes, encoding, base_sha256, data FROM bodies WHERE sha256 = ?", (digest,)
    ).fetchone()
    if row is None:
        return None
    size, encoding, base_digest, data = row
    if data is None:
        raise Withheld(f"the body {digest} was withheld", "its hash and its record remain")
    base = _read(conn, base_digest) if encoding == DELTA else None
    try:
        return decompress(encoding, data, size, base)
    except zstd.ZstdError as error:
        raise damaged(digest) from error


def decompress(encoding: str, data: bytes, size_bytes: int, base: bytes | None) -> bytes:
    """The body of a stored frame; raises ZstdError when it is none of `size_bytes` bytes."""
    dictionary = None
    if encoding == DELTA:
        if base is None:
            raise zstd.ZstdError("the full body that it rests on is missing")
        dictionary = zstd.ZstdCompressionDict(base, dict_type=zstd.DICT_TYPE_RAWCONTENT)
    if zstd.frame_content_size(data) != size_bytes:
        raise zstd.ZstdError("the frame says another size")
    return zstd.ZstdDecompressor(dict_data=dictionary).decompress(data)
