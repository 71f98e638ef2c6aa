"""What one page gave, written: looks, extraction, text, version, changes, events, seed matches."""

from dataclasses import replace

from crawler.model import ChangeKind, Extraction, Intent, Purpose, Validators
from crawler.store import changing, joining, passing, recent
from crawler.store.addresses import has_room
from crawler.store.aside import commit_aside
from crawler.store.committed import Committed
from crawler.store.emptying import without_content
from crawler.store.extracting import Read, add_extraction, add_reading, add_version
from crawler.store.looks import Shown, add_row, record_looks
from crawler.store.page_row import (
    GIVING_BYTES,
    SHOWING,
    Page,
    cleaned,
    page_row,
    update_page,
)
from crawler.store.pages import page_id_of
from crawler.store.seed_drafts import add_seed_matches
from crawler.store.together import told_of
from crawler.store.work import Work


def commit_page(work: Work, intent: Intent) -> Committed:
    """Write all that one page gave."""
    intent = without_content(work.conn, intent)
    page_id = intent.page.page_id
    if page_id in work.touched_pages or intent.aside or _meets_another(work, intent):
        work.flush()
    work.touched_pages.add(page_id)
    if intent.aside:
        return commit_aside(work, intent)
    row = page_row(work.conn, page_id)
    page = Page(work, intent, row, record_looks(work, intent.run_id, intent.attempts))
    before = changing.version_place(work.conn, row.version_id, row.last_bytes_observation_id)
    read = _new_extraction(page)
    found = _survivor(page, read)
    if found is not None and found.version_id and before is None and read is not None:
        return _commit_joined(page, read, found)
    before = _reread(page, before)
    alike = _alike(page)
    version_id = _version(page, read, before)
    _add_looks(page, read, version_id)
    _changes(page, before, alike, read, version_id)
    _events(page)
    add_seed_matches(work, intent, version_id)
    _address(page, read)
    update_page(page, version_id)
    if intent.other_address and has_room(work.conn, page_id, intent.other_address):
        other = work.address(intent.other_address, Purpose.ARTICLE)
        other.page_id = other.page_id or page_id
    if intent.page.canonical_url != row.canonical_url:
        joining.promote(work, page_id, intent.page.canonical_url)
    _join(page, found)
    return page.committed(page_id, read, version_id)


def _join(page: Page, found: joining.Survivor | None) -> None:
    """The page made one with the one that it turned out to be, or known by its article's key."""
    work, intent, page_id = page.work, page.intent, page.intent.page.page_id
    if found is not None and found.version_id:
        joining.join(work, page_id, found.page_id)
    elif found is not None:
        joining.join(work, found.page_id, page_id)
    elif intent.new_version and intent.extraction is not None:
        joining.adopt_key(work, page_id, intent.extraction.page_key)


def _meets_another(work: Work, intent: Intent) -> bool:
    """Whether the article names the key of a page of this very batch, whose rows still wait."""
    key = None if intent.extraction is None else intent.extraction.page_key
    if key is None or not work.touched_pages:
        return False
    return page_id_of(work.conn, key) in work.touched_pages - {intent.page.page_id}


def _survivor(page: Page, read: Read | None) -> joining.Survivor | None:
    """The page that this article turns out to be, when it was read as an article."""
    article = page.intent.extraction
    if article is None or read is None or page.last.outcome not in GIVING_BYTES:
        return None
    key, own = article.page_key, page.intent.page.page_id
    return joining.survivor(page.work.conn, own, key, read.text_sha256)


def _commit_joined(page: Page, read: Read, found: joining.Survivor) -> Committed:
    """A page that was never seen before turns out to be another one: this was a look at one more
    address of that one. Another text there is an event, and no version."""
    work, intent = page.work, page.intent
    same = read.text_sha256 == found.text_sha256
    version_id = found.version_id if same else None
    for look in page.looks:
        article = look.attempt.purpose is Purpose.ARTICLE
        last = look is page.last
        shown = Shown(read.id, version_id, str(intent.page.state)) if last else Shown()
        add_row(
            work, intent.run_id, look, found.source_id, found.page_id if article else None, shown
        )
    _address(page, read)
    if not same:
        draft = joining.disagreement(intent.address.url, found)
        page.event_ids.append(changing.add_event(work, intent.run_id, draft))
    joining.join(work, intent.page.page_id, found.page_id)
    return page.committed(found.page_id, read, version_id)


def _new_extraction(page: Page) -> Read | None:
    """The extraction that serves the last look: a new one, or the earlier one of these bytes."""
    intent = page.intent
    if intent.extraction is not None:
        return _read_of_look(page, intent.extraction)
    if intent.same_extraction_id is None or page.last.outcome not in GIVING_BYTES:
        return None
    row = page.work.conn.execute(
        "SELECT e.id, l.hash, t.id, t.sha256 FROM extractions e JOIN texts t ON t.id = e.text_id "
        "JOIN log l ON l.sequence = e.sequence WHERE e.id = ?",
        (intent.same_extraction_id,),
    ).fetchone()
    return Read(*row)


def _read_of_look(page: Page, extraction: Extraction) -> Read:
    """What was read in this look's capture, as a row."""
    intent = page.intent
    captured = [page.looks[n] for n in intent.capture] or [page.last]
    return add_extraction(
        page.work,
        intent,
        extraction,
        capture=[look.hash for look in captured],
        content_type=captured[-1].attempt.header("content-type"),
        final_url=captured[-1].attempt.final_url,
        observation_id=captured[-1].id,
    )


def _alike(page: Page) -> changing.Place | None:
    """The look's capture by the rule that reads the version before too, as a version that the one
    by its own rule takes the place of."""
    intent, last = page.intent, page.last
    if intent.alike is None or not intent.new_version:
        return None
    read = _read_of_look(page, intent.alike)
    version_id = add_version(
        page.work, intent.page.page_id, read, last.id, last.attempt.finished_at, superseded=True
    )
    return changing.Place.of_look(version_id, read.id, read.hash, read.text_sha256, last)


def _reread(page: Page, before: changing.Place | None) -> changing.Place | None:
    """The version before, read again by today's rule, as a version of its own; what follows is
    compared with that one."""
    intent, work = page.intent, page.work
    if intent.reread is None or before is None:
        return before
    earlier = changing.capture_record(work.conn, before.extraction_id)
    read = add_reading(work, intent, intent.reread, earlier)
    version_id = add_version(
        work, intent.page.page_id, read, before.first_observation_id, before.as_of
    )
    work.conn.execute("UPDATE versions SET superseded = 1 WHERE id = ?", (before.version_id,))
    again = replace(
        before,
        version_id=version_id,
        extraction_id=read.id,
        extraction=read.hash,
        text_sha256=read.text_sha256,
    )
    if intent.reread_change is not None:
        moments = changing.Moments(
            before.last_started_at,
            before.first_finished_at,
            before.last_observation_id,
            before.first_observation_id,
        )
        passage = changing.Passage(before, again, moments)
        page.change_ids.append(changing.add_change(work, intent, intent.reread_change, passage))
    return again


def _version(page: Page, read: Read | None, before: changing.Place | None) -> int | None:
    """The page's latest version after the look."""
    if not page.intent.new_version or read is None:
        return None if before is None else before.version_id
    last = page.last
    return add_version(page.work, page.intent.page.page_id, read, last.id, last.attempt.finished_at)


def _add_looks(page: Page, read: Read | None, version_id: int | None) -> None:
    intent = page.intent
    for look in page.looks[:-1]:
        article = look.attempt.purpose is Purpose.ARTICLE
        page_id = intent.page.page_id if article else None
        add_row(page.work, intent.run_id, look, intent.page.source_id, page_id, Shown())
    shown = Shown(
        None if read is None else read.id,
        version_id if page.last.outcome in SHOWING else None,
        str(intent.page.state),
    )
    add_row(page.work, intent.run_id, page.last, intent.page.source_id, intent.page.page_id, shown)


def _changes(
    page: Page,
    before: changing.Place | None,
    alike: changing.Place | None,
    read: Read | None,
    version_id: int | None,
) -> None:
    """The changes of this look, each between two known moments. An edit that another rule than the
    last one shows leads to the reading by that rule."""
    last, intent = page.last, page.intent
    after: changing.Place | None = before
    if intent.new_version and read is not None and version_id is not None:
        after = changing.Place.of_look(version_id, read.id, read.hash, read.text_sha256, last)
    for draft in intent.changes:
        if draft.kind is ChangeKind.STATE:
            passage = passing.state_passage(
                page.work.conn, intent.page.page_id, draft.to_state, before, after, last
            )
        elif intent.new_version:
            moments = changing.Moments.to_look(before, last)
            passage = changing.Passage(before, alike or after, moments)
        else:
            passage = recent.unread_passage(page.work.conn, last)
        page.change_ids.append(changing.add_change(page.work, intent, draft, passage))
    if alike is not None and intent.alike_change is not None:
        moments = changing.Moments.to_look(alike, last)
        passage = changing.Passage(alike, after, moments)
        page.change_ids.append(changing.add_change(page.work, intent, intent.alike_change, passage))
    if intent.block_believed:
        _tell_block(page.work, intent.page.page_id)


def _tell_block(work: Work, page_id: int) -> None:
    """Word of the block that the page is in goes out now."""
    row = work.conn.execute(
        "SELECT max(id) FROM changes WHERE page_id = ? AND kind = 'state' AND to_state = 'blocked'",
        (page_id,),
    ).fetchone()
    if row[0] is not None:
        changing.queue(work, told_of(work.conn, row[0]), change_id=row[0])


def _events(page: Page) -> None:
    for draft in page.intent.events:
        page.event_ids.append(changing.add_event(page.work, page.intent.run_id, draft))


def _address(page: Page, read: Read | None) -> None:
    """The address after the look: validators and the extraction of its bytes."""
    state, last = page.intent.address, page.last
    address = page.work.address(state.url, Purpose.ARTICLE)
    address.page_id = page.intent.page.page_id
    accepted = last.body_sha256 is not None and state.last_body_sha256 == last.body_sha256
    validators = state.validators or Validators()
    address.etag, address.last_modified = (
        cleaned(validators.etag),
        cleaned(validators.last_modified),
    )
    address.validators_from = validators.observation
    address.validators_url = cleaned(validators.url)
    if address.validators_from is None and accepted:
        address.validators_from = last.hash
    address.last_full_at = state.last_full_at
    address.last_body_sha256 = state.last_body_sha256
    address.extraction_id = read.id if accepted and read is not None else state.extraction_id
