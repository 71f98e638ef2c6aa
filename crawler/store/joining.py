"""Pages found to be one article: by the key that the article itself names, within its site.

Nothing is deleted: the page's addresses go over to the one that carries the key already, and its
rows stay and are read with that one's.
"""

import sqlite3
from typing import NamedTuple

from crawler.model import EventDraft, PageKey
from crawler.store.records import clean
from crawler.store.work import Work


class Survivor(NamedTuple):
    """The page that an article turns out to be."""

    page_id: int
    version_id: int | None
    text_sha256: str | None
    canonical_url: str
    source_id: str


_SURVIVOR = """
SELECT p.id, p.version_id, t.sha256, p.canonical_url, p.source_id
FROM pages mine {join} LEFT JOIN versions v ON v.id = p.version_id
LEFT JOIN texts t ON t.id = v.text_id
WHERE mine.id = ?1
"""
_JOINED = _SURVIVOR.format(join="JOIN pages p ON p.id = mine.joined_with")
_OF_KEY = _SURVIVOR.format(
    join="JOIN pages k ON k.site = mine.site AND k.site = ?2 AND k.key = ?3 "
    "JOIN pages p ON p.id = coalesce(k.joined_with, k.id) AND p.id <> mine.id"
)


# A site that writes one article's key into all of its pages must not make one page of them.
MOST_UNLIKE = 3


def survivor(
    conn: sqlite3.Connection, page_id: int, key: PageKey | None, text_sha256: str
) -> Survivor | None:
    """The page that this one was joined with already, or another page of the same site that
    carries the key which the article names; not one that carries it for many articles."""
    row = conn.execute(_JOINED, (page_id,)).fetchone()
    if row is not None or key is None:
        return None if row is None else Survivor(*row)
    row = conn.execute(_OF_KEY, (page_id, clean(key.site), clean(key.key))).fetchone()
    if row is None:
        return None
    found = Survivor(*row)
    joined = conn.execute(
        "SELECT count(*) FROM pages WHERE joined_with = ?", (found.page_id,)
    ).fetchone()[0]
    unlike = found.text_sha256 not in (None, text_sha256)
    return None if unlike and joined >= MOST_UNLIKE else found


def join(work: Work, page_id: int, other_id: int) -> None:
    """From now on the page is read as the other one, and its addresses are that one's. A page that
    only copies knew is watched by whoever watched the one that is joined with it."""
    work.flush()
    work.conn.execute(
        "UPDATE pages SET watched = 1, (source_id, canonical_url, next_check_at) = "
        "(SELECT source_id, canonical_url, next_check_at FROM pages WHERE id = ?1) "
        "WHERE id = ?2 AND NOT watched AND (SELECT watched FROM pages WHERE id = ?1)",
        (page_id, other_id),
    )
    work.conn.execute(
        "UPDATE pages SET joined_with = ?2 WHERE id = ?1 OR joined_with = ?1", (page_id, other_id)
    )
    work.conn.execute("UPDATE addresses SET page_id = ?2 WHERE page_id = ?1", (page_id, other_id))


def promote(work: Work, page_id: int, url: str) -> None:
    """From now on another of its addresses is the one that a page is known and asked by."""
    work.conn.execute("UPDATE pages SET canonical_url = ? WHERE id = ?", (clean(url), page_id))


def adopt_key(work: Work, page_id: int, key: PageKey | None) -> None:
    """Give a page known by its URL alone the key that the article names, where nobody has it."""
    if key is None:
        return
    work.conn.execute(
        "UPDATE pages SET key = ?2 WHERE id = ?1 AND site = ?3 AND key LIKE 'url:%' "
        "AND NOT EXISTS (SELECT 1 FROM pages o WHERE o.site = ?3 AND o.key = ?2)",
        (page_id, clean(key.key), clean(key.site)),
    )


def disagreement(url: str, found: Survivor) -> EventDraft:
    """The event that two addresses of one article show different texts."""
    return EventDraft(
        "addresses_disagree",
        url,
        f"{url} names the same article as {found.canonical_url} and shows another text",
        "read both with `crawl show`; the text at the first address is the page's",
        found.source_id,
        found.page_id,
    )
