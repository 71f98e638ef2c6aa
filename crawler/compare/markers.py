"""What survives translation: numbers with their value, dates, and names.

A marker is a key that a Chinese text and its English translation both yield, with the offset where
it stands. Damaged numbers (`7.013,000`) are read by their digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from crawler.compare.gazetteer import lexicon
from crawler.text.folding import Folded, fold
from crawler.text.script import simplify

_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10_000, "亿": 100_000_000}
_SCALES: Final = {
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SMALL_WORDS: Final = (
    "one|first two|second three|third four|fourth five|fifth six|sixth seven|seventh eight|eighth"
    " nine|ninth ten|tenth eleven|eleventh twelve|twelfth thirteen|thirteenth fourteen|fourteenth"
    " fifteen|fifteenth sixteen|sixteenth seventeen|seventeenth eighteen|eighteenth"
    " nineteen|nineteenth twenty|twentieth"
)
_WORDS: Final = {
    word: number
    for number, words in enumerate(_SMALL_WORDS.split(), start=1)
    for word in words.split("|")
}
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        start=1,
    )
}
_CHINESE: Final = re.compile(
    r"(?P<arabic>\d[\d.,]*)(?P<large>[万亿]*)(?P<unit>[年月日]?)"
    r"|(?P<han>[零〇一二三四五六七八九十百千万亿两]+)(?P<unit2>[年月日]?)"
)
_ENGLISH: Final = re.compile(r"\d[\d.,]*|[A-Za-z]+")
_SCALE: Final = re.compile(
    r"(?:st|nd|rd|th)? ?(thousand|million|billion|trillion)?\b", re.IGNORECASE
)
_LATIN_NAME: Final = re.compile(r"\b[A-Z][a-z]+(?:['-][a-z]+)? [A-Z][a-z]+(?:['-][a-z]+)?\b")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Marker:
    """A key of a number or name, with the original offset where it stands."""

    key: str
    at: int


def markers(text: str) -> tuple[Marker, ...]:
    """The markers of a text in their order; Chinese or English, as most of it is."""
    folded = fold(text)
    plain = simplify(folded.text)
    chinese = is_chinese(plain)
    found = [*_numbers(plain, chinese), *_names(plain, chinese)]
    return tuple(Marker(key, _offset(folded, at)) for at, key in sorted(found))


def is_chinese(text: str) -> bool:
    """Whether a text is more Chinese than Latin: one character for three letters."""
    han = len(_HAN.findall(text))
    return han * 3 > sum(map(str.isalpha, text)) - han


def _offset(folded: Folded, at: int) -> int:
    return int(folded.starts[at])


def _numbers(text: str, chinese: bool) -> Iterator[tuple[int, str]]:
    for match in (_CHINESE if chinese else _ENGLISH).finditer(text):
        key = _chinese_key(match) if chinese else _english_key(match)
        if key:
            yield match.start(), key


def _chinese_key(match: re.Match[str]) -> str | None:
    if match["arabic"]:
        value = _decimal(match["arabic"])
        for sign in match["large"]:
            value *= _LARGE[sign]
        return _key(value, match["unit"])
    value = float(han_number(match["han"]))
    return _key(value, match["unit2"]) if value else None


def _key(value: float, unit: str) -> str:
    return f"month:{value:g}" if unit == "月" and value <= 12 else f"n:{value:.10g}"


def _english_key(match: re.Match[str]) -> str | None:
    word = match[0].lower()
    if word in _MONTHS:
        # "may" is a month only where it begins with a capital.
        return f"month:{_MONTHS[word]}" if match[0][0].isupper() else None
    if not word[0].isdigit():
        return f"n:{_WORDS[word]}" if word in _WORDS else None
    scale = _SCALE.match(match.string, match.end())
    factor = _SCALES[scale[1].lower()] if scale and scale[1] else 1
    return f"n:{_decimal(word) * factor:.10g}"


def _decimal(written: str) -> float:
    """The value of digits with points and commas; where they contradict, of the digits alone."""
    written = written.rstrip(".,")
    if re.fullmatch(r"\d+(\.\d+)?", written):
        return float(written)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", written):
        return float(written.replace(",", ""))
    return float(re.sub(r"\D", "", written)[:15])


def han_number(written: str) -> int:
    """The value of a Chinese numeral such as 一百零三 or 二〇二四; 0 for a lone 一 and for none."""
    if written == "一" or not written:
        return 0
    if all(char in _DIGITS for char in written):
        return int("".join(str(_DIGITS[char]) for char in written[:15]))
    total = section = digit = 0
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[char]
            section = digit = 0
    return total + section + digit


@cache
def _forms() -> tuple[dict[str, str], re.Pattern[str], dict[str, list[str]]]:
    """Every form of a bilingual name to its key, a pattern that finds the Chinese ones, and the
    Latin ones by their first word, the longest first."""
    data = files("crawler.compare").joinpath("data/bilingual.txt").read_text("utf-8")
    rows = [line.split("|") for line in data.splitlines() if not line.startswith("#")]
    keys = {form.lower(): f"name:{forms[0]}" for forms in rows for form in forms}
    ordered = sorted(keys, key=len, reverse=True)
    han = re.compile("|".join(form for form in ordered if not form.isascii()))
    latin: dict[str, list[str]] = {}
    for form in ordered:
        if form.isascii():
            latin.setdefault(re.split(r"\W", form)[0], []).append(form)
    return keys, han, latin


def name_forms(key: str, chinese: bool) -> tuple[str, ...]:
    """The forms of a name of the table in one language."""
    forms = (form for form, one in _forms()[0].items() if one == key)
    return tuple(form for form in forms if form.isascii() != chinese)


def _known_names(text: str, chinese: bool) -> Iterator[tuple[int, str]]:
    keys, han, latin = _forms()
    if chinese:
        yield from ((match.start(), keys[match[0]]) for match in han.finditer(text))
        return
    low = text.lower()
    for match in re.finditer(r"[a-z]+", low):
        for form in latin.get(match[0], ()):
            end = match.start() + len(form)
            if low.startswith(form, match.start()) and not low[end : end + 1].isalnum():
                yield match.start(), keys[form]
                break


@cache
def _syllables() -> dict[str, str]:
    data = files("crawler.compare").joinpath("data/pinyin.txt").read_text("utf-8")
    rows = (line.split(" ") for line in data.splitlines() if not line.startswith("#"))
    return {char: syllable for syllable, chars in rows for char in chars}


def pinyin(text: str) -> str:
    """Chinese characters by the syllables of their first readings, without tones or spaces."""
    table = _syllables()
    return "".join(table.get(char, "") for char in text)


def _names(text: str, chinese: bool) -> Iterator[tuple[int, str]]:
    known = dict(_known_names(text, chinese))
    yield from known.items()
    for at, key in _chinese_people(text) if chinese else _latin_people(text):
        if at not in known:
            yield at, key


def _latin_people(text: str) -> Iterator[tuple[int, str]]:
    """Two words with capitals: a surname and a name in pinyin, or whatever they are."""
    for match in _LATIN_NAME.finditer(text):
        letters = re.sub(r"[^a-z]", "", match[0].lower())
        yield match.start(), f"pinyin:{letters}"


def _chinese_people(text: str) -> Iterator[tuple[int, str]]:
    """Whatever could be a name of two or three characters: by its surname."""
    surnames = lexicon().surnames
    for match in re.finditer(f"[{''.join(sorted(surnames))}]", text):
        at = match.start()
        for size in (3, 2):
            name = text[at : at + size]
            if len(_HAN.findall(name)) == size:
                yield at, f"pinyin:{pinyin(name)}"
