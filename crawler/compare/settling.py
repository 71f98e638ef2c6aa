"""Where a moved passage begins and ends, when the words there stand on its other side too.

`A. [B.] C` with B taken elsewhere reads as `A [. B]. C` as well: which of two equal tokens went
with it shows only at the place that it went to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from crawler.compare.anchors import common_prefix, common_suffix
from crawler.compare.pairs import Matching
from crawler.compare.tokens import Ids, Stream
from crawler.text.characters import Places

Span = tuple[int, int]
#: tokens that may change sides at one end
_MOST: Final = 40


@dataclass(slots=True)
class _Side:
    """One text: its tokens, their partners in the other, and the moved passage in it."""

    ids: Ids
    partner: Places
    span: Span

    def beyond(self, step: int, count: int) -> Span:
        """So many tokens after its end (step 1) or before its start (step -1)."""
        start, end = self.span
        return (end, end + count) if step > 0 else (start - count, start)

    def room(self, step: int) -> int:
        """How many tokens there are after its end or before its start."""
        return self.ids.size - self.span[1] if step > 0 else self.span[0]

    def free(self, span: Span) -> bool:
        """Whether none of the tokens has a partner."""
        return bool((self.partner[slice(*span)] < 0).all())

    def can_turn(self, step: int, count: int) -> bool:
        """Whether the tokens beyond have no partners, or equal free ones on the passage's other
        side can take those over."""
        beyond, back = self.beyond(step, count), self.beyond(-step, count)
        if self.free(beyond):
            return True
        if self.room(-step) < count or not self.free(back):
            return False
        held = bool((self.partner[slice(*beyond)] >= 0).all())
        return held and bool((self.ids[slice(*beyond)] == self.ids[slice(*back)]).all())


def settle(a: Stream, b: Stream, matching: Matching) -> None:
    """Gives each moved passage the tokens at its ends that both texts have there, and leaves the
    equal ones on its other side in their place."""
    for number, here in _passages(matching):
        there = matching.to_b[here]
        one = _Side(a.ids, matching.to_b, (int(here[0]), int(here[-1]) + 1))
        other = _Side(b.ids, matching.to_a, (int(there.min()), int(there.max()) + 1))
        for step in (1, -1):
            _settle(one, other, step, matching.group, number)


def _passages(matching: Matching) -> Iterator[tuple[int, Places]]:
    """Each moved passage's number and its tokens of A, in their order."""
    moved = np.flatnonzero(matching.group > 0)
    numbers = matching.group[moved]
    order = np.argsort(numbers, kind="stable")
    edges = np.flatnonzero(np.diff(numbers[order])) + 1
    for tokens in np.split(moved[order], edges) if moved.size else ():
        yield int(matching.group[tokens[0]]), tokens


def _settle(one: _Side, other: _Side, step: int, group: Places, number: int) -> None:
    """Takes in what stands after (step 1) or before (step -1) the passage in both texts."""
    count = min(one.room(step), other.room(step), _MOST)
    left = one.ids[slice(*one.beyond(step, count))]
    right = other.ids[slice(*other.beyond(step, count))]
    count = common_prefix(left, right) if step > 0 else common_suffix(left, right)
    while count and not (one.can_turn(step, count) and other.can_turn(step, count)):
        count -= 1
    if not count:
        return
    here, there = one.beyond(step, count), other.beyond(step, count)
    _give_over(other, one, step, count, None)
    _give_over(one, other, step, count, group)
    one.partner[slice(*here)] = np.arange(*there)
    other.partner[slice(*there)] = np.arange(*here)
    group[slice(*here)] = number
    one.span = min(one.span[0], here[0]), max(one.span[1], here[1])
    other.span = min(other.span[0], there[0]), max(other.span[1], there[1])


def _give_over(side: _Side, other: _Side, step: int, count: int, group: Places | None) -> None:
    """Lets the tokens on the passage's other side have the partners of those beyond its end."""
    beyond, back = slice(*side.beyond(step, count)), slice(*side.beyond(-step, count))
    if side.partner[beyond][0] < 0:
        return
    partners = side.partner[beyond].copy()
    side.partner[back], other.partner[partners] = partners, np.arange(back.start, back.stop)
    if group is not None:
        group[back] = group[beyond]
