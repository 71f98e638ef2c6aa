"""How often words stand in the texts over time, and which one took another's place."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from crawler.model import Op, OpKind
from crawler.store import Archive
from crawler.store.words import finding
from crawler.text import LETTER, fold, simplify
from crawler.web.changes_shown import read_ops
from crawler.web.redline import Line, excerpt

# ruff: noqa: S608 - statements are put together from text of our own

#: texts that are counted for one word, and changes that are read
MOST_TEXTS = 4_000
MOST_CHANGES = 2_000
#: a replacement of so many characters at most is one of terms
TERM_CHARS = 12

#: a page's time: the day that it claims, else the day it was first read
_WHEN = "coalesce(nullif(e.published, ''), v.as_of)"
# The newest are chosen before a text is read.
_TEXTS = f"""
SELECT w.source_id, w.month, coalesce(t.text, '') FROM (
    SELECT v.id, v.text_id, p.source_id, substr({_WHEN}, 1, 7) AS month FROM (
        SELECT rowid AS text_id FROM (%FOUND%)) h
    JOIN versions v ON v.text_id = h.text_id JOIN pages p ON p.version_id = v.id
    JOIN extractions e ON e.id = v.extraction_id
    WHERE (:source = '' OR p.source_id = :source) AND p.joined_with IS NULL
    ORDER BY v.id DESC LIMIT :limit) w
JOIN texts t ON t.id = w.text_id ORDER BY w.id DESC
"""
_ALL = f"""
SELECT substr({_WHEN}, 1, 7), sum(t.characters), count(*) FROM pages p
JOIN versions v ON v.id = p.version_id JOIN extractions e ON e.id = v.extraction_id
JOIN texts t ON t.id = v.text_id
WHERE (:source = '' OR p.source_id = :source) AND p.joined_with IS NULL GROUP BY 1
"""


@dataclass(slots=True)
class Series:
    """One word by month: how often it stands, and in how many texts."""

    term: str
    times: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    cut: bool = False


def series(archive: Archive, term: str, source: str) -> Series:
    """The word in every page's latest text, by the month of the page."""
    found = Series(term)
    asked = finding(f'"{term.replace(chr(34), " ")}"')
    if asked is None:
        return found
    statement, values = asked
    rows = archive.conn.execute(
        _TEXTS.replace("%FOUND%", statement),
        {**values, "source": source, "limit": MOST_TEXTS + 1},
    ).fetchall()
    found.cut = len(rows) > MOST_TEXTS
    for source_id, month, text in rows[:MOST_TEXTS]:
        times = occurrences(text, term)
        if not times:
            continue
        found.times[month] += times
        found.texts[month] += 1
        found.by_source[source_id] += times
    return found


def occurrences(text: str, term: str) -> int:
    """How often a word stands in a text that the index gave for it: where a plain look finds none,
    line breaks or width may hide it, or it stands in another form of the word alone."""
    return exactly(text, term) or exactly(fold(text).text, fold(term).text)


def exactly(text: str, term: str) -> int:
    """How often a word stands in a text as written, in either script and case; an English word as
    a whole."""
    return len(_whole(simplify(term).lower()).findall(simplify(text).lower()))


@lru_cache(128)
def _whole(term: str) -> re.Pattern[str]:
    letter = re.compile(LETTER)
    before = rf"(?<!{LETTER})" if letter.match(term[:1]) else ""
    after = rf"(?!{LETTER})" if letter.match(term[-1:]) else ""
    return re.compile(before + re.escape(term) + after)


def characters(archive: Archive, source: str) -> dict[str, tuple[int, int]]:
    """Month -> characters and texts of all pages."""
    rows = archive.conn.execute(_ALL, {"source": source})
    return {month: (chars or 0, texts) for month, chars, texts in rows if month}


_CHANGES = """
SELECT c.id, c.new_first_seen, p.title, p.canonical_url, s.name, c.ops, ft.text, tt.text
FROM changes c JOIN pages p ON p.id = c.page_id JOIN sources s ON s.id = c.source_id
JOIN versions fv ON fv.id = c.from_version_id JOIN versions tv ON tv.id = c.to_version_id
JOIN texts ft ON ft.id = fv.text_id JOIN texts tt ON tt.id = tv.text_id
WHERE c.kind = 'content' AND c.ops IS NOT NULL AND c.score > 0
    AND (:source = '' OR c.source_id = :source)
    AND (fv.text_id IN (SELECT rowid FROM (%FOUND%))
        OR tv.text_id IN (SELECT rowid FROM (%FOUND%)))
ORDER BY c.id DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change with which a word came or went."""

    change: int
    when: str
    title: str
    source: str
    before: int
    after: int
    line: Line


def turns(archive: Archive, term: str, source: str, most: int = 60) -> list[Turn]:
    """The changes after which a word stands more or less often, newest first."""
    asked = finding(f'"{term.replace(chr(34), " ")}"')
    if asked is None:
        return []
    statement = _CHANGES.replace("%FOUND%", asked[0])
    values = {**asked[1], "source": source, "limit": 400}
    found = []
    for change, when, title, url, name, ops, old, new in archive.conn.execute(statement, values):
        before, after = exactly(old or "", term), exactly(new or "", term)
        if before != after:
            near = list(touching(read_ops(json.loads(ops)), old, new, term))
            found.append(
                Turn(change, when, title or url, name, before, after, excerpt(near, old, new))
            )
    return found[:most]


def touching(ops: Iterable[Op], old: str, new: str, term: str) -> Iterator[Op]:
    """The edits inside which, or across whose edges, a word stood or stands."""
    wide = len(term)
    for op in ops:
        if op.op is OpKind.EQUAL or op.noise:
            continue
        here = old[max(0, op.a[0] - wide) : op.a[1] + wide]
        there = new[max(0, op.b[0] - wide) : op.b[1] + wide]
        if exactly(here, term) != exactly(there, term):
            yield op


@dataclass(frozen=True, slots=True)
class Swap:
    """One word in another's place, how often, and the changes that did it."""

    old: str
    new: str
    times: int
    changes: tuple[int, ...]


_OPS = """
SELECT c.id, c.ops, ft.text, tt.text FROM changes c
JOIN versions fv ON fv.id = c.from_version_id JOIN versions tv ON tv.id = c.to_version_id
JOIN texts ft ON ft.id = fv.text_id JOIN texts tt ON tt.id = tv.text_id
WHERE c.kind = 'content' AND c.score > 0 AND length(c.ops) < 1000000
    AND (:source = '' OR c.source_id = :source)
ORDER BY c.id DESC LIMIT :limit
"""


def swaps(archive: Archive, source: str, most: int = 60) -> list[Swap]:
    """Short replacements of the newest changes, the most frequent first."""
    seen: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for change, ops, old, new in archive.conn.execute(
        _OPS, {"source": source, "limit": MOST_CHANGES}
    ):
        for pair in _pairs(json.loads(ops), old or "", new or ""):
            seen[pair].append(change)
    ranked = sorted(seen.items(), key=lambda item: (-len(item[1]), -item[1][0]))
    return [
        Swap(old, new, len(changes), tuple(dict.fromkeys(changes)))
        for (old, new), changes in ranked[:most]
    ]


def _pairs(ops: list[dict[str, Any]], old: str, new: str) -> Iterator[tuple[str, str]]:
    for op in ops:
        if op["op"] not in ("replace", "mask", "unmask") or op["noise"]:
            continue
        before, after = old[slice(*op["a"])].strip(), new[slice(*op["b"])].strip()
        if 0 < len(before) <= TERM_CHARS and 0 < len(after) <= TERM_CHARS:
            yield before, after
