"""How much a change matters: from 0 (noise alone) to 1."""

from collections.abc import Iterable

from crawler.model import Op, OpKind


def weight(op: Op) -> float:
    """What one op adds, from 0 to below 1."""
    if op.noise or op.op is OpKind.EQUAL:
        return 0.0
    size = max(op.a[1] - op.a[0], op.b[1] - op.b[0])
    return min(0.6, 0.04 + 0.004 * size)


def score(weights: Iterable[float]) -> float:
    """The weights joined so that each one raises the score and none carries it past 1."""
    rest = 1.0
    for value in weights:
        rest *= 1.0 - value
    return round(1.0 - rest, 4)
