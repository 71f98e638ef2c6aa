"""The longest gaps between two looks within a sliding month. Pure.

Kept as the decreasing sequence of a sliding maximum: `[[seconds, end], ...]`, the longest first;
a gap that a later one reached is forgotten, and so is one that ended too long ago.
"""

from datetime import timedelta

from crawler.model import iso, parse_iso

WINDOW = timedelta(days=30)

Gaps = list[tuple[float, str]]


def with_gap(gaps: Gaps, start: str, end: str) -> Gaps:
    """The gaps with one more, from `start` to `end` (a clock that went back gives none)."""
    until = parse_iso(end)
    seconds = round((until - parse_iso(start)).total_seconds(), 3)
    if seconds <= 0:
        return gaps
    oldest = iso(until - WINDOW)
    kept = [gap for gap in gaps if gap[0] > seconds and gap[1] >= oldest]
    return [*kept, (seconds, end)]


def longest_s(gaps: Gaps, now: str) -> float:
    """Seconds of the longest gap that ended within the month before `now`, 0 for none."""
    oldest = iso(parse_iso(now) - WINDOW)
    return next((seconds for seconds, end in gaps if end >= oldest), 0.0)
