"""Tokens for full-text search: Chinese as overlapping pairs of characters, Latin as words.

Every run of CJK characters becomes its bigrams and, alone, its last character, so that a phrase of
bigrams finds words of any length and a prefix finds a single character. Both sides go through the
fold, simplified script and lower case.
"""

import re
from functools import cache
from itertools import pairwise

from crawler.text.folding import fold
from crawler.text.script import simplify

_QUOTED = re.compile(r'"([^"]*)"|([^\s"]+)')


@cache
def _runs() -> re.Pattern[str]:
    cjk = (
        "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc-\u312f"
        "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
    )
    return re.compile(rf"([{cjk}]+)|([^\W_{cjk}]+)")


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


def search_query(query: str) -> str | None:
    """An FTS5 MATCH expression that finds texts with all words of a query, words in quotation marks
    as a phrase; None when there is nothing in it to search for."""
    unified = query.translate(dict.fromkeys(map(ord, "“”„「」＂"), '"'))
    parts = (match[1] or match[2] or "" for match in _QUOTED.finditer(unified))
    phrases = [phrase for part in parts if (phrase := _phrase(part))]
    return " AND ".join(phrases) or None


def _phrase(part: str) -> str:
    """One part as an FTS5 phrase. A single last character stands for whatever goes on from it."""
    runs = [(match[1], match[2]) for match in _runs().finditer(_normal(part))]
    tokens: list[str] = []
    for number, (run, word) in enumerate(runs):
        last = number == len(runs) - 1
        if not run:
            tokens.append(word)
            continue
        tokens.extend(map("".join, pairwise(run)))
        if not last or len(run) == 1:
            tokens.append(run[-1])
    if not tokens:
        return ""
    prefix = "*" if runs[-1][0] and len(runs[-1][0]) == 1 else ""
    return f'"{" ".join(tokens)}"{prefix}'
