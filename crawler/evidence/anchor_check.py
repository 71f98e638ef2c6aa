"""The log against its witnesses: heads that were signed in it, and the last one kept outside."""

import base64
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler import chain
from crawler.evidence.notes import Head, open_checkpoint, valid
from crawler.evidence.problems import Findings
from crawler.evidence.state import SignedHead
from crawler.evidence.verifier import fingerprint
from crawler.store.transaction import log_size, read_subtrees
from crawler.store.witness import Told, last_told, origin, tail, told


def against_head(conn: sqlite3.Connection, name: str | None, head: Head) -> str | None:
    """What is wrong with a log by a head that was signed of it; None when it goes on from it."""
    size = log_size(conn)
    if name != head.origin:
        return f"it is the log {name}, and {head.origin} was signed at this place"
    if size < head.size:
        return f"it has {size:,} records, and a head of {head.size:,} was signed"
    try:
        root = chain.root(head.size, read_subtrees(conn))
    except KeyError as error:
        return f"record {error} of the {head.size:,} that were signed is missing"
    except ValueError:
        return f"a hash among the first {head.size:,} records is none"
    if root != head.root:
        return f"its first {head.size:,} records are not those that were signed"
    return None


def check_witnesses(
    conn: sqlite3.Connection,
    path: Path,
    signed: Sequence[SignedHead],
    roots: Sequence[Path],
    own_keys: Collection[str] = (),
) -> tuple[Findings, dict[str, Any]]:
    """Every anchor's signature, root and stamps, the row of keys, and the heads kept outside;
    what is wrong, and what is told of them. `own_keys` are the fingerprints of the user's keys."""
    findings = Findings()
    told_of: dict[str, Any] = {"anchors": 0, "unchecked": []}
    # What stands where the anchors cannot be read.
    told_of |= {"unprotected_tail": log_size(conn), "anchored_until": None}
    with findings.readable("log"):
        name = origin(conn)
        keys = _check_keys(conn, findings, told_of["unchecked"])
        if own_keys and any(head.origin == name for head in signed):
            _check_own(conn, findings, own_keys)
        size = 0
        for anchor in told(conn, "anchor"):
            told_of["anchors"] += 1
            _check_anchor(conn, findings, keys, anchor, roots, told_of["unchecked"])
            size = _check_growth(findings, anchor, size)
        for head in signed:
            if _lags_behind(conn, name, head, path):
                lacking = head.size - log_size(conn)
                told_of["unchecked"].append(f"this copy lacks the last {lacking:,} signed records")
            else:
                _check_signed(conn, findings, name, head, keys)
        told_of |= _protected(conn, signed)
    told_of["unchecked"] = sorted(set(told_of["unchecked"]))
    return findings, told_of


def _check_growth(findings: Findings, anchor: Told, before: int) -> int:
    """An anchor signs no less than the one before it: an old one told again proves nothing."""
    size = int(anchor.fields.get("size") or 0)
    if size < before:
        findings.add("log", anchor.sequence, "the anchor goes back behind the one before it")
    return max(size, before)


def _check_own(conn: sqlite3.Connection, findings: Findings, own_keys: Collection[str]) -> None:
    """The key that signs from here on is one of the user's."""
    last = last_told(conn, "key")
    if last is not None and last.fields.get("fingerprint") not in own_keys:
        findings.add(
            "log",
            last.sequence,
            f"the key {last.fields.get('fingerprint')} was put in the place of yours by somebody",
        )


def _check_keys(
    conn: sqlite3.Connection, findings: Findings, unchecked: list[str]
) -> dict[str, bytes]:
    """The keys that the log names, by fingerprint; each after the first names the one before."""
    keys: dict[str, bytes] = {}
    before: Told | None = None
    for record in told(conn, "key"):
        said = record.fields
        public = _public(said)
        if public is None or fingerprint(public) != said.get("fingerprint"):
            findings.add("log", record.sequence, "the key does not have the fingerprint beside it")
            continue
        if said.get("replaces") != (None if before is None else before.hash):
            findings.add("log", record.sequence, "the key does not name the one that it replaces")
        if before is not None and not _endorsed(before.fields, said, public):
            findings.add("log", record.sequence, "the key before did not sign this one")
        if before is not None and said.get("endorsement") is None:
            unchecked.append(f"the key {said['fingerprint']}: the one before did not vouch for it")
        keys[said["fingerprint"]], before = public, record
    return keys


def _endorsed(before: Mapping[str, Any], said: Mapping[str, Any], public: bytes) -> bool:
    """Whether the key before signed this one; one that was lost signs nothing, and may."""
    if said.get("endorsement") is None:
        return True
    old = _public(before)
    return old is not None and valid(old, public, base64.b64decode(said["endorsement"]))


def _public(said: Mapping[str, Any]) -> bytes | None:
    try:
        return base64.b64decode(said["public_key"], validate=True)
    except (KeyError, TypeError, ValueError):
        return None


def _check_anchor(
    conn: sqlite3.Connection,
    findings: Findings,
    keys: Mapping[str, bytes],
    anchor: Told,
    roots: Sequence[Path],
    unchecked: list[str],
) -> None:
    from crawler.evidence.anchoring import stamp_shown

    said = anchor.fields
    try:
        head = open_checkpoint(said["checkpoint"], keys[said["key"]])
        stamps = [stamp_shown(stamp, said["checkpoint"], roots) for stamp in said["stamps"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        findings.add("log", anchor.sequence, f"the anchor does not hold: {error}")
        return
    if head != (said.get("origin"), said.get("size"), said.get("root")):
        findings.add("log", anchor.sequence, "the anchor signs another head than it tells of")
    if head.size > anchor.sequence:
        findings.add("log", anchor.sequence, "the anchor signs records that come after it")
    else:
        problem = against_head(conn, origin(conn), head)
        if problem is not None:
            findings.add("log", anchor.sequence, f"the anchor does not hold: {problem}")
    for stamp, shown in zip(said["stamps"], stamps, strict=True):
        if stamp["response"] is not None and shown["problem"]:
            unchecked.append(f"stamp of {stamp['authority']}: {shown['problem']}")
        elif shown["unchecked"]:
            unchecked.append(f"stamp of {stamp['authority']}: {shown['unchecked']}")


def _lags_behind(
    conn: sqlite3.Connection, name: str | None, signed: SignedHead, path: Path
) -> bool:
    """Whether this is a copy at another place than the signed archive, and older than the head."""
    elsewhere = signed.archive != str(path.resolve()) and signed.origin == name
    return elsewhere and log_size(conn) < signed.size


def _check_signed(
    conn: sqlite3.Connection,
    findings: Findings,
    name: str | None,
    signed: SignedHead,
    keys: Mapping[str, bytes],
) -> None:
    """The archive against a head that was kept outside of it."""
    problem = against_head(conn, name, signed.head)
    if problem is not None:
        findings.add("log", None, f"{problem} on {signed.signed_at}")
    if not any(_opens(signed, public) for public in keys.values()) and keys:
        findings.add("log", None, "the head kept outside was signed by no key of this log")


def _opens(signed: SignedHead, public: bytes) -> bool:
    try:
        return open_checkpoint(signed.checkpoint, public) == signed.head
    except ValueError:
        return False


def _protected(conn: sqlite3.Connection, signed: Sequence[SignedHead]) -> dict[str, Any]:
    """Up to where the log is under a signed head, and how many records stand after it."""
    last = last_told(conn, "anchor")
    sizes = [0 if last is None else int(last.fields.get("size") or 0)]
    sizes += [head.size for head in signed if head.origin == origin(conn)]
    return {
        "unprotected_tail": tail(conn, max(sizes)),
        "anchored_until": None if last is None else last.fields.get("signed_at"),
    }
