"""Rows against the records that they derive from: every column that a record speaks of."""

import json
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from crawler.evidence.problems import Findings

# ruff: noqa: S608 - statements are put together from text of our own

Said = dict[str, Any]
Row = dict[str, Any]

#: kind -> the table with a row for each record of that kind
TABLES = {
    "observation": "observations",
    "extraction": "extractions",
    "change": "changes",
    "event": "events",
    "seed": "seeds",
}

# Columns that stand in the record under the same name.
SAME = {
    "observation": (
        "purpose origin as_of started_at finished_at duration_ms request_url final_url status "
        "outcome reason error body_sha256 body_bytes"
    ),
    "extraction": (
        "assessment reason title author source_name source_url editor published updated lang "
        "canonical_url charset extractor rule text_sha256 fold_sha256"
    ),
    "change": (
        "from_state to_state old_last_seen new_first_seen recorded_at inserted deleted moved "
        "masked score origin supersedes"
    ),
    "event": "subject message next_step recorded_at",
    "seed": (
        "name revision file_name file_sha256 title author published url url_evidence retrieved "
        "note recorded_at text_sha256 fold_sha256 replaces"
    ),
}

# Columns that hold a JSON text of what stands in the record.
JSON = {
    "observation": "",
    "extraction": "images links",
    "change": "labels fields seeds terms",
    "event": "",
    "seed": "originals lang",
}

_HASH_OF = "(SELECT l.hash FROM log l JOIN {table} x ON x.sequence = l.sequence WHERE x.id = {id})"


def _hash(table: str, row_id: str) -> str:
    return _HASH_OF.format(table=table, id=row_id)


_EXTRACTION_OF_VERSION = (
    "(SELECT l.hash FROM log l JOIN extractions x ON x.sequence = l.sequence "
    "JOIN versions v ON v.extraction_id = x.id WHERE v.id = {id})"
)

_QUERIES = {
    "observation": "SELECT r.*, a.url AS address_url, a.purpose AS address_purpose, "
    "(SELECT l.hash FROM observations o JOIN log l ON l.sequence = o.sequence "
    "WHERE o.address_id = r.address_id AND o.id < r.id ORDER BY o.id DESC LIMIT 1) AS before "
    "FROM observations r LEFT JOIN addresses a ON a.id = r.address_id",
    "extraction": "SELECT r.*, t.sha256 AS text_sha256, t.fold_sha256 AS fold_sha256, "
    f"{_hash('observations', 'r.observation_id')} AS observation "
    "FROM extractions r LEFT JOIN texts t ON t.id = r.text_id",
    "change": f"SELECT r.*, {_hash('changes', 'r.supersedes_id')} AS supersedes, "
    f"{_hash('observations', 'r.old_last_observation_id')} AS old_last, "
    f"{_hash('observations', 'r.new_first_observation_id')} AS new_first, "
    f"{_EXTRACTION_OF_VERSION.format(id='r.from_version_id')} AS from_extraction, "
    f"{_EXTRACTION_OF_VERSION.format(id='r.to_version_id')} AS to_extraction "
    "FROM changes r",
    "event": "SELECT r.* FROM events r",
    "seed": "SELECT r.*, t.sha256 AS text_sha256, t.fold_sha256 AS fold_sha256, "
    "(SELECT l.hash FROM seeds x JOIN log l ON l.sequence = x.sequence "
    "WHERE x.name = r.name AND x.revision = r.revision - 1) AS replaces "
    "FROM seeds r LEFT JOIN texts t ON t.id = r.text_id",
}


class RowCheck:
    """Looks up the row of a record and compares the two."""

    def __init__(self, conn: sqlite3.Connection, findings: Findings) -> None:
        self._conn = conn
        self._findings = findings
        self._names = {kind: names.split() for kind, names in SAME.items()}
        self._json = {kind: names.split() for kind, names in JSON.items()}
        self._columns: dict[str, list[str]] = {}
        self._more: dict[str, Callable[[Row, Said], str | None]] = {
            "observation": self._observation,
            "extraction": self._extraction,
            "change": self._change,
            "event": self._event,
        }

    def check(self, kind: str, sequence: int, hash_: str, said: Said) -> None:
        """Compare the row of one record; a record of another kind has none."""
        table = TABLES.get(kind)
        if table is None:
            return
        row = self._row(kind, sequence)
        if row is None:
            self._findings.add(table, None, f"no row for the {kind} of record {sequence}")
            return
        for name in self._names[kind]:
            if row[name] != said.get(name):
                self._findings.add(table, row["id"], f"{name} is not what the record says")
        for name in self._json[kind]:
            if _loaded(row[name]) != said.get(name):
                self._findings.add(table, row["id"], f"{name} is not what the record says")
        problem = self._more_of(kind, row, said)
        if problem is not None:
            self._findings.add(table, row["id"], problem)

    def _more_of(self, kind: str, row: Row, said: Said) -> str | None:
        more = self._more.get(kind)
        try:
            return None if more is None else more(row, said)
        except (KeyError, TypeError, AttributeError, IndexError):
            return f"the record has not the fields of {kind} records"

    def _row(self, kind: str, sequence: int) -> Row | None:
        cursor = self._conn.execute(_QUERIES[kind] + " WHERE r.sequence = ?", (sequence,))
        if kind not in self._columns:
            self._columns[kind] = [column[0] for column in cursor.description]
        found = cursor.fetchone()
        return None if found is None else dict(zip(self._columns[kind], found, strict=True))

    def _observation(self, row: Row, said: Said) -> str | None:
        if (row["address_url"], row["address_purpose"]) != (said["request_url"], said["purpose"]):
            return "its address is not the URL and purpose of the record"
        if row["before"] != said["previous_of_address"]:
            return "the record does not follow the one before it of the same address"
        for name in ("retry_of", "conditional_on"):
            if said[name] is not None and not self._is_earlier(said[name], said["sequence"]):
                return f"{name} names no earlier record"
        return None

    def _is_earlier(self, hash_: str, sequence: int) -> bool:
        found = self._conn.execute("SELECT sequence FROM log WHERE hash = ?", (hash_,)).fetchone()
        return found is not None and found[0] < sequence

    def _extraction(self, row: Row, said: Said) -> str | None:
        if not said["capture"] or row["observation"] != said["capture"][-1]:
            return "its observation is not the last one of the record's capture"
        return None

    def _change(self, row: Row, said: Said) -> str | None:
        if row["kind"] != said["change_kind"] or bool(row["coarse"]) != said["coarse"]:
            return "kind or coarse is not what the record says"
        for side in ("from", "to"):
            place = said[side] or {}
            if row[f"{side}_extraction"] != place.get("extraction"):
                return f"{side}_version is not the one that the record names"
        if row["old_last"] != (said["from"] or {}).get("last_observation"):
            return "old_last_observation is not the one that the record names"
        if row["new_first"] != (said["to"] or {}).get("first_observation", row["new_first"]):
            return "new_first_observation is not the one that the record names"
        return self._ops(row["ops"], said["ops_sha256"])

    def _ops(self, ops: str | None, digest: str | None) -> str | None:
        if ops is None and digest is not None:
            self._findings.withheld += 1
            return None
        found = None if ops is None else sha256(ops.encode()).hexdigest()
        return None if found == digest else "ops do not have the hash that the record names"

    def _event(self, row: Row, said: Said) -> str | None:
        if row["kind"] != said["event_kind"]:
            return "kind is not what the record says"
        ids = _loaded(row["changes"])
        if not isinstance(ids, list):
            return "changes is no list"
        hashes = [
            self._conn.execute(f"SELECT {_hash('changes', '?')}", (change_id,)).fetchone()[0]
            for change_id in ids
        ]
        return None if hashes == said["changes"] else "changes are not those that the record names"

    def without_record(self, size: int) -> None:
        """Rows that name no record of their kind among the first `size`, and versions that do not
        agree with their extraction."""
        for kind, table in TABLES.items():
            with self._findings.readable(table):
                for row_id, sequence in self._conn.execute(
                    f"SELECT r.id, r.sequence FROM {table} r LEFT JOIN log l "
                    "ON l.sequence = r.sequence WHERE l.kind IS NOT ? "
                    "AND (l.kind IS NOT NULL OR r.sequence < ?)",
                    (kind, size),
                ):
                    self._findings.add(table, row_id, f"record {sequence} is no {kind}")
        with self._findings.readable("versions"):
            for (row_id,) in self._conn.execute(_VERSIONS):
                self._findings.add("versions", row_id, "does not agree with its extraction")
            for (row_id,) in self._conn.execute(_STANDING):
                self._findings.add("versions", row_id, "of its first look not one version stands")


# A version shows its extraction's text, and was first seen by an observation that the extraction
# was made from, or whose same bytes it serves.
_VERSIONS = """
SELECT v.id FROM versions v
LEFT JOIN extractions e ON e.id = v.extraction_id
LEFT JOIN log l ON l.sequence = e.sequence
LEFT JOIN observations o ON o.id = v.first_observation_id
LEFT JOIN log ol ON ol.sequence = o.sequence
WHERE e.text_id IS NOT v.text_id OR o.as_of IS NOT v.as_of OR o.origin IS NOT v.origin
    OR NOT (coalesce(o.extraction_id = v.extraction_id, 0)
        OR coalesce(instr(l.record, ol.hash), 0))
"""


# Of all readings of what one look saw first, one stands.
_STANDING = """
SELECT max(id) FROM versions GROUP BY first_observation_id HAVING sum(NOT superseded) <> 1
"""


def _loaded(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
