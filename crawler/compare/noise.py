"""What kind of noise a difference is that the fold removes."""

import re
from functools import lru_cache
from typing import Final

from crawler.model import Label
from crawler.text import characters as ch
from crawler.text.folding import fold

_QUOTES: Final = frozenset("“”„‟「」«»〝〞〟｢｣‘’‚‛『』‹›\"'＂＇﹁﹂﹃﹄")
_DASHES: Final = frozenset("‐‑‒–—―−─━﹘⸺⸻-－︱︲﹣…⋯.。·．‥︙")
#: a line that ends like this ends a paragraph; another break is a wrapped line
_PARAGRAPH_END: Final = re.compile(r"[。！？!?：:；;…”’」』\"'.)）】]\s*$")
_BREAKS: Final = re.compile(r"[\n\r\u2028\u2029\x0b\x0c\x85]")


@lru_cache(maxsize=65_536)
def folds_alike(a: str, b: str) -> bool:
    """Whether two short pieces of text differ in form alone."""
    return a == b or fold(a).text == fold(b).text


@lru_cache(maxsize=65_536)
def noise_labels(a: str, b: str) -> tuple[Label, ...]:
    """The labels of two pieces that fold alike and differ."""
    labels = []
    bare_a, bare_b = _bare(a), _bare(b)
    if _shape(a, len(bare_a) == len(bare_b)) != _shape(b, len(bare_a) == len(bare_b)):
        labels.append(Label.WHITESPACE)
    if bare_a != bare_b:
        labels.extend(_form_labels(set(bare_a) ^ set(bare_b), bare_a, bare_b))
    return tuple(labels) or (Label.WIDTH,)


def _form_labels(odd: set[str], a: str, b: str) -> list[Label]:
    labels = []
    if odd & _QUOTES:
        labels.append(Label.QUOTES)
    if odd & _DASHES or (not odd and (set(a) & _DASHES)):
        labels.append(Label.PUNCTUATION)
    if odd - _QUOTES - _DASHES or not labels:
        labels.append(Label.WIDTH)
    return labels


def _shows(char: str) -> bool:
    return not int(ch.kinds_of(ch.to_codes(char))[0]) & (ch.SPACE | ch.NOTHING)


def _bare(text: str) -> str:
    return "".join(filter(_shows, text))


def _shape(text: str, places: bool) -> list[str]:
    """The white space and invisible characters of a text, with their places among the others."""
    return [
        ("x" if places else "") if _shows(char) else char
        for char in text
        if places or not _shows(char)
    ]


def break_label(before: str, a: str, b: str) -> Label | None:
    """Whether a gap splits a paragraph in two or joins two; `before` is what stands before."""
    breaks_a, breaks_b = bool(_BREAKS.search(a)), bool(_BREAKS.search(b))
    if breaks_a == breaks_b or not _PARAGRAPH_END.search(before[-4:]):
        return None
    return Label.SPLIT if breaks_b else Label.MERGED
