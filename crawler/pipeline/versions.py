"""From an article that reads otherwise to its new version and the change that led to it."""

from dataclasses import replace
from datetime import timedelta

from crawler.errors import Withheld
from crawler.model import (
    Capture,
    ChangeDraft,
    ChangeKind,
    EventDraft,
    Extraction,
    Intent,
    KnownVersion,
    Outcome,
    Source,
    iso,
)
from crawler.pipeline.desk import Desk
from crawler.pipeline.redesigns import Alike, compared, read_alike, unsure
from crawler.reading import Reading, Side, read_page
from crawler.store import Due
from crawler.workers import ReadingFailed

#: two texts in turn are one matter when they come within so long a time
FLAPPING_WITHIN = timedelta(days=30)


async def with_version(
    desk: Desk, source: Source, due: Due, intent: Intent, reading: Reading
) -> Intent:
    """The intent with a new version and its change, where the article reads otherwise now."""
    new, known = reading.extraction, due.page.version
    if new is None:
        return intent
    if known is None:
        return replace(intent, new_version=True)
    try:
        return await beside(desk, source, due, intent, reading, known)
    except Withheld:
        return unseen(intent, reading, known)


def unseen(intent: Intent, reading: Reading, known: KnownVersion) -> Intent:
    """The last text was taken out by law: that another stands there now is told, and no more."""
    if known.text_sha256 == reading.text_sha256:
        return intent
    draft = ChangeDraft(ChangeKind.CONTENT, score=1.0, reason="the text before was withheld")
    return replace(intent, new_version=True, changes=(*intent.changes, draft))


async def beside(
    desk: Desk, source: Source, due: Due, intent: Intent, reading: Reading, known: KnownVersion
) -> Intent:
    """The intent with what changed since the version before; raises Withheld."""
    new = reading.extraction
    assert new is not None  # noqa: S101 - the caller has looked
    if (known.extractor, known.rule) != (new.extractor, new.rule):
        return await by_one_rule(desk, source, due, intent, reading, known)
    if intent.attempts[-1][1] is not Outcome.CHANGED:
        return intent
    old = await side_of(desk, known)
    change = await content_change(desk, source, due, old, new)
    intent = replace(intent, new_version=True, changes=(*intent.changes, change))
    return await flapping(desk, due, lied(due, intent), reading.text_sha256)


async def by_one_rule(
    desk: Desk, source: Source, due: Due, intent: Intent, reading: Reading, known: KnownVersion
) -> Intent:
    """Another rule made the last version: its capture is read again first, and only texts by the
    same rule are compared. Where none reads both, that is an event and never an edit."""
    new = reading.extraction
    assert new is not None  # noqa: S101 - the caller has looked
    old = await side_of(desk, known)
    capture = await last_capture(desk, source, known)
    again = await read_again(desk, capture)
    alike = (
        await read_alike(desk, source, intent, capture, again)
        if capture is not None and again is not None and again.text
        else None
    )
    if alike is None:
        return uncompared(due, intent, old, new)
    if not alike.same:
        return await edited(desk, source, due, intent, old, alike)
    intent = decided(intent, Outcome.UNCHANGED)
    if (old.text, old.fields) == (new.text, new.fields):
        return intent
    moved = await difference(desk, ChangeKind.EXTRACTOR, source, due, old, side(new))
    return replace(intent, new_version=True, changes=(*intent.changes, moved))


async def edited(
    desk: Desk, source: Source, due: Due, intent: Intent, old: Side, alike: Alike
) -> Intent:
    """The intent with the edit between two captures that one rule reads. Where that is not the rule
    of a version, its reading by this one stands between, with what lies between the two rules."""
    new = intent.extraction
    assert new is not None  # noqa: S101 - the caller has looked
    before, after = side(alike.old), alike.new_side
    change = await difference(desk, ChangeKind.CONTENT, source, due, before, after)
    if before != old:
        moved = await difference(desk, ChangeKind.EXTRACTOR, source, due, old, before)
        intent = replace(intent, reread=alike.old, reread_change=moved)
    if side(alike.new) != side(new):
        moved = await difference(
            desk, ChangeKind.EXTRACTOR, source, due, side(alike.new), side(new)
        )
        intent = replace(intent, alike=alike.new, alike_change=moved)
    intent = decided(intent, Outcome.CHANGED)
    return replace(intent, new_version=True, changes=(*intent.changes, change))


def decided(intent: Intent, outcome: Outcome) -> Intent:
    """The intent with another outcome of its look."""
    *before, (attempt, _, reason) = intent.attempts
    return replace(intent, attempts=(*before, (attempt, outcome, reason)))


def uncompared(due: Due, intent: Intent, old: Side, new: Extraction) -> Intent:
    """A version that cannot be compared with the one before it."""
    if (old.text, old.fields) == (new.text, new.fields):
        return intent
    before = due.page.version.rule if due.page.version else "another rule"
    event = replace(
        unsure(due.address.url, before, new.rule),
        source_id=due.page.source_id,
        page_id=due.page.page_id,
    )
    draft = ChangeDraft(ChangeKind.EXTRACTOR)
    return replace(
        intent,
        new_version=True,
        changes=(*intent.changes, draft),
        events=(*intent.events, event),
    )


async def read_again(desk: Desk, capture: Capture | None) -> Extraction | None:
    """The last version's capture by today's rules; None where it cannot be read."""
    if capture is None:
        return None
    try:
        reading: Reading = await desk.workers.run(capture.url, read_page, capture, None)
    except ReadingFailed:
        return None
    return reading.extraction


async def last_capture(desk: Desk, source: Source, known: KnownVersion) -> Capture | None:
    """What the last version was read from; None where its bytes are not here."""
    capture: Capture | None = await desk.writer.call(desk.archive.capture_of, known.version_id)
    return capture and replace(capture, encoding=source.encoding, profile=source.profile)


async def side_of(desk: Desk, known: KnownVersion) -> Side:
    """A version of the archive as one side of a comparison."""
    return Side(await stored_text(desk, known), known.fields)


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
    return await compared(desk.workers, kind, old, new, source.terms, due.address.url)


def lied(due: Due, intent: Intent) -> Intent:
    """The intent with the word that an edit stood behind validators which did not change."""
    known, answer = due.address.validators, intent.attempts[-1][0]
    if known is None:
        return intent
    same = [
        (name, value)
        for name, value in (("ETag", known.etag), ("Last-Modified", known.last_modified))
        if value is not None and value == answer.header(name)
    ]
    if not same or (known.etag is not None and same[0][0] != "ETag"):
        return intent
    (name, value), url = same[0], due.address.url
    event = EventDraft(
        "validators_lied",
        url,
        f"{url} changed its text behind an unchanged {name} {value}",
        "a shorter `full_fetch_every` for this source finds such edits sooner",
        due.page.source_id,
        due.page.page_id,
    )
    *before, edit = intent.changes
    labelled = replace(edit, reason="validators_lied")
    return replace(intent, changes=(*before, labelled), events=(*intent.events, event))


async def flapping(desk: Desk, due: Due, intent: Intent, text_sha256: str) -> Intent:
    """The intent of a page that gives two texts in turn (two caches, a test of two headlines): all
    are kept as versions, the third passage and all after it count nothing, and one event tells of
    them together."""
    since = iso(desk.clock() - FLAPPING_WITHIN)
    page_id, url = due.page.page_id, due.address.url
    back = await desk.writer.call(desk.archive.latest_texts, page_id, since)
    if len(back) < 3 or back[0].text_sha256 != back[2].text_sha256:
        return intent
    if back[1].text_sha256 != text_sha256:
        return intent
    *before, edit = intent.changes
    quiet = replace(edit, score=0.0, reason="flapping")
    intent = replace(intent, changes=(*before, quiet))
    if await desk.writer.call(desk.archive.event_told, page_id, "flapping", back[2].as_of):
        return intent
    event = EventDraft(
        "flapping",
        url,
        f"{url} shows two texts in turn",
        "both are kept: `crawl log` lists them; no further turn is told",
        due.page.source_id,
        page_id,
        tuple(version.change_id for version in back[:2] if version.change_id is not None),
    )
    return replace(intent, events=(*intent.events, event))
