"""Looks aside: at a further address of a page, and at the copies that a web archive keeps of it.

Neither moves the page's state, its gaps or its next look.
"""

from dataclasses import replace

from crawler.decide import Judgement, same_byline
from crawler.discover import moment_of
from crawler.model import (
    AddressState,
    Attempt,
    EventDraft,
    Intent,
    KnownVersion,
    Link,
    PageState,
    Source,
    State,
    iso,
    parse_iso,
)
from crawler.pipeline.desk import Desk
from crawler.pipeline.looking import Look, look_at
from crawler.pipeline.pages import address_after, judged, page_intent, written
from crawler.store import Due

WAYBACK = "wayback"
STANDING = frozenset({State.LIVE, State.RESTORED})


async def aside_intent(
    desk: Desk, source: Source, due: Due, attempts: tuple[Attempt, ...], listing: Link | None
) -> Intent:
    """A look at a further address. Where the page's own address failed it and the article stands
    here, this address becomes its own."""
    page = await desk.writer.call(desk.archive.page_state, due.page.page_id) or due.page
    # What these bytes gave before says nothing of the text that the page shows now.
    fresh = Due(page, replace(due.address, extraction_id=None))
    look = await look_at(desk, source, fresh, attempts, listing)
    judgement = await judged(desk, fresh, look)
    if judgement.article and (page.version is None or page.state not in STANDING):
        moved = Due(replace(page, canonical_url=due.address.url), fresh.address)
        return await page_intent(desk, source, moved, attempts, listing)
    intent = looked(desk, source, page, look, judgement, listing)
    intent = replace(intent, address=address_after(due.address, look, judgement))
    return await disagreeing(desk, intent, look)


def looked(
    desk: Desk,
    source: Source,
    page: PageState,
    look: Look,
    judgement: Judgement,
    listing: Link | None,
) -> Intent:
    """The intent of a look aside, without what follows from it."""
    return Intent(
        desk.run_id,
        page=page,
        address=AddressState(0, page.page_id, look.answer.request_url),
        attempts=written(look, judgement),
        extraction=look.reading.extraction,
        listing=listing,
        capture=look.parts if look.reading.extraction is not None else (),
        encoding=source.encoding,
        profile=source.profile,
        aside=True,
    )


async def disagreeing(desk: Desk, intent: Intent, look: Look) -> Intent:
    """The intent with an event where this address shows another text than the page's own; it is
    told once for each version of the page."""
    page, read = intent.page, look.reading
    if page.version is None or read.extraction is None or not read.extraction.text:
        return intent
    if not intent.attempts[-1][1].conclusive or read.text_sha256 == page.version.text_sha256:
        return intent
    kind, url = "addresses_disagree", intent.address.url
    if await desk.writer.call(desk.archive.event_told, page.page_id, kind, page.version.as_of):
        return intent
    event = EventDraft(
        kind,
        url,
        f"{url} is an address of the article at {page.canonical_url} and shows another text",
        "read both with `crawl extract`; the text at the first address is the page's",
        page.source_id,
        page.page_id,
    )
    return replace(intent, events=(*intent.events, event))


async def copy_intent(
    desk: Desk, source: Source, link: Link, attempts: tuple[Attempt, ...]
) -> Intent | None:
    """A look at a web archive's copy, filed at its own moment in the time of the page that it was
    made of; None where nobody knows that page."""
    page_id = await desk.writer.call(desk.archive.known_page, link.key)
    page = page_id and await desk.writer.call(desk.archive.page_state, page_id)
    if not page or link.as_of is None:
        return None
    as_of = iso(parse_iso(moment_of(attempts[-1].final_url) or link.as_of))
    before, _ = await desk.writer.call(desk.archive.version_before, page.page_id, as_of)
    then = Due(replace(page, version=before), AddressState(0, page.page_id, link.url))
    look = await look_at(desk, source, then, attempts, None)
    judgement = await judged(desk, then, look)
    intent = looked(desk, source, page, look, judgement, None)
    intent = replace(intent, origin=WAYBACK, as_of=as_of)
    if not judgement.article or look.reading.extraction is None:
        return intent
    if before is not None and reads_as(before, intent, look):
        return intent
    return replace(intent, new_version=True, seed_matches=look.reading.seed_matches)


def reads_as(before: KnownVersion, intent: Intent, look: Look) -> bool:
    """Whether a copy shows what the version before it shows; what another rule read is told apart
    by its text alone."""
    new = intent.extraction
    if new is None or before.text_sha256 != look.reading.text_sha256:
        return False
    return same_byline(before, new) or (before.extractor, before.rule) != (new.extractor, new.rule)
