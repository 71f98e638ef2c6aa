"""What kind of noise a difference is that the fold removes."""

import re
from functools import lru_cache
from typing import Final

import numpy as np

from crawler.compare.tokens import Flags
from crawler.model import Label
from crawler.text import characters as ch
from crawler.text.characters import Codes
from crawler.text.folding import fold

_QUOTES: Final = frozenset("“”„‟「」«»〝〞〟｢｣‘’‚‛『』‹›\"'＂＇﹁﹂﹃﹄")
_DASHES: Final = frozenset("‐‑‒–—―−─━﹘⸺⸻-－︱︲﹣…⋯.。·．‥︙")
#: a line that ends like this ends a paragraph; another break is a wrapped line
_PARAGRAPH_END: Final = re.compile(r"[。！？!?：:；;…”’」』\"'.)）】]\s*$")
_BREAKS: Final = re.compile(r"[\n\r\u2028\u2029\x0b\x0c\x85]")


#: longer pieces are worked out anew each time, so that the memory stays small
_SHORT: Final = 64


def folds_alike(a: str, b: str) -> bool:
    """Whether two pieces of text differ in form alone."""
    short = len(a) + len(b) <= _SHORT
    return _short_folds_alike(a, b) if short else fold(a).text == fold(b).text


@lru_cache(maxsize=16_384)
def _short_folds_alike(a: str, b: str) -> bool:
    return fold(a).text == fold(b).text


def noise_labels(a: str, b: str) -> tuple[Label, ...]:
    """The labels of two pieces that fold alike and differ."""
    return _short_labels(a, b) if len(a) + len(b) <= _SHORT else _noise_labels(a, b)


@lru_cache(maxsize=16_384)
def _short_labels(a: str, b: str) -> tuple[Label, ...]:
    return _noise_labels(a, b)


def _noise_labels(a: str, b: str) -> tuple[Label, ...]:
    codes_a, codes_b = ch.to_codes(a), ch.to_codes(b)
    shown_a, shown_b = _shown(codes_a), _shown(codes_b)
    bare_a, bare_b = codes_a[shown_a], codes_b[shown_b]
    labels = []
    if _spaces(codes_a, shown_a, bare_b.size) != _spaces(codes_b, shown_b, bare_a.size):
        labels.append(Label.WHITESPACE)
    if not np.array_equal(bare_a, bare_b):
        old, new = ch.to_text(bare_a), ch.to_text(bare_b)
        labels.extend(_form_labels(set(old) ^ set(new), old, new))
    return tuple(labels) or (Label.WIDTH,)


def _shown(codes: Codes) -> Flags:
    shown: Flags = (ch.kinds_of(codes) & (ch.SPACE | ch.NOTHING)) == 0
    return shown


def _spaces(codes: Codes, shown: Flags, others: int) -> bytes:
    """White space and invisible characters, with their places among the others where both texts
    have as many of those."""
    if np.count_nonzero(shown) != others:
        return codes[~shown].tobytes()
    return np.where(shown, np.uint32(0), codes).tobytes()


def _form_labels(odd: set[str], a: str, b: str) -> list[Label]:
    labels = []
    if odd & _QUOTES:
        labels.append(Label.QUOTES)
    if odd & _DASHES or (not odd and (set(a) & _DASHES)):
        labels.append(Label.PUNCTUATION)
    if odd - _QUOTES - _DASHES or not labels:
        labels.append(Label.WIDTH)
    return labels


def break_label(before: str, a: str, b: str) -> Label | None:
    """Whether a gap splits a paragraph in two or joins two; `before` is what stands before."""
    breaks_a, breaks_b = bool(_BREAKS.search(a)), bool(_BREAKS.search(b))
    if breaks_a == breaks_b or not _PARAGRAPH_END.search(before[-4:]):
        return None
    return Label.SPLIT if breaks_b else Label.MERGED
