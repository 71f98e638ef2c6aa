"""The passage index of a large archive, beside datasketch: `python benchmarks/passages.py`.

Prints Markdown tables: size and speed of the index, and how often the source of a reprint, excerpt
or quotation is among the texts that are found: asked with the quotation alone, and with a whole
text of another origin that quotes it. *As well held*: the source is among them, or a text that
holds as many letters of what was quoted (when a mask or edit leaves nothing but a phrase that
hundreds of texts hold). Times are of this process alone; each query is asked once, after one of
another text that loads the tables. With `--keep FOLDER` the archive is made once and asked again;
`--english FOLDER` holds more real English (passage_english.py says which); `--draw N` asks other
queries of the same archive.
"""

import argparse
import pickle
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import passage_corpus as corpus
import passage_english

from crawler.compare.extending import Query as Held
from crawler.store import Archive
from crawler.store.candidates import candidates
from crawler.store.passages import fingerprints_of, kept
from crawler.store.words import add, remove
from crawler.text import fingerprints, search_tokens

#: letters and digits in exact runs that make a found text a verified one
VERIFIED = 12
#: texts that are asked for, and verified
LIMIT = 50


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=300, help="of each kind")
    parser.add_argument("--peer-texts", type=int, default=5_000, help="0: without datasketch")
    parser.add_argument("--lang", choices=["zh", "en"], action="append")
    parser.add_argument("--seed", type=int, default=1, help="of the archive")
    parser.add_argument("--draw", type=int, default=1, help="of the queries")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where archives are kept")
    parser.add_argument("--english", type=Path, metavar="FOLDER", help="further real English")
    parser.add_argument("--queries-only", action="store_true", help="of an archive that was kept")
    given = parser.parse_args()
    english = list(passage_english.texts(given.english)) if given.english else []
    for lang in given.lang or ["zh", "en"]:
        with tempfile.TemporaryDirectory() as passing:
            folder = given.keep or Path(passing)
            more = english if lang == "en" else []
            made = _made(folder / f"{lang}.pickle", lang, given.texts, given.seed, more)
            asked = {
                kind: list(queries(made, kind, given.queries, given.draw)) for kind in kinds(lang)
            }
            file = folder / f"{lang}{given.texts}.db"
            known = file.exists()
            archive = Archive.open(file)
            if not known:
                fill(archive, made.texts)
                bulk(archive, made.texts)
            if not given.queries_only:
                print("\n".join(index_table(archive, made)), flush=True)
            for line in query_table(archive, made, asked):
                print(line, flush=True)
            archive.close()
        if given.peer_texts:
            few = corpus.archive(lang, min(given.texts, given.peer_texts), given.seed, more)
            print("\n".join(peer(few, given.queries, given.draw)), flush=True)


def _made(file: Path, lang: str, size: int, seed: int, more: list[str]) -> corpus.Archive:
    """The texts, from the file where they were kept."""
    if file.exists():
        made = corpus.Archive(*pickle.loads(file.read_bytes()))
        if len(made.texts) == size:
            return made
    made = corpus.archive(lang, size, seed, more)
    file.write_bytes(pickle.dumps((made.texts, made.origin, made.lang)))
    return made


# -- queries ------------------------------------------------------------------------------------


class Query(NamedTuple):
    """A text to ask with, the number of its source, and what of it comes from there."""

    text: str
    source: int
    quoted: str


QUOTED: dict[str, Callable[[str, str, random.Random], str]] = {
    "quotation": lambda q, lang, d: q,
    "quotation, 1 edit": lambda q, lang, d: corpus.edited(q, 1, lang, d),
    "quotation, 2 edits": lambda q, lang, d: corpus.edited(q, 2, lang, d),
    "quotation, masked": lambda q, lang, d: corpus.masked(q, d),
}
WHOLE: dict[str, Callable[[str, str, str, random.Random], str]] = {
    "reprint, other head and foot": lambda t, o, lang, d: corpus.reprint(t, lang, d),
    "1 to 5 edits": lambda t, o, lang, d: corpus.edited(t, d.randint(1, 5), lang, d),
    "15 % of sentences cut": lambda t, o, lang, d: corpus.shortened(t, d),
    "excerpt of 30 to 60 %": lambda t, o, lang, d: corpus.excerpt(t, o, d),
}
_WHERE = ("alone", "in a text")
KINDS = [*WHOLE, *(f"{name}, {where}" for name in QUOTED for where in _WHERE)]
#: what 30 to 90 Chinese characters say takes three times as many English letters or more
LONGER, TIMES = "20 to 60 words: ", 3
LONGER_KINDS = [f"{LONGER}{name}, {where}" for name in QUOTED for where in _WHERE]


def kinds(lang: str) -> list[str]:
    """The kinds of queries of a language."""
    return KINDS + LONGER_KINDS * (lang == "en")


def queries(made: corpus.Archive, kind: str, count: int, number: int) -> Iterator[Query]:
    """Texts derived from texts of the archive, with the number of their source, by the draw of this
    number. What surrounds a quotation stands in the archive too."""
    draw = random.Random(f"{kind} {made.lang} {number}")
    for _ in range(count):
        source = draw.randrange(len(made.texts))
        other = made.texts[draw.randrange(len(made.texts))]
        if kind in WHOLE:
            text = WHOLE[kind](made.texts[source], other, made.lang, draw)
            yield Query(text, source, text)
            continue
        name, where = kind.removeprefix(LONGER).rsplit(", ", 1)
        taken = corpus.quotation(made.texts[source], draw, TIMES if LONGER in kind else 1)
        quoted = QUOTED[name](taken, made.lang, draw)
        text = quoted if where == "alone" else corpus.quoting(quoted, other, draw)
        yield Query(text, source, quoted)


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


def bulk(archive: Archive, texts: list[str]) -> None:
    """Both indexes of texts that stand on a page each, in the order of the index, which takes a
    tenth of the time of one text after the other."""
    conn = archive.conn
    found = [{kept(value) for value, _ in fingerprints_of(text)} for text in texts]
    hashes = np.fromiter((value for values in found for value in values), np.int64)
    owners = np.repeat(np.arange(1, len(texts) + 1), [len(values) for values in found])
    order = np.lexsort((owners, hashes))
    conn.execute("PRAGMA foreign_keys = OFF")
    for some in np.array_split(order, 1 + len(order) // 1_000_000):
        rows = zip(hashes[some].tolist(), owners[some].tolist(), strict=True)
        conn.execute("BEGIN")
        conn.executemany("INSERT INTO passages VALUES (?, ?, NULL)", rows)
        conn.execute("COMMIT")
    for start in range(0, len(texts), 2_000):
        words = ((n + 1, search_tokens(texts[n])) for n in range(len(texts))[start:][:2_000])
        conn.execute("BEGIN")
        for text_id, tokens in words:
            add(conn, text_id, tokens)
        conn.execute("COMMIT")
    conn.execute("UPDATE texts SET indexed = 1")
    conn.execute("PRAGMA foreign_keys = ON")


def index_table(archive: Archive, made: corpus.Archive) -> Iterator[str]:
    """What our index takes and costs."""
    text_bytes = sum(len(text.encode()) for text in made.texts)
    size = _bytes(archive, "passages")
    (rows,) = archive.conn.execute("SELECT count(*) FROM passages").fetchone()
    yield f"\n{made.lang}: {len(made.texts):,} texts, {text_bytes / 1e6:,.0f} MB of UTF-8\n"
    yield "| index | measured |"
    yield "| --- | --- |"
    yield f"| fingerprints | {rows:,} |"
    yield f"| index of passages to text | {size / text_bytes:.2f} ({size / 1e6:,.0f} MB) |"
    search = _bytes(archive, "search_data")
    yield f"| index of words to text | {search / text_bytes:.2f} ({search / 1e6:,.0f} MB) |"
    yield f"| one text added to both and committed | {_spread(_added(archive, made))} |"


def query_table(
    archive: Archive, made: corpus.Archive, asked: dict[str, list[Query]]
) -> Iterator[str]:
    """How well and how soon queries are answered."""
    yield "\n| query | characters | source found | as well held | ms p50 / p95 / p99 | coarse |"
    yield "| --- | --- | --- | --- | --- | --- |"
    everything: list[Answer] = []
    # The first query of a process loads its tables.
    _asked(archive, Query(made.texts[0], 0, made.texts[0]))
    for kind, some in asked.items():
        answers = [_asked(archive, query) for query in some]
        held = [_held(made, *pair) for pair in zip(some, answers, strict=True)]
        size = statistics.mean(len(query.text) for query in some)
        found = statistics.mean(query.source + 1 in answer.texts for query, answer in
                                zip(some, answers, strict=True))  # fmt: skip
        yield (
            f"| {kind} | {size:,.0f} | {found:.3f} | {statistics.mean(held):.3f} "
            f"| {_spread([answer.seconds for answer in answers])} "
            f"| {statistics.mean(answer.coarse for answer in answers):.2f} |"
        )
        everything += answers
    yield f"| all of them | | | | {_spread([answer.seconds for answer in everything])} | |"


class Answer(NamedTuple):
    """The texts that were found and verified, and how long it took."""

    texts: tuple[int, ...]
    seconds: float
    coarse: bool


def _asked(archive: Archive, query: Query) -> Answer:
    """The answer, and how long it took the one time."""
    start = time.process_time()
    found = candidates(archive.conn, query.text, LIMIT, VERIFIED)
    spent = time.process_time() - start
    return Answer(found.text_ids, spent, found.coarse)


def _held(made: corpus.Archive, query: Query, answer: Answer) -> bool:
    """Whether the source is among the texts, or one that holds as much of what was quoted."""
    if query.source + 1 in answer.texts:
        return True
    places = [at for _, at in fingerprints(query.quoted)]
    held = Held(query.quoted, places)
    least = max(VERIFIED, held.shared(made.texts[query.source], places))
    return any(held.shared(made.texts[one - 1], places) >= least for one in answer.texts)


def _added(archive: Archive, made: corpus.Archive) -> list[float]:
    """How long each of 200 reprints takes; they are taken out again."""
    conn, first = archive.conn, len(made.texts) + 1
    more = [corpus.reprint(text, made.lang, random.Random(7)) for text in made.texts[:200]]
    conn.execute("PRAGMA wal_autocheckpoint = 1000")
    fill(archive, more, first)
    spent = [_timed(lambda: archive.index_waiting(1)) for _ in more]
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("BEGIN")
    for n, text in enumerate(more, first):
        remove(conn, n, search_tokens(text))
        values = ((kept(value), n) for value, _ in fingerprints_of(text))
        conn.executemany("DELETE FROM passages WHERE hash = ? AND owner_text_id = ?", values)
    for table in ("versions", "pages", "texts"):
        conn.execute(f"DELETE FROM {table} WHERE id >= ?", (first,))
    conn.execute("COMMIT")
    conn.execute("PRAGMA foreign_keys = ON")
    return spent


def _timed(use: Callable[[], object]) -> float:
    start = time.process_time()
    use()
    return time.process_time() - start


def _bytes(archive: Archive, table: str) -> int:
    query = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"
    return int(archive.conn.execute(query, (table,)).fetchone()[0])


def _spread(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return " / ".join(f"{1000 * cuts[at]:.1f}" for at in (49, 94, 98))


# -- datasketch ---------------------------------------------------------------------------------


def peer(made: corpus.Archive, count: int, number: int) -> Iterator[str]:
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
        found, spent = [], []
        for text, source, _ in queries(made, kind, min(count, 100), number):
            begin = time.process_time()
            found.append(source in index.query(hashed(text)))
            spent.append(time.process_time() - begin)
        yield f"| {kind} | {statistics.mean(found):.3f} | {_spread(spent)} |"


if __name__ == "__main__":
    main()
