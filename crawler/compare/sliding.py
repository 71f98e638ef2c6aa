"""Where the same edit can be shown in several places, the one that a reader would choose.

`a b` + `b` can be read as an insertion before or after the `b` that stood. What was added or cut is
slid to the border of a paragraph, a sentence or a clause.
"""

from typing import Final

import numpy as np

from crawler.compare.anchors import Segment, common_prefix, common_suffix
from crawler.compare.pairs import Matching
from crawler.compare.tokens import Stream
from crawler.text.characters import Places

_FARTHEST: Final = 4000
#: tokens that the first of some added lines shares with the next line at most
_LINE_HEAD: Final = 6
#: how good a place the beginning of a sentence is
_SENTENCE: Final = 5
_CLAUSE_MARKS: Final = frozenset(map(ord, ",;:、"))
_OPENING: Final = frozenset(map(ord, "(\"'《[【"))


def slide(a: Stream, b: Stream, matching: Matching) -> None:
    """Slides everything that was only added or only cut."""
    _slide(b, matching.to_a, matching.to_b, matching.group, of_b=True)
    _slide(a, matching.to_b, matching.to_a, matching.group, of_b=False)


def part_lines(a: Stream, b: Stream, matching: Matching) -> None:
    """Parts whole lines from what was added to, or cut from, the line before or after them."""
    _part_lines(b, matching.to_a, matching.to_b, matching.group, of_b=True)
    _part_lines(a, matching.to_b, matching.to_a, matching.group, of_b=False)


def runs(free: Places) -> list[tuple[int, int]]:
    """Spans of the places without a partner (-1)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free < 0, [False]]).astype(np.int8)))
    places = edges.tolist()
    return list(zip(places[::2], places[1::2], strict=True))


def _slide(text: Stream, here: Places, there: Places, group: Places, *, of_b: bool) -> None:
    for start, end in runs(here):
        if not start or end >= here.size or here[end] - here[start - 1] != 1 or here[end] < 1:
            continue
        left, right = (int(here[start - 1]), int(here[end])) if of_b else (start - 1, end)
        if group[left] != group[right]:
            continue
        by = _best(text, here, start, end)
        if by < 0:
            _shift(here, there, start + by, start, end + by)
        elif by > 0:
            _shift(here, there, end, end + by, start)
        if by and not of_b:
            around = slice(min(start, start + by), max(end, end + by))
            group[around] = np.where(here[around] >= 0, group[left], 0)


def slide_runs(
    a: Stream, b: Stream, here: Places, there: Places, runs: list[Segment]
) -> list[Segment]:
    """Runs that tokens `here` of A and `there` of B share, with whatever was only added or only cut
    between two of them slid to a better place, and across the whole of a run where that makes one
    edit of two inside a sentence."""
    slid = list(runs)
    for at in range(len(slid) - 1):
        left, right = slid[at], slid[at + 1]
        cut = (left.a + left.size, right.a)
        added = (left.b + left.size, right.b)
        if (cut[0] == cut[1]) == (added[0] == added[1]):
            continue
        text, places, span = (a, here, cut) if cut[0] < cut[1] else (b, there, added)
        back, ahead = _reaches(text, places, span, left.size, right.size)
        apart = _border(text, _place(places, span[0]), _place(places, span[1])) < _SENTENCE
        if at and back == left.size and apart:
            by = -back
        elif at + 2 < len(slid) and ahead == right.size and apart:
            by = ahead
        else:
            by = _best_between(text, places, span, back, ahead)
        slid[at] = Segment(left.a, left.b, left.size + by)
        slid[at + 1] = Segment(right.a + by, right.b + by, right.size - by)
    return [run for run in slid if run.size]


def _reaches(
    text: Stream, places: Places, span: tuple[int, int], low: int, high: int
) -> tuple[int, int]:
    """By how many of `places` a span of them can be slid back and ahead, at most."""
    start, end = span
    low, high = min(low, _FARTHEST), min(high, _FARTHEST)
    ids = text.ids[places[start - low : end + high]]
    size = end - start
    back = common_suffix(ids[:low], ids[size : size + low])
    return back, common_prefix(ids[low : low + high], ids[low + size :])


def _best_between(
    text: Stream, places: Places, span: tuple[int, int], back: int, ahead: int
) -> int:
    """By how many of `places` a span of them is best slid."""
    if not back and not ahead:
        return 0
    start, end = span

    def worth(by: int) -> tuple[int, int]:
        return _border(text, _place(places, start + by), _place(places, end + by)), -abs(by)

    return max(range(-back, ahead + 1), key=worth)


def _place(places: Places, at: int) -> int:
    """The token at a place, or the one after the last."""
    return int(places[at]) if at < places.size else int(places[-1]) + 1


def _part_lines(text: Stream, here: Places, there: Places, group: Places, *, of_b: bool) -> None:
    lines = np.append(0, np.cumsum(text.breaks))
    for start, end in runs(here):
        if lines[end] == lines[start + 1]:
            continue
        tail, first = _line_tails(text, start, end)
        low, to = _line_heads(text, start, end)
        if _is_one(here, group, end, tail, of_b=of_b):
            _give_line(here, there, group, (end, tail), first, of_b=of_b)
        elif _is_one(here, group, low, start, of_b=of_b):
            differ = text.ids[low:start] != text.ids[to : to + start - low]
            _give_line(here, there, group, (low, start), to, of_b=of_b)
            for at in (to + np.flatnonzero(differ)).tolist():
                group[int(here[at]) if of_b else at] = 0
                there[here[at]] = here[at] = -1


def _is_one(here: Places, group: Places, start: int, end: int, *, of_b: bool) -> bool:
    """Whether tokens start to end have partners that follow each other, in one passage."""
    partners = here[start:end]
    if start == end or (partners < 0).any() or (np.diff(partners) != 1).any():
        return False
    numbers = group[partners] if of_b else group[start:end]
    return bool((numbers == numbers[0]).all())


def _give_line(
    here: Places, there: Places, group: Places, span: tuple[int, int], to: int, *, of_b: bool
) -> None:
    """`_shift`, and for tokens of A their passage with them."""
    low, high = span
    _shift(here, there, low, high, to)
    if not of_b:
        number = group[low]
        group[low:high], group[to : to + high - low] = 0, number


def _line_heads(text: Stream, start: int, end: int) -> tuple[int, int]:
    """Where the line begins in which a run begins, and the last line that begins inside the run,
    alike but for its number: `第三条| …。 第四条|` becomes `第三条 …。| 第|四|条`. `start` twice
    when there is none."""
    breaks = np.flatnonzero(text.breaks[start + 1 : end])
    before = text.breaks[max(0, start - _LINE_HEAD) : start][::-1]
    if not breaks.size or not before.any():
        return start, start
    low, to = start - 1 - int(before.argmax()), start + 1 + int(breaks[-1])
    size = start - low
    if to + size > end:
        return start, start
    differ = text.ids[low:start] != text.ids[to : to + size]
    numbers = text.numeral[low:start] & text.numeral[to : to + size]
    return (start, start) if (differ & ~numbers).any() else (low, to)


def _line_tails(text: Stream, start: int, end: int) -> tuple[int, int]:
    """Where the line ends in which a run ends, and where the same tokens end the first line that
    ends inside the run: `|①。 ① 见|。` becomes `|①|。| ① 见。|`. `end` twice when they do not."""
    breaks = np.flatnonzero(text.breaks[start + 1 : end])
    after = np.append(text.breaks[end : end + _LINE_HEAD], end + _LINE_HEAD > len(text))
    if not breaks.size or not after.any():
        return end, end
    tail = min(end + int(after.argmax()), len(text))
    first = start + 1 + int(breaks[0]) - (tail - end)
    same = first > start and (text.ids[first : first + tail - end] == text.ids[end:tail]).all()
    return (tail, first) if same else (end, end)


def _reach(text: Stream, here: Places, start: int, end: int, step: int) -> int:
    """How far a run can go in one direction while the partners stay next to each other."""
    far = 0
    while far < _FARTHEST:
        old = start - 1 - far if step < 0 else end + far
        new = end - 1 - far if step < 0 else start + far
        if not 0 <= old < here.size or here[old] < 0 or text.ids[old] != text.ids[new]:
            break
        if far and here[old] != here[old - step] + step:
            break
        far += 1
    return far


def _best(text: Stream, here: Places, start: int, end: int) -> int:
    """By how many tokens a run is best slid."""
    left = _reach(text, here, start, end, -1)
    right = _reach(text, here, start, end, 1)
    if not left and not right:
        return 0
    choices = range(-left, right + 1)
    return max(choices, key=lambda by: (_border(text, start + by, end + by), -abs(by)))


def _shift(here: Places, there: Places, low: int, high: int, to: int) -> None:
    """Gives the partners of low..high to the tokens from `to` on."""
    partners = here[low:high].copy()
    here[low:high] = -1
    here[to : to + partners.size] = partners
    there[partners] = np.arange(to, to + partners.size)


def _border(text: Stream, start: int, end: int) -> int:
    """How good a place for the borders of an edit this is."""
    return _edge(text, start) + _edge(text, end)


def _edge(text: Stream, at: int) -> int:
    if at >= len(text) or text.breaks[at]:
        return 8
    if text.begins[at]:
        return _SENTENCE
    before = int(text.ids[at - 1]) if at else 0
    if before in _CLAUSE_MARKS or int(text.ids[at]) in _OPENING:
        return 2
    return 0
