"""From what came back of a page to the intent that the archive writes.

Nothing is decided here: reading, judging, deciding and scheduling are asked in turn.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.decide import Decision, Judgement, decide, judge, wants_reading
from crawler.discover import page_key, same_site
from crawler.extract import EXTRACTOR
from crawler.model import (
    AddressState,
    Attempt,
    Capture,
    ChangeDraft,
    ChangeKind,
    EventDraft,
    Extraction,
    FetchRequest,
    Intent,
    KnownVersion,
    Link,
    Outcome,
    PageState,
    Purpose,
    Source,
    Validators,
    parse_iso,
)
from crawler.pipeline.rates import Rates, taught_by
from crawler.pipeline.writer import Writer
from crawler.reading import Reading, Side, compare, read_page
from crawler.schedule import next_check_at
from crawler.store import Archive, Due
from crawler.workers import ReadingFailed, Workers


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page of a run is handled with."""

    run_id: int
    archive: Archive
    writer: Writer
    workers: Workers
    clock: Callable[[], datetime]
    draw: random.Random
    rates: Rates


def page_request(source: Source, due: Due, now: datetime) -> FetchRequest:
    """What to ask for a page: conditionally, unless a full look is due."""
    return replace(
        source_request(source, due.address.url, Purpose.ARTICLE),
        validators=None if wants_full(source, due.address, now) else due.address.validators,
    )


def source_request(source: Source, url: str, purpose: Purpose) -> FetchRequest:
    """A request with the source's manners."""
    return FetchRequest(
        url,
        purpose,
        delay_s=source.delay_s,
        timeout_s=source.timeout_s,
        max_bytes=source.max_bytes,
        robots=source.robots,
        robots_reason=source.reason,
        proxy=source.proxy,
        tls_fingerprint=source.tls_fingerprint,
    )


def wants_full(source: Source, address: AddressState, now: datetime) -> bool:
    """Whether validators have been believed for so long that the bytes are asked for again."""
    if address.last_full_at is None:
        return True
    return (now - parse_iso(address.last_full_at)).total_seconds() >= source.full_fetch_every_s


async def page_intent(
    desk: Desk, source: Source, due: Due, attempts: tuple[Attempt, ...], listing: Link | None
) -> Intent:
    """Reads, judges and decides; the last attempt's body is read in a worker process."""
    last = attempts[-1]
    reading = await read_answer(desk, source, due, last, listing)
    if reading.failure is not None:
        judgement = Judgement(reading.failure.outcome, reading.failure.reason)
        last = replace(last, failure=reading.failure)
    elif reading.extraction is None and reading.text_sha256:
        judgement = Judgement(Outcome.UNCHANGED, article=True)
    else:
        judgement = judge(last, reading.extraction, due.page.version, reading.text_sha256)
    now = desk.clock()
    decision = decide(due.page, judgement, now, source.confirm_after_s)
    intent = Intent(
        desk.run_id,
        page=known_seed(decision.page, judgement, reading),
        address=address_after(due.address, last, judgement),
        attempts=(*earlier(attempts[:-1]), (last, judgement.outcome, judgement.reason)),
        extraction=reading.extraction,
        same_extraction_id=due.address.extraction_id if reading.extraction is None else None,
        changes=state_drafts(decision),
        other_address=other_address(last, judgement),
        seed_matches=reading.seed_matches if judgement.article else (),
        listing=listing,
        encoding=source.encoding,
        profile=source.profile,
    )
    if judgement.article and reading.extraction is not None:
        intent = await with_version(desk, source, due, intent, reading)
    return planned(desk, source, intent, now)


async def read_answer(
    desk: Desk, source: Source, due: Due, last: Attempt, listing: Link | None
) -> Reading:
    """The reading of the last answer; of the same bytes as before only their text's hash."""
    if not wants_reading(last) or last.body is None:
        return Reading(None)
    known = due.page.version
    if last.status == 200 and known is not None and same_bytes(due, last.body):
        return Reading(None, known.text_sha256)
    capture = Capture(
        (last.body,),
        last.request_url,
        last.final_url,
        content_type=last.header("content-type"),
        status=last.status or 0,
        listing=listing,
        encoding=source.encoding,
        profile=source.profile,
    )
    try:
        reading: Reading = await desk.workers.run(
            last.request_url, read_page, capture, known.text_sha256 if known else None
        )
    except ReadingFailed as failed:
        return Reading(None, failure=failed.failure)
    return reading


def same_bytes(due: Due, body: bytes) -> bool:
    """Whether this address gave these bytes when it was last read, by today's extractor."""
    known = due.page.version
    if known is None or due.address.extraction_id is None or known.extractor != EXTRACTOR:
        return False
    return hashlib.sha256(body).hexdigest() == due.address.last_body_sha256


def earlier(attempts: tuple[Attempt, ...]) -> tuple[tuple[Attempt, Outcome, str | None], ...]:
    """The attempts before the last: robots files that were read, and tries that failed."""
    return tuple((attempt, *passing_outcome(attempt)) for attempt in attempts)


def passing_outcome(attempt: Attempt) -> tuple[Outcome, str | None]:
    """The outcome of an attempt that does not decide."""
    if attempt.failure is not None:
        return attempt.failure.outcome, attempt.failure.reason
    return Outcome.LISTED, None


def known_seed(page: PageState, judgement: Judgement, reading: Reading) -> PageState:
    """The page, bound by the strict promise once it shares a passage with a seed copy."""
    shares_seed = page.shares_seed or bool(judgement.article and reading.seed_matches)
    return replace(page, shares_seed=shares_seed)


def planned(desk: Desk, source: Source, intent: Intent, now: datetime) -> Intent:
    """The intent with what its look taught and the moment of the page's next look."""
    page, (last, outcome, _) = intent.page, intent.attempts[-1]
    evidence = taught_by(page, outcome, now, intent.changes)
    due_at = next_check_at(
        page,
        outcome,
        source,
        now,
        shares_seed=page.shares_seed,
        retry_at=last.retry_at,
        jitter=desk.draw.uniform(-1.0, 1.0),
        evidence=evidence,
        prior=desk.rates.prior(source.id),
        price_days=desk.rates.price_days(page.canonical_url),
    )
    page = replace(page, next_check_at=due_at, rate_evidence=evidence.to_json())
    return replace(intent, page=page)


def address_after(address: AddressState, last: Attempt, judgement: Judgement) -> AddressState:
    """The address after the look: an accepted complete answer brings new validators."""
    if not judgement.article or last.body is None:
        return address
    return replace(
        address,
        validators=Validators(last.header("etag"), last.header("last-modified")),
        last_full_at=last.started_at,
        last_body_sha256=hashlib.sha256(last.body).hexdigest(),
    )


def other_address(last: Attempt, judgement: Judgement) -> str | None:
    """The address that a redirect led to, when the article stands there."""
    if not judgement.article or last.final_url == last.request_url:
        return None
    asked, came = page_key(last.request_url), page_key(last.final_url)
    return last.final_url if asked == came or same_site(last.request_url, last.final_url) else None


def state_drafts(decision: Decision) -> tuple[ChangeDraft, ...]:
    """One change row for each passage from state to state."""
    passage = decision.state_change
    if passage is None:
        return ()
    return (
        ChangeDraft(
            ChangeKind.STATE, from_state=passage.old, to_state=passage.new, score=passage.score
        ),
    )


async def with_version(
    desk: Desk, source: Source, due: Due, intent: Intent, reading: Reading
) -> Intent:
    """The intent with a new version and its change, where the article reads otherwise now."""
    new, known = reading.extraction, due.page.version
    if new is None:
        return intent
    if known is None:
        return replace(intent, new_version=True)
    if (known.extractor, known.rule) != (new.extractor, new.rule):
        return await by_one_rule(desk, source, due, intent, reading, known)
    if intent.attempts[-1][1] is not Outcome.CHANGED:
        return intent
    old = Side(await stored_text(desk, known), known.fields)
    change = await content_change(desk, source, due, old, new)
    events = lied(due, intent.attempts[-1][0])
    return replace(intent, new_version=True, changes=(*intent.changes, change), events=events)


async def by_one_rule(
    desk: Desk, source: Source, due: Due, intent: Intent, reading: Reading, known: KnownVersion
) -> Intent:
    """Another rule made the last version: its capture is read again first, and only texts by the
    same rule are compared. Where none reads both, that is an event and never an edit."""
    new = reading.extraction
    assert new is not None  # noqa: S101 - the caller has looked
    again = await read_again(desk, source, known)
    old = Side(await stored_text(desk, known), known.fields)
    if again is None or again.rule != new.rule or not again.text:
        return await unsure(desk, due, intent, old, new)
    same = (again.text, again.fields) == (new.text, new.fields)
    attempt, _, reason = intent.attempts[-1]
    if same and (old.text, old.fields) == (new.text, new.fields):
        return intent
    moved = await difference(desk, ChangeKind.EXTRACTOR, source, due, old, side(again))
    if same:
        attempts = (*intent.attempts[:-1], (attempt, Outcome.UNCHANGED, reason))
        changes = (*intent.changes, moved)
        return replace(intent, attempts=attempts, new_version=True, changes=changes)
    change = await content_change(desk, source, due, side(again), new)
    if (again.text, again.fields) != (old.text, old.fields):
        intent = replace(intent, reread=again, reread_change=moved)
    attempts = (*intent.attempts[:-1], (attempt, Outcome.CHANGED, reason))
    return replace(intent, attempts=attempts, new_version=True, changes=(*intent.changes, change))


async def unsure(desk: Desk, due: Due, intent: Intent, old: Side, new: Extraction) -> Intent:
    """A version that cannot be compared with the one before it."""
    if (old.text, old.fields) == (new.text, new.fields):
        return intent
    event = EventDraft(
        "extraction_unsure",
        due.address.url,
        f"{due.address.url} was read by {new.rule} and before by another rule; "
        "no rule reads both, so they are not compared",
        "compare the two versions with `crawl log` and `crawl diff`, or write a profile",
        due.page.source_id,
        due.page.page_id,
    )
    draft = ChangeDraft(ChangeKind.EXTRACTOR)
    return replace(
        intent,
        new_version=True,
        changes=(*intent.changes, draft),
        events=(*intent.events, event),
    )


async def read_again(desk: Desk, source: Source, known: KnownVersion) -> Extraction | None:
    """The last version's capture by today's rules; None where it cannot be read."""
    capture = await desk.writer.call(desk.archive.capture_of, known.version_id)
    if capture is None:
        return None
    capture = replace(capture, encoding=source.encoding, profile=source.profile)
    try:
        reading: Reading = await desk.workers.run(capture.url, read_page, capture, None)
    except ReadingFailed:
        return None
    return reading.extraction


async def stored_text(desk: Desk, known: KnownVersion) -> str:
    """The text of the version before."""
    text: str = await desk.writer.call(desk.archive.text, known.text_sha256)
    return text


def side(extraction: Extraction) -> Side:
    """An extraction as one side of a comparison."""
    return Side(extraction.text, extraction.fields)


async def content_change(
    desk: Desk, source: Source, due: Due, old: Side, new: Extraction
) -> ChangeDraft:
    """The edit from one version to the next."""
    return await difference(desk, ChangeKind.CONTENT, source, due, old, side(new))


async def difference(
    desk: Desk, kind: ChangeKind, source: Source, due: Due, old: Side, new: Side
) -> ChangeDraft:
    """Two sides compared in a worker; where that takes too long, as one whole replacement."""
    try:
        draft: ChangeDraft = await desk.workers.run(
            due.address.url, compare, kind, old, new, source.terms, (due.address.url,)
        )
    except ReadingFailed:
        draft = ChangeDraft(kind, score=1.0 if kind is ChangeKind.CONTENT else 0.0)
    return draft


def lied(due: Due, last: Attempt) -> tuple[EventDraft, ...]:
    """The event that an edit stands behind validators which did not change."""
    known = due.address.validators
    if known is None or known.etag is None or known.etag != last.header("etag"):
        return ()
    return (
        EventDraft(
            "validators_lied",
            due.address.url,
            f"{due.address.url} changed its text behind an unchanged ETag {known.etag}",
            "a shorter `full_fetch_every` for this source finds such edits sooner",
            due.page.source_id,
            due.page.page_id,
        ),
    )
