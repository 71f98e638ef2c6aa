"""The log's mathematics: a record's text (RFC 8785) and its hash, the Merkle tree over all records,
and proofs that a record stands in it and that it only ever grew (RFC 9162, section 2.1).

Hashes are lower-case hexadecimal SHA-256. Nothing here reads an archive: a tree is given as a
function from a sequence number to two hashes, the record's own and that of the largest complete
subtree that ends with it. So a root or a proof costs O(log² n) readings, whatever the log's size.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import rfc8785

#: sequence -> (leaf hash, hash of the largest complete subtree that ends there)
Subtrees = Callable[[int], tuple[str, str]]

EMPTY_ROOT = sha256(b"").hexdigest()
SAFE_INTEGER = 2**53 - 1

_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)
_SCALARS = frozenset({str, bool, type(None)})


def record_text(record: Mapping[str, Any] | Sequence[Any]) -> str:
    """The one JSON text of a record, or of a list, by RFC 8785 (JCS).

    Raises ValueError on what I-JSON cannot hold: an integer beyond 2**53 - 1, NaN, a lone
    surrogate, a key that is no string."""
    if not _plain(record):
        return rfc8785.dumps(record).decode()
    text = _encoder.encode(record)
    try:
        text.encode()
    except UnicodeEncodeError as cause:
        raise ValueError("a lone surrogate cannot stand in a record") from cause
    return text


def _plain(value: Any) -> bool:
    """Whether Python's own encoder already writes RFC 8785: ASCII keys, safe integers, and floats
    that both write with the same decimal digits."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is int:
        return bool(abs(value) <= SAFE_INTEGER)
    if kind is list or kind is tuple:
        return all(map(_plain, value))
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(
            map(_plain, value.values())
        )
    # From 1e-4 to 1e15 neither writes an exponent, and only whole numbers differ (1.0 and 1).
    return kind is float and 1e-4 <= abs(value) < 1e15 and not value.is_integer()


def leaf_hash(record: str) -> str:
    """SHA-256(0x00 ‖ record), the leaf hash of RFC 9162."""
    return sha256(b"\x00" + record.encode()).hexdigest()


def node_hash(left: str, right: str) -> str:
    """SHA-256(0x01 ‖ left ‖ right), the inner node of RFC 9162."""
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: its complete subtrees, largest first."""

    size: int = 0
    peaks: list[str] = field(default_factory=list)

    def append(self, leaf: str) -> str:
        """Add a leaf; return the hash of the largest complete subtree that ends with it."""
        merging = self.size
        while merging & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            merging >>= 1
        self.peaks.append(leaf)
        self.size += 1
        return leaf

    def root(self) -> str:
        """The tree's root over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def frontier(size: int, subtrees: Subtrees) -> Frontier:
    """The right edge of the tree of the first `size` records, from one reading a peak."""
    peaks, start = [], 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            start += 1 << bit
            peaks.append(subtrees(start - 1)[1])
    return Frontier(size, peaks)


def root(size: int, subtrees: Subtrees) -> str:
    """The root of the tree of the first `size` records."""
    return frontier(size, subtrees).root()


def inclusion_proof(sequence: int, size: int, subtrees: Subtrees) -> list[str]:
    """The audit path of a record in the tree of the first `size` (RFC 9162, 2.1.3.1)."""
    if not 0 <= sequence < size:
        raise ValueError(f"record {sequence} is not among the first {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if sequence < middle:
            path.append(_range_hash(middle, end, subtrees))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtrees))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, subtrees: Subtrees) -> list[str]:
    """That the tree of `first` records is a prefix of that of `second` (RFC 9162, 2.1.4.1)."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} records is no prefix of one of {second}")
    if first in (0, second):
        return []
    path, start, end, whole = [], 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range_hash(middle, end, subtrees))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtrees))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(start, end, subtrees))
    return path[::-1]


def verify_inclusion(
    leaf: str, sequence: int, size: int, proof: Sequence[str], root_hash: str
) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= sequence < size:
        return False
    node, last, result = sequence, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root_hash


def verify_consistency(
    first: int, second: int, first_root: str, second_root: str, proof: Sequence[str]
) -> bool:
    """Whether the proof shows the first tree as the beginning of the second (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return _climb(node, last, path) == (first_root, second_root)


def _climb(node: int, last: int, path: Sequence[str]) -> tuple[str, str] | None:
    """Both roots that a consistency path leads to, None when its length is wrong."""
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, end: int, subtrees: Subtrees) -> str:
    """The hash of the node that spans [start, end), as RFC 9162 divides the tree."""
    size = end - start
    if size & (size - 1):
        middle = start + _split(size)
        return node_hash(
            _complete(middle, size - (end - middle), subtrees), _range_hash(middle, end, subtrees)
        )
    return _complete(end, size, subtrees)


def _complete(end: int, size: int, subtrees: Subtrees) -> str:
    """The hash of the complete subtree of `size` leaves before `end`."""
    leaf, largest = subtrees(end - 1)
    if size == end & -end:
        return largest
    if size == 1:
        return leaf
    half = size // 2
    return node_hash(_complete(end - half, half, subtrees), _complete(end, half, subtrees))
