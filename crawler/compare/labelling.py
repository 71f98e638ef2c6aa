"""What kind of change an edit is, by what stands in it and where it stands."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from crawler.compare.gazetteer import Lexicon
from crawler.model import Label
from crawler.text import simplify

#: longer edits are not searched for names and numbers: everything stands in a paragraph
_LONGEST: Final = 60
_AROUND: Final = 12
_VOCABULARY: Final = tuple(Label)
# An apostrophe inside a word is no quote mark.
_QUOTES: Final = re.compile("[\"《》〈〉]|(?<![A-Za-z])'|'(?![A-Za-z])")
_MARKS: Final = re.compile(r"[\W_]+")
_NUMERALS: Final = "〇零一二三四五六七八九十百千万亿两"
_NUMBER: Final = re.compile(
    rf"\d[\d.,]*%?|[{_NUMERALS}]{{2,}}|[{_NUMERALS}](?=[年月日号个名届次章条款项人元倍成%])"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b"
)
_DATE: Final = re.compile(
    rf"[\d{_NUMERALS}]+[年月日号](?:代|底|初|中)?"
    r"|(?<![\d.])(?:1[5-9]|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?![\d万亿%])(?:[-/.]\d{1,2})?"
    r"|\d{1,2}:\d\d|(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d{1,4}"
    r"|(?:january|february|march|april|june|july|august|september|october|november|december)"
    r"|\b(?:19|20)\d\d\b|(?:星期|周)[一二三四五六日天]|[今昨明前后][天日年]"
)
_NEGATION: Final = re.compile(
    r"不(?![断仅但同少久过管论妨料])|没(?![收落])有?|未(?!来)|(?<!毫)无(?![论产线数锡限])"
    r"|(?<![是除])非(?![常洲法凡遗])|勿|莫(?!斯)"
    r"|别(?=[再要去])|\b(?:not|no|never|cannot|without|neither|nor|none)\b|n't\b"
)
# Cheap looks before the dear ones.
_SPEAKS_OF_NUMBERS: Final = re.compile(rf"[\da-zA-Z{_NUMERALS}年月日号天]")
_SPEAKS_OF_NOT: Final = re.compile(r"[不没未无非勿莫别a-zA-Z]")
_ADDRESS: Final = "同志|先生|女士|教授|院士|记者|书记|主席|部长|主任|局长|省长|市长|县长|摄"
_LATIN_NAME: Final = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}\b")
_CAPTION: Final = re.compile(
    r"摄[)）]?$|^[(（]?图[为:：一二三四五六七八九十\d]|图片来源|资料图|供图|制图|摄影[:：]"
    r"|^pix credit|^!\[|/photo$|^\(?(?:photo|image|picture)\b",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(
    r"^[(（【\[]?(?:来源|作者|责任编辑|责编|编辑|记者|本报记者|通讯员|审核|校对|供稿|撰文|原标题|文/"
    r"|source:|by |editor|author)|来源[:：]|责任编辑[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One side of an edit in its text: the folded text and the span, and its paragraph."""

    text: str
    start: int
    end: int
    paragraph: str
    #: the span is whole paragraphs
    whole: bool

    @property
    def shown(self) -> str:
        return self.text[self.start : self.end]

    def window(self) -> tuple[str, int, int]:
        """The span with a little of what stands around it, and where it begins and ends in that."""
        low = max(0, self.start - _AROUND)
        high = min(len(self.text), self.end + _AROUND)
        return self.text[low:high], self.start - low, self.end - low


def edit_labels(old: Edit, new: Edit, lexicon: Lexicon) -> tuple[Label, ...]:
    """The labels of an edit, in the order of the vocabulary."""
    a, b = old.shown, new.shown
    if found := _form_labels(a, b):
        return found
    labels = set(_place_labels(old, new))
    if max(len(a), len(b)) <= _LONGEST:
        labels |= _content_labels(old, new, lexicon)
    if not labels - {Label.QUOTATION}:
        labels.add(Label.WORDING)
    return tuple(label for label in _VOCABULARY if label in labels)


def _form_labels(a: str, b: str) -> tuple[Label, ...]:
    """Labels of an edit that leaves every letter: marks, case, script."""
    bare_a, bare_b = _MARKS.sub("", a), _MARKS.sub("", b)
    labels = []
    # Only İ changes its length in lower case.
    if len(bare_a) != len(bare_b) and "İ" not in bare_a + bare_b:
        return ()
    if simplify(bare_a).lower() != simplify(bare_b).lower():
        return ()
    if a.replace(" ", "") == b.replace(" ", ""):
        return (Label.WHITESPACE,)
    marks_a, marks_b = Counter(_QUOTES.findall(a)), Counter(_QUOTES.findall(b))
    if marks_a != marks_b:
        labels.append(Label.QUOTATION)
    if _marks(a) != _marks(b):
        labels.append(Label.PUNCTUATION)
    if simplify(bare_a) != simplify(bare_b):
        labels.append(Label.CASE)
    if bare_a.lower() != bare_b.lower():
        labels.append(Label.SCRIPT)
    return tuple(labels) or (Label.PUNCTUATION,)


def _marks(text: str) -> list[str]:
    return [mark for mark in re.findall(r"[^\w\s]", text) if not _QUOTES.match(mark)]


def _place_labels(old: Edit, new: Edit) -> list[Label]:
    """Labels by the paragraph that the edit stands in."""
    labels = []
    sides = [side for side in (old, new) if side.shown]
    if all(side.whole for side in sides):
        labels.append(Label.PARAGRAPH)
    for label, pattern in ((Label.CAPTION, _CAPTION), (Label.BYLINE, _BYLINE)):
        if all(_is(pattern, side.paragraph) for side in sides):
            labels.append(label)
    return labels


def _is(pattern: re.Pattern[str], paragraph: str) -> bool:
    return len(paragraph) <= 160 and bool(pattern.search(paragraph.strip()))


def _content_labels(old: Edit, new: Edit, lexicon: Lexicon) -> set[Label]:
    """Labels by what stands in one side and not in the other."""
    both = old.shown + new.shown
    labels = {label for _, label in _words(old, lexicon) ^ _words(new, lexicon)}
    if _SPEAKS_OF_NUMBERS.search(both):
        dates = _overlapping(_DATE, old) != _overlapping(_DATE, new)
        if dates:
            labels.add(Label.DATE)
        elif _numbers(old, lexicon) != _numbers(new, lexicon):
            labels.add(Label.NUMBER)
    if _SPEAKS_OF_NOT.search(both) and _overlapping(_NEGATION, old) != _overlapping(_NEGATION, new):
        labels.add(Label.NEGATION)
    if _names(old, lexicon) != _names(new, lexicon):
        labels.add(Label.NAME)
    if _overlapping(_QUOTES, old) != _overlapping(_QUOTES, new):
        labels.add(Label.QUOTATION)
    return labels | _rest(old, new, labels)


def _rest(old: Edit, new: Edit, labels: set[Label]) -> set[Label]:
    """`wording` beside the others when far more changed than a name or a number."""
    size = max(len(old.shown), len(new.shown))
    latin = old.shown.isascii() and new.shown.isascii()
    limit = 40 if latin else 12
    return {Label.WORDING} if labels and size > limit else set()


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return simplify(text).lower()


def _words(side: Edit, lexicon: Lexicon) -> set[tuple[str, Label]]:
    if not side.shown:
        return set()
    window, start, end = side.window()
    return set(lexicon.find(_plain(window), start, end))


def _overlapping(pattern: re.Pattern[str], side: Edit) -> list[str]:
    if not side.shown:
        return []
    window, start, end = side.window()
    return _found(pattern, _plain(window), start, end)


def _found(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[str]:
    found = pattern.finditer(text)
    return sorted(match[0] for match in found if match.start() < end and match.end() > start)


def _numbers(side: Edit, lexicon: Lexicon) -> list[str]:
    """Numbers, without those that a formula or a name is made with."""
    if not side.shown:
        return []
    window, start, end = side.window()
    text = _plain(window)
    for word, _ in _words(side, lexicon):
        text = text.replace(word, "\0" * len(word))
    return _found(_NUMBER, text, start, end)


def _names(side: Edit, lexicon: Lexicon) -> set[str]:
    """People by their form: a surname and one or two characters beside a post or an address, or
    Latin words with capitals."""
    if not side.shown:
        return set()
    window, start, end = side.window()
    found = (match for pattern in _forms(lexicon.surnames) for match in pattern.finditer(window))
    return {match[0] for match in found if match.start() < end and match.end() > start}


@cache
def _forms(surnames: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    name = f"[{''.join(sorted(surnames))}][\u4e00-\u9fff]{{1,2}}"
    return (
        _LATIN_NAME,
        re.compile(f"{name}(?={_ADDRESS})"),
        re.compile(
            f"(?<=同志|先生|女士|记者|书记|主席|部长|主任|局长|省长|市长){name}(?![\u4e00-\u9fff])"
        ),
    )
