"""Tokens for full-text search: Chinese as overlapping pairs of characters, Latin as words.

Every run of CJK characters becomes its bigrams and, alone, its last character, so that a phrase of
bigrams finds words of any length and a prefix finds a single character. Both sides go through the
fold, simplified script and lower case. English words keep their endings here: the index that takes
the tokens brings words to their stems, in texts and in queries alike.
"""

import re
from functools import cache
from itertools import pairwise

from crawler.text.folding import fold
from crawler.text.script import simplify

_QUOTED = re.compile(r'"([^"]*)"|([^\s"]+)')
_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
#: a character of a word that is not CJK, as a regular expression
LETTER = rf"[^\W_{_CJK}]"
Part = tuple[tuple[str, bool], ...]


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(rf"([{_CJK}]+)|({LETTER}+)")


def _normal(text: str) -> str:
    return simplify(fold(text).text).lower()


def search_tokens(text: str) -> str:
    """The tokens of a text, divided by single spaces, for an FTS5 column."""
    tokens: list[str] = []
    for match in _runs().finditer(_normal(text)):
        run = match[1]
        if run:
            tokens.extend(map("".join, pairwise(run)))
            tokens.append(run[-1])
        else:
            tokens.append(match[2])
    return " ".join(tokens)


def query_parts(query: str) -> tuple[Part, ...]:
    """What a query asks for, every part of which must stand in a text: words, or phrases in
    quotation marks, each as its runs of characters with whether they are CJK."""
    unified = query.translate(dict.fromkeys(map(ord, "“”„「」＂"), '"'))
    given = (match[1] or match[2] or "" for match in _QUOTED.finditer(unified))
    parts = (
        tuple((match[0], bool(match[1])) for match in _runs().finditer(_normal(part)))
        for part in given
    )
    return tuple(part for part in parts if part)


def search_query(query: str) -> str | None:
    """An FTS5 MATCH expression that finds texts with all words of a query, words in quotation marks
    as a phrase; None when there is nothing in it to search for."""
    return " AND ".join(map(_phrase, query_parts(query))) or None


def _phrase(part: Part) -> str:
    """One part as an FTS5 phrase. A single last character stands for whatever goes on from it."""
    tokens: list[str] = []
    for number, (run, cjk) in enumerate(part):
        if not cjk:
            tokens.append(run)
            continue
        tokens.extend(map("".join, pairwise(run)))
        if number < len(part) - 1 or len(run) == 1:
            tokens.append(run[-1])
    run, cjk = part[-1]
    return f'"{" ".join(tokens)}"{"*" if cjk and len(run) == 1 else ""}'
