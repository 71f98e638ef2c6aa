"""Full-text search in a large archive: `python benchmarks/search.py [--texts 20000]`.

Prints a Markdown table: size and speed of the index of words; then, by the length of the query,
whether it finds just the texts that have the words, and how long that takes. Queries are cut out
of the texts. Times are of this process alone, so that a busy machine does not count.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import passage_corpus as corpus
from passages import fill

from crawler.store import Archive
from crawler.text import fold, search_query, search_tokens, simplify

FOUND = "SELECT rowid FROM search WHERE search MATCH ?"
COUNTED = "SELECT count(*) FROM search WHERE search MATCH ?"
LENGTHS = {"zh": (1, 2, 3, 4, 8), "en": (1, 2, 3)}
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]{3,}")


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=60, help="of each length")
    parser.add_argument("--lang", choices=["zh", "en"], action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for lang in given.lang or ["zh", "en"]:
        made = corpus.archive(lang, given.texts, given.seed)
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive.open(Path(folder) / "archive.db")
            print("\n".join(measured(archive, made, given.queries)), flush=True)
            archive.close()


def measured(archive: Archive, made: corpus.Archive, count: int) -> Iterator[str]:
    """The tables of one language."""
    fill(archive, made.texts)
    archive.conn.execute("UPDATE texts SET indexed = 1")
    text_bytes = sum(len(text.encode()) for text in made.texts)
    tokens, cut = timed(lambda: [search_tokens(text) for text in made.texts])
    _, written = timed(lambda: write(archive, tokens))
    (size,) = archive.conn.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"
    ).fetchone()
    yield f"\n{made.lang}: {len(made.texts):,} texts, {text_bytes / 1e6:,.0f} MB of UTF-8\n"
    yield "| index of words | measured |"
    yield "| --- | --- |"
    yield f"| size to text | {size / text_bytes:.2f} ({size / 1e6:,.0f} MB) |"
    yield f"| tokens cut | {len(made.texts) / cut:,.0f} texts a second |"
    yield f"| index written | {len(made.texts) / written:,.0f} texts a second |"
    unit = "characters" if made.lang == "zh" else "words"
    yield f"\n| {unit} | recall | precision | count ms p50 / p95 | search, top 20, ms p50 / p95 |"
    yield "| --- | --- | --- | --- | --- |"
    plain = [simplify(fold(text).text).lower() for text in made.texts]
    for length in LENGTHS[made.lang]:
        yield row(archive, made, plain, length, count)


def write(archive: Archive, tokens: Sequence[str]) -> None:
    """All entries in one transaction, and merged as an index comes to be."""
    archive.conn.execute("BEGIN")
    archive.conn.executemany(
        "INSERT INTO search (rowid, tokens) VALUES (?, ?)", enumerate(tokens, 1)
    )
    archive.conn.execute("COMMIT")


def row(archive: Archive, made: corpus.Archive, plain: list[str], length: int, count: int) -> str:
    """One length of query."""
    hit = missed = extra = 0
    counted: list[float] = []
    searched: list[float] = []
    for query in queries(made, length, count):
        match = search_query(f'"{query}"')
        found = {n for (n,) in archive.conn.execute(FOUND, (match,))}
        has = words(query, made.lang)
        truth = {n for n, text in enumerate(plain, 1) if has.search(text)}
        hit += len(found & truth)
        missed += len(truth - found)
        extra += len(found - truth)
        counted.append(timed(lambda m=match: archive.conn.execute(COUNTED, (m,)).fetchone())[1])
        searched.append(timed(lambda q=query: archive.search(f'"{q}"'))[1])
    return (
        f"| {length} | {hit / (hit + missed):.3f} | {hit / (hit + extra):.3f} "
        f"| {spread(counted)} | {spread(searched)} |"
    )


def queries(made: corpus.Archive, length: int, count: int) -> Iterator[str]:
    """Words as they stand in the texts."""
    draw = random.Random(length)
    while count:
        text = made.texts[draw.randrange(len(made.texts))]
        if made.lang == "zh":
            runs = [run for run in _HAN.findall(text) if len(run) >= length]
            if not runs:
                continue
            run = draw.choice(runs)
            at = draw.randrange(len(run) - length + 1)
            yield run[at : at + length]
        else:
            found = _WORD.findall(text)
            at = draw.randrange(max(1, len(found) - length))
            query = " ".join(found[at : at + length])
            if query not in text:
                continue
            yield query
        count -= 1


def words(query: str, lang: str) -> re.Pattern[str]:
    """What a text must have; English words as they are written, so that more may be found."""
    plain = re.escape(simplify(fold(query).text).lower())
    return re.compile(plain if lang == "zh" else rf"(?<![^\W_]){plain}(?![^\W_])")


def timed(use: Callable[[], Any]) -> tuple[Any, float]:
    """What a function gives, and the processor time that it took."""
    start = time.process_time()
    found = use()
    return found, time.process_time() - start


def spread(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    return f"{1000 * cuts[9]:.2f} / {1000 * cuts[18]:.2f}"


if __name__ == "__main__":
    main()
