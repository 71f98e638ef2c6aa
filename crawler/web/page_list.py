"""`/-/pages`: the page at a URL, or all pages, by source and words of their titles."""

from typing import Any

from crawler.errors import UnknownName
from crawler.store import Archive
from crawler.web.asking import Answer, Asked, redirect
from crawler.web.templating import html

LINES = 60

_LIST = """
SELECT p.id, p.canonical_url, p.title, p.state, p.source_id, s.name, p.published, p.last_checked_at,
    (SELECT count(*) FROM versions v WHERE v.page_id = p.id AND NOT v.superseded)
FROM pages p JOIN sources s ON s.id = p.source_id
WHERE p.joined_with IS NULL AND (:source = '' OR p.source_id = :source)
    AND (:state = '' OR p.state = :state) AND (:before = 0 OR p.id < :before)
    AND (:words = '' OR instr(p.title, :words) OR instr(p.canonical_url, :words))
ORDER BY p.id DESC LIMIT :limit
"""
_KEYS = ("id", "url", "title", "state", "source", "source_name", "published", "checked", "versions")


def by_url(archive: Archive, asked: Asked) -> Answer:
    """To the page that `url` names, else the list."""
    address = asked.text("url")
    if address:
        return redirect(asked.url(f"-/pages/{page_id(archive, address)}"))
    wanted: dict[str, Any] = {name: asked.text(name) for name in ("source", "state", "words")}
    before = asked.number("before", 0)
    rows = archive.conn.execute(_LIST, {**wanted, "before": before, "limit": LINES + 1}).fetchall()
    found = [dict(zip(_KEYS, row, strict=True)) for row in rows[:LINES]]
    return html(
        "pages.html",
        asked,
        pages=found,
        wanted=wanted,
        sources=archive.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall(),
        earlier=asked.here(before=found[-1]["id"]) if len(rows) > LINES else None,
        later=asked.here(before=None) if before else None,
    )


def page_id(archive: Archive, url: str) -> int:
    """The page that a URL names, also one whose versions were never read; raises UnknownName."""
    found = archive.due_at([url])
    if found:
        return found[0].page.page_id
    versions = archive.versions_of(url)
    if not versions:
        raise UnknownName(f"{url} is not in the archive", f"`crawl once {url}` keeps it")
    return versions[0].page_id
