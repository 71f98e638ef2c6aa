"""A page that another rule reads than the one before: both captures by one rule, so that what was
edited is told and the redesign itself is none."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from crawler.extract import agree, overlooks
from crawler.extract.reading import UNPROFILED
from crawler.model import (
    Capture,
    ChangeDraft,
    ChangeKind,
    EventDraft,
    Extraction,
    Fields,
    Intent,
    Source,
)
from crawler.pipeline.desk import Desk
from crawler.pipeline.looking import capture_of
from crawler.reading import Reading, Side, compare, read_by_rule, read_page
from crawler.workers import ReadingFailed, Workers

_MOMENT = re.compile(r"(?P<moment>[\d:T-]+?)(?P<zone>Z|[+-]\d\d:\d\d)?")
_ANY_PAGE = UNPROFILED[0]


@dataclass(frozen=True, slots=True)
class Alike:
    """An old and a new capture by one rule, and what stands beside the texts of both."""

    old: Extraction
    new: Extraction
    #: of the new one; where only the templates differ, as in the old one
    new_fields: Fields

    @property
    def same(self) -> bool:
        """Whether nothing was edited."""
        return (self.old.text, self.old.fields) == (self.new.text, self.new_fields)

    @property
    def new_side(self) -> Side:
        """The new capture as one side of a comparison."""
        return Side(self.new.text, self.new_fields)


async def read_alike(
    desk: Desk, source: Source, intent: Intent, before: Capture, again: Extraction
) -> Alike | None:
    """The last version's capture and the look's by one rule; None where no rule reads both."""
    new = intent.extraction
    assert new is not None  # noqa: S101 - the caller has looked
    return await one_rule(desk.workers, (before, new_capture(source, intent)), (again, new))


async def one_rule(
    workers: Workers, captures: tuple[Capture, Capture], own: tuple[Extraction, Extraction]
) -> Alike | None:
    """Both captures by one rule: the new one's, the old one's, or the rules for any page, each only
    where it finds what the capture's own rule finds (nine tenths of the paragraphs). One by which
    nothing was edited is believed first. None where no rule reads both."""
    (before, after), (again, new) = captures, own
    if again.rule == new.rule:
        return Alike(again, new, new.fields)
    ways: list[Alike] = []
    if old_by_new := await by_rule(workers, before, new.rule, again):
        ways.append(_alike(own, old_by_new, new))
    if new_by_old := await by_rule(workers, after, again.rule, new):
        ways.append(_alike(own, again, new_by_old))
    if not any(way.same for way in ways) and _ANY_PAGE not in (again.rule, new.rule):
        ways += await by_any_page(workers, captures, own)
    return next((way for way in ways if way.same), next(iter(ways), None))


@dataclass(frozen=True, slots=True)
class Crossing:
    """What lies between two neighbours in a page's time that two rules read."""

    draft: ChangeDraft
    #: the captures by the one rule that the draft compares; both None where it compares none
    old: Extraction | None = None
    new: Extraction | None = None
    event: EventDraft | None = None


async def crossing(
    workers: Workers,
    captures: tuple[Capture | None, Capture | None],
    shown: tuple[Side, Side],
    terms: tuple[str, ...],
    url: str,
) -> Crossing | None:
    """The change between two captures that two rules read, by one that reads both; an event where
    none does, and None where they cannot be read again."""
    before, after = captures
    again = [await _again(workers, one) for one in captures if one is not None]
    if before is None or after is None or None in again:
        return None
    own = tuple(one for one in again if one is not None)
    alike = await one_rule(workers, (before, after), (own[0], own[1]))
    if alike is None:
        return Crossing(
            ChangeDraft(ChangeKind.EXTRACTOR), event=unsure(url, own[0].rule, own[1].rule)
        )
    if alike.same:
        return Crossing(await compared(workers, ChangeKind.EXTRACTOR, *shown, terms, url))
    old = Side(alike.old.text, alike.old.fields)
    draft = await compared(workers, ChangeKind.CONTENT, old, alike.new_side, terms, url)
    return Crossing(draft, alike.old, alike.new)


def unsure(url: str, old_rule: str, new_rule: str) -> EventDraft:
    """The event that two versions of a page cannot be compared."""
    return EventDraft(
        "extraction_unsure",
        url,
        f"{url} was read by {new_rule} and before by {old_rule}; "
        "no rule reads both, so they are not compared",
        "compare the two versions with `crawl log` and `crawl diff`, or write a profile",
    )


async def _again(workers: Workers, capture: Capture) -> Extraction | None:
    try:
        reading: Reading = await workers.run(capture.url, read_page, capture, None)
    except ReadingFailed:
        return None
    found = reading.extraction
    return found if found is not None and found.text else None


async def compared(
    workers: Workers, kind: ChangeKind, old: Side, new: Side, terms: tuple[str, ...], url: str
) -> ChangeDraft:
    """Two sides compared in a worker; where that takes too long, as one whole replacement."""
    try:
        draft: ChangeDraft = await workers.run(url, compare, kind, old, new, terms, (url,))
    except ReadingFailed:
        return ChangeDraft(kind, score=1.0 if kind is ChangeKind.CONTENT else 0.0)
    return draft


async def by_any_page(
    workers: Workers, captures: tuple[Capture, Capture], own: tuple[Extraction, Extraction]
) -> list[Alike]:
    """Both by the rules for any page, where these find both articles and see what was edited."""
    old = await by_rule(workers, captures[0], _ANY_PAGE, own[0])
    new = old and await by_rule(workers, captures[1], _ANY_PAGE, own[1])
    if not old or not new or overlooks((own[0].text, own[1].text), (old.text, new.text)):
        return []
    return [_alike(own, old, new)]


def new_capture(source: Source, intent: Intent) -> Capture:
    """What the intent's extraction was read from."""
    places = intent.capture or (len(intent.attempts) - 1,)
    answers = [intent.attempts[place][0] for place in places]
    return capture_of(answers, source, intent.listing)


async def by_rule(
    workers: Workers, capture: Capture, rule: str, own: Extraction
) -> Extraction | None:
    """A capture by this rule, where that finds the article that the capture's own rule finds."""
    try:
        found: Extraction | None = await workers.run(
            capture.url, read_by_rule, replace(capture, rule=rule)
        )
    except ReadingFailed:
        return None
    return found if found is not None and agree(found.text, own.text) else None


def _alike(own: tuple[Extraction, Extraction], old: Extraction, new: Extraction) -> Alike:
    """Readings by one rule; a field changed only where it did so by that rule and by the captures'
    own, and where both templates show it."""
    kept = {
        field.name: getattr(old.fields, field.name)
        for field in fields(Fields)
        if any(
            _same(getattr(one.fields, field.name), getattr(other.fields, field.name))
            for one, other in (own, (old, new))
        )
    }
    return Alike(old, new, replace(new.fields, **kept))


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same as far as both say anything: a template may show
    none, a day without the time, or pictures from another host."""
    if not one or not other:
        return True
    if isinstance(one, tuple):
        return [_file_name(it) for it in one] == [_file_name(it) for it in other]
    mine, theirs = _MOMENT.fullmatch(one), _MOMENT.fullmatch(other)
    if mine is None or theirs is None:
        return bool(one == other)
    zones = {mine["zone"], theirs["zone"]} - {None}
    said = mine["moment"], theirs["moment"]
    return len(zones) < 2 and (said[0].startswith(said[1]) or said[1].startswith(said[0]))


def _file_name(address: str) -> str:
    return address.rsplit("/", 1)[-1]
