"""The alignment that shows the least, and of those that do the one in the fewest pieces.

A longest common subsequence says how much two texts share, and leaves open which of many equal
ones: the library's is often cut to pieces. Here each piece of change has a price beside its
characters (affine gaps: Gotoh, J. Mol. Biol. 162, 1982), so that one of the many is best.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.compare.anchors import Segment
from crawler.compare.tokens import Ids
from crawler.text.characters import Places

Gains = npt.NDArray[np.int32]
#: product of sizes up to which every alignment is weighed
MOST_CELLS: Final = 30_000
#: what one piece of change costs, of a folded character's two
_PRICE: Final = 1
_NEVER: Final = -(1 << 28)


def fewest_pieces(a: Ids, b: Ids, widths: Places) -> list[Segment]:
    """Runs that two rows of tokens share, in order; `widths` are the folded characters of `a`'s.

    Takes time and memory by the product of the sizes.
    """
    if a.size <= b.size:
        return _traced(*_gains(a, b, widths[:, None]))
    turned = _traced(*_gains(b, a, widths[None, :]))
    return [Segment(run.b, run.a, run.size) for run in turned]


def _gains(a: Ids, b: Ids, widths: Places) -> tuple[Gains, Gains]:
    """For every pair of places what the best alignment before them keeps unshown, less the price of
    its pieces: of those that end with a kept token there, and with a changed one."""
    kept = np.full((a.size + 1, b.size + 1), _NEVER, np.int32)
    changed = np.full((a.size + 1, b.size + 1), -_PRICE, np.int32)
    gain = np.where(a[:, None] == b, 2 * widths, _NEVER).astype(np.int32)
    kept[0, 0] = 0
    best = np.empty(b.size + 1, np.int32)
    for row in range(1, a.size + 1):
        np.maximum(kept[row - 1], changed[row - 1], out=best)
        np.add(best[:-1], gain[row - 1], out=kept[row, 1:])
        np.subtract(kept[row], _PRICE, out=best)
        np.maximum(best, changed[row - 1], out=best)
        np.maximum.accumulate(best, out=changed[row])
    return kept, changed


def _traced(kept: Gains, changed: Gains) -> list[Segment]:
    """The runs of the best alignment, read backwards."""
    i, j = kept.shape[0] - 1, kept.shape[1] - 1
    runs: list[Segment] = []
    keeps = kept.item(i, j) >= changed.item(i, j)
    end = i
    while i or j:
        if keeps:
            i, j = i - 1, j - 1
            keeps = kept.item(i, j) >= changed.item(i, j)
            if not keeps or not (i or j):
                runs.append(Segment(i, j, end - i))
        elif changed.item(i, j) == kept.item(i, j) - _PRICE:
            keeps, end = True, i
        elif i and changed.item(i - 1, j) == changed.item(i, j):
            i -= 1
        else:
            j -= 1
    return runs[::-1]
