"""Texts that carry each other's passages: which are one family, and what a change in one of them
means beside the others.

Everything is judged by passages of `LEAST` folded characters or more. A set phrase belongs to
nobody: the caller names what is one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crawler.compare.aligning import shared_passages
from crawler.compare.diffing import diff
from crawler.compare.scoring import weight
from crawler.model import Match, Op, OpKind
from crawler.text import fold

Span = tuple[int, int]
#: folded characters of a passage
LEAST: Final = 30
#: share of a dropped passage that another text must hold to hold the passage
HOLDS: Final = 0.9
#: share of both texts that makes two texts one family
FAMILY: Final = 0.6
#: other outlets that still hold a passage which one outlet alone dropped
OTHERS: Final = 2
#: an op of this weight or less (a caption, a byline, a mark, another script) is no news
LIGHT: Final = 0.05

IsPhrase = Callable[[Match], bool]


class Finding(StrEnum):
    """What a change means beside other texts; the kinds of events."""

    REPRINT_DIVERGED = "reprint_diverged"
    ORIGINAL_CHANGED = "original_changed"
    QUOTATION_GONE = "quotation_gone"
    PASSAGE_DROPPED = "passage_dropped"


@dataclass(frozen=True, slots=True)
class Holder:
    """Another page, or a seed copy, that carries or carried passages of the text that changed."""

    name: str
    outlet: str
    #: sorts by age: the day of publication, then the first look
    since: tuple[str, str]
    #: what it says online today; None for a seed copy and for what is no longer there
    current: str | None
    #: what it said when it shared a passage
    ever: str
    #: what it said until a change that is told after this one
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A page that passed from one text to another; `new` is None when it is gone."""

    name: str
    outlet: str
    since: tuple[str, str]
    old: str
    new: str | None


@dataclass(frozen=True, slots=True)
class News:
    """A finding: the passage of the old text that it is about, and which others it is about."""

    finding: Finding
    passage: Span
    others: tuple[str, ...]
    #: whether it is known by the day which of them is older
    dated: bool = True


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a holder has of the old text."""

    holder: Holder
    current: tuple[Match, ...]
    ever: tuple[Match, ...]
    until: tuple[Match, ...]
    related: bool

    def holds(self, span: Span) -> bool:
        """Whether what it says today holds a passage of the old text as it was."""
        return _covered(self.current, span) >= HOLDS * (span[1] - span[0])

    def held_until(self, span: Span) -> bool:
        """Whether it held one until a change that is told later, and is the last to hold it."""
        return _covered(self.until, span) >= HOLDS * (span[1] - span[0])

    def held(self, span: Span) -> bool:
        return _covered(self.ever, span) >= HOLDS * (span[1] - span[0])

    def agrees(self, span: Span) -> bool:
        """Whether a passage that it holds today says the very same around a place."""
        return any(_inside(span, run) for match in self.current for run in _agreeing(match))


def findings(turn: Turn, holders: Sequence[Holder], is_phrase: IsPhrase) -> tuple[News, ...]:
    """What a change means beside the other texts, at most one finding of each kind."""
    touched, dropped = _changed(turn)
    if not touched:
        return ()
    shared = [_shared(turn.old, holder, is_phrase) for holder in holders]
    found = (
        _alone(turn, shared, dropped),
        _diverged(turn, shared, touched),
        _original(turn, shared, touched),
        _gone(turn, shared, dropped),
    )
    told = {news.finding: news for news in found if news is not None}
    # What was dropped by one outlet alone has diverged too: it is told once.
    if Finding.PASSAGE_DROPPED in told:
        told.pop(Finding.REPRINT_DIVERGED, None)
    return tuple(told.values())


def _changed(turn: Turn) -> tuple[list[Span], list[Span]]:
    """Where the old text was touched, the gravest place first, and the passages of it that are no
    longer there."""
    if turn.new is None:
        whole = (0, len(turn.old))
        return [whole], [whole]
    ops = sorted(filter(_is_edit, diff(turn.old, turn.new).ops), key=lambda op: -weight(op))
    dropped = [op.a for op in ops if op.op in (OpKind.DELETE, OpKind.REPLACE)]
    return [op.a for op in ops], [span for span in dropped if _folded(turn.old, span) >= LEAST]


def _is_edit(op: Op) -> bool:
    return op.op is not OpKind.MOVE and weight(op) > LIGHT


def _shared(old: str, holder: Holder, is_phrase: IsPhrase) -> _Shared:
    def matches(text: str | None) -> tuple[Match, ...]:
        found = shared_passages(old, text, min_chars=LEAST) if text else ()
        return tuple(match for match in found if not is_phrase(match))

    current = matches(holder.current)
    ever = current if holder.ever == holder.current else matches(holder.ever)
    related = holder.current is not None and is_family(old, holder.current, current)
    return _Shared(holder, current, ever, matches(holder.until), related)


def is_family(a: str, b: str, matches: Iterable[Match]) -> bool:
    """Whether two texts are prints of one article: each holds most of the other."""
    ours, theirs = set[int](), set[int]()
    for match in matches:
        ours.update(range(*match.seed))
        theirs.update(range(*match.page))
    return len(ours) >= FAMILY * len(a) and len(theirs) >= FAMILY * len(b)


def _diverged(turn: Turn, shared: Sequence[_Shared], touched: Sequence[Span]) -> News | None:
    """A reprint no longer says what its original says, or, where both are of one day, what another
    print of the article says."""
    family = [one for one in shared if one.related and _day(one) <= turn.since[0]]
    if not family or turn.new is None:
        return None
    older = min(family, key=lambda one: one.holder.since)
    for span in touched:
        if older.agrees(span):
            dated = _day(older) < turn.since[0]
            return News(Finding.REPRINT_DIVERGED, span, (older.holder.name,), dated)
    return None


def _original(turn: Turn, shared: Sequence[_Shared], touched: Sequence[Span]) -> News | None:
    """The earliest text changed inside a passage that other outlets' later ones quote as it was;
    what an outlet's own pages have in common is its furniture and no quotation."""
    if turn.new is None or any(one.related and _day(one) < turn.since[0] for one in shared):
        return None
    for span in touched:
        holding = [one for one in shared if one.agrees(span)]
        quoting = [one for one in holding if one.holder.outlet != turn.outlet]
        if any(one.related and _day(one) == turn.since[0] for one in holding):
            continue
        if quoting and all(_day(one) >= turn.since[0] for one in holding):
            dated = all(_day(one) > turn.since[0] for one in quoting)
            return News(Finding.ORIGINAL_CHANGED, span, _names(quoting), dated)
    return None


def _day(one: _Shared) -> str:
    """By which age is told: two looks of one day say nothing of which text was first."""
    return one.holder.since[0]


def _alone(turn: Turn, shared: Sequence[_Shared], dropped: Sequence[Span]) -> News | None:
    """One outlet dropped a passage that every other print of the article keeps."""
    family = [one for one in shared if one.related and one.holder.outlet != turn.outlet]
    if turn.new is None or not any(_day(one) <= turn.since[0] for one in family):
        return None
    for span in dropped:
        keeping = [one for one in family if one.holds(span)]
        outlets = {one.holder.outlet for one in keeping}
        if len(keeping) == len(family) and len(outlets) >= OTHERS:
            return News(Finding.PASSAGE_DROPPED, span, _names(keeping))
    return None


def _gone(turn: Turn, shared: Sequence[_Shared], dropped: Sequence[Span]) -> News | None:
    """A passage that other outlets carried too stands on no page any more; of several pages that
    lost it in one pass the last is told."""
    others = [one for one in shared if one.holder.outlet != turn.outlet]
    for lost in dropped:
        for one in others:
            for span in _within((match.seed for match in one.ever), lost, turn.old):
                held = [other for other in others if other.held(span)]
                kept = any(other.holds(span) or other.held_until(span) for other in shared)
                if held and not kept:
                    return News(Finding.QUOTATION_GONE, span, _names(held))
    return None


def _within(spans: Iterable[Span], lost: Span, text: str) -> Iterable[Span]:
    """The parts of spans inside a lost passage that are passages of their own."""
    for start, end in spans:
        part = (max(start, lost[0]), min(end, lost[1]))
        if part[0] < part[1] and _folded(text, part) >= LEAST:
            yield part


def _names(shared: Iterable[_Shared]) -> tuple[str, ...]:
    ranked = sorted(shared, key=lambda one: one.holder.since)
    return tuple(dict.fromkeys(one.holder.name for one in ranked))


def _folded(text: str, span: Span) -> int:
    return len(fold(text[slice(*span)]).text)


def _agreeing(match: Match) -> Iterator[Span]:
    """The runs of the old text that the other one has too, whatever their form."""
    start = end = -1
    for op in sorted(match.ops, key=lambda op: op.a):
        if not (op.noise or _same(op.op)):
            # What the other one has here besides parts what stands before and after it.
            yield start, end
            start = end = -1
            continue
        if op.a[0] != end:
            yield start, end
            start = op.a[0]
        end = op.a[1]
    yield start, end


def _same(kind: OpKind) -> bool:
    return kind in (OpKind.EQUAL, OpKind.MOVE)


def _inside(span: Span, op: Span) -> bool:
    """Whether a touched place lies inside an equal run, an insertion not at its very edge."""
    start, end = span
    return op[0] < start < op[1] if start == end else op[0] <= start and end <= op[1]


def _covered(matches: Iterable[Match], span: Span) -> int:
    """Characters of a span that stand in equal or noise ops of matches."""
    places = set[int]()
    for match in matches:
        for op in match.ops:
            if op.noise or _same(op.op):
                places.update(range(max(op.a[0], span[0]), min(op.a[1], span[1])))
    return len(places)
