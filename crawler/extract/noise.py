"""What the names of elements say: article text, or advertisement, navigation, comments, links."""

import re
from functools import lru_cache
from itertools import pairwise

from crawler.extract.vocabulary import NOISE_NAMES, NOISE_PAIRS, TEXT_NAMES

# how a style hides an element and all in it; what else hides a run of characters is often a block's
# that a script is to show
_HIDES = r"display\s*:\s*none|(?:left|right|top|text-indent)\s*:\s*-\d{3,}"
_HIDES_RUN = r"visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])"
_HIDDEN = re.compile(_HIDES, re.I)
_HIDDEN_RUN = re.compile(f"{_HIDES}|{_HIDES_RUN}", re.I)


@lru_cache(maxsize=8_192)
def is_hidden(style: str, *, run: bool = False) -> bool:
    """Whether a style hides its element from readers; `run` is for a run of characters."""
    return (_HIDDEN_RUN if run else _HIDDEN).search(style) is not None


# Names that are the article's whatever other words they are made of.
_STRONG_TEXT = re.compile(
    r"article[-_]?(?:body|content|text)|entry[-_]?content|post[-_]?(?:body|content)|story[-_]?body"
    r"|js_content|trs_(?:ue)?editor|ucap-content|artibody|endtext|main[-_]?(?:text|content)",
    re.I,
)
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+")
# what stands beside digits in a hexadecimal number is no word ("org7109ad", "css-ad8f3c")
_HEXADECIMAL = re.compile(r"(?<=\d)[a-f]+(?![A-Za-z])|(?<![A-Za-z])[a-f]+(?=\d+[a-f]+\d)")
_LONGEST_TOKEN = 80
_PLAIN, _NOISE, _TEXT, _STRONG = 0, 1, 2, 4


@lru_cache(maxsize=65_536)
def _said_by(token: str) -> int:
    """What one class or id says, as flags."""
    token = token[:_LONGEST_TOKEN]
    words = [word.lower() for word in _WORDS.findall(_HEXADECIMAL.sub("", token))]
    pairs = (first + second for first, second in pairwise(words))
    said = _PLAIN
    if not NOISE_NAMES.isdisjoint(words) or not NOISE_PAIRS.isdisjoint(pairs):
        said |= _NOISE
    if not TEXT_NAMES.isdisjoint(words):
        said |= _TEXT
    if _STRONG_TEXT.search(token):
        said |= _STRONG
    return said


@lru_cache(maxsize=16_384)
def name_says(name: str) -> tuple[bool, bool]:
    """(noise, text): whether class and id say advertisement, navigation, comments, related links,
    and whether they are what articles' containers are called. The latter keeps from the former
    where it is plain."""
    said = _PLAIN
    for token in name.split():
        said |= _said_by(token)
    return bool(said & _NOISE and not said & _STRONG), bool(said & (_TEXT | _STRONG))
