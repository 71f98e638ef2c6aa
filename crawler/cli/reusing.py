"""`crawl reuse TEXT`: where the passages of a text stand, as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crawler.cli.base import Settings
from crawler.cli.output import plural, say, shorten, write_lines
from crawler.cli.times import shown

if TYPE_CHECKING:
    from crawler.cli.operands import Operand
    from crawler.store import Archive

Row = Mapping[str, Any]
#: columns of a passage that are shown
_PASSAGE_COLUMNS = 100


def show_passages(settings: Settings, query: str, min_chars: int, *, as_json: bool) -> None:
    """The passages of one text that stand elsewhere: a line for each place with `as_json`, else
    each passage once, and under it every text that has it."""
    from crawler.cli.operands import passage_source
    from crawler.copies import reuse

    asked = passage_source(settings, query)
    need_length(asked, query, min_chars)
    with settings.archive() as archive:
        rows = reuse(
            archive, asked.text, min_chars=min_chars, page_id=asked.page_id, seed=asked.seed
        )
        if as_json:
            write_lines(rows)
            return
        _show(settings, archive, asked.text, list(rows), min_chars)


def need_length(asked: Operand, query: str, min_chars: int) -> None:
    """Raises UsageError for a text that is shorter than any passage, as a misspelt name is."""
    from crawler.errors import UsageError
    from crawler.text import fold

    if (length := len(fold(asked.text).text)) < min_chars:
        what = " is no file and no seed copy, and as a text it" if asked.id == "" else ": it"
        raise UsageError(
            f"{shorten(query, 60)!r}{what} has {plural(length, 'character')}",
            f"a passage counts from {min_chars} on (--min-chars)",
        )


def _show(
    settings: Settings, archive: Archive, text: str, rows: Sequence[Row], min_chars: int
) -> None:
    where = settings.zone()

    @cache
    def text_of(seed: str | None, version: int) -> str:
        return archive.seed(seed).text if seed else archive.find_version(str(version)).text

    passages = 0
    # Lines of one passage follow each other: rarity and length are the passage's own.
    for (start, end), lines in groupby(rows, key=lambda row: tuple(row["query"])):
        passages += 1
        say(shorten(text[start:end], _PASSAGE_COLUMNS), bold=True)
        for number, places in enumerate(by_text(lines)):
            one = places[0]
            if number == 0:
                say(f"  {plural(one['chars'], 'character')}, rarity {one['rarity']:.2f}")
            told = standing(places, text_of(one["seed"], one["version"]))
            since = f", since {shown(one['first_seen'], where)}" if one["first_seen"] else ""
            say(f"  seed copy {one['seed']}" if one["seed"] else f"  {one['url']}")
            say(f"    {told}{since}")
    texts = len({(row["seed"], None if row["seed"] else row["url"]) for row in rows})
    within = f", in {plural(texts, 'text')}" if rows else ""
    say(f"{plural(passages, 'passage')} of {min_chars} characters or more{within}")


def by_text(rows: Iterable[Row]) -> list[list[Row]]:
    """The places of one passage, those of one text together, in the order of their first."""
    found: dict[tuple[str | None, int | None], list[Row]] = {}
    for row in rows:
        found.setdefault((row["seed"], row["version"]), []).append(row)
    return list(found.values())


def standing(places: Sequence[Row], text: str) -> str:
    """How and where one passage stands in a text: `word for word in 2 places: paragraphs 5 and
    31`, and those with edits after that."""
    parts = []
    for exact, how in ((True, "word for word"), (False, "with edits")):
        spans = sorted(tuple(row["found"]) for row in places if row["exact"] is exact)
        if spans:
            several = f" in {len(spans)} places:" if len(spans) > 1 else " in"
            parts.append(f"{how}{several} {_paragraphs(spans, text)}")
    return "; ".join(parts)


def _paragraphs(spans: Sequence[tuple[int, ...]], text: str) -> str:
    named = Counter(_numbers(text, start, end) for start, end in spans)
    shown = list(_named(named))
    word = "paragraph" if len(shown) == 1 and "–" not in shown[0] else "paragraphs"
    head, last = ", ".join(shown[:-1]), shown[-1]
    return f"{word} {head} and {last}" if head else f"{word} {last}"


def _named(numbers: Mapping[str, int]) -> Iterator[str]:
    for number, times in numbers.items():
        yield number if times == 1 else f"{number} ({times} times)"


def _numbers(text: str, start: int, end: int) -> str:
    """The paragraphs that a span stands in, counted from one: `5` or `5–7`."""
    first = text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end)
    return str(first) if first == last else f"{first}–{last}"
