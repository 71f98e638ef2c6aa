"""From an answer to what was read in it: one body, or all parts of an article in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from crawler.decide import wants_reading
from crawler.discover import copy_beside, moment_of, original_of, same_site
from crawler.extract import EXTRACTOR
from crawler.fetch import Interrupted
from crawler.model import (
    Assessment,
    Attempt,
    Capture,
    Failure,
    Link,
    Outcome,
    Purpose,
    Source,
    parse_iso,
)
from crawler.pipeline.asking import source_request
from crawler.pipeline.desk import Desk
from crawler.pipeline.saying import with_subject
from crawler.reading import Reading, read_page
from crawler.store import Due
from crawler.workers import ReadingFailed

#: parts of one article that are asked for at most
MAX_PARTS = 100
#: copies of parts that were made further apart may be of two texts
COPIES_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Look:
    """All attempts of one look, and what was read. `parts` are the places in `attempts` of the
    parts of an article; one of them alone is the usual case."""

    attempts: tuple[Attempt, ...]
    reading: Reading
    parts: tuple[int, ...]

    @property
    def answer(self) -> Attempt:
        """The answer at the page's own address."""
        return self.attempts[self.parts[0]]


async def look_at(
    desk: Desk, source: Source, due: Due, attempts: tuple[Attempt, ...], listing: Link | None
) -> Look:
    """Reads the last answer in a worker process, and fetches and reads the parts that follow it."""
    place = (len(attempts) - 1,)
    answer = attempts[-1]
    if not wants_reading(answer) or answer.body is None:
        return Look(attempts, Reading(None), place)
    known = due.page.version
    if answer.status == 200 and known is not None and same_bytes(due, answer):
        return Look(attempts, Reading(None, known.text_sha256), place)
    known_text = known.text_sha256 if known else None
    reading = await read(desk, capture_of((answer,), source, listing), known_text)
    look = Look(attempts, reading, place)
    if next_part(reading) is None or answer.status != 200:
        return look
    return await with_parts(desk, source, look, listing, known_text)


def same_bytes(due: Due, answer: Attempt) -> bool:
    """Whether this address gave these bytes when it was last read, by today's extractor."""
    known = due.page.version
    if known is None or due.address.extraction_id is None or known.extractor != EXTRACTOR:
        return False
    return answer.body_sha256 == due.address.last_body_sha256


async def with_parts(
    desk: Desk, source: Source, first: Look, listing: Link | None, known_text: str | None
) -> Look:
    """The look with all parts that follow; one that does not come fails the look."""
    attempts, parts = list(first.attempts), list(first.parts)
    seen = {first.answer.request_url, first.answer.final_url}
    own = first.answer.request_url
    following = part_after(first.reading, first.answer)
    while following is not None and following not in seen:
        if len(parts) >= MAX_PARTS or not same_site(original_of(own), original_of(following)):
            return failed_part(first, attempts, following, "leads too far")
        try:
            attempts += await desk.fetch(source_request(source, following, Purpose.ARTICLE))
        except Interrupted as ended:
            raise Interrupted((*attempts, *ended.attempts)) from None
        came = attempts[-1]
        seen |= {following, came.final_url}
        parts.append(len(attempts) - 1)
        if came.failure is not None or came.status != 200 or came.body is None:
            why = came.failure.message if came.failure else f"answered {came.status}"
            return failed_part(first, attempts, following, why)
        if sum(len(attempts[place].body or b"") for place in parts) > source.max_bytes:
            return failed_part(first, attempts, following, "makes it larger than max_bytes")
        if not same_time(first.answer.final_url, came.final_url):
            return failed_part(first, attempts, following, "was kept at another time")
        reading = await read(desk, capture_of((came,), source, listing), None)
        if reading.extraction is None or reading.extraction.assessment is not Assessment.ARTICLE:
            said = reading.extraction.reason if reading.extraction else "could not be read"
            return failed_part(first, attempts, following, said)
        following = part_after(reading, first.answer)
    bodies = [attempts[place] for place in parts]
    whole = await read(desk, capture_of(bodies, source, listing), known_text)
    return Look(tuple(attempts), whole, tuple(parts))


def failed_part(first: Look, attempts: Sequence[Attempt], url: str, why: str) -> Look:
    """The look of an article of which a part is missing."""
    message = (
        f"{first.answer.request_url}: its part {url} did not come ({why}); "
        "the parts that came are kept, and all are asked for again at its next turn"
    )
    failure = Failure(Outcome.FAILED, "part", message)
    return Look(tuple(attempts), Reading(None, failure=failure), first.parts)


def next_part(reading: Reading) -> str | None:
    """The address of the part that follows, where an article was read."""
    found = reading.extraction
    if found is None or found.assessment is not Assessment.ARTICLE:
        return None
    return found.next_url


def part_after(reading: Reading, first: Attempt) -> str | None:
    """The address to ask for the part that follows: of a web archive's copy, the copy of it."""
    following = next_part(reading)
    return None if following is None else copy_beside(first.request_url, following)


def same_time(first: str, part: str) -> bool:
    """Whether two parts belong together: copies of them were made within a month."""
    moments = moment_of(first), moment_of(part)
    if None in moments:
        return moments == (None, None)
    one, other = (parse_iso(moment or "") for moment in moments)
    return abs(one - other) <= COPIES_WITHIN


def capture_of(answers: Sequence[Attempt], source: Source, listing: Link | None) -> Capture:
    """These answers as one capture, in order."""
    first = answers[0]
    return Capture(
        tuple(answer.body or b"" for answer in answers),
        first.request_url,
        first.final_url,
        content_type=first.header("content-type"),
        status=first.status or 0,
        listing=listing,
        encoding=source.encoding,
        profile=source.profile,
    )


async def read(desk: Desk, capture: Capture, known_text_sha256: str | None) -> Reading:
    """A capture read in a worker process; a failure is a value."""
    try:
        found: Reading = await desk.workers.run(capture.url, read_page, capture, known_text_sha256)
    except ReadingFailed as failed:
        return Reading(None, failure=failed.failure)
    return found


def earlier(attempts: Sequence[Attempt]) -> tuple[tuple[Attempt, Outcome, str | None], ...]:
    """Attempts that do not decide: robots files that were read, and tries that failed."""
    return tuple((with_subject(attempt), *passing_outcome(attempt)) for attempt in attempts)


def passing_outcome(attempt: Attempt) -> tuple[Outcome, str | None]:
    """The outcome of an attempt that does not decide."""
    if attempt.failure is not None:
        return attempt.failure.outcome, attempt.failure.reason
    return Outcome.LISTED, None
