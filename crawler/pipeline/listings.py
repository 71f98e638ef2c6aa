"""From what came back of a listing to the intent that the archive writes, and where to go on."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.decide import BLOCKED_AS, BLOCKED_STATUS, HOME_PATHS
from crawler.discover import Step, ends_at, next_urls, page_key, pages_of
from crawler.model import (
    Attempt,
    ChangeDraft,
    Document,
    EventDraft,
    Failure,
    Link,
    Listing,
    ListingIntent,
    Outcome,
    PageKey,
    Source,
    UsualLinks,
    iso,
)
from crawler.pipeline.desk import Desk
from crawler.pipeline.looking import capture_of, earlier, read
from crawler.pipeline.saying import with_subject
from crawler.pipeline.standing import listing_changes
from crawler.pipeline.watching import length_now
from crawler.reading import read_listing
from crawler.workers import ReadingFailed


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing's intent, the listings to read after it, and its failure where it failed."""

    intent: ListingIntent
    follow: tuple[Step, ...] = ()
    failure: Failure | None = None


async def listed(
    desk: Desk,
    source: Source,
    url: str,
    attempts: tuple[Attempt, ...],
    *,
    backfill: bool,
    depth: int,
    stored_body: bytes | None,
    usual: UsualLinks | None = None,
    read_before: bool = False,
) -> Listed:
    """Reads the last answer (or, of a 304, the body that is kept) by the source's kind.
    `read_before` says that an earlier run has read the source."""
    last = attempts[-1]
    outcome, failure = listing_outcome(last)
    listing = Listing()
    if failure is None:
        listing, failure = await read_answer(desk, source, last, stored_body, depth)
    elif ends_at(source, last.status, url):
        # A page beyond the last one of a list whose pages we count: the end, and no failure.
        outcome, failure = Outcome.LISTED, None
    if failure is not None:
        # What a page that is not believed shows is nothing that the source lists.
        listing = replace(listing, links=(), follow=(), next=None)
        outcome, last = failure.outcome, with_subject(replace(last, failure=failure))
    rows = (*earlier(attempts[:-1]), (last, outcome, failure.reason if failure else None))
    changes = await against_stored(desk, source, last, listing, stored_body, depth)
    count = None if failure is not None else len(pages_of(listing.links, source))
    length, shrunk = length_now(source, url, usual, count, desk.clock())
    intent = ListingIntent(
        desk.run_id,
        source.id,
        url,
        rows,
        links=tuple(keyed(link, source) for link in listing.links),
        due_at=iso(desk.clock()),
        events=(*flagged(source, url, listing), *shrunk),
        usual=length,
        complete=failure is None and bool(listing.links) and "capped" not in listing.flags,
        changes=changes,
        watch=source.kind != "wayback" or source.live,
    )
    if failure is not None:
        return Listed(intent, (), failure)
    catch_up = read_before and await holds_nothing_known(desk, intent)
    follow = next_urls(listing, source, backfill=backfill, depth=depth, catch_up=catch_up)
    return Listed(intent, follow)


async def against_stored(
    desk: Desk,
    source: Source,
    last: Attempt,
    listing: Listing,
    stored_body: bytes | None,
    depth: int,
) -> tuple[tuple[PageKey, ChangeDraft], ...]:
    """What left the listing, or is called otherwise there, since it was last read."""
    if last.status != 200 or stored_body in (None, last.body) or not listing.links:
        return ()
    before, failure = await read_answer(desk, source, replace(last, status=304), stored_body, depth)
    if failure is not None:
        return ()
    return listing_changes(before.links, listing.links, source, last.request_url)


async def holds_nothing_known(desk: Desk, intent: ListingIntent) -> bool:
    """Whether a listing shows pages, and none that the archive has."""
    keys = [link.key for link in intent.links if link.key is not None]
    return bool(keys) and not await desk.writer.call(desk.archive.knows_any, keys)


def listing_outcome(last: Attempt) -> tuple[Outcome, Failure | None]:
    """What the answer is before its body is read."""
    if last.failure is not None:
        return last.failure.outcome, last.failure
    if last.status == 304:
        return Outcome.NOT_MODIFIED, None
    if last.status == 200 and last.body is not None:
        return Outcome.LISTED, None
    blocked = last.status in BLOCKED_STATUS
    outcome = Outcome.BLOCKED if blocked else Outcome.FAILED
    message = (
        f"{last.request_url} answered {last.status} where a listing was expected; "
        "open it in a browser, and mend the source's url if it moved"
    )
    return outcome, Failure(outcome, "forbidden" if blocked else "listing", message)


async def read_answer(
    desk: Desk, source: Source, last: Attempt, stored_body: bytes | None, depth: int
) -> tuple[Listing, Failure | None]:
    """The listing in the answer, or why it is none."""
    body = last.body if last.status == 200 else stored_body
    if body is None:
        return Listing(), None
    document = Document(last.final_url, body, last.header("content-type"), depth)
    try:
        listing: Listing = await desk.workers.run(
            last.request_url, read_listing, source.kind, document, source
        )
    except ReadingFailed as failed:
        return Listing(), failed.failure
    if listing.problem is None:
        return listing, await not_believed(desk, source, last, listing)
    message = (
        f"{last.request_url} is no listing of kind {source.kind!r}: "
        f"{listing.problem.rpartition(f' is no listing of kind {source.kind}: ')[2]}; "
        "see what it answers with `crawl extract`, and mend the source's kind or url"
    )
    return listing, Failure(Outcome.FAILED, "listing", message)


async def not_believed(
    desk: Desk, source: Source, last: Attempt, listing: Listing
) -> Failure | None:
    """Why an answer that can be read as a listing is none: it leads to the home page, or shows no
    link and is the page of a firewall, a check of its visitor, a wall."""
    asked, came = urlsplit(last.request_url), urlsplit(last.final_url)
    if came.path in HOME_PATHS and not came.query and asked.path not in HOME_PATHS:
        message = (
            f"{last.request_url} leads to the home page {last.final_url}; "
            "see where the list has moved, and mend the source's url"
        )
        return Failure(Outcome.FAILED, "listing", message)
    if listing.links or listing.follow or not last.body or last.status != 200:
        return None
    reading = await read(desk, capture_of((last,), source, None), None)
    seen = reading.extraction.assessment if reading.extraction else None
    if seen not in BLOCKED_AS:
        return None
    message = (
        f"{last.request_url} shows no list but a page that keeps its visitor out; "
        "open it in a browser to see why"
    )
    return Failure(Outcome.BLOCKED, BLOCKED_AS[seen], message)


def keyed(link: Link, source: Source) -> Link:
    """The link with its page's key, from its URL where the listing knows none."""
    return link if link.key else replace(link, key=page_key(link.url, source))


def flagged(source: Source, url: str, listing: Listing) -> tuple[EventDraft, ...]:
    """Events where limits or filters cut a listing short: what was not read must not go unsaid."""
    told = []
    if "capped" in listing.flags:
        message = f"{url} lists more than is read of one listing"
        next_step = "split the source into listings of one section or year each"
        told.append(EventDraft("listing_capped", url, message, next_step, source.id))
    if "foreign_links_dropped" in listing.flags and not (listing.links or listing.follow):
        message = f"{url} lists nothing but links to other sites, and all were left out"
        next_step = "write the source's `article` where articles may stand on other hosts"
        told.append(EventDraft("listing_foreign", url, message, next_step, source.id))
    return tuple(told)
