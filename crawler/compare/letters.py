"""The letters and digits of texts, simplified and in lower case: what is left when marks, spaces,
script, case and width do not count, as they do not in fingerprints."""

import string
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text import simplify
from crawler.text.characters import Codes

#: marks beside ASCII that stand in Latin text, and of how many characters one may be such a mark
_MARKS: Final = "’“”—–‘…\xa0"
_MARK_IN: Final = 16
_BEGINNING: Final = 256
_NO_LETTERS: Final = bytes(n for n in range(128) if not chr(n).isalnum())
_LOWER: Final = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())

_UNKNOWN: Final = 255
# What each character stands for is worked out when it is first met: how many letters, and which,
# where it is one.
_counts = np.full(0x110000, _UNKNOWN, np.uint8)
_single = np.zeros(0x110000, np.uint32)
_several: dict[int, str] = {}


def _learn(codes: Codes) -> None:
    for code in set(codes.tolist()):
        plain = simplify(unicodedata.normalize("NFKC", chr(code))).lower()
        kept = "".join(char for char in plain if char.isalnum())
        _counts[code] = len(kept)
        if len(kept) == 1:
            _single[code] = ord(kept)
        elif kept:
            _several[code] = kept


def counted(text: str) -> tuple[Codes, npt.NDArray[np.uint8]]:
    """The characters of a text, and for how many letters or digits each stands."""
    codes = ch.to_codes(text)
    counts = _counts[codes]
    unknown = counts == _UNKNOWN
    if unknown.any():
        _learn(codes[unknown])
        counts = _counts[codes]
    return codes, counts


def letters_of(codes: Codes, counts: npt.NDArray[np.uint8]) -> str:
    """The letters of counted characters."""
    stand = counts > 0
    kept, sizes = codes[stand], counts[stand]
    if sizes.max(initial=1) == 1:
        return ch.to_text(_single[kept])
    plain = np.repeat(_single[kept], sizes)
    ends = np.cumsum(sizes, dtype=np.int64)
    for at in np.flatnonzero(sizes > 1).tolist():
        several = ch.to_codes(_several[int(kept[at])])
        plain[ends[at] - several.size : ends[at]] = several
    return ch.to_text(plain)


def ascii_letters(text: str) -> str | None:
    """`letters` of a text with nothing but marks beside ASCII, ten times as quick; else None."""
    kept = text.encode("ascii", "ignore")
    left = len(text) - len(kept)
    for mark in _MARKS if left else ():
        left -= text.count(mark)
        if not left:
            break
    return None if left else kept.translate(_LOWER, _NO_LETTERS).decode("ascii")


def _is_foreign(text: str) -> bool:
    """Whether so much of a text's beginning is beside ASCII that not all of it can be marks."""
    begins = text[:_BEGINNING]
    return len(begins) - len(begins.encode("ascii", "ignore")) > len(begins) // _MARK_IN


def letters(text: str) -> str:
    """The letters and digits of a text, simplified and in lower case."""
    return all_letters([text])[0]


def all_letters(texts: Sequence[str]) -> list[str]:
    """`letters` of each of these texts, which together takes a third of the time."""
    plain = [None if _is_foreign(text) else ascii_letters(text) for text in texts]
    others = iter(
        _all_letters([text for text, one in zip(texts, plain, strict=True) if one is None])
    )
    return [next(others) if one is None else one for one in plain]


def _all_letters(texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    joined = "\n".join(texts)
    if not unicodedata.is_normalized("NFC", joined):
        texts = [unicodedata.normalize("NFC", text) for text in texts]
        joined = "\n".join(texts)
    codes, counts = counted(joined)
    plain = letters_of(codes, counts)
    before = np.append(0, np.cumsum(counts, dtype=np.int64))
    sizes = np.array([len(text) + 1 for text in texts], np.int64)
    bounds = np.append(0, np.cumsum(sizes))
    ends = before[np.minimum(bounds, codes.size)].tolist()
    return [plain[start:end] for start, end in pairwise(ends)]
