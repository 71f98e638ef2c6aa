"""What to ask for: requests with a source's manners."""

from dataclasses import replace
from datetime import datetime

from crawler.model import AddressState, FetchRequest, Purpose, Source, parse_iso
from crawler.schedule import bound_s
from crawler.store import Due, ListingState

#: the next look is planned within four fifths of the promise; jitter and a queue come on top
PLANNED_SHARE = 0.9


def page_request(source: Source, due: Due, now: datetime) -> FetchRequest:
    """What to ask for a page: conditionally, unless a full look is due."""
    promise_s = bound_s(due.page, source, now, due.page.shares_seed)
    full = wants_full(source, due.address, now, promise_s)
    return replace(
        source_request(source, due.address.url, Purpose.ARTICLE),
        validators=None if full else due.address.validators,
    )


def listing_request(
    source: Source, url: str, known: ListingState | None, now: datetime
) -> FetchRequest:
    """What to ask for a listing: conditionally where its bytes are here, for a 304 means these,
    and unless a full look is due."""
    request = source_request(source, url, Purpose.LISTING)
    if known is None or known.body is None:
        return request
    if validators_are_old(source, known.read_at, now, source.max_gap_s):
        return request
    return replace(request, validators=known.validators)


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


def wants_full(source: Source, address: AddressState, now: datetime, promise_s: float) -> bool:
    """Whether a page's validators have been believed for too long."""
    return validators_are_old(source, address.last_full_at, now, promise_s)


def validators_are_old(
    source: Source, last_full_at: str | None, now: datetime, promise_s: float
) -> bool:
    """Whether validators have been believed for so long that the bytes are asked for again: for
    `full_fetch_every`, or so long that by the next look, which may be nearly the promise away, a
    text could have stood unseen for longer than both."""
    if last_full_at is None:
        return True
    believed_s = (now - parse_iso(last_full_at)).total_seconds()
    longest_s = max(source.full_fetch_every_s, promise_s) - PLANNED_SHARE * promise_s
    # Before the last full look stands a clock that was set back: nobody knows how long it is.
    return not 0.0 <= believed_s < min(source.full_fetch_every_s, longest_s)
