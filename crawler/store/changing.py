"""Changes and events: between which looks they happened, and their records and rows."""

import json
import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from crawler.model import ChangeDraft, EventDraft, Intent, Link, Told
from crawler.store import change_records, records
from crawler.store.looks import Look
from crawler.store.records import VersionPlace, clean
from crawler.store.work import Work


@dataclass(frozen=True, slots=True)
class Place:
    """A version with the first and the last look at its bytes."""

    version_id: int
    extraction_id: int
    extraction: str
    text_sha256: str
    as_of: str
    first_observation_id: int
    first_observation: str
    first_finished_at: str
    last_observation_id: int
    last_observation: str
    last_started_at: str

    @classmethod
    def of_look(
        cls, version_id: int, extraction_id: int, extraction: str, text_sha256: str, look: Look
    ) -> "Place":
        """The place of a version that this look saw first."""
        attempt = look.attempt
        return cls(
            version_id,
            extraction_id,
            extraction,
            text_sha256,
            attempt.finished_at,
            look.id,
            look.hash,
            attempt.finished_at,
            look.id,
            look.hash,
            attempt.started_at,
        )

    def as_record(self) -> VersionPlace:
        """As a change's record names it."""
        return VersionPlace(
            self.extraction, self.text_sha256, self.first_observation, self.last_observation
        )


@dataclass(frozen=True, slots=True)
class Moments:
    """Between which looks a change happened."""

    old_last_seen: str | None
    new_first_seen: str
    old_last_observation_id: int | None
    new_first_observation_id: int

    @classmethod
    def to_look(cls, before: Place | None, look: Look) -> "Moments":
        """From the last bytes of the version before to this look."""
        return cls(
            None if before is None else before.last_started_at,
            look.attempt.finished_at,
            None if before is None else before.last_observation_id,
            look.id,
        )


class Passage(NamedTuple):
    """What a change leads from and to, and when."""

    old: Place | VersionPlace | None
    new: Place | VersionPlace | None
    moments: Moments


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """What an extraction was made from, by its record."""

    capture: list[str]
    content_type: str | None
    final_url: str
    listing: Link | None
    observation_id: int
    #: a source's own, where it set them
    encoding: str | None = None
    profile: str | None = None


def version_place(
    conn: sqlite3.Connection, version_id: int | None, last_bytes_id: int | None
) -> Place | None:
    """A version with the first and the last look at its bytes; without `last_bytes_id` the last
    of all that are known. A copy's bytes were seen when they were served to its keeper."""
    if version_id is None:
        return None
    row = conn.execute(_PLACE, (last_bytes_id, version_id)).fetchone()
    return Place(*row)


_PLACE = """
SELECT v.id, e.id, el.hash, t.sha256, v.as_of,
    f.id, fl.hash, CASE WHEN f.origin = 'here' THEN f.finished_at ELSE f.as_of END,
    b.id, bl.hash, CASE WHEN b.origin = 'here' THEN b.started_at ELSE b.as_of END
FROM versions v
JOIN extractions e ON e.id = v.extraction_id JOIN log el ON el.sequence = e.sequence
JOIN texts t ON t.id = v.text_id
JOIN observations f ON f.id = v.first_observation_id JOIN log fl ON fl.sequence = f.sequence
JOIN observations b ON b.id = coalesce(?1, (
    SELECT o.id FROM observations o WHERE o.version_id = v.id
    AND o.outcome IN ('new', 'changed', 'unchanged') ORDER BY o.as_of DESC, o.id DESC LIMIT 1
), v.first_observation_id)
JOIN log bl ON bl.sequence = b.sequence WHERE v.id = ?2
"""


def capture_record(conn: sqlite3.Connection, extraction_id: int) -> CaptureRecord:
    """What an earlier extraction was made from."""
    record, observation_id = conn.execute(
        "SELECT l.record, e.observation_id FROM extractions e "
        "JOIN log l ON l.sequence = e.sequence WHERE e.id = ?",
        (extraction_id,),
    ).fetchone()
    said: dict[str, Any] = json.loads(record)
    return CaptureRecord(
        said["capture"],
        said["content_type"],
        said["final_url"],
        None if said["listing"] is None else Link(**said["listing"]),
        observation_id,
        said["encoding"],
        said["profile"],
    )


def add_change(
    work: Work,
    intent: Intent,
    draft: ChangeDraft,
    passage: Passage,
) -> int:
    """Record a change and add its row; returns its id."""
    old, new, moments = passage
    ops = change_records.ops_text(draft.diff)
    seeds = {name: found[1] for name, found in work.seeds().items()} if draft.seeds else {}
    supersedes = None if draft.supersedes is None else work.change_hashes([draft.supersedes])[0]
    appended = work.transaction.append(
        "change",
        change_records.change(
            draft,
            old=old.as_record() if isinstance(old, Place) else old,
            new=new.as_record() if isinstance(new, Place) else new,
            old_last_seen=moments.old_last_seen,
            new_first_seen=moments.new_first_seen,
            seed_hashes=seeds,
            supersedes=supersedes,
            comparer=None if draft.diff is None else draft.comparer or _comparer(),
            ops=ops,
            recorded_at=work.now,
            origin=intent.origin,
        ),
    )
    row = _row(work, intent, draft, passage, appended.fields)
    change_id = work.transaction.add("changes", sequence=appended.sequence, **row, ops=ops)
    if not draft.untold:
        told = _told(appended.hash, intent, draft, appended.fields, work.now)
        queue(work, told, change_id=change_id)
    return change_id


def _row(
    work: Work, intent: Intent, draft: ChangeDraft, passage: Passage, said: dict[str, Any]
) -> dict[str, Any]:
    """A change's row, as its record says it, without its operations."""
    old, new, moments = passage
    lists = {name: _json(said[name]) for name in ("labels", "fields", "seeds", "terms")}
    return {
        "run_id": intent.run_id or None,
        "source_id": intent.page.source_id,
        "page_id": intent.page.page_id,
        "kind": said["change_kind"],
        "from_version_id": old.version_id if isinstance(old, Place) else None,
        "to_version_id": new.version_id if isinstance(new, Place) else None,
        "from_state": said["from_state"],
        "to_state": said["to_state"],
        "old_last_seen": moments.old_last_seen,
        "new_first_seen": moments.new_first_seen,
        "old_last_observation_id": moments.old_last_observation_id,
        "new_first_observation_id": moments.new_first_observation_id,
        "recorded_at": work.now,
        **{name: said[name] for name in ("inserted", "deleted", "moved", "masked")},
        "score": said["score"],
        "coarse": said["coarse"],
        **lists,
        "origin": said["origin"],
        "supersedes_id": draft.supersedes,
    }


def _told(digest: str, intent: Intent, draft: ChangeDraft, said: dict[str, Any], now: str) -> Told:
    """What channels choose by."""
    return Told(
        digest,
        said["change_kind"],
        intent.page.source_id,
        is_change=True,
        recorded_at=now,
        score=said["score"],
        labels=tuple(said["labels"]),
        seeds=tuple(name for name, _ in draft.seeds),
        terms=tuple(term.term for term in draft.terms),
        to_state=said["to_state"],
    )


def add_event(work: Work, run_id: int, draft: EventDraft) -> int:
    """Record an event and add its row; returns its id."""
    hashes = work.change_hashes(draft.changes) if draft.changes else []
    appended = work.transaction.append("event", records.event(draft, hashes, work.now))
    event_id = work.transaction.add(
        "events",
        sequence=appended.sequence,
        run_id=run_id or None,
        source_id=draft.source_id,
        page_id=draft.page_id,
        kind=draft.kind,
        subject=clean(draft.subject),
        message=clean(draft.message),
        next_step=clean(draft.next_step),
        changes=_json(list(draft.changes)),
        recorded_at=work.now,
    )
    told = Told(appended.hash, draft.kind, draft.source_id, is_change=False, recorded_at=work.now)
    queue(work, told, event_id=event_id)
    return event_id


def queue(work: Work, told: Told, **about: int) -> None:
    """Queue a message for each channel that is told, in this very transaction."""
    for post in work.router(told) if work.router is not None else ():
        work.transaction.add(
            "outbox",
            channel=post.channel,
            message_key=f"{post.channel}:{told.hash}",
            change_id=about.get("change_id"),
            event_id=about.get("event_id"),
            payload=_json({"likeness": told.likeness}),
            digest=post.digest,
            queued_at=work.now,
            next_try_at=None if post.digest else work.now,
        )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _comparer() -> str:
    from crawler.compare import COMPARER

    return COMPARER
