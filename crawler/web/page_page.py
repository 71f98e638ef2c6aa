"""`/-/pages/<id>`: one page's life: versions, states, looks, and what it said on a day."""

from typing import Any

from crawler.errors import UnknownName
from crawler.store import Archive
from crawler.web.asking import Answer, Asked, redirect
from crawler.web.changes_shown import changes_where
from crawler.web.templating import html
from crawler.web.timeline import Timeline, timeline

# ruff: noqa: S608 - statements are put together from text of our own

#: versions and looks that the page lists; the picture takes more looks
LISTED = 200
DRAWN = 20_000

_PAGE = """
SELECT coalesce(p.joined_with, p.id), p.canonical_url, p.title, p.published, p.state,
    p.state_since, p.source_id, s.name, p.first_seen_at, p.last_checked_at, p.next_check_at,
    p.failures, p.site, p.key, p.version_id
FROM pages p JOIN sources s ON s.id = p.source_id WHERE p.id = ?
"""
_PAGE_KEYS = (
    "id", "url", "title", "published", "state", "state_since", "source", "source_name",
    "first_seen_at", "last_checked_at", "next_check_at", "failures", "site", "key", "version",
)  # fmt: skip
_OURS = "(SELECT id FROM pages WHERE id = ?1 OR joined_with = ?1)"
_VERSIONS = f"""
SELECT v.id, v.as_of, v.origin, e.title, t.characters, t.sha256, e.rule,
    (SELECT c.id FROM changes c WHERE c.to_version_id = v.id AND c.kind = 'content'
        ORDER BY c.id DESC LIMIT 1),
    (SELECT c.score FROM changes c WHERE c.to_version_id = v.id AND c.kind = 'content'
        ORDER BY c.id DESC LIMIT 1)
FROM versions v JOIN extractions e ON e.id = v.extraction_id JOIN texts t ON t.id = v.text_id
WHERE v.page_id IN {_OURS} AND NOT v.superseded ORDER BY v.as_of, v.id
"""
_VERSION_KEYS = (
    "id", "as_of", "origin", "title", "characters", "sha256", "rule", "change", "score"
)  # fmt: skip
_LOOKS = f"""
SELECT o.id, o.started_at, o.outcome, o.origin, o.reason, o.status, o.final_url, o.body_sha256,
    o.body_bytes, o.version_id, o.as_of
FROM observations o WHERE o.page_id IN {_OURS} ORDER BY o.id DESC LIMIT ?2
"""
_LOOK_KEYS = (
    "id", "started_at", "outcome", "origin", "reason", "status", "final_url", "body_sha256",
    "body_bytes", "version", "as_of",
)  # fmt: skip
_STATES = f"""
SELECT new_first_seen, to_state FROM changes
WHERE page_id IN {_OURS} AND kind = 'state' AND to_state IS NOT NULL ORDER BY id
"""


def page(archive: Archive, asked: Asked) -> Answer:
    """The page; raises UnknownName."""
    found = _page(archive, asked.id())
    number = found["id"]
    if number != asked.id():
        return redirect(asked.url(f"-/pages/{number}"))
    versions = _dicts(archive, _VERSIONS, _VERSION_KEYS, number)
    looks = _dicts(archive, _LOOKS, _LOOK_KEYS, number, DRAWN)
    return html(
        "page.html",
        asked,
        page=found,
        versions=versions[-LISTED:],
        versions_in_all=len(versions),
        looks=looks[:LISTED],
        looks_in_all=_count(archive, number),
        picture=_picture(archive, found, versions, looks),
        changes=changes_where(archive, "c.page_id = :page", "c.id DESC", LISTED, page=number),
        timemap=asked.url(f"-/timemap/link/{found['url']}"),
        feed={
            "title": found["source_name"],
            "url": asked.url(f"-/feeds/sources/{found['source']}.atom"),
        },
    )


def on_day(archive: Archive, asked: Asked) -> Answer:
    """What a page said on a day (`?day=2026-03-01`), by the version that stood at its end."""
    found = _page(archive, asked.id())
    day = asked.text("day")
    try:
        version = archive.find_version(f"{found['url']}@{day}")
    except ValueError as error:
        raise UnknownName(f"{day!r} is no day", "write it as 2026-03-01") from error
    return redirect(asked.url(f"-/versions/{version.id}", day=day))


def _page(archive: Archive, number: int) -> dict[str, Any]:
    row = archive.conn.execute(_PAGE, (number,)).fetchone()
    if row is None:
        raise UnknownName(f"there is no page {number}", "the list of pages has them all")
    return dict(zip(_PAGE_KEYS, row, strict=True))


def _dicts(
    archive: Archive, query: str, keys: tuple[str, ...], *values: object
) -> list[dict[str, Any]]:
    rows = archive.conn.execute(query, values)
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _count(archive: Archive, number: int) -> int:
    query = f"SELECT count(*) FROM observations WHERE page_id IN {_OURS}"
    return int(archive.conn.execute(query, (number,)).fetchone()[0])


def _picture(
    archive: Archive,
    found: dict[str, Any],
    versions: list[dict[str, Any]],
    looks: list[dict[str, Any]],
) -> Timeline | None:
    if not looks:
        return None
    states = [
        (str(when), str(state)) for when, state in archive.conn.execute(_STATES, (found["id"],))
    ]
    began = min(look["as_of"] for look in looks)
    return timeline(
        [(row["id"], row["as_of"], row["origin"]) for row in versions],
        [(began, "live"), *states],
        [(look["as_of"], look["outcome"], look["origin"]) for look in reversed(looks)],
        found["last_checked_at"] or looks[0]["started_at"],
    )
