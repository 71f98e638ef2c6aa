"""`crawl anchor`: sign the log's head, have it stamped, and write both down.

A head is signed over what stands in the log; the record that tells of it comes after. So every
record stands between the stamp before and the stamp after it.
"""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.errors import UsageError
from crawler.evidence import stamps
from crawler.evidence.notes import Head, Key
from crawler.evidence.state import SignedHead, State
from crawler.evidence.verifier import Wrong
from crawler.model import iso
from crawler.store import Archive
from crawler.store.status import head as log_head
from crawler.store.witness import Told, last_told, origin, tail, tell


def head_of(archive: Archive) -> Head:
    """The log's head as it is now; raises UsageError for an empty log."""
    name = origin(archive.conn)
    if name is None:
        raise UsageError(f"{archive.path} has no records yet", "`crawl once` writes the first")
    return Head(name, **log_head(archive.conn))


def tell_key(archive: Archive, key: Key, now: datetime, before: Key | None = None) -> bool:
    """Write the key down where the log does not end its row of keys with it already; whether it
    was written. `before` is the key that it replaces, which signs the new one, where it is here."""
    last = last_told(archive.conn, "key")
    if last is not None and last.fields["fingerprint"] == key.fingerprint:
        return False
    endorsed = None
    if before is not None and last is not None:
        endorsed = base64.b64encode(before.sign(key.public)).decode()
    tell(
        archive.conn,
        "key",
        {
            "algorithm": "Ed25519",
            "public_key": base64.b64encode(key.public).decode(),
            "fingerprint": key.fingerprint,
            "replaces": None if last is None else last.hash,
            "endorsement": endorsed,
        },
        iso(now),
    )
    return True


def anchor(
    archive: Archive,
    state: State,
    now: datetime,
    authorities: Sequence[str] = (),
    *,
    again: bool = False,
) -> dict[str, Any]:
    """Sign the head, remember it in the state, have it stamped and write the record. Where nothing
    was recorded since the last anchor, that one is told instead, unless `again` is asked for."""
    key = state.require_key()
    tell_key(archive, key, now)
    last = last_told(archive.conn, "anchor")
    if last is not None and not again:
        known = shown(last, state, made=False)
        if not _wanting(archive, known, key, authorities):
            return known
    head = head_of(archive)
    refuse_another(archive, state, head)
    note = key.checkpoint(head)
    keep_signed(archive, state, head, note, now)
    answers = [stamps.ask(authority, note.encode()) for authority in authorities]
    told = tell(
        archive.conn,
        "anchor",
        {
            "origin": head.origin,
            "size": head.size,
            "root": head.root,
            "checkpoint": note,
            "key": key.fingerprint,
            "signed_at": iso(now),
            "stamps": [_stamp_fields(answer) for answer in answers],
        },
        iso(now),
    )
    return shown(told, state, made=True)


def refuse_another(archive: Archive, state: State, head: Head) -> None:
    """Raises UsageError rather than sign an archive that contradicts a head signed before."""
    from crawler.evidence.anchor_check import against_head

    for signed in state.heads(archive.path, head.origin):
        problem = against_head(archive.conn, head.origin, signed.head)
        if problem is not None:
            raise UsageError(
                f"{archive.path} is not signed: {problem}",
                "`crawl verify` says more; to go on from a backup use `crawl restore`",
            )


def keep_signed(archive: Archive, state: State, head: Head, note: str, now: datetime) -> None:
    """Remember the head as the last signed one of this archive."""
    state.keep_head(SignedHead(str(archive.path.resolve()), *head, note, iso(now)))


def _wanting(archive: Archive, last: dict[str, Any], key: Key, authorities: Sequence[str]) -> bool:
    """Whether the last anchor leaves something to be signed or stamped."""
    if last["key"] != key.fingerprint or tail(archive.conn, last["head"]["size"]):
        return True
    stamped = {stamp["authority"] for stamp in last["stamps"] if stamp["moment"]}
    return not stamped.issuperset(authorities)


def _stamp_fields(answer: stamps.Answer) -> dict[str, Any]:
    raw = answer.response
    return {
        "authority": answer.authority,
        "response": None if raw is None else base64.b64encode(raw).decode(),
        "response_sha256": None if raw is None else sha256(raw).hexdigest(),
        "error": answer.error,
    }


def shown(told: Told, state: State, *, made: bool) -> dict[str, Any]:
    """An anchor for `crawl anchor --json`, its stamps checked."""
    said = told.fields
    return {
        "made": made,
        "record": told.hash,
        "head": {"origin": said["origin"], "size": said["size"], "root": said["root"]},
        "signed_at": said["signed_at"],
        "key": said["key"],
        "checkpoint": said["checkpoint"],
        "stamps": [stamp_shown(stamp, said["checkpoint"], state.authorities())
                   for stamp in said["stamps"]],
    }  # fmt: skip


def stamp_shown(stamp: dict[str, Any], note: str, roots: Iterable[Path]) -> dict[str, Any]:
    """One stamp of an anchor, checked: its moment, by whom, or what is wrong."""
    found: dict[str, Any] = dict.fromkeys(("moment", "checked_by", "unchecked"))
    found |= {"authority": stamp["authority"], "problem": stamp["error"]}
    if stamp["response"] is None:
        return found
    try:
        checked = stamps.check(base64.b64decode(stamp["response"]), note.encode(), [*roots])
    except Wrong as wrong:
        return {**found, "problem": str(wrong)}
    return {**found, **checked._asdict()}
