"""The log by itself: its numbers, its chain, its tree; and each record against its row."""

import json
import sqlite3
from typing import Any

from crawler import chain
from crawler.evidence.problems import Findings
from crawler.evidence.row_check import RowCheck

KNOWN_FORMATS = frozenset({1})
# A gap of more records than this is not filled one by one.
FOLLOWED_GAP = 100_000


def check_log(conn: sqlite3.Connection, size: int) -> tuple[Findings, str]:
    """Walk the first `size` records once; returns what is wrong and the root over what is there.

    The hash of every record is computed from its bytes, the tree from those hashes, and each
    record is compared with the row that refers to it."""
    findings = Findings()
    tree = chain.Frontier()
    rows = RowCheck(conn, findings)
    previous: str | None = None
    with findings.readable("log"):
        for sequence, kind, record, hash_, subtree in conn.execute(
            "SELECT sequence, kind, record, hash, subtree_hash FROM log WHERE sequence < ? "
            "ORDER BY sequence",
            (size,),
        ):
            if sequence != tree.size:
                findings.add("log", tree.size, f"is missing; the next record is {sequence}")
                _skip_to(tree, sequence)
            leaf = chain.leaf_hash(record)
            if leaf != hash_:
                findings.add("log", sequence, "the record does not have the hash beside it")
            if tree.append(leaf) != subtree:
                findings.add("log", sequence, "the subtree's hash is not that of its records")
            said = _read(findings, sequence, record)
            if said is not None:
                _check_common(findings, sequence, kind, previous, said)
                rows.check(kind, sequence, hash_, said)
            previous = leaf
    if tree.size < size:
        findings.add("log", tree.size, f"is missing, with all up to {size - 1}")
    with findings.readable("log"):
        rows.without_record(size)
    return findings, tree.root()


def _skip_to(tree: chain.Frontier, sequence: int) -> None:
    """Let unknown leaves stand for missing records, so that what follows keeps its place."""
    missing = sequence - tree.size
    if missing > FOLLOWED_GAP or missing < 0:
        tree.size, tree.peaks = sequence, [chain.EMPTY_ROOT] * sequence.bit_count()
        return
    for _ in range(missing):
        tree.append(chain.EMPTY_ROOT)


def _read(findings: Findings, sequence: int, record: str) -> dict[str, Any] | None:
    try:
        said = json.loads(record)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        findings.add("log", sequence, "the record is no JSON object")
        return None
    return said


def _check_common(
    findings: Findings, sequence: int, kind: str, previous: str | None, said: dict[str, Any]
) -> None:
    if said.get("format") not in KNOWN_FORMATS:
        findings.add("log", sequence, f"has the unknown format {said.get('format')!r}")
    if said.get("sequence") != sequence:
        findings.add("log", sequence, f"the record calls itself {said.get('sequence')!r}")
    if said.get("kind") != kind:
        findings.add("log", sequence, f"the record's kind is {said.get('kind')!r}, not {kind!r}")
    if said.get("previous") != previous:
        findings.add("log", sequence, "does not follow the record before it")
