"""Attempts as observations: a record, a row, and the body kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.model import Attempt, Outcome, Purpose
from crawler.store import records
from crawler.store.records import clean
from crawler.store.work import Address, Work

Attempts = Sequence[tuple[Attempt, Outcome, str | None]]


@dataclass(frozen=True, slots=True)
class Look:
    """An attempt whose record is written and whose row is yet to be added."""

    id: int
    sequence: int
    hash: str
    address: Address
    attempt: Attempt
    outcome: Outcome
    reason: str | None
    body_sha256: str | None
    origin: str = records.ORIGIN_HERE
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """Whose copy was looked at, and when its bytes were served by that one's word."""

    origin: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a look showed of its page."""

    extraction_id: int | None = None
    version_id: int | None = None
    state: str | None = None


def record_looks(
    work: Work, run_id: int, attempts: Attempts, copy: Copy | None = None
) -> list[Look]:
    """Append every attempt's record in order and keep its body."""
    by = work.circumstances(run_id)
    looks: list[Look] = []
    for attempt, outcome, reason in attempts:
        address = work.address(attempt.request_url, attempt.purpose)
        digest = attempt.body_sha256
        if attempt.body is not None and digest is not None:
            work.body(attempt.body, digest, address)
        fields = records.observation(
            attempt,
            outcome,
            reason,
            previous_of_address=address.last_observation,
            retry_of=_earlier(looks, address) if attempt.is_retry else None,
            body_sha256=digest,
            by=by,
            **_whose(attempt, copy),
        )
        sequence, hash_, _ = work.transaction.append("observation", fields)
        row_id = work.transaction.reserve("observations")
        looks.append(
            Look(
                row_id,
                sequence,
                hash_,
                address,
                attempt,
                outcome,
                reason,
                digest,
                **_whose(attempt, copy),
            )
        )
        _remember(address, looks[-1])
    return looks


def _whose(attempt: Attempt, copy: Copy | None) -> dict[str, str]:
    """Whose word the answer is, where that is another's; a robots file is always our own look."""
    if copy is None or attempt.purpose is not Purpose.ARTICLE:
        return {}
    return {"origin": copy.origin, "as_of": copy.as_of}


def _earlier(looks: Sequence[Look], address: Address) -> str | None:
    """The hash of the attempt before at the same address, in the same fetch."""
    return next((look.hash for look in reversed(looks) if look.address is address), None)


def _remember(address: Address, look: Look) -> None:
    address.last_observation, address.last_observation_id = look.hash, look.id
    address.last_checked_at = look.attempt.finished_at
    if look.outcome.conclusive:
        address.failures, address.failing_since = 0, None
    else:
        address.failures += 1
        address.failing_since = address.failing_since or look.attempt.started_at


def add_row(
    work: Work,
    run_id: int,
    look: Look,
    source_id: str | None,
    page_id: int | None,
    shown: Shown,
) -> None:
    """Add a look's row, now that what it showed is known."""
    attempt = look.attempt
    work.transaction.add(
        "observations",
        look.id,
        sequence=look.sequence,
        run_id=run_id or None,
        source_id=source_id,
        page_id=page_id,
        address_id=look.address.id,
        purpose=str(attempt.purpose),
        origin=look.origin,
        as_of=look.as_of or attempt.finished_at,
        started_at=attempt.started_at,
        finished_at=attempt.finished_at,
        duration_ms=attempt.duration_ms,
        request_url=clean(attempt.request_url),
        final_url=clean(attempt.final_url),
        status=attempt.status,
        outcome=str(look.outcome),
        reason=look.reason,
        error=None if attempt.failure is None else clean(attempt.failure.message),
        body_sha256=look.body_sha256,
        body_bytes=None if attempt.body is None else len(attempt.body),
        state=shown.state,
    )
    if shown.extraction_id is not None or shown.version_id is not None:
        work.shown.append((shown.extraction_id, shown.version_id, look.id))
