"""A look aside: at a further address of a page, or at the copy that a web archive keeps of it.

The page's state, gaps and next look stay. A further address that shows another text is an event; a
copy gives a version of its own moment, filed where it belongs in the page's time. What that time
shows then is told when it has been put in order (`timeline`).
"""

import sqlite3

from crawler.model import Intent, Outcome, Purpose
from crawler.store import changing, seed_drafts
from crawler.store.committed import Committed
from crawler.store.extracting import Read, add_extraction, add_version
from crawler.store.looks import Copy, Look, Shown, add_row, record_looks
from crawler.store.records import clean
from crawler.store.work import Work

SHOWING = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED})


def commit_aside(work: Work, intent: Intent) -> Committed:
    """Write all that a look aside gave."""
    copy = None if intent.as_of is None else Copy(intent.origin, intent.as_of)
    looks = record_looks(work, intent.run_id, intent.attempts, copy)
    read = _extraction(work, intent, looks)
    version_id: int | None = None
    if read is not None and looks[-1].outcome in SHOWING:
        if copy is not None and intent.new_version:
            version_id = add_version(
                work,
                intent.page.page_id,
                read,
                looks[-1].id,
                copy.as_of,
                origin=copy.origin,
            )
        else:
            version_id = _shown_already(work.conn, intent, read)
    for look in looks:
        article = look.attempt.purpose is Purpose.ARTICLE
        page_id = intent.page.page_id if article else None
        found = look is looks[-1]
        shown = Shown(read.id if found and read else None, version_id if found else None)
        add_row(work, intent.run_id, look, intent.page.source_id, page_id, shown)
    _address(work, intent, looks[-1], read, copy)
    events = tuple(changing.add_event(work, intent.run_id, draft) for draft in intent.events)
    if version_id is not None and copy is not None and intent.new_version:
        seed_drafts.add_seed_matches(work, intent, version_id)
        _now_latest(work, intent, version_id)
    return Committed(
        intent.page.page_id,
        tuple(look.id for look in looks),
        tuple(look.hash for look in looks),
        None if read is None else read.id,
        version_id,
        event_ids=events,
    )


def _extraction(work: Work, intent: Intent, looks: list[Look]) -> Read | None:
    if intent.extraction is None:
        return None
    captured = [looks[place] for place in intent.capture] or [looks[-1]]
    return add_extraction(
        work,
        intent,
        intent.extraction,
        capture=[look.hash for look in captured],
        content_type=captured[-1].attempt.header("content-type"),
        final_url=captured[-1].attempt.final_url,
        observation_id=captured[-1].id,
    )


def _shown_already(conn: sqlite3.Connection, intent: Intent, read: Read) -> int | None:
    """The version that this look shows again: of a copy the one before its moment, else the
    page's latest, when that has this very text."""
    row = conn.execute(
        "SELECT v.id, v.text_id FROM versions v WHERE v.page_id = ? AND NOT v.superseded "
        "AND v.as_of <= ? ORDER BY v.as_of DESC, v.id DESC LIMIT 1",
        (intent.page.page_id, intent.as_of or "9999"),
    ).fetchone()
    return row[0] if row is not None and row[1] == read.text_id else None


def _address(work: Work, intent: Intent, look: Look, read: Read | None, copy: Copy | None) -> None:
    """What is kept of the address: a copy's belongs to its archive, and is asked for once; one
    that shows the article, when its page's time has been put in order."""
    state = intent.address
    address = work.address(state.url, Purpose.ARTICLE)
    if copy is None:
        address.page_id = intent.page.page_id
    if copy is not None and look.outcome.conclusive:
        if address.page_id is None and look.outcome not in SHOWING:
            address.last_full_at = look.attempt.finished_at
        return
    accepted = look.body_sha256 is not None and state.last_body_sha256 == look.body_sha256
    validators = state.validators
    address.etag = _cleaned(validators.etag if validators else None)
    address.last_modified = _cleaned(validators.last_modified if validators else None)
    address.validators_url = _cleaned(validators.url if validators else None)
    address.validators_from = validators.observation if validators else None
    if address.validators_from is None and accepted:
        address.validators_from = look.hash
    address.last_full_at, address.last_body_sha256 = state.last_full_at, state.last_body_sha256
    if accepted and read is not None:
        address.extraction_id = read.id


def _cleaned(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _now_latest(work: Work, intent: Intent, version_id: int) -> None:
    """A page whose text was never seen here shows the newest that a copy knows."""
    work.flush()
    found = intent.extraction
    work.conn.execute(
        "UPDATE pages SET version_id = (SELECT id FROM versions WHERE page_id = ?1 "
        "AND NOT superseded ORDER BY as_of DESC, id DESC LIMIT 1), "
        "title = coalesce(title, ?2), published = coalesce(published, ?3) "
        "WHERE id = ?1 AND last_bytes_observation_id IS NULL",
        (
            intent.page.page_id,
            _cleaned(found.title if found else None),
            _cleaned(found.published if found else None),
        ),
    )
