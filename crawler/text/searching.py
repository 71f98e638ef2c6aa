"""Tokens for full-text search: Chinese as overlapping pairs of characters, Latin as words.

Every run of CJK characters becomes its bigrams, so that a phrase of bigrams finds words of any
length and a prefix a single character. Its last character stands alone too where a word of letters
or digits follows; those that begin no bigram of the text come behind all others, each once, in a
line of their own: an eighth of the index went to last characters when each of them stood in its
place. Both sides go through the fold, simplified script and lower case. English words keep their
endings here: the index that takes the tokens brings words to their stems, in texts and in queries.
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
    """The tokens of a text, divided by white space, for an FTS5 column: in the first line in their
    order, in a second one (if any) the characters that only ever end a run. An index that keeps
    that line in another place has to look there too for single characters."""
    runs = [(match[1], match[2]) for match in _runs().finditer(_normal(text))]
    tokens: list[str] = []
    last: dict[str, None] = {}
    for (run, word), (_, after) in pairwise([*runs, ("", "")]):
        if not run:
            tokens.append(word)
            continue
        tokens.extend(map("".join, pairwise(run)))
        if len(run) == 1 or after:
            tokens.append(run[-1])
        else:
            last[run[-1]] = None
    begin = {token[0] for token in tokens}
    ends = [char for char in last if char not in begin]
    return " ".join(tokens) + ("\n" + " ".join(ends) if ends else "")


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
    phrases, letters = search_terms(query)
    return " AND ".join([*phrases, *(f'"{letter}"*' for letter in letters)]) or None


def search_terms(query: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The FTS5 phrases of a query, and the single Chinese characters that are to stand anywhere.

    Of a phrase that begins with a single character before a mark (党、国家) that one may end any
    word of a text, which only the character alone can tell: it is looked for apart."""
    phrases: list[str] = []
    letters: list[str] = []
    for part in query_parts(query):
        (first, cjk), rest = part[0], part[1:]
        if cjk and len(first) == 1 and (not rest or rest[0][1]):
            letters.append(first)
            if not rest:
                continue
            part = rest
        phrases.append(_phrase(part))
    return tuple(phrases), tuple(letters)


def _phrase(part: Part) -> str:
    """One part as an FTS5 phrase. A single last character stands for whatever goes on from it."""
    tokens: list[str] = []
    for number, (run, cjk) in enumerate(part):
        if not cjk:
            tokens.append(run)
            continue
        tokens.extend(map("".join, pairwise(run)))
        word_follows = number + 1 < len(part) and not part[number + 1][1]
        if len(run) == 1 or word_follows:
            tokens.append(run[-1])
    run, cjk = part[-1]
    return f'"{" ".join(tokens)}"{"*" if cjk and len(run) == 1 else ""}'
