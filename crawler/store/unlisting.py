"""Changes of kind `listing`: an article left its list, or is called otherwise there."""

import sqlite3

from crawler.model import AddressState, ChangeDraft, Intent, ListingIntent, PageKey, State
from crawler.store import changing
from crawler.store.looks import Look
from crawler.store.pages import page_id_of, page_state
from crawler.store.records import VersionPlace
from crawler.store.work import Work

STANDING = frozenset({State.LIVE, State.RESTORED})


def add_listing_changes(work: Work, intent: ListingIntent, look: Look | None) -> tuple[int, ...]:
    """Records the changes of pages that are there; of one that is away its state tells already."""
    if look is None:
        return ()
    added = (_add(work, intent, key, draft, look) for key, draft in intent.changes)
    return tuple(change_id for change_id in added if change_id is not None)


def _add(
    work: Work, intent: ListingIntent, key: PageKey, draft: ChangeDraft, look: Look
) -> int | None:
    page_id = page_id_of(work.conn, key)
    page = None if page_id is None else page_state(work.conn, page_id)
    if page is None or page.state not in STANDING:
        return None
    about = Intent(
        intent.run_id, page=page, address=AddressState(0, page.page_id, intent.url), attempts=()
    )
    return changing.add_change(work, about, draft, _passage(work.conn, look))


def _passage(conn: sqlite3.Connection, look: Look) -> changing.Passage:
    """From the look at the listing before this one, to this one."""
    here = look.attempt.finished_at
    new = VersionPlace(None, None, look.hash, look.hash)
    row = conn.execute(
        "SELECT o.started_at, o.id, l.hash FROM observations o "
        "JOIN log l ON l.sequence = o.sequence WHERE o.address_id = ? AND o.id < ? "
        "AND o.outcome IN ('listed', 'not_modified') ORDER BY o.id DESC LIMIT 1",
        (look.address.id, look.id),
    ).fetchone()
    if row is None:
        return changing.Passage(None, new, changing.Moments(None, here, None, look.id))
    old = VersionPlace(None, None, None, row[2])
    return changing.Passage(old, new, changing.Moments(row[0], here, row[1], look.id))
