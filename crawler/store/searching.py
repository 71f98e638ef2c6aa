"""Full-text search over every version and seed copy, with the passage where the words stand."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from crawler.store.matching import Among, Matching
from crawler.store.snippets import snippet

# Words that stand in more texts are no longer ranked: their newest texts come first.
FREQUENT = 5_000
# Whoever asks for more hits, or for some sources alone, is given them from all texts.
MOST_SHOWN = 50
STANDING = frozenset({"live", "restored", "suspect", "blocked"})

# ruff: noqa: S608 - statements are put together from text of our own


@dataclass(frozen=True, slots=True)
class Only:
    """What a search is narrowed to: a source; versions by when they were served; pages with a
    change that has a label; what no page's current text says any more."""

    source: str | None = None
    since: str | None = None
    until: str | None = None
    label: str | None = None
    removed: bool = False


def search(conn: sqlite3.Connection, query: str, only: Only, limit: int) -> list[dict[str, Any]]:
    """The contract of `crawl search --json`: best hits first, one for each page or seed copy; of
    words that stand in thousands of texts the newest first."""
    from crawler.text import search_query

    if search_query(query) is None or limit < 1:
        return []
    if only != Only() or limit > MOST_SHOWN:
        matching = Matching.among(conn, query, _among(only))
    else:
        matching = Matching.newest(conn, query, FREQUENT)
    found: list[dict[str, Any]] = []
    for hit in _hits(conn, matching, only):
        if only.removed and not hit["removed"]:
            continue
        text = conn.execute("SELECT text FROM texts WHERE id = ?", (hit.pop("text"),)).fetchone()[0]
        found.append({**hit, **snippet(text or "", query)})
        if len(found) == limit:
            break
    return found


def _hits(conn: sqlite3.Connection, matching: Matching, only: Only) -> Iterator[dict[str, Any]]:
    """Pages and seed copies by rank, each once."""
    told: set[tuple[str, int]] = set()
    statement = _HITS.format(
        versions=" AND ".join(_of_versions(only)), seeds=" AND ".join(_of_seeds(only))
    )
    for scores in matching.best_first(conn):
        rows = conn.execute(statement, {"ranked": json.dumps(scores), **asdict(only)})
        for row in rows.fetchall():
            kind, owner = row[0], row[1]
            if (kind, owner) in told:
                continue
            told.add((kind, owner))
            if kind == "seed":
                yield _seed_hit(row)
            else:
                yield _page_hit(conn, row, matching)


# For each page, the latest version among equal ranks comes first.
_HITS = """
WITH hits AS MATERIALIZED (
    SELECT json_extract(value, '$[0]') AS text_id, json_extract(value, '$[1]') AS score
    FROM json_each(:ranked)
)
SELECT 'page', p.id, h.text_id, v.id, p.canonical_url, p.source_id, p.title, h.score, v.as_of
FROM hits h CROSS JOIN versions v ON v.text_id = h.text_id JOIN pages p ON p.id = v.page_id
WHERE {versions}
UNION ALL
SELECT 'seed', s.id, h.text_id, NULL, s.url, s.name, s.title, h.score, s.recorded_at
FROM hits h CROSS JOIN seeds s ON s.text_id = h.text_id
WHERE {seeds}
ORDER BY 8, 9 DESC, 1, 3, 2
"""


def _of_versions(only: Only) -> Iterator[str]:
    """What holds of a version `v` of a page `p` that a search is narrowed to."""
    yield "NOT v.superseded"
    if only.source is not None:
        yield "p.source_id = :source"
    yield from _of_days(only, "v.as_of")
    if only.label is not None:
        yield (
            "EXISTS (SELECT 1 FROM changes c, json_each(c.labels) g "
            "WHERE c.page_id = p.id AND g.value = :label)"
        )


def _of_seeds(only: Only) -> Iterator[str]:
    """What holds of a seed copy `s` that a search is narrowed to."""
    yield "s.current"
    if only.source is not None or only.label is not None or only.removed:
        yield "false"
    yield from _of_days(only, "s.recorded_at")


def _of_days(only: Only, moment: str) -> Iterator[str]:
    if only.since is not None:
        yield f"{moment} >= :since"
    if only.until is not None:
        yield f"substr({moment}, 1, length(:until)) <= :until"


def _among(only: Only) -> Among | None:
    """All texts that a narrowed search may find, and perhaps a few others: of a word that most
    texts have, to rank all of them takes half a second. As the conditions above, which hold of a
    few hits at a time, but from the side where the fewest rows are read."""
    if only == Only():
        return None
    conditions = " AND ".join(("NOT v.superseded", *_of_days(only, "v.as_of"), *_of_pages(only)))
    if only.source is not None or only.label is not None:
        rows = "pages p CROSS JOIN versions v ON v.page_id = p.id"
    elif only.removed:
        rows = "versions v CROSS JOIN pages p ON p.id = v.page_id"
    else:
        rows = "versions v"
    seeds = " AND ".join(_of_seeds(only))
    return Among(
        f"SELECT v.text_id FROM {rows} WHERE {conditions} "
        f"UNION ALL SELECT s.text_id FROM seeds s WHERE {seeds}",
        asdict(only),
    )


def _of_pages(only: Only) -> Iterator[str]:
    if only.source is not None:
        yield "p.source_id = :source"
    if only.label is not None:
        labels = "changes c, json_each(c.labels) g WHERE g.value = :label"
        yield f"p.id IN (SELECT c.page_id FROM {labels})"
    if only.removed:
        # Of a page that stands, its latest version is not removed; of another, its text decides.
        standing = ", ".join(f"'{state}'" for state in sorted(STANDING))
        yield f"(p.version_id IS NOT v.id OR p.state NOT IN ({standing}))"


def _seed_hit(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "version": None,
        "seed": row[5],
        "url": row[4],
        "source": None,
        "title": row[6],
        "removed": False,
        "text": row[2],
    }


def _page_hit(conn: sqlite3.Connection, row: tuple[Any, ...], matching: Matching) -> dict[str, Any]:
    """A page by its current version where that says it, else by the latest that did."""
    page_id = row[1]
    version_id, text_id, state = conn.execute(
        "SELECT v.id, v.text_id, p.state FROM pages p JOIN versions v ON v.id = p.version_id "
        "WHERE p.id = ?",
        (page_id,),
    ).fetchone()
    says = matching.has(conn, text_id)
    if not says:
        version_id, text_id = next(
            (one, text)
            for one, text in conn.execute(
                "SELECT id, text_id FROM versions WHERE page_id = ? AND NOT superseded "
                "ORDER BY as_of DESC, id DESC",
                (page_id,),
            )
            if matching.has(conn, text)
        )
    return {
        "version": version_id,
        "seed": None,
        "url": row[4],
        "source": row[5],
        "title": row[6],
        "removed": not says or state not in STANDING,
        "text": text_id,
    }
