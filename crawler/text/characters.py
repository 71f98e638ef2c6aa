"""What each character is to a comparison: letter, CJK, mark, white space, nothing.

The answers are worked out once for each character that is ever met and kept in tables over all
code points, so that whole texts are classed by numpy and not by a loop.
"""

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Kinds = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

KNOWN: Final = 1
#: white space of any kind, line breaks included
SPACE: Final = 2
#: shows nothing: zero-width characters, soft hyphens, variation selectors
NOTHING: Final = 4
#: belongs to the character before it: combining marks, vowels and finals of Hangul
ATTACHED: Final = 8
#: its normal form is more than one character
SEVERAL: Final = 16
#: a letter or digit of a script written without spaces between words
CJK: Final = 32
#: a punctuation mark or symbol of any script
MARK: Final = 64
#: a mark that only CJK typography has (full width, ideographic): no space belongs beside it
CJK_MARK: Final = 128

ELLIPSIS: Final = "…"
_ELLIPSES = "…⋯"
_DASHES = "‐‑‒–—―−─━﹘⸺⸻"
_DOUBLE_QUOTES = "“”„‟「」«»〝〞〟｢｣"
_SINGLE_QUOTES = "‘’‚‛『』‹›"
#: one kind of dash, quote mark and tilde, after NFKC
UNIFIED: Final = {
    **dict.fromkeys(map(ord, _ELLIPSES), ELLIPSIS),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _DOUBLE_QUOTES), '"'),
    **dict.fromkeys(map(ord, _SINGLE_QUOTES), "'"),
    ord("〜"): "~",
}
_CJK_RANGES = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3041, 0x3096),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x16FE0, 0x18DFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFD),
)
_CJK_MARK_RANGES = ((0x3000, 0x303F), (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF))
# Format characters that do show: signs that span the digits after them.
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF), (0x034F, 0x034F))
# Vowels and finals of Hangul, and letters of Kirat Rai, join the letter before them in NFC.
_JOINING = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF), (0x16D63, 0x16D6A))


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _shows_nothing(char: str) -> bool:
    if _within(ord(char), _SELECTORS):
        return True
    return unicodedata.category(char) == "Cf" and char not in _VISIBLE_FORMATS


def _attached(char: str) -> bool:
    parts = unicodedata.normalize("NFKD", char)
    return unicodedata.category(parts[0])[0] == "M" or _within(ord(parts[0]), _JOINING)


def normal(cluster: str) -> str:
    """NFKC with marks of one kind; a sign whose NFKC begins with a bare space stays as it is.

    `cluster` is one character with all that belongs to it.
    """
    if cluster[0] in _ELLIPSES:
        return ELLIPSIS + unicodedata.normalize("NFKC", cluster[1:])
    plain = unicodedata.normalize("NFKC", cluster)
    if " " in plain and not cluster[0].isspace():
        plain = unicodedata.normalize("NFC", cluster)
    return plain.translate(UNIFIED)


def _kind(char: str) -> int:
    code = ord(char)
    if _shows_nothing(char):
        return KNOWN | NOTHING
    kind = KNOWN
    if _attached(char):
        kind |= ATTACHED
    form = normal(char)
    if len(form) != 1:
        kind |= SEVERAL
    if form.isspace():
        return kind | SPACE
    if _within(code, _CJK_RANGES) and unicodedata.category(char)[0] != "S":
        kind |= CJK
    elif unicodedata.category(form[0])[0] in "PS":
        kind |= MARK
        if _within(code, _CJK_MARK_RANGES):
            kind |= CJK_MARK
    return kind


_kinds: Kinds = np.zeros(0x110000, np.uint8)
_forms: Codes = np.zeros(0x110000, np.uint32)


def different(codes: Codes) -> list[int]:
    """The code points among `codes`, each once: by counting where there are many."""
    few = codes.size < 0x4000
    return list(set(codes.tolist())) if few else np.flatnonzero(np.bincount(codes)).tolist()


def _learn(codes: Codes) -> None:
    for code in different(codes):
        char = chr(code)
        kind = _kind(char)
        form = normal(char)
        _forms[code] = 32 if kind & SPACE else ord(form[0])
        _kinds[code] = kind


def kinds_of(codes: Codes) -> Kinds:
    """For each code point what it is: a sum of the flags above."""
    kinds = _kinds[codes]
    unknown = codes[kinds == 0]
    if unknown.size:
        _learn(unknown)
        kinds = _kinds[codes]
    return kinds


def forms_of(codes: Codes) -> Codes:
    """For each code point the first character of its normal form; call `kinds_of` before."""
    return _forms[codes]


def to_codes(text: str) -> Codes:
    """The text as an array of code points, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def to_text(codes: Codes) -> str:
    """The inverse of `to_codes`."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
