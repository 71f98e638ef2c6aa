"""`/-/terms?q=`: words over time, and words that took another's place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.store import Archive
from crawler.web.asking import Answer, Asked, csv_answer
from crawler.web.charts import WIDTH, Scale, Tick, round_up
from crawler.web.templating import html
from crawler.web.term_counts import Series, characters, series, swaps, turns

#: words of one plot, and characters of one
TERMS = 6
TERM_CHARS = 60
_MONTH = re.compile(r"\d{4}-\d{2}")
_WATCHED = """
SELECT c.id, c.new_first_seen, p.title, p.canonical_url, c.terms FROM changes c
JOIN pages p ON p.id = c.page_id WHERE c.terms <> '[]' ORDER BY c.id DESC LIMIT 40
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A word in one month."""

    x: float
    y: float
    month: str
    times: int
    texts: int
    rate: float


@dataclass(frozen=True, slots=True)
class Plot:
    """The words' curves: occurrences in 10,000 characters by month."""

    curves: tuple[tuple[str, tuple[Point, ...]], ...]
    months: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    width: float = WIDTH
    height: float = 240.0


def terms(archive: Archive, asked: Asked) -> Answer:
    """The page; without words, what took which one's place."""
    wanted = words_of(asked.text("q"))
    source = asked.text("source")
    every = characters(archive, source) if wanted else {}
    found = [series(archive, term, source) for term in wanted]
    return html(
        "terms.html",
        asked,
        q=asked.text("q"),
        as_csv=asked.url("-/terms.csv", **asked.query),
        wanted=wanted,
        source=source,
        series=found,
        every=every,
        months=sorted(month for month in every if _MONTH.fullmatch(month)),
        plot=plot(found, every),
        turns=[(term, turns(archive, term, source)) for term in wanted],
        swaps=[] if wanted else swaps(archive, source),
        watched=[] if wanted else _watched(archive),
        told={source_id for one in found for source_id in one.by_source},
        names=dict(archive.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall()),
    )


def terms_csv(archive: Archive, asked: Asked) -> Answer:
    """The plot's numbers: a row for each word and month."""
    source = asked.text("source")
    every = characters(archive, source)
    rows = (
        (term.term, month, term.times[month], term.texts[month], texts, chars)
        for term in (series(archive, word, source) for word in words_of(asked.text("q")))
        for month, (chars, texts) in sorted(every.items())
    )
    head = ("term", "month", "occurrences", "texts_with_term", "texts", "characters")
    return csv_answer(head, rows)


def words_of(query: str) -> list[str]:
    """The words that a query names, divided by commas or line ends, else by spaces."""
    parts = re.split(r"[,，、;；\n]+", query)
    if len(parts) == 1 and not re.search(r"[A-Za-z]", query):
        parts = query.split()
    cleaned = (part.strip().strip("\"'“”")[:TERM_CHARS] for part in parts)
    return list(dict.fromkeys(part for part in cleaned if part))[:TERMS]


def _watched(archive: Archive) -> list[dict[str, Any]]:
    """Changes with which a watched word came or went."""
    return [
        {"change": change, "when": when, "title": title or url, "terms": json.loads(told)}
        for change, when, title, url, told in archive.conn.execute(_WATCHED)
    ]


def plot(found: list[Series], every: dict[str, tuple[int, int]]) -> Plot | None:
    """The curves over all months that have texts; None where there is nothing to draw."""
    months = sorted(month for month in every if _MONTH.fullmatch(month))
    if not months or not any(one.times for one in found):
        return None
    top = round_up(max(_rate(one, month, every) for one in found for month in months))
    across = Scale(_number(months[0]), _number(months[-1]), 50.0, WIDTH - 12.0)
    up = Scale(0.0, top, 205.0, 14.0)
    curves = tuple(
        (
            one.term,
            tuple(
                Point(
                    across(_number(month)),
                    up(_rate(one, month, every)),
                    month,
                    one.times[month],
                    one.texts[month],
                    _rate(one, month, every),
                )
                for month in months
            ),
        )
        for one in found
    )
    return Plot(
        curves,
        tuple(_axis(_number(months[0]), _number(months[-1]), across)),
        tuple(Tick(up(top * part / 4), f"{top * part / 4:g}") for part in range(5)),
    )


def _rate(one: Series, month: str, every: dict[str, tuple[int, int]]) -> float:
    chars = every.get(month, (0, 0))[0]
    return one.times[month] * 10_000 / chars if chars else 0.0


def _axis(first: int, last: int, across: Scale) -> Iterator[Tick]:
    """Some months, evenly, the first and the last among them."""
    parts = min(6, last - first)
    for part in range(parts + 1):
        number = first + round((last - first) * part / max(1, parts))
        yield Tick(across(number), f"{(number - 1) // 12:04d}-{(number - 1) % 12 + 1:02d}")


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number)
