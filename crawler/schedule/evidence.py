"""What the looks at one page have taught about how often it changes.

A look tells one bit: the text differs from the one seen before, or it does not. For a page whose
hazard of change is m times a known shape of its age, an interval with the integrated shape A was
survived with probability exp(-m A) and brought a change with 1 - exp(-m A). So unchanged looks add
up to one sum a shape, and changed ones are kept each with its own A, pooled when they are many.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import exp, log

from crawler.model import Outcome, PageState, parse_iso

DAY_S = 86_400.0
#: Evidence written for other shapes is of no use; it is learnt again.
FORMAT = 1
#: Shapes of a page's hazard per day by its age in days: constant; and DECAY_FLOOR + 1 / (age +
#: DECAY_START_DAYS), often when young and hardly when old.
DECAY_START_DAYS = 0.25
DECAY_FLOOR = 1.0 / 365.0
SHAPES = 2
#: Changed intervals kept apart; beyond it the two most alike are pooled.
CHANGES_KEPT = 24

#: The integral of each shape over an interval.
Exposure = tuple[float, float]


def exposure(from_days: float, to_days: float) -> Exposure:
    """The integral of each shape between two ages of a page in days."""
    days = to_days - from_days
    decay = log((to_days + DECAY_START_DAYS) / (from_days + DECAY_START_DAYS))
    return days, decay + DECAY_FLOOR * days


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page: whether its text had changed since the last one, None when the answer
    does not say."""

    at: datetime
    changed: bool | None


@dataclass(frozen=True, slots=True)
class Changed:
    """`count` intervals that brought a change, with the geometric mean of their exposures."""

    count: int
    exposure: Exposure

    def pooled(self, other: "Changed") -> "Changed":
        """Both as one; exact where changes are rarer than looks, where 1 - exp(-x) is x."""
        count = self.count + other.count
        first, second = (
            _rounded(exp((self.count * log(a) + other.count * log(b)) / count))
            for a, b in zip(self.exposure, other.exposure, strict=True)
        )
        return Changed(count, (first, second))


@dataclass(frozen=True, slots=True)
class RateEvidence:
    """All that is kept of a page's looks. Moments are Unix seconds; `born_s` is from when the
    page's age counts, `seen_s` the last look that showed its text."""

    born_s: float | None = None
    seen_s: float | None = None
    #: the summed exposures of the intervals without a change
    unchanged: Exposure = (0.0, 0.0)
    #: the intervals with one, by exposure
    changed: tuple[Changed, ...] = ()

    def begun(self, born: datetime, at: datetime) -> "RateEvidence":
        """The evidence of a page first read at `at`, its age counted from `born`."""
        seen_s = _moment(at)
        return RateEvidence(min(_moment(born), seen_s), seen_s)

    def after(self, look: Look) -> "RateEvidence":
        """The evidence with one look more. A look that does not say teaches nothing, nor one that
        is not later than the last; but from it the interval counts anew, for the clock was set
        back, and what it said before may lie a year ahead."""
        at_s = _moment(look.at)
        if look.changed is None:
            return self
        if self.born_s is None or self.seen_s is None:
            return self.begun(look.at, look.at)
        if at_s <= self.seen_s:
            return replace(self, born_s=min(self.born_s, at_s), seen_s=at_s)
        constant, decaying = exposure(
            (self.seen_s - self.born_s) / DAY_S, (at_s - self.born_s) / DAY_S
        )
        if look.changed:
            new = Changed(1, (_rounded(constant), _rounded(decaying)))
            return RateEvidence(self.born_s, at_s, self.unchanged, _kept((*self.changed, new)))
        total = (_rounded(self.unchanged[0] + constant), _rounded(self.unchanged[1] + decaying))
        return RateEvidence(self.born_s, at_s, total, self.changed)

    @property
    def changes(self) -> int:
        """How many looks found a change."""
        return sum(change.count for change in self.changed)

    @property
    def taught(self) -> bool:
        """Whether any look but the first has told something."""
        return bool(self.changed) or self.unchanged[0] > 0.0

    def age_days(self, at: datetime) -> float:
        """The page's age in days; 0 before anything is known of it."""
        return 0.0 if self.born_s is None else max(0.0, (at.timestamp() - self.born_s) / DAY_S)

    def to_json(self) -> str:
        """Short JSON to keep with the page: at most 1.1 KB; `from_json` gives an equal value."""
        changed = [[change.count, *change.exposure] for change in self.changed]
        kept = [FORMAT, self.born_s, self.seen_s, list(self.unchanged), changed]
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | None) -> "RateEvidence":
        """The evidence that `to_json` wrote; nothing for no text or another format. Raises
        ValueError on what is no evidence."""
        if not text:
            return NOTHING
        try:
            form, *kept = json.loads(text)
            if form != FORMAT:
                return NOTHING
            born_s, seen_s, (constant, decaying), changed = kept
            pooled = tuple(Changed(int(n), (float(a), float(b))) for n, a, b in changed)
            return cls(born_s, seen_s, (float(constant), float(decaying)), pooled)
        except (TypeError, ValueError) as error:
            raise ValueError(f"this is no evidence of a page's changes: {text[:80]!r}") from error


NOTHING = RateEvidence()


def _moment(at: datetime) -> float:
    """Unix seconds to the millisecond, as they survive their way through the JSON."""
    return round(at.timestamp(), 3)


def _rounded(value: float) -> float:
    """An exposure as it survives its way through the JSON, never 0 where something was."""
    return max(round(value, 7), 1e-7)


def _kept(changed: Iterable[Changed]) -> tuple[Changed, ...]:
    """The changed intervals by exposure, the two most alike pooled while there are too many."""
    kept = sorted(changed, key=lambda change: (change.exposure, change.count))
    while len(kept) > CHANGES_KEPT:
        apart = [_distance(a, b) for a, b in pairwise(kept)]
        at = apart.index(min(apart))
        kept[at : at + 2] = [kept[at].pooled(kept[at + 1])]
    return tuple(sorted(kept, key=lambda change: (change.exposure, change.count)))


def _distance(one: Changed, other: Changed) -> float:
    """How much is lost when two are pooled: squared log-ratios of the exposures, by weight."""
    apart = sum(log(a / b) ** 2 for a, b in zip(one.exposure, other.exposure, strict=True))
    return apart * one.count * other.count / (one.count + other.count)


def verdict(outcome: Outcome, *, noise: bool = False) -> bool | None:
    """Whether an outcome says that the text changed; None where it does not say. A 304, a 200
    with the same text and a 200 whose change is `noise` alone are all *not changed*."""
    if outcome is Outcome.CHANGED:
        return not noise
    if outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_MODIFIED):
        return False
    return None


def born_at(page: PageState) -> datetime:
    """From when a page's age counts: its date of publication where that is believable (readable
    and not after it was first seen), else the moment that it was first seen."""
    first_seen = parse_iso(page.first_seen_at)
    try:
        return min(parse_iso(page.published), first_seen) if page.published else first_seen
    except (ValueError, OverflowError):
        return first_seen


def taught(
    evidence: RateEvidence, page: PageState, outcome: Outcome, at: datetime, *, noise: bool = False
) -> RateEvidence:
    """The evidence of a page after a look at `at` that had this outcome. The first look that
    shows the text only begins it."""
    changed = verdict(outcome, noise=noise)
    if changed is None:
        return evidence
    if evidence.seen_s is None:
        return evidence.begun(born_at(page), at)
    return evidence.after(Look(at, changed))
