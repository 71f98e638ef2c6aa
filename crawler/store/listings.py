"""What one listing gave, written: its looks, the pages it names, and what it said of them."""

import json
import sqlite3
from dataclasses import replace
from typing import NamedTuple

from crawler.model import Link, ListingIntent, Outcome, PageKey, Purpose
from crawler.store import changing, unlisting
from crawler.store.addresses import has_room
from crawler.store.committed import Committed
from crawler.store.gaps import with_gap
from crawler.store.looks import Look, Shown, add_row, record_looks
from crawler.store.pages import canonical_url
from crawler.store.records import clean
from crawler.store.work import Work


class _Sighted(NamedTuple):
    """One link, cleaned, with the page that it means."""

    page_id: int
    link: Link


def commit_listing(work: Work, intent: ListingIntent) -> Committed:
    """Write all that one listing (or robots file) gave."""
    looks = record_looks(work, intent.run_id, intent.attempts)
    for look in looks:
        address = look.address
        if look.attempt.purpose is Purpose.LISTING:
            address.source_id = address.source_id or intent.source_id
            _accept(look)
        state = Shown()
        add_row(work, intent.run_id, look, intent.source_id, address.page_id, state)
    last = looks[-1] if looks else None
    seen_at = work.now if last is None else last.attempt.finished_at
    _listed(work, intent, last, seen_at)
    sighted = [_page(work, intent, _clean(link), seen_at) for link in intent.links]
    # A copy that a web archive keeps makes its page known, and stands in no list of the site's.
    listed = [
        found for found, link in zip(sighted, intent.links, strict=True) if link.as_of is None
    ]
    work.flush()
    _sightings(work, intent, listed, last, seen_at)
    event_ids = [changing.add_event(work, intent.run_id, draft) for draft in intent.events]
    change_ids = unlisting.add_listing_changes(work, intent, last)
    work.flush()
    if intent.usual is not None and last is not None:
        work.conn.execute(
            "UPDATE addresses SET usual_links = ?, shrunk_since = ? WHERE id = ?",
            (intent.usual.links, intent.usual.shrunk_since, last.address.id),
        )
    return Committed(
        observation_ids=tuple(look.id for look in looks),
        observation_hashes=tuple(look.hash for look in looks),
        change_ids=change_ids,
        event_ids=tuple(event_ids),
    )


def _accept(look: Look) -> None:
    """A listing that was read gives validators, and the bytes that a 304 stands for later."""
    if look.outcome is not Outcome.LISTED or look.body_sha256 is None:
        return
    address, attempt = look.address, look.attempt
    etag, modified = attempt.header("etag"), attempt.header("last-modified")
    address.etag = None if etag is None else clean(etag)
    address.last_modified = None if modified is None else clean(modified)
    address.validators_from = look.hash
    elsewhere = attempt.final_url != attempt.request_url
    address.validators_url = clean(attempt.final_url) if elsewhere else None
    address.last_full_at = attempt.finished_at
    address.last_body_sha256 = look.body_sha256


def _listed(work: Work, intent: ListingIntent, last: Look | None, seen_at: str) -> None:
    if last is None or last.attempt.purpose is not Purpose.LISTING:
        return
    added, success, gaps = work.conn.execute(
        "SELECT added_at, last_success_at, longest_gaps FROM sources WHERE id = ?",
        (intent.source_id,),
    ).fetchone()
    if last.outcome.conclusive:
        gaps = json.dumps(with_gap(json.loads(gaps), success or added, seen_at))
        success = seen_at
    work.conn.execute(
        "UPDATE sources SET last_listed_at = ?, last_success_at = ?, longest_gaps = ? WHERE id = ?",
        (seen_at, success, gaps, intent.source_id),
    )


def _clean(link: Link) -> Link:
    return replace(
        link,
        url=clean(link.original if link.as_of and link.original else link.url),
        title=_cleaned(link.title),
        published=_cleaned(link.published),
        updated=_cleaned(link.updated),
        author=_cleaned(link.author),
    )


def _cleaned(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _page(work: Work, intent: ListingIntent, link: Link, seen_at: str) -> _Sighted:
    """The page that a link means: by its key, else by its address, else a new one."""
    key = link.key or PageKey("", f"url:{link.url}")
    known = _known(work.conn, key)
    if known is not None and not has_room(work.conn, known, link.url):
        return _Sighted(known, replace(link, url=canonical_url(work.conn, known)))
    address = work.address(link.url, Purpose.ARTICLE)
    page_id = known or address.page_id
    if page_id is None:
        page_id = work.transaction.add(
            "pages",
            source_id=intent.source_id,
            site=clean(key.site),
            key=clean(key.key),
            canonical_url=link.url,
            title=link.title,
            published=link.published,
            first_seen_at=seen_at,
            next_check_at=intent.due_at,
            watched=intent.watch,
        )
        # Two links of one listing may mean one page.
        work.transaction.flush(("pages",))
    elif intent.watch:
        _watch(work.conn, page_id, intent, link)
    if address.page_id is None:
        address.page_id = page_id
    return _Sighted(page_id, link)


def _watch(conn: sqlite3.Connection, page_id: int, intent: ListingIntent, link: Link) -> None:
    """A page that only others' copies knew belongs to the source that lists it now."""
    conn.execute(
        "UPDATE pages SET watched = 1, source_id = ?, canonical_url = ?, next_check_at = ? "
        "WHERE id = ? AND NOT watched AND withheld_at IS NULL",
        (intent.source_id, link.url, intent.due_at, page_id),
    )


def _known(conn: sqlite3.Connection, key: PageKey) -> int | None:
    row = conn.execute(
        "SELECT coalesce(joined_with, id) FROM pages WHERE site = ? AND key = ?",
        (clean(key.site), clean(key.key)),
    ).fetchone()
    return None if row is None else int(row[0])


def _sightings(
    work: Work, intent: ListingIntent, sighted: list[_Sighted], last: Look | None, seen_at: str
) -> None:
    address_id = None if last is None else last.address.id
    look_id = None if last is None else last.id
    # Two keys of one page may stand there with one address.
    once = {(found.page_id, found.link.url): found for found in reversed(sighted)}
    for found in reversed(once.values()):
        _sight(work, intent.source_id, address_id, look_id, found, seen_at)
    work.transaction.flush()
    if intent.complete and last is not None and last.outcome.conclusive:
        work.conn.execute(
            "UPDATE sightings SET gone_at = ? "
            "WHERE address_id = ? AND gone_at IS NULL AND last_seen_at < ?",
            (seen_at, address_id, seen_at),
        )


def _sight(
    work: Work,
    source_id: str,
    address_id: int | None,
    look_id: int | None,
    found: _Sighted,
    seen_at: str,
) -> None:
    """Lengthen the open sighting of this address that calls it the same, or close that and open
    another. Dates are the last that were said: a list may date its entries anew at each reading,
    and what it said before stands in its kept bytes."""
    link = found.link
    row = work.conn.execute(
        "SELECT id, title, author FROM sightings "
        "WHERE address_id IS ? AND page_id = ? AND url = ? AND gone_at IS NULL",
        (address_id, found.page_id, link.url),
    ).fetchone()
    if row is not None and row[1:] == (link.title, link.author):
        work.conn.execute(
            "UPDATE sightings SET last_seen_at = ?, last_observation_id = ?, published = ?, "
            "updated = ? WHERE id = ?",
            (seen_at, look_id, link.published, link.updated, row[0]),
        )
        return
    if row is not None:
        work.conn.execute("UPDATE sightings SET gone_at = ? WHERE id = ?", (seen_at, row[0]))
    work.conn.execute(
        "UPDATE pages SET also_listed = 1 WHERE id = ? AND source_id <> ? AND NOT also_listed",
        (found.page_id, source_id),
    )
    work.transaction.add(
        "sightings",
        page_id=found.page_id,
        source_id=source_id,
        address_id=address_id,
        url=link.url,
        title=link.title,
        author=link.author,
        published=link.published,
        updated=link.updated,
        first_seen_at=seen_at,
        last_seen_at=seen_at,
        first_observation_id=look_id,
        last_observation_id=look_id,
    )
