"""From what came back of a page to the intent that the archive writes.

Nothing is decided here: reading, judging, deciding and scheduling are asked in turn.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.decide import Decision, Judgement, decide, judge
from crawler.discover import page_key, same_site
from crawler.model import (
    AddressState,
    Attempt,
    ChangeDraft,
    ChangeKind,
    Failure,
    FieldChange,
    Intent,
    Link,
    Outcome,
    PageState,
    Source,
    Validators,
    iso,
)
from crawler.pipeline.desk import Desk
from crawler.pipeline.looking import Look, earlier, look_at
from crawler.pipeline.rates import taught_by
from crawler.pipeline.saying import said
from crawler.pipeline.versions import with_version
from crawler.reading import Reading
from crawler.schedule import next_check_at
from crawler.store import Due

#: an answer to another page of a host speaks for it so long
HOST_ANSWERED = timedelta(days=2)
# How much other bytes of a document that nobody reads are worth telling: nothing is known of them.
UNREAD_SCORE = 0.5


async def page_intent(
    desk: Desk, source: Source, due: Due, attempts: tuple[Attempt, ...], listing: Link | None
) -> Intent:
    """Reads, judges and decides; bodies are read in a worker process."""
    look = await look_at(desk, source, due, attempts, listing)
    judgement = await judged(desk, due, look)
    now = desk.clock()
    decision = decide(due.page, judgement, now, source.confirm_after_s)
    reading = look.reading
    intent = Intent(
        desk.run_id,
        page=known_seed(decision.page, judgement, reading),
        address=address_after(due.address, look, judgement),
        attempts=written(look, judgement),
        extraction=reading.extraction,
        same_extraction_id=due.address.extraction_id if reading.extraction is None else None,
        changes=state_drafts(decision, judgement),
        block_believed=decision.block_believed,
        other_address=other_address(look.answer, judgement),
        seed_matches=reading.seed_matches if judgement.article else (),
        listing=listing,
        capture=look.parts if reading.extraction is not None else (),
        encoding=source.encoding,
        profile=source.profile,
    )
    if judgement.article and reading.extraction is not None:
        intent = await with_version(desk, source, due, intent, reading)
    elif judgement.reason == "unsupported_type":
        intent = await with_other_bytes(desk, due, intent)
    return planned(desk, source, intent, now)


def unread_intent(
    desk: Desk, source: Source, due: Due, attempts: tuple[Attempt, ...], failure: Failure
) -> Intent:
    """A look whose answer could not be handled: it tells nothing, and the page is asked again when
    its failures say."""
    look = Look(attempts, Reading(None, failure=failure), (len(attempts) - 1,))
    judgement, now = Judgement(failure.outcome, failure.reason), desk.clock()
    decision = decide(due.page, judgement, now, source.confirm_after_s)
    intent = Intent(
        desk.run_id,
        page=decision.page,
        address=due.address,
        attempts=written(look, judgement),
    )
    return planned(desk, source, intent, now)


async def judged(desk: Desk, due: Due, look: Look) -> Judgement:
    """What the look says of its page."""
    reading, answer = look.reading, look.answer
    if reading.failure is not None:
        return Judgement(reading.failure.outcome, reading.failure.reason)
    if reading.extraction is None and reading.text_sha256:
        return Judgement(Outcome.UNCHANGED, article=True)
    judgement = judge(answer, reading.extraction, due.page.version, reading.text_sha256)
    if judgement.reason != "forbidden":
        return judgement
    since = iso(desk.clock() - HOST_ANSWERED)
    answers = await desk.writer.call(desk.archive.host_answers, answer.request_url, since)
    return replace(judgement, reason="removed_or_blocked") if answers else judgement


def written(look: Look, judgement: Judgement) -> tuple[tuple[Attempt, Outcome, str | None], ...]:
    """Every attempt with its outcome; those of an article's parts share the look's."""
    if look.reading.failure is None:
        rows = list(earlier(look.attempts))
        for place in look.parts:
            rows[place] = (said(look.attempts[place], judgement), *judgement_of(judgement))
        return tuple(rows)
    last = replace(look.attempts[-1], failure=look.reading.failure)
    return (*earlier(look.attempts[:-1]), (last, *judgement_of(judgement)))


def judgement_of(judgement: Judgement) -> tuple[Outcome, str | None]:
    """As it is written beside an attempt."""
    return judgement.outcome, judgement.reason


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


def address_after(address: AddressState, look: Look, judgement: Judgement) -> AddressState:
    """The address after the look: an accepted complete answer brings new validators. Those of an
    article in parts would speak for its first part alone, so none are kept."""
    answer = look.answer
    if not judgement.article or answer.body is None:
        return address
    read_at = replace(address, last_full_at=answer.started_at)
    if len(look.parts) > 1:
        return replace(read_at, validators=None, last_body_sha256=None, extraction_id=None)
    elsewhere = answer.final_url if answer.final_url != answer.request_url else None
    return replace(
        read_at,
        validators=Validators(answer.header("etag"), answer.header("last-modified"), url=elsewhere),
        last_body_sha256=answer.body_sha256,
    )


def other_address(answer: Attempt, judgement: Judgement) -> str | None:
    """The address that a redirect led to, when the article stands there."""
    if not judgement.article or answer.final_url == answer.request_url:
        return None
    asked, came = page_key(answer.request_url), page_key(answer.final_url)
    near = asked == came or same_site(answer.request_url, answer.final_url)
    return answer.final_url if near else None


def state_drafts(decision: Decision, judgement: Judgement) -> tuple[ChangeDraft, ...]:
    """One change row for each passage from state to state, with the sign that told of it."""
    passage = decision.state_change
    if passage is None:
        return ()
    return (
        ChangeDraft(
            ChangeKind.STATE,
            from_state=passage.old,
            to_state=passage.new,
            score=passage.score,
            reason=judgement.reason,
            untold=not passage.told,
        ),
    )


async def with_other_bytes(desk: Desk, due: Due, intent: Intent) -> Intent:
    """The intent with a change where a document that nobody reads here (a PDF, a picture) gave
    other bytes than at the last look."""
    before = await desk.writer.call(desk.archive.unread_body, due.address.address_id)
    digest = intent.attempts[-1][0].body_sha256
    if before is None or digest is None or before == digest:
        return intent
    draft = ChangeDraft(
        ChangeKind.CONTENT,
        score=UNREAD_SCORE,
        fields=(FieldChange("bytes", before, digest),),
        reason="unsupported_type",
    )
    return replace(intent, changes=(*intent.changes, draft))
