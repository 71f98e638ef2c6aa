"""A look aside: at a further address of a page, or at the copy that a web archive keeps of it.

The page's state, gaps and next look stay. A further address that shows another text is an event; a
copy gives a version of its own moment, filed where it belongs in the page's time.
"""

import sqlite3
from datetime import timedelta

from crawler.model import ChangeKind, Intent, Outcome, Purpose, parse_iso
from crawler.store import changing, seed_drafts, timeline
from crawler.store.committed import Committed
from crawler.store.extracting import Read, add_extraction, add_version
from crawler.store.looks import Copy, Look, Shown, add_row, record_looks
from crawler.store.records import clean
from crawler.store.work import Work

# A change between copies that is older than this is history and no news: nobody is sent word.
NEWS_FOR = timedelta(days=30)
SHOWING = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED})


def commit_aside(work: Work, intent: Intent) -> Committed:
    """Write all that a look aside gave."""
    copy = None if intent.as_of is None else Copy(intent.origin, intent.as_of)
    looks = record_looks(work, intent.run_id, intent.attempts, copy)
    read = _extraction(work, intent, looks)
    version_id: int | None = None
    change_ids: tuple[int, ...] = ()
    if read is not None and looks[-1].outcome in SHOWING:
        if copy is not None and intent.new_version:
            version_id, change_ids = _copy_version(work, intent, read, looks[-1], copy)
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
        change_ids,
        events,
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


def _copy_version(
    work: Work, intent: Intent, read: Read, look: Look, copy: Copy
) -> tuple[int, tuple[int, ...]]:
    """A version of the copy's moment, and the change that led to it where one was drawn up."""
    before, seen = _before(work.conn, intent.page.page_id, copy.as_of)
    version_id = add_version(
        work, intent.page.page_id, read, look.id, copy.as_of, origin=copy.origin
    )
    drafts = [draft for draft in intent.changes if draft.kind is ChangeKind.CONTENT]
    after = changing.Place.of_look(version_id, read.id, read.hash, read.text_sha256, look)
    old_id = None if before is None else before.last_observation_id
    moments = changing.Moments(seen, copy.as_of, old_id, look.id)
    passage = changing.Passage(before, after, moments)
    router = work.router
    if parse_iso(work.now) - parse_iso(copy.as_of) > NEWS_FOR:
        work.router = None
    added = tuple(changing.add_change(work, intent, draft, passage) for draft in drafts)
    work.router = router
    return version_id, added


def _before(
    conn: sqlite3.Connection, page_id: int, as_of: str
) -> tuple[changing.Place | None, str | None]:
    """The version that stood at a moment, and when its bytes were last seen before that."""
    row = conn.execute(
        "SELECT id FROM versions WHERE page_id = ? AND NOT superseded AND as_of <= ? "
        "ORDER BY as_of DESC, id DESC LIMIT 1",
        (page_id, as_of),
    ).fetchone()
    if row is None:
        return None, None
    look_id, seen = timeline.last_look(conn, row, as_of) or (None, None)
    return changing.version_place(conn, row[0], look_id), seen


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
