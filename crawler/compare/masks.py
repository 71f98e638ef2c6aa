"""Masks: signs that stand for a name, a place or a number which the other text has.

What a mask is: two stars or more, × and □ (one or more), XX, a lone X beside a Chinese character,
某, and […]. What it hides: letters and digits without punctuation, at most 16 characters of
Chinese or four words. A star before a list's item, a product of numbers and a footnote's star hide
nothing: they replace no name.
"""

import re
from functools import lru_cache
from typing import Final

from crawler.compare.anchors import Segment
from crawler.compare.pairs import Box
from crawler.compare.tokens import Stream
from crawler.text.characters import Places

MASK: Final = re.compile(
    r"\*{2,}|×{2,}|(?<!\d)×(?!\d)|□+|[○〇●]{2,}|某+(?![些种个一人事物处年月日次项类天方])|(?<![A-Za-z])[Xx]{2,}(?![A-Za-z])"
    r"|(?<![A-Za-z0-9])X(?![A-Za-z0-9])|\[(?:…|\.{2,})\]"
)
#: 某 before one of these is a word of its own
_SOME: Final = frozenset("些种个一人事物处年月日次项类天方")
#: a date's number, which 某 may hide before 年, 月, 日 as well
_YEAR: Final = re.compile(r"\d{4}|[〇零一二三四五六七八九]{4}")
_DAY: Final = re.compile(r"\d{1,2}|十[一二三四五六七八九]|[二三]十[一二三四五六七八九]?")
_DATED: Final = {"年": _YEAR, "月": _DAY, "日": _DAY}
_SIGN: Final = re.compile(r"[*×□○〇●某Xx\[]")
LONE_STAR: Final = re.compile(r"\*")
#: little words that nobody hides
_NO_NAMES: Final = frozenset("这那各该本每有其个一的了和与及或在是也就都而之为以对等不")
#: words that point at what they do not name. 某 is such a word itself, and hides none of them
_POINTING: Final = re.compile(
    r"(?:[这那哪每各该此本我你他她它其另同当][些们]?|咱们|大家|自己|[有某一]些|有的|别的|其[他它余]|[上前下]述|所述"
    r"|[有相]关|任[何一]|所有|全体|个别|多数|少数|不少|许多)?的?"
    r"(?:[一二两三几多数半整]?[个家位名座所处片条项批类种股份])?[一二两三几多数]?"
)
#: letters and digits, with the points and hyphens that names and numbers hold inside
_HIDDEN_CJK: Final = r"[\w·.%-]{1,16}?"
_HIDDEN_WORDS: Final = r"[\w·.,%'’-]{1,24}(?: [\w·.,%'’-]{1,24}){0,3}?"
#: 138****5678; what it hides is told with the digits that were left
_NUMBER: Final = re.compile(r"\d+(?:[*×□]{2,}|[Xx]{2,})\d*|(?:[*×□]{2,}|[Xx]{2,})\d+")
_ENDING: Final = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两]+[*×□xX]+")
_DIGITS: Final = frozenset("0123456789〇零一二三四五六七八九十百千万亿两")
_ROMAN: Final = re.compile(r"[IVXLC]+")
_TIMES: Final = frozenset("×xX*")
_LETTER: Final = re.compile(r"\w")
_LONGEST: Final = 400


@lru_cache(maxsize=4096)
def hidden(
    masked: str, plain: str, inside: bool = False
) -> tuple[tuple[int, int, int, int], ...] | None:
    """Where the masks of a folded text stand and what they hide in the other: (start, end) of each
    in `masked` and in `plain`; None when the two differ in anything else. A lone star counts when
    it stands `inside` a run of Chinese characters."""
    if len(masked) > _LONGEST or len(plain) > _LONGEST or not masked or not plain:
        return None
    signs = list((LONE_STAR if inside and masked == "*" else MASK).finditer(masked))
    if masks_digits(masked, plain):
        return ((0, len(masked), 0, len(plain)),)
    if not signs or MASK.search(plain) or (_ROMAN.fullmatch(masked) and _ROMAN.fullmatch(plain)):
        return None
    head, tail = masked[: signs[0].start()], masked[signs[-1].end() :]
    if not plain.startswith(head) or not plain.endswith(tail):
        return None
    found = re.fullmatch(_pattern(masked, signs), plain)
    if not found:
        return None
    spans = [found.span(number + 1) for number in range(len(signs))]
    words = [plain[start:end] for start, end in spans]
    if not all(_LETTER.search(word) and word not in _NO_NAMES for word in words):
        return None
    if any(sign[0][0] == "某" and _points(word) for sign, word in zip(signs, words, strict=True)):
        return None
    return tuple((*sign.span(), *span) for sign, span in zip(signs, spans, strict=True))


def _points(word: str) -> bool:
    """Whether a word points, and is no number alone."""
    return bool(_POINTING.fullmatch(word)) and not _DIGITS.issuperset(word)


def masks_digits(masked: str, plain: str) -> bool:
    """Whether the last digits of a number gave way to as many signs: 199×, 一九××."""
    kept = len(masked.rstrip("*×□xX"))
    return (
        0 < kept < len(masked) == len(plain)
        and masked[:kept] == plain[:kept]
        and _DIGITS.issuperset(plain)
    )


def _pattern(masked: str, signs: list[re.Match[str]]) -> str:
    parts, at = [], 0
    for sign in signs:
        parts.append(re.escape(masked[at : sign.start()]))
        parts.append(f"({_HIDDEN_CJK}|{_HIDDEN_WORDS})")
        at = sign.end()
    return "".join(parts) + re.escape(masked[at:])


def inside_name(stream: Stream, start: int, end: int) -> bool:
    """Whether Chinese characters stand right before and right after tokens start to end."""
    if not 0 < start < end < len(stream):
        return False
    close = stream.raw_end[start - 1] == stream.raw_start[start]
    closed = stream.raw_end[end - 1] == stream.raw_start[end]
    return bool(close and closed and stream.ideograph[start - 1] and stream.ideograph[end])


def is_product(stream: Stream, start: int, end: int) -> bool:
    """Whether tokens start to end are a multiplication sign between two numbers."""
    if not 0 < start < len(stream) or end - start != 1 or end >= len(stream):
        return False
    around = stream.shown(start - 1, start)[-1:] + stream.shown(end, end + 1)[:1]
    return stream.shown(start, end) in _TIMES and around.isdigit() and len(around) == 2


def is_some(stream: Stream, start: int, end: int, other: str) -> bool:
    """Whether tokens start to end are the 某 of a word such as 某些, whose second half both texts
    have. 某日 for 27日 hides the number that is the `other` text."""
    if not 0 < end - start == 1 or end >= len(stream):
        return False
    alone = stream.shown(start, end) == "某" != stream.shown(start - 1, start)
    after = stream.shown(end, end + 1)[0]
    dated = _DATED.get(after)
    return alone and after in _SOME and not (dated and dated.fullmatch(other))


def may_mask(old: str, new: str) -> bool:
    """A cheap look: whether either text holds a sign that masks are made of."""
    return bool(_SIGN.search(old) or _SIGN.search(new))


def signs_among(a: Stream, b: Stream, here: Places, there: Places) -> bool:
    """Whether either text holds such a sign between the first and last of these tokens."""
    if not here.size or not there.size:
        return False
    old = a.shown(int(here[0]), int(here[-1]) + 1)
    return may_mask(old, b.shown(int(there[0]), int(there[-1]) + 1))


def no_mask(stream: Stream, start: int, end: int, other: str) -> bool:
    """Whether what stands around tokens start to end says that they are no mask of the `other`
    text."""
    return is_product(stream, start, end) or is_some(stream, start, end, other)


def masks_between(
    a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]
) -> list[tuple[int, int, int, int]] | None:
    """Places in the folded texts of A and B of every mask and what it hides, when tokens `here` of
    A and `there` of B differ in masks alone; None when they do not."""
    old, new = a.shown(*here), b.shown(*there)
    if not old or not new or not may_mask(old, new):
        return None
    if no_mask(a, *here, new) or no_mask(b, *there, old):
        return None
    base_a, base_b = int(a.first[here[0]]), int(b.first[there[0]])
    forth = hidden(new, old, inside_name(b, *there))
    if forth is not None:
        return [(base_a + x, base_a + y, base_b + s, base_b + e) for s, e, x, y in forth]
    back = hidden(old, new, inside_name(a, *here))
    if back is not None:
        return [(base_a + s, base_a + e, base_b + x, base_b + y) for s, e, x, y in back]
    return None


def masks_in_numbers(
    a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """As `masks_between`, for tokens with a Chinese number of which signs hide a part, whatever
    else they hide: 三十六 and □□六, 十八大 and 十××. A number that lost its last digits alone is
    told as a whole."""
    old, new = a.shown(*here), b.shown(*there)
    numbers = a.numeral[slice(*here)].any() or b.numeral[slice(*there)].any()
    if not numbers or not may_mask(old, new):
        return []
    masks = masks_between(a, b, here, there) or []
    if masks_digits(new, old) or masks_digits(old, new):
        return []
    cuts = [(mask[:2], mask[2:]) for mask in masks]
    whole = all(
        _is_cut(a, at) and _is_cut(b, to) for pair in cuts for at, to in zip(*pair, strict=True)
    )
    return masks if whole else []


def _is_cut(stream: Stream, at: int) -> bool:
    """Whether no character of the original stands on both sides of a place of the fold."""
    folded = stream.folded
    return not 0 < at < len(folded.starts) or bool(folded.starts[at] >= folded.ends[at - 1])


def literal_runs(
    a: Stream, b: Stream, here: tuple[int, int], there: tuple[int, int]
) -> list[Segment] | None:
    """The runs of tokens around the masks, when tokens `here` and `there` differ in masks alone."""
    masks = masks_between(a, b, here, there)
    if masks is None:
        return None
    stops = [_tokens(a, b, mask) for mask in masks]
    edges = [(here[0], there[0]), *((stop[1], stop[3]) for stop in stops)]
    limits = [*((stop[0], stop[2]) for stop in stops), (here[1], there[1])]
    runs = []
    for (a0, b0), (a1, b1) in zip(edges, limits, strict=True):
        if a1 - a0 != b1 - b0 or (a.ids[a0:a1] != b.ids[b0:b1]).any():
            return None
        if a1 > a0:
            runs.append(Segment(a0, b0, a1 - a0))
    return runs


def runs_around_masks(
    a: Stream, b: Stream, here: Places, there: Places, box: Box
) -> list[Segment] | None:
    """What is the same around the masks, when a box differs in masks alone."""
    a0, a1, b0, b1 = box
    if a0 == a1 or b0 == b1:
        return None
    span_a = int(here[a0]), int(here[a1 - 1]) + 1
    span_b = int(there[b0]), int(there[b1 - 1]) + 1
    if span_a[1] - span_a[0] != a1 - a0 or span_b[1] - span_b[0] != b1 - b0:
        return None
    runs = literal_runs(a, b, span_a, span_b)
    if runs is None:
        return None
    return [Segment(run.a - span_a[0] + a0, run.b - span_b[0] + b0, run.size) for run in runs]


def _tokens(a: Stream, b: Stream, mask: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Places of the folded texts as tokens: those that begin there or later."""
    start_a, end_a = a.first.searchsorted(mask[:2]).tolist()
    start_b, end_b = b.first.searchsorted(mask[2:]).tolist()
    return start_a, end_a, start_b, end_b


def is_mask(text: str) -> bool:
    """Whether a folded text is masks and nothing else, or a number of which a part is masked."""
    if all(MASK.fullmatch(part) for part in text.split(" ")):
        return True
    return bool(LONE_STAR.fullmatch(text) or _NUMBER.fullmatch(text) or _ENDING.fullmatch(text))
