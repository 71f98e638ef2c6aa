"""The sources of sources.toml in the archive, the hosts' memory, and pages watched by hand."""

# ruff: noqa: S608 - statements are put together from names of our own

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

from crawler.errors import UsageError
from crawler.model import HostState, Link, ListingIntent, PageKey, Source
from crawler.store.listings import commit_listing
from crawler.store.pages import is_watched, is_withheld, page_id_at
from crawler.store.transaction import immediate, writing
from crawler.store.work import Work

_HOST_COLUMNS = tuple(field.name for field in fields(HostState))


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the archive knows of a source's listings. Moments are ISO texts."""

    source_id: str
    last_listed_at: str | None
    last_success_at: str | None
    next_listing_at: str | None
    first_pass_at: str | None
    backfilled_at: str | None


def sync(conn: sqlite3.Connection, sources: Sequence[Source], now: str) -> None:
    """Write the sources down as they are configured now; the others are removed, not forgotten.
    A source that names `formerly` takes over the history of its old ids."""
    with immediate(conn):
        conn.executemany(_UPSERT, [_row(source, now) for source in sources])
        conn.execute(
            "UPDATE sources SET removed_at = ?, next_listing_at = NULL WHERE removed_at IS NULL "
            "AND id NOT IN (SELECT value FROM json_each(?))",
            (now, json.dumps([source.id for source in sources])),
        )
        for source in sources:
            for old in source.formerly:
                _take_over(conn, old, source.id)


_UPSERT = """
INSERT INTO sources (id, name, kind, url, lang, tags, enabled, max_gap_s, max_interval_s, young_s,
    added_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, url = excluded.url, lang = excluded.lang,
    tags = excluded.tags, enabled = excluded.enabled, max_gap_s = excluded.max_gap_s,
    max_interval_s = excluded.max_interval_s, young_s = excluded.young_s, removed_at = NULL
"""


def _row(source: Source, now: str) -> tuple[object, ...]:
    return (
        source.id,
        source.name or source.id,
        source.kind,
        source.urls[0] if source.urls else None,
        json.dumps(source.lang),
        json.dumps(source.tags, ensure_ascii=False),
        source.enabled,
        source.max_gap_s,
        source.max_interval_s,
        source.young_s,
        now,
    )


def _take_over(conn: sqlite3.Connection, old: str, new: str) -> None:
    """Rows of a source under its former id come to stand under the new one."""
    for table in ("pages", "addresses", "observations", "changes", "events", "sightings"):
        conn.execute(f"UPDATE {table} SET source_id = ? WHERE source_id = ?", (new, old))


def source_states(conn: sqlite3.Connection) -> list[SourceState]:
    """All sources that are not removed."""
    rows = conn.execute(
        "SELECT id, last_listed_at, last_success_at, next_listing_at, first_pass_at, "
        "backfilled_at FROM sources WHERE removed_at IS NULL ORDER BY rowid"
    )
    return [SourceState(*row) for row in rows]


def mark_listed(
    conn: sqlite3.Connection,
    source_id: str,
    *,
    next_listing_at: str | None = None,
    first_pass_at: str | None = None,
    backfilled_at: str | None = None,
) -> None:
    """Set when a source is to be listed next, and that its first pass or backfill has ended;
    what is None stays."""
    conn.execute(
        "UPDATE sources SET next_listing_at = coalesce(?, next_listing_at), "
        "first_pass_at = coalesce(first_pass_at, ?), "
        "backfilled_at = coalesce(?, backfilled_at) WHERE id = ?",
        (next_listing_at, first_pass_at, backfilled_at, source_id),
    )


def host_states(
    conn: sqlite3.Connection, hosts: Iterable[str] | None = None
) -> dict[str, HostState]:
    """What is remembered of these hosts (of all when None), by host."""
    query = f"SELECT {', '.join(_HOST_COLUMNS)} FROM hosts"
    if hosts is None:
        rows = conn.execute(query)
    else:
        wanted = (json.dumps(list(hosts)),)
        rows = conn.execute(query + " WHERE host IN (SELECT value FROM json_each(?))", wanted)
    return {row[0]: HostState(*row) for row in rows}


def keep_hosts(conn: sqlite3.Connection, hosts: Iterable[HostState]) -> None:
    """Remember the hosts as they are now; inside the caller's transaction."""
    kept = ", ".join(f"{name} = excluded.{name}" for name in _HOST_COLUMNS[1:])
    conn.executemany(
        f"INSERT INTO hosts ({', '.join(_HOST_COLUMNS)}) "
        f"VALUES ({', '.join('?' * len(_HOST_COLUMNS))}) ON CONFLICT (host) DO UPDATE SET {kept}",
        [astuple(host) for host in hosts],
    )


MANUAL = "manual"


def watch_manual(conn: sqlite3.Connection, url: str, key: PageKey | None, now: str) -> int:
    """Watch one URL in the source `manual`, which is made when it is not there; the page's id."""
    page_id = page_id_at(conn, url)
    if page_id is not None and is_watched(conn, page_id):
        return page_id
    if page_id is not None and is_withheld(conn, page_id):
        raise UsageError(f"{url} was withheld, and is not asked for", "see `crawl log` of it")
    with writing(conn, now) as transaction:
        conn.execute(
            "INSERT OR IGNORE INTO sources (id, name, kind, max_gap_s, max_interval_s, young_s, "
            "added_at) VALUES (?, ?, 'page', ?, ?, ?, ?)",
            (MANUAL, MANUAL, _USUAL.max_gap_s, _USUAL.max_interval_s, _USUAL.young_s, now),
        )
        intent = ListingIntent(
            0, MANUAL, "", (), (Link(url, key=key or _page_key(url)),), due_at=now
        )
        commit_listing(Work(transaction), intent)
    found = page_id_at(conn, url)
    assert found is not None  # noqa: S101 - it was just written
    return found


_USUAL = Source(MANUAL, "page")


def _page_key(url: str) -> PageKey:
    from crawler.discover import page_key

    return page_key(url)
