"""What an event says, in the language of the page. The archive keeps one English sentence for good;
here it is taken apart by the sentences of `sentences.zh.toml` and put together in Chinese."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from crawler.web.language import NAMES, chinese

#: characters of a sentence that are looked at
MOST = 5_000
_NAME = re.compile(r"\{(\w+)\}")
_COUNTED = re.compile(r"([\d,]+) address(?:es)?")
_MORE = re.compile(r" and ([\d,]+) more$")


class Said(NamedTuple):
    """A sentence and the language that it came to be in."""

    text: str
    language: str


class _Sentence(NamedTuple):
    english: re.Pattern[str]
    chinese: str


def said(sentence: str, language: str) -> Said:
    """A sentence of an event; as it is, in English, where we have no other words for it."""
    if language == "zh" and len(sentence) <= MOST:
        for one in _sentences():
            if match := one.english.fullmatch(sentence):
                values = {name: _value(name, value) for name, value in match.groupdict().items()}
                return Said(one.chinese.format(**values), "zh")
    return Said(sentence, "en")


def _value(name: str, value: str) -> str:
    """What was put in: names of ours in words, the rest as it is."""
    words = chinese()
    key = f"{name}:{value}"
    if key in NAMES:
        return words.get(key, value)
    if name == "state":
        return words.get(value, value)
    if counted := _COUNTED.fullmatch(value):
        return f"{counted[1]} 个网址"
    known: Mapping[str, str] = _read()["values"]
    return known.get(value, _MORE.sub(r" 等，另有 \1 处", value))


@cache
def _sentences() -> tuple[_Sentence, ...]:
    """All sentences, as patterns."""
    return tuple(_Sentence(_pattern(one["en"]), one["zh"]) for one in _read()["sentence"])


def _pattern(english: str) -> re.Pattern[str]:
    parts = _NAME.split(english)
    pieces = (f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile("".join(pieces), re.DOTALL)


@cache
def _read() -> Mapping[str, Any]:
    text = resources.files("crawler.web").joinpath("sentences.zh.toml").read_text("utf-8")
    return tomllib.loads(text)
