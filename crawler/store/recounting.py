"""What a page's time shows, recorded as changes, also between versions that two rules made."""

import sqlite3
from dataclasses import replace

from crawler.model import AddressState, ChangeDraft, Extraction, Intent
from crawler.store import changing
from crawler.store.extracting import add_reading, add_version
from crawler.store.pages import page_state
from crawler.store.timeline import Step
from crawler.store.transaction import writing
from crawler.store.work import Work


def tell(
    conn: sqlite3.Connection,
    page_id: int,
    told: list[tuple[Step, ChangeDraft]],
    origin: str,
    now: str,
) -> list[int]:
    """Record the changes of these steps; their ids."""
    page = page_state(conn, page_id)
    if page is None or not told:
        return []
    intent = Intent(0, page, AddressState(0, page_id, page.canonical_url), (), origin=origin)
    ids = []
    with writing(conn, now) as transaction:
        work = Work(transaction)
        for step, draft in told:
            old, new = _versions(work, intent, step)
            passage = changing.Passage(
                changing.version_place(conn, old, step.moments.old_last_observation_id),
                changing.version_place(conn, new, step.moments.new_first_observation_id),
                step.moments,
            )
            ids.append(changing.add_change(work, intent, draft, passage))
            if step.event is not None:
                event = replace(step.event, source_id=page.source_id, page_id=page_id)
                changing.add_event(work, 0, event)
        work.flush()
    return ids


def _versions(work: Work, intent: Intent, step: Step) -> tuple[int, int]:
    """The versions that a step leads from and to: those that stand, or the readings of both by one
    rule, which are kept beside them."""
    old, new = step.old.version_ids[-1], step.new.version_ids[0]
    if step.alike is None:
        return old, new
    return _beside(work, intent, old, step.alike[0]), _beside(work, intent, new, step.alike[1])


def _beside(work: Work, intent: Intent, version_id: int, read: Extraction) -> int:
    """Another reading of a version's capture, as a version that the one that stands supersedes."""
    conn = work.conn
    page_id, extraction_id, look, as_of, origin = conn.execute(
        "SELECT page_id, extraction_id, first_observation_id, as_of, origin FROM versions "
        "WHERE id = ?",
        (version_id,),
    ).fetchone()
    earlier = changing.capture_record(conn, extraction_id)
    said = replace(intent, encoding=earlier.encoding, profile=earlier.profile)
    kept = add_reading(work, said, read, earlier)
    added = add_version(work, page_id, kept, look, as_of, origin=origin, superseded=True)
    work.flush()
    return added
