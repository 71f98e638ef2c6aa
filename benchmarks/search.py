"""Full-text search in a large archive: `python benchmarks/search.py [--texts 20000] [--real FILE]`.

Prints Markdown tables: size and speed of the index of words, beside FTS5's own tokenizers; then, by
the length of the query, whether it finds just the texts that have the words, and how long that
takes; then the filters. Queries are cut out of the texts. Times are of this process alone, so that
a busy machine does not count. Without `--real` texts are written by a chain over real ones; with
it they are the articles of a file with a paragraph a line (`/tag` behind words is taken off, a
short line without a full stop begins an article), and derived from them by edits.
"""

import argparse
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import passage_corpus as corpus
from passages import fill

from crawler.store import Archive, words
from crawler.text import fold, search_tokens, simplify

LENGTHS = {"zh": (1, 2, 3, 4, 8), "en": (1, 2, 3)}
#: texts that are taken in with one commit, as by the catch-up step
SLICE = 200
#: texts in the index of a peer
PEER_TEXTS = 10_000
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TAG = re.compile(r"/[A-Za-z]+\]?[A-Za-z]*$")
_STOP = "。！？”）.!?"


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=60, help="of each length")
    parser.add_argument("--lang", choices=["zh", "en"], action="append")
    parser.add_argument("--real", type=Path, help="Chinese text to take the articles from")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for lang in given.lang or ["zh", "en"]:
        made = (
            grown(given.real, given.texts, given.seed)
            if given.real and lang == "zh"
            else corpus.archive(lang, given.texts, given.seed)
        )
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive.open(Path(folder) / "archive.db")
            for line in measured(archive, made, given.queries):
                print(line, flush=True)
            archive.close()


def grown(path: Path, size: int, seed: int) -> corpus.Archive:
    """An archive of real articles and of what edits make of them, in any order."""
    draw = random.Random(seed)
    real = list(articles(path))[:size]
    texts = list(real)
    while len(texts) < size:
        source, other = draw.randrange(len(real)), texts[draw.randrange(len(texts))]
        texts.append(corpus.derived(real[source], other, "zh", draw))
    draw.shuffle(texts)
    return corpus.Archive(texts, list(range(size)), "zh")


def articles(path: Path) -> Iterator[str]:
    """The articles of a file with a paragraph a line."""
    article: list[str] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text = "".join(_TAG.sub("", word).lstrip("[") for word in line.split())
            title = len(text) < 40 and text[-1:] not in _STOP
            if text and title and article and article[-1][-1] in _STOP:
                yield "\n".join(article)
                article = []
            article += [text] if text else []
    yield "\n".join(article)


def measured(archive: Archive, made: corpus.Archive, count: int) -> Iterator[str]:
    """The tables of one language."""
    fill(archive, made.texts)
    archive.conn.execute("UPDATE texts SET indexed = 1")
    dress(archive, len(made.texts))
    text_bytes = sum(len(text.encode()) for text in made.texts)
    tokens, cut = timed(lambda: [search_tokens(text) for text in made.texts])
    _, written = timed(lambda: write(archive, tokens))
    size = index_bytes(archive.conn)
    _, merged = timed(lambda: merge(archive.conn))
    small = index_bytes(archive.conn)
    words.optimize(archive.conn)
    least = index_bytes(archive.conn)
    yield f"\n{made.lang}: {len(made.texts):,} texts, {text_bytes / 1e6:,.0f} MB of UTF-8\n"
    yield "| index of words | measured |"
    yield "| --- | --- |"
    yield f"| size to text as it comes to be | {size / text_bytes:.2f} ({size / 1e6:,.0f} MB) |"
    yield f"| when nothing waits any more | {small / text_bytes:.2f} |"
    yield f"| put together anew | {least / text_bytes:.2f} |"
    yield f"| tokens cut | {len(tokens) / cut:,.0f} texts a second |"
    yield f"| index written | {len(tokens) / written:,.0f} texts a second |"
    yield f"| merged at the end | {merged:.1f} s |"
    for tokenizer in ("trigram", "unicode61"):
        yield peer(made.texts[:PEER_TEXTS], tokenizer)
    unit = "characters" if made.lang == "zh" else "words"
    yield f"\n| {unit} | recall | precision | count ms p50 / p95 | search, top 20, ms p50 / p95 |"
    yield "| --- | --- | --- | --- | --- |"
    plain = [simplify(fold(text).text).lower() for text in made.texts]
    for length in LENGTHS[made.lang]:
        yield row(archive, made, plain, length, count)
    yield "\n| the 20 best of words of two | ms p50 / p95 |"
    yield "| --- | --- |"
    for name, narrowed in NARROWED.items():
        times = [
            timed(lambda q=query, n=narrowed: archive.search(f'"{q}"', **n))[1]
            for query in queries(made, 2, count)
        ]
        yield f"| {name} | {spread(times)} |"


NARROWED: dict[str, dict[str, Any]] = {
    "of one source": {"source": "s3"},
    "of one month": {"since": "2026-03-01", "until": "2026-03"},
    "of pages changed so": {"label": "negation"},
    "in removed text alone": {"removed": True},
}


def dress(archive: Archive, count: int) -> None:
    """Ten sources and a year of days; every tenth page went on to say what another one says, with
    a change of some label. Written by hand, as `fill` does."""
    conn = archive.conn
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("BEGIN")
    conn.execute("UPDATE pages SET source_id = 's' || (id % 10)")
    conn.execute(
        "UPDATE versions SET as_of = strftime('%Y-%m-%dT00:00:00.000Z', '2026-01-01', "
        "(id % 365) || ' days')"
    )
    conn.execute(
        "INSERT INTO versions (id, page_id, extraction_id, text_id, first_observation_id, as_of, "
        "origin) SELECT id + ?1, page_id, 1, 1 + (text_id + 7) % ?1, 1, as_of, 'here' "
        "FROM versions WHERE id % 10 = 0",
        (count,),
    )
    conn.execute("UPDATE pages SET version_id = id + ? WHERE id % 10 = 0", (count,))
    conn.execute(
        "INSERT INTO changes (sequence, source_id, page_id, kind, new_first_seen, "
        "new_first_observation_id, recorded_at, inserted, deleted, moved, masked, labels, score, "
        "coarse, fields, seeds, terms, origin) SELECT -id, source_id, id, 'content', '', 1, '', "
        """0, 0, 0, 0, CASE WHEN id % 50 THEN '["wording"]' ELSE '["negation"]' END, 0.2, """
        "0, '[]', '[]', '[]', 'here' FROM pages WHERE id % 10 = 0"
    )
    conn.execute("COMMIT")
    conn.execute("PRAGMA foreign_keys = ON")


def write(archive: Archive, tokens: Sequence[str]) -> None:
    """All entries, slice by slice."""
    for start in range(0, len(tokens), SLICE):
        archive.conn.execute("BEGIN")
        for number, one in enumerate(tokens[start : start + SLICE], start + 1):
            words.add(archive.conn, number, one)
        archive.conn.execute("COMMIT")


def merge(conn: sqlite3.Connection) -> None:
    """What the catch-up step does when no text waits, until there is nothing to do."""
    while True:
        before = conn.total_changes
        words.merge(conn)
        if conn.total_changes - before < words.STEPS:
            return


def index_bytes(conn: sqlite3.Connection) -> int:
    """The pages of the index."""
    size = conn.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'").fetchone()[0]
    return int(size)


def peer(texts: Sequence[str], tokenizer: str) -> str:
    """The size of another index over the same texts, merged whole."""
    with closing(sqlite3.connect("", isolation_level=None)) as conn:
        conn.execute(
            f"CREATE VIRTUAL TABLE search USING fts5 (t, content='', tokenize='{tokenizer}')"
        )
        conn.execute("BEGIN")
        conn.executemany("INSERT INTO search (t) VALUES (?)", ((text,) for text in texts))
        conn.execute("COMMIT")
        conn.execute("INSERT INTO search (search) VALUES ('optimize')")
        size = index_bytes(conn) / sum(len(text.encode()) for text in texts)
    return f"| beside it: {tokenizer}, {len(texts):,} texts, merged | {size:.2f} |"


def row(archive: Archive, made: corpus.Archive, plain: list[str], length: int, count: int) -> str:
    """One length of query."""
    hit = missed = extra = 0
    counted: list[float] = []
    searched: list[float] = []
    for query in queries(made, length, count):
        statement, values = words.finding(f'"{query}"') or ("", {})
        found = {n for n, _ in archive.conn.execute(statement, values)}
        has = as_written(query, made.lang)
        truth = {n for n, text in enumerate(plain, 1) if has.search(text)}
        hit += len(found & truth)
        missed += len(truth - found)
        extra += len(found - truth)
        counted.append(timed(lambda s=statement, v=values: number_of(archive, s, v))[1])
        searched.append(timed(lambda q=query: archive.search(f'"{q}"'))[1])
    return (
        f"| {length} | {hit / (hit + missed):.3f} | {hit / (hit + extra):.3f} "
        f"| {spread(counted)} | {spread(searched)} |"
    )


def number_of(archive: Archive, statement: str, values: dict[str, str]) -> int:
    """How many texts a statement gives."""
    return int(archive.conn.execute(f"SELECT count(*) FROM ({statement})", values).fetchone()[0])


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


def as_written(query: str, lang: str) -> re.Pattern[str]:
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
