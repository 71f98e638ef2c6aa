"""Two texts as streams of tokens that can be matched: a CJK character, a word, a number, a mark.

White space is no token. What the fold kept of it stands as a count before its token, and what lies
between two tokens in the original text is the gap between them.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler.text import characters as ch
from crawler.text.characters import Codes, Places
from crawler.text.folding import Folded, fold
from crawler.text.plain import FACTOR, Hashes, classes_of, mix, plain_of

Ids = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

#: longer runs of letters are no words, and are taken letter by letter
LONGEST_WORD: Final = 40
#: ids from here on are ranks of words, below they are code points
_RANKS: Final = 0x40000
_MOST_RANKS: Final = 0x110000 - _RANKS
_SENTENCE_ENDS: Final = "。!?."
CLOSING: Final = "\"')]】》」』"
# A name in the genitive may be masked: ***'s.
_MASK_ENDS: Final = [ord(mark) for mark in "*×□]"]
_CLAUSE_ENDS: Final = frozenset(map(ord, "、,;:。!?"))
_NUMERALS: Final = "〇零一二三四五六七八九十百千万亿两萬億兩"
_LINE_BREAKS: Final = "\n\x0b\x0c\r\x85\u2028\u2029"


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """The tokens of one text. All arrays have one value for each token."""

    original: str
    folded: Folded
    #: what matches: tokens of both texts with the same id differ at most in script and case
    ids: Ids
    #: offsets in the folded text
    first: Places
    last: Places
    #: offsets in the original text
    raw_start: Places
    raw_end: Places
    #: how many spaces the fold kept before it
    spaces: npt.NDArray[np.int8]
    #: equal when the folded, and when the original characters are equal
    exact: Hashes
    raw: Hashes
    ideograph: Flags
    #: whether it is a Chinese numeral, or a number of several
    numeral: Flags
    #: whether a line break stands in the gap before it
    breaks: Flags
    #: whether a sentence or paragraph begins with it
    begins: Flags
    #: the part of the original that is compared
    begin: int
    end: int

    def __len__(self) -> int:
        return len(self.ids)

    def shown(self, start: int, end: int) -> str:
        """The folded text of tokens start to end, spaces between them included."""
        if start >= end:
            return ""
        return self.folded.text[int(self.first[start]) : int(self.last[end - 1])]

    def widths(self, tokens: Places, most: int | None = None) -> Places:
        """How many folded characters stand before each of the tokens, and in all of them; of each
        at most `most`."""
        sizes = self.last[tokens] - self.first[tokens] + self.spaces[tokens]
        if most is not None:
            sizes = np.minimum(sizes, most)
        return np.append(0, np.cumsum(sizes))

    def width(self, start: int, end: int) -> int:
        """How many folded characters tokens start to end take."""
        return int(self.last[end - 1] - self.first[start]) if end > start else 0

    def is_clause_mark(self, at: int) -> bool:
        """Whether a token is a mark that ends a clause."""
        return int(self.ids[at]) in _CLAUSE_ENDS

    def begins_clause(self, at: int) -> bool:
        """Whether a clause or an item of a list begins at a token."""
        return at == 0 or int(self.ids[at - 1]) in _CLAUSE_ENDS

    def ends_clause(self, at: int) -> bool:
        """Whether one ends before a token, with its mark or without it."""
        return at == len(self) or (
            at > 0 and not _CLAUSE_ENDS.isdisjoint(self.ids[at - 1 : at + 1].tolist())
        )

    def is_spaced(self, at: int) -> bool:
        """Whether anything stands between a token and the one before it, such as the wide space
        after the number of an article."""
        return 0 < at < len(self) and bool(self.raw_start[at] > self.raw_end[at - 1])

    def paragraph_start(self, token: int) -> int:
        """The first token of the paragraph that a token stands in."""
        low = max(0, token - 400)
        before = self.breaks[low : token + 1][::-1]
        nearest = int(before.argmax())
        return token - nearest if before[nearest] else low

    def paragraph_end(self, end: int) -> int:
        """Where the paragraph of the token before `end` ends."""
        after = self.breaks[end : end + 400]
        nearest = int(after.argmax()) if after.size else 0
        return end + nearest if after[nearest : nearest + 1].any() else end + after.size

    def part(self, start: int, end: int) -> "Stream":
        """Tokens start to end as a stream of their own; offsets stay those of the whole text."""
        here = slice(start, end)
        return replace(
            self,
            ids=self.ids[here],
            first=self.first[here],
            last=self.last[here],
            raw_start=self.raw_start[here],
            raw_end=self.raw_end[here],
            spaces=self.spaces[here],
            exact=self.exact[here],
            raw=self.raw[here],
            ideograph=self.ideograph[here],
            numeral=self.numeral[here],
            breaks=self.breaks[here],
            begins=self.begins[here],
            begin=int(self.raw_start[start]),
            end=int(self.raw_end[end - 1]),
        )


def streams(a: str, b: str, *, numerals: bool = False) -> tuple[Stream, Stream]:
    """Both texts as streams with ids in common. With `numerals`, neighbouring Chinese numerals are
    one token: so that a number changes as a whole, where what is shared must not end inside one."""
    left, right = _cut(a, numerals), _cut(b, numerals)
    ids = _number(np.concatenate([left[1], right[1]]))
    size = len(left[1])
    return _stream(a, *left, ids[:size]), _stream(b, *right, ids[size:])


def _cut(text: str, numerals: bool) -> tuple[Folded, Hashes, Codes, Places, Places]:
    folded = fold(text)
    codes = ch.to_codes(folded.text)
    first, last = _bounds(folded, codes, numerals)
    classes_of(codes)
    return folded, hashes(plain_of(codes), first, last), codes, first, last


def _stream(
    text: str,
    folded: Folded,
    keys: Hashes,
    codes: Codes,
    first: Places,
    last: Places,
    ids: Ids,
) -> Stream:
    raw_start = folded.starts[first]
    raw_end = folded.ends[last - 1]
    raw_codes = ch.to_codes(text)
    breaks = _breaks(raw_codes, raw_start, raw_end)
    spaces = (first - np.append(0, last[:-1])).astype(np.int8)
    return Stream(
        original=text,
        folded=folded,
        ids=ids,
        first=first,
        last=last,
        raw_start=raw_start,
        raw_end=raw_end,
        spaces=spaces,
        exact=hashes(codes, first, last),
        raw=hashes(raw_codes, raw_start, raw_end),
        ideograph=(ch.kinds_of(codes[first]) & ch.CJK) != 0,
        numeral=_table(_NUMERALS)[codes[first]],
        breaks=breaks,
        begins=_begins(ids, breaks, spaces > 0),
        begin=0,
        end=len(text),
    )


@cache
def _table(marks: str) -> Flags:
    """For every code point, and every id, whether it is one of the marks."""
    table = np.zeros(0x110000, np.bool_)
    table[ch.to_codes(marks)] = True
    return table


def _breaks(codes: Codes, raw_start: Places, raw_end: Places) -> Flags:
    counts = np.append(0, np.cumsum(_table(_LINE_BREAKS)[codes]))
    before = np.append(0, raw_end[:-1])
    return (counts[raw_start] > counts[before]) if raw_start.size else np.zeros(0, np.bool_)


def _begins(ids: Ids, breaks: Flags, spaced: Flags) -> Flags:
    """A sentence begins after a full stop and what closes behind it (without a space), and after a
    line break."""
    ends = _table(_SENTENCE_ENDS)[ids]
    closing = _table(CLOSING)[ids] & ~spaced
    closed = ends.copy()
    closed[1:] |= closing[1:] & ends[:-1]
    begins: Flags = np.append(True, closed[:-1])[: ids.size]
    begins &= ~(closing & np.append(False, ends[:-1])[: ids.size]) | breaks
    begins |= breaks
    return begins


def _bounds(folded: Folded, codes: Codes, numerals: bool) -> tuple[Places, Places]:
    """Where tokens begin and end in the folded text."""
    size = codes.size
    if not size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    kinds = ch.kinds_of(codes)
    space = codes == 32
    single = (kinds & (ch.CJK | ch.MARK | ch.SPACE)) != 0
    begins = single | np.append(True, single[:-1])
    _join(begins, codes)
    if numerals:
        _join_numerals(begins, codes, folded)
    begins[1:] &= folded.starts[1:] >= folded.ends[:-1]
    begins = _break_long(begins & ~space, space, folded)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], size)
    while (trailing := space[last - 1] & (last - 1 > first)).any():
        last = last - trailing
    return first, last


def _join(begins: Flags, codes: Codes) -> None:
    """Takes a point between digits, and a comma before three of them, into the number, an
    apostrophe between letters to the letters after it, and parts digits from letters: 3.5, 1,024,
    party|'s, 19|th."""
    digit, latin = (codes >= 48) & (codes <= 57), _latin(codes)
    begins[1:] |= (digit[1:] & latin[:-1]) | (latin[1:] & digit[:-1])
    marks = np.flatnonzero((codes == 46) | (codes == 44) | (codes == 39))
    marks = marks[(marks > 0) & (marks < codes.size - 1)]
    quote = codes[marks] == 39
    grouped = (codes[marks] == 46) | _thousands(digit, marks)
    numeric = marks[~quote & digit[marks - 1] & digit[marks + 1] & grouped]
    before = latin[marks - 1] | np.isin(codes[marks - 1], _MASK_ENDS)
    spoken = marks[quote & before & latin[marks + 1]]
    begins[numeric] = False
    begins[numeric + 1] = False
    begins[spoken + 1] = False


def _thousands(digit: Flags, marks: Places) -> Flags:
    """Whether at most three digits stand before a mark, and three after it."""
    around = np.concatenate([np.zeros(4, np.bool_), digit, np.zeros(5, np.bool_)])
    after = around[marks + 5] & around[marks + 6] & around[marks + 7] & ~around[marks + 8]
    before = around[marks] & around[marks + 1] & around[marks + 2] & around[marks + 3]
    joined: Flags = after & ~before
    return joined


def _join_numerals(begins: Flags, codes: Codes, folded: Folded) -> None:
    """Takes neighbouring Chinese numerals as one number: 二十三."""
    numeral = _table(_NUMERALS)[codes]
    begins[1:] &= ~(numeral[1:] & numeral[:-1] & (folded.starts[1:] == folded.ends[:-1]))


def _latin(codes: Codes) -> Flags:
    low = codes | 32
    return ((low >= 97) & (low <= 122)) | ((codes >= 0xC0) & (codes < 0x250))


def _break_long(begins: Flags, space: Flags, folded: Folded) -> Flags:
    first = np.flatnonzero(begins)
    lengths = np.diff(np.append(first, begins.size))
    for at in np.flatnonzero(lengths > LONGEST_WORD).tolist():
        here = slice(int(first[at]), int(first[at] + lengths[at]))
        begins[here] = ~space[here]
    if (lengths > LONGEST_WORD).any():
        begins[1:] &= folded.starts[1:] >= folded.ends[:-1]
    return begins


def hashes(codes: Codes, starts: Places, ends: Places) -> Hashes:
    """One value for each span: the code point itself for a single character, else a hash."""
    values = codes[starts].astype(np.uint64)
    several = np.flatnonzero(ends - starts > 1)
    if several.size:
        sizes = (ends - starts)[several]
        begin = np.cumsum(sizes) - sizes
        inside = np.arange(int(sizes.sum())) - np.repeat(begin, sizes)
        chars = codes[np.repeat(starts[several], sizes) + inside].astype(np.uint64)
        sums = np.add.reduceat(mix(chars + inside.astype(np.uint64) * FACTOR), begin)
        values[several] = mix(sums) | np.uint64(1 << 63)
    return values


def _number(keys: Hashes) -> Ids:
    ids = keys.astype(np.int64)
    words = np.flatnonzero(keys >= np.uint64(_RANKS))
    if words.size:
        _, ranks = np.unique(keys[words], return_inverse=True)
        # Beyond a million different words the rarest collide; matches are checked by `exact`.
        ids[words] = _RANKS + np.minimum(ranks, _MOST_RANKS - 1)
    return ids.astype(np.int32)


def as_text(ids: Ids) -> str:
    """Ids as characters, for algorithms that compare strings."""
    return ids.tobytes().decode("utf-32-le", "surrogatepass")
