"""Bodies and texts against the hashes that name them."""

import sqlite3
from hashlib import sha256

import zstandard as zstd

from crawler.evidence.problems import Findings
from crawler.store.bodies import DELTA, FULL, decompress

NO_BODY = "its bytes are not those of its sha256"


def check_bodies(conn: sqlite3.Connection, low: int, high: int) -> Findings:
    """The full bodies with ids from `low` to below `high`, each with the deltas that rest on it:
    decompressed, measured and hashed. One body and one delta are in memory at a time."""
    findings = Findings()
    with findings.readable("bodies"):
        for row_id, digest, size, encoding, base, data in conn.execute(
            "SELECT id, sha256, size_bytes, encoding, base_sha256, data FROM bodies "
            "WHERE id >= ? AND id < ? AND encoding <> ?",
            (low, high, DELTA),
        ):
            if encoding != FULL or base is not None:
                findings.add("bodies", row_id, f"has the unknown encoding {encoding!r}")
                continue
            body = _body(findings, row_id, digest, size, FULL, data, None)
            _check_deltas(conn, findings, digest, body)
    return findings


def _check_deltas(
    conn: sqlite3.Connection, findings: Findings, base_digest: str, base: bytes | None
) -> None:
    for row_id, digest, size, data in conn.execute(
        "SELECT id, sha256, size_bytes, data FROM bodies WHERE base_sha256 = ? AND encoding = ?",
        (base_digest, DELTA),
    ):
        _body(findings, row_id, digest, size, DELTA, data, base)


def _body(
    findings: Findings,
    row_id: int,
    digest: str,
    size_bytes: int,
    encoding: str,
    data: bytes | None,
    base: bytes | None,
) -> bytes | None:
    """The body when it is what its name says; None, and told, when it is not."""
    if data is None:
        findings.withheld += 1
        return None
    try:
        body = decompress(encoding, data, size_bytes, base)
    except zstd.ZstdError as error:
        findings.add("bodies", row_id, f"cannot be decompressed: {error}")
        return None
    if len(body) != size_bytes or sha256(body).hexdigest() != digest:
        findings.add("bodies", row_id, NO_BODY)
        return None
    return body


def check_loose_deltas(conn: sqlite3.Connection) -> Findings:
    """Deltas that rest on no full body, which no other check would meet."""
    findings = Findings()
    with findings.readable("bodies"):
        for (row_id,) in conn.execute(
            "SELECT d.id FROM bodies d LEFT JOIN bodies f ON f.sha256 = d.base_sha256 "
            "WHERE d.encoding = ? AND f.encoding IS NOT ?",
            (DELTA, FULL),
        ):
            findings.add("bodies", row_id, "the full body that it rests on is missing")
    return findings


def check_strays(conn: sqlite3.Connection) -> Findings:
    """Bodies and texts that no look, reading or seed copy names: somebody else put them there."""
    findings = Findings()
    for table, query in _STRAYS.items():
        with findings.readable(table):
            for (row_id,) in conn.execute(query):
                findings.add(table, row_id, "no record names it")
    return findings


_STRAYS = {
    "bodies": "SELECT id FROM bodies WHERE sha256 NOT IN (SELECT body_sha256 FROM observations "
    "WHERE body_sha256 IS NOT NULL UNION SELECT file_sha256 FROM seeds)",
    "texts": "SELECT id FROM texts t WHERE NOT EXISTS (SELECT 1 FROM extractions "
    "WHERE text_id = t.id) AND NOT EXISTS (SELECT 1 FROM seeds WHERE text_id = t.id)",
}


def check_texts(conn: sqlite3.Connection, low: int, high: int) -> Findings:
    """The texts with ids from `low` to below `high` against their sha256, length and fold."""
    from crawler.text import fold_sha256

    findings = Findings()
    with findings.readable("texts"):
        for row_id, digest, fold_digest, characters, text in conn.execute(
            "SELECT id, sha256, fold_sha256, characters, text FROM texts WHERE id >= ? AND id < ?",
            (low, high),
        ):
            if text is None:
                findings.withheld += 1
            elif sha256(text.encode()).hexdigest() != digest or len(text) != characters:
                findings.add("texts", row_id, "its characters are not those of its sha256")
            elif fold_sha256(text) != fold_digest:
                findings.add("texts", row_id, "fold_sha256 is not that of its fold")
    return findings


def check_file(conn: sqlite3.Connection) -> Findings:
    """What SQLite itself finds: damaged pages and indexes, rows that name missing rows."""
    findings = Findings()
    with findings.readable("file"):
        for (found,) in conn.execute("PRAGMA integrity_check(100)"):
            if found != "ok":
                findings.add("file", None, found)
        for table, row_id, parent, _ in conn.execute("PRAGMA foreign_key_check"):
            findings.add(table, row_id, f"names a row of {parent} that is not there")
    return findings
