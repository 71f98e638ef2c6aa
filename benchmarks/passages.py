"""The passage index of a large archive, beside datasketch: `python benchmarks/passages.py`.

Prints Markdown tables: size and speed of the index, and how often the source of a reprint, excerpt
or quotation is among the texts that are found. Times are of this
process alone, so that a busy machine does not count.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import passage_corpus as corpus

from crawler.store import Archive
from crawler.store.candidates import candidates

#: letters and digits in exact runs that make a found text a verified one
VERIFIED = 12
LIMIT = 200


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=300, help="of each kind")
    parser.add_argument("--peer-texts", type=int, default=5_000, help="0: without datasketch")
    parser.add_argument("--lang", choices=["zh", "en"], action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for lang in given.lang or ["zh", "en"]:
        made = corpus.archive(lang, given.texts, given.seed)
        asked = {kind: list(queries(made, kind, given.queries)) for kind in KINDS}
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive.open(Path(folder) / "archive.db")
            print("\n".join(ours(archive, made, asked)), flush=True)
            archive.close()
        if given.peer_texts:
            few = corpus.archive(lang, min(given.texts, given.peer_texts), given.seed)
            print("\n".join(peer(few, given.queries)), flush=True)


# -- queries ------------------------------------------------------------------------------------

Query = tuple[str, int]
KINDS: dict[str, Callable[[str, str, str, random.Random], str]] = {
    "reprint, other head and foot": lambda t, o, lang, d: corpus.reprint(t, lang, d),
    "1 to 5 edits": lambda t, o, lang, d: corpus.edited(t, d.randint(1, 5), lang, d),
    "15 % of sentences cut": lambda t, o, lang, d: corpus.shortened(t, d),
    "excerpt of 30 to 60 %": lambda t, o, lang, d: corpus.excerpt(t, o, d),
    "quotation": lambda t, o, lang, d: corpus.quoting(corpus.quotation(t, d), o, d),
    "quotation, 1 edit": lambda t, o, lang, d: corpus.quoting(
        corpus.edited(corpus.quotation(t, d), 1, lang, d), o, d
    ),
    "quotation, 2 edits": lambda t, o, lang, d: corpus.quoting(
        corpus.edited(corpus.quotation(t, d), 2, lang, d), o, d
    ),
    "quotation, masked": lambda t, o, lang, d: corpus.quoting(
        corpus.masked(corpus.quotation(t, d), d), o, d
    ),
}


def queries(made: corpus.Archive, kind: str, count: int) -> Iterator[Query]:
    """Texts derived from texts of the archive, with the number of their source. What surrounds a
    quotation is in the archive too, edited everywhere, so that it is not found itself."""
    draw = random.Random(f"{kind} {made.lang}")
    for _ in range(count):
        source = draw.randrange(len(made.texts))
        other = made.texts[draw.randrange(len(made.texts))]
        yield KINDS[kind](made.texts[source], other, made.lang, draw), source


# -- ours ---------------------------------------------------------------------------------------


def fill(archive: Archive, texts: list[str], first: int = 1) -> None:
    """Texts as current versions of a page each, by hand and without their looks."""
    conn, at = archive.conn, "2026-01-01T00:00:00.000Z"
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("BEGIN")
    numbered = list(enumerate(texts, first))
    conn.executemany(
        "INSERT INTO texts (id, sha256, fold_sha256, characters, text) VALUES (?, ?, '', ?, ?)",
        ((n, f"{n:064x}", len(text), text) for n, text in numbered),
    )
    conn.executemany(
        "INSERT INTO pages (id, source_id, site, key, canonical_url, first_seen_at, version_id) "
        "VALUES (?, 's', 's', ?, ?, ?, ?)",
        ((n, str(n), f"http://s.test/{n}", at, n) for n, _ in numbered),
    )
    conn.executemany(
        "INSERT INTO versions (id, page_id, extraction_id, text_id, first_observation_id, as_of, "
        "origin) VALUES (?, ?, 1, ?, 1, ?, 'here')",
        ((n, n, n, at) for n, _ in numbered),
    )
    conn.execute("COMMIT")
    conn.execute("PRAGMA foreign_keys = ON")


def ours(archive: Archive, made: corpus.Archive, asked: dict[str, list[Query]]) -> Iterator[str]:
    """The tables of our index."""
    conn = archive.conn
    conn.execute("PRAGMA wal_autocheckpoint = 1000")
    more = [corpus.reprint(text, made.lang, random.Random(7)) for text in made.texts[:200]]
    fill(archive, made.texts)
    start = time.process_time()
    while archive.index_waiting(200):
        pass
    built = time.process_time() - start
    text_bytes = sum(len(text.encode()) for text in made.texts)
    size = _bytes(archive, "passages")
    (rows,) = conn.execute("SELECT count(*) FROM passages").fetchone()
    fill(archive, more, len(made.texts) + 1)
    added = [_timed(lambda: archive.index_waiting(1)) for _ in more]
    yield f"\n{made.lang}: {len(made.texts):,} texts, {text_bytes / 1e6:,.0f} MB of UTF-8\n"
    yield "| index | measured |"
    yield "| --- | --- |"
    yield f"| fingerprints | {rows:,} |"
    yield f"| index of passages to text | {size / text_bytes:.2f} ({size / 1e6:,.0f} MB) |"
    search = _bytes(archive, "search_data")
    yield f"| index of words to text | {search / text_bytes:.2f} ({search / 1e6:,.0f} MB) |"
    yield f"| built, both indexes | {len(made.texts) / built:,.0f} texts a second |"
    yield f"| one text added to both and committed | {_spread(added)} |"
    yield "\n| query | found | found and verified | lookup ms p50 / p95 / p99 | with verification |"
    yield "| --- | --- | --- | --- | --- |"
    looked: list[float] = []
    verified: list[float] = []
    for kind, some in asked.items():
        found = [_asked(archive, query, 0) for query in some]
        sure = [_asked(archive, query, VERIFIED) for query in some]
        looked += [one[1] for one in found]
        verified += [one[1] for one in sure]
        yield (
            f"| {kind} | {_share(found)} | {_share(sure)} "
            f"| {_spread([one[1] for one in found])} | {_spread([one[1] for one in sure])} |"
        )
    yield f"| all | | | {_spread(looked)} | {_spread(verified)} |"


def _asked(archive: Archive, query: Query, letters: int) -> tuple[bool, float]:
    text, source = query
    start = time.process_time()
    found = candidates(archive.conn, text, LIMIT, letters)
    spent = time.process_time() - start
    return source + 1 in found.text_ids, spent


def _timed(use: Callable[[], object]) -> float:
    start = time.process_time()
    use()
    return time.process_time() - start


def _bytes(archive: Archive, table: str) -> int:
    query = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"
    return int(archive.conn.execute(query, (table,)).fetchone()[0])


def _share(answers: list[tuple[bool, float]]) -> str:
    return f"{sum(found for found, _ in answers) / len(answers):.3f}"


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return " / ".join(f"{1000 * cuts[at]:.1f}" for at in (49, 94, 98))


# -- datasketch ---------------------------------------------------------------------------------


def peer(made: corpus.Archive, count: int) -> Iterator[str]:
    """The same queries by MinHash and banding over runs of five characters."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return

    def hashed(text: str) -> object:
        found = MinHash(num_perm=128)
        plain = "".join(char for char in text if char.isalnum())
        found.update_batch({plain[n : n + 5].encode() for n in range(max(1, len(plain) - 4))})
        return found

    index = MinHashLSH(threshold=0.5, num_perm=128)
    start = time.process_time()
    for number, text in enumerate(made.texts):
        index.insert(number, hashed(text))
    built = time.process_time() - start
    speed = f"{len(made.texts) / built:,.0f} texts a second"
    yield f"\ndatasketch (MinHash of 128, threshold 0.5): {len(made.texts):,} texts, {speed}\n"
    yield "| query | found | ms p50 / p95 / p99 |"
    yield "| --- | --- | --- |"
    for kind in KINDS:
        answers = []
        for text, source in queries(made, kind, min(count, 100)):
            begin = time.process_time()
            found = index.query(hashed(text))
            answers.append((source in found, time.process_time() - begin))
        yield f"| {kind} | {_share(answers)} | {_spread([one[1] for one in answers])} |"


if __name__ == "__main__":
    main()
