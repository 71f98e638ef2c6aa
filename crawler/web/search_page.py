"""`/-/search?q=`: full text over every version and seed copy, removed words among them."""

from typing import Any

from crawler.store import Archive
from crawler.text import search_query
from crawler.web.asking import Answer, Asked, csv_answer, json_answer
from crawler.web.templating import html

LINES = 30
MOST = 300

#: the change with which a version's words went
_GONE_BY = """
SELECT id, new_first_seen FROM changes WHERE from_version_id = ? AND (to_version_id <> ?1
    OR to_state IN ('gone', 'emptied', 'redirected')) ORDER BY id DESC LIMIT 1
"""
_AS_OF = "SELECT as_of FROM versions WHERE id = ?"


def search(archive: Archive, asked: Asked) -> Answer:
    """The form and what was found; an odd query is a sentence, never an error."""
    query = asked.text("q")
    limit = asked.number("limit", LINES, 1, MOST)
    found, more = _found(archive, asked, query, limit)
    return html(
        "search.html",
        asked,
        q=query,
        hits=found,
        unsearched=archive.unsearched() if query else 0,
        nothing_to_find=bool(query) and search_query(query) is None,
        names=dict(archive.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall()),
        label_names=_labels(archive),
        as_json=_as(asked, "json"),
        as_csv=_as(asked, "csv"),
        more=asked.here(limit=min(limit * 2, MOST)) if more and limit < MOST else None,
    )


def search_json(archive: Archive, asked: Asked) -> Answer:
    """The contract of `crawl search --json`, with the same filters."""
    return json_answer(_found(archive, asked, asked.text("q"), MOST)[0])


def search_csv(archive: Archive, asked: Asked) -> Answer:
    """The same as a table."""
    found, _ = _found(archive, asked, asked.text("q"), MOST)
    return csv_answer(_COLUMNS, ([hit[column] for column in _COLUMNS] for hit in found))


_COLUMNS = ("version", "seed", "url", "source", "title", "snippet", "removed", "as_of")


def _as(asked: Asked, form: str) -> str:
    """This search in another form."""
    return asked.url(f"-/search.{form}", **asked.query)


def _found(
    archive: Archive, asked: Asked, query: str, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """The hits, and whether there are more."""
    if not query:
        return [], False
    hits = archive.search(
        query,
        source=asked.text("source") or None,
        since=asked.text("since") or None,
        until=asked.text("until") or None,
        label=asked.text("label") or None,
        removed=bool(asked.text("removed")),
        limit=limit + 1,
    )
    return [_with_history(archive, hit) for hit in hits[:limit]], len(hits) > limit


def _with_history(archive: Archive, hit: dict[str, Any]) -> dict[str, Any]:
    """The hit with its moment and, where its words are gone, the change that took them."""
    version = hit["version"]
    if version is None:
        return {**hit, "as_of": None, "gone_by": None}
    gone = archive.conn.execute(_GONE_BY, (version,)).fetchone() if hit["removed"] else None
    as_of = archive.conn.execute(_AS_OF, (version,)).fetchone()[0]
    return {**hit, "as_of": as_of, "gone_by": gone}


def _labels(archive: Archive) -> list[str]:
    rows = archive.conn.execute(
        "SELECT DISTINCT g.value FROM (SELECT labels FROM changes ORDER BY id DESC LIMIT 5000) c, "
        "json_each(c.labels) g ORDER BY 1"
    )
    return [row[0] for row in rows]
