"""What a matching says, in units: blocks of matched tokens, and the hunks between them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from crawler.compare.pairs import Matching
from crawler.compare.tokens import Flags

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """A block of matched tokens, or a hunk: tokens a of A that became tokens b of B."""

    a: Span
    b: Span
    group: int
    matched: bool


def spans_of(flags: Flags) -> list[Span]:
    """The runs of places that are flagged."""
    if not flags.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    places = edges.tolist()
    return list(zip(places[::2], places[1::2], strict=True))


def _blocks(matching: Matching) -> list[Unit]:
    """Maximal runs of matched tokens, in the order of B."""
    there = np.flatnonzero(matching.to_a >= 0)
    if not there.size:
        return []
    here = matching.to_a[there]
    group = matching.group[here]
    breaks = (np.diff(there) != 1) | (np.diff(here) != 1) | (np.diff(group) != 0)
    first = np.append(0, np.flatnonzero(breaks) + 1)
    sizes = np.diff(np.append(first, there.size)).tolist()
    rows = zip(
        here[first].tolist(), there[first].tolist(), group[first].tolist(), sizes, strict=True
    )
    return [Unit((i, i + size), (j, j + size), g, True) for i, j, g, size in rows]


def units_of(matching: Matching, a_size: int, b_size: int) -> list[Unit]:
    """Blocks and hunks in the order of B."""
    blocks = _blocks(matching)
    cut = _slots(matching, spans_of(matching.to_b < 0), a_size)
    added = _slots_of_b(blocks, spans_of(matching.to_a < 0))
    units: list[tuple[int, int, Unit]] = [(block.b[0], 1, block) for block in blocks]
    for slot in cut.keys() | added.keys():
        units.extend(_hunks(slot, cut.get(slot, []), added.get(slot, [])))
    return [unit for _, _, unit in sorted(units, key=lambda item: item[:2])]


Slot = tuple[int, int]


def _slots(matching: Matching, runs: list[Span], size: int) -> dict[Slot, list[Span]]:
    """Runs that vanished from A by the place in B where they stood: (group, the token of B that
    they followed)."""
    slots: dict[Slot, list[Span]] = {}
    if not runs:
        return slots
    main = (matching.to_b >= 0) & (matching.group == 0)
    before = np.maximum.accumulate(np.where(main, np.arange(main.size), -1))
    for start, end in runs:
        group = 0
        if start > 0 and end < size:
            left = int(matching.group[start - 1])
            if left == int(matching.group[end]):
                group = left
        at = start - 1 if group else (int(before[start - 1]) if start else -1)
        place = int(matching.to_b[at]) if at >= 0 else -1
        slots.setdefault((group, place), []).append((start, end))
    return slots


def _slots_of_b(blocks: list[Unit], runs: list[Span]) -> dict[Slot, list[Span]]:
    """Runs that are new in B by the same places."""
    slots: dict[Slot, list[Span]] = {}
    after = {block.b[1]: block for block in blocks}
    before = {block.b[0]: block for block in blocks}
    main = -1
    at = 0
    for start, end in runs:
        while at < len(blocks) and blocks[at].b[1] <= start:
            if blocks[at].group == 0:
                main = blocks[at].b[1] - 1
            at += 1
        left, right = after.get(start), before.get(end)
        group = left.group if left and right and left.group == right.group else 0
        slots.setdefault((group, start - 1 if group else main), []).append((start, end))
    return slots


def _hunks(slot: Slot, cut: list[Span], added: list[Span]) -> Iterator[tuple[int, int, Unit]]:
    """One hunk for what was replaced, the longest with the longest; the others stand alone."""
    group, place = slot
    pair = bool(cut and added)
    left = max(cut, key=lambda span: span[1] - span[0]) if pair else None
    right = max(added, key=lambda span: span[1] - span[0]) if pair else None
    for span in cut:
        if span != left:
            yield place + 1, 0, Unit(span, (place + 1, place + 1), group, False)
    for span in added:
        here = left if span == right and left else None
        yield span[0], 0, Unit(here or (-1, -1), span, group, False)
