"""A page of ours about one thing walks through no table that grows with the archive."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.store import Archive
from crawler.web.asking import Answer, Asked
from crawler.web.routes import ROUTES


@pytest.fixture(scope="module")
def walks_of(module_at: Callable[[str], ModuleType]) -> Any:
    """Collects the walks through large tables of what is done inside it."""
    return module_at("store/plans.py").walks_of


def got(archive: Archive, path: str, **query: str) -> Answer:
    """The page at a path."""
    for pattern, page in ROUTES:
        if match := re.match(pattern, path):
            now = datetime(2026, 4, 1, tzinfo=UTC)
            parts: Mapping[str, str] = match.groupdict()
            return page(archive, Asked(path, parts, query, "/", "http://x", "a", "en", now))
    raise AssertionError(path)


def things(archive: Archive) -> dict[str, Any]:
    """A change with both its versions, their page, bytes and text, and a seed copy."""
    change, page, old, new, url = archive.conn.execute(
        "SELECT c.id, c.page_id, c.from_version_id, c.to_version_id, p.canonical_url "
        "FROM changes c JOIN pages p ON p.id = c.page_id WHERE c.kind = 'content' "
        "AND c.from_version_id IS NOT NULL ORDER BY c.id LIMIT 1"
    ).fetchone()
    row = archive.find_version(str(new))
    named = {"body": row.body_sha256, "text": row.text_sha256, "seed": archive.seeds()[0].id}
    return {"change": change, "page": page, "old": old, "new": new, "url": url, **named}


@pytest.mark.parametrize(
    "path",
    [
        "/-/changes/{change}",
        "/-/changes/{change}.json",
        "/-/changes/{change}.html",
        "/-/changes?seed={seed}",
        "/-/changes?page={page}",
        "/-/pages?url={url}",
        "/-/pages/{page}",
        "/-/pages/{page}/on?day=2026-03-09",
        "/-/versions/{old}",
        "/-/versions/{new}",
        "/-/bodies/{body}",
        "/-/diff/{old}/{new}",
        "/-/seeds",
        "/-/seeds/{seed}",
        "/-/texts/{text}",
        "/-/timemap/link/{url}",
        "/-/feeds/seeds/{seed}.atom",
    ],
)
def test_a_page_about_one_thing_walks_through_no_large_table(
    crawled: Path, walks_of: Any, path: str
) -> None:
    with Archive.open(crawled, mode="read") as archive:
        place, _, query = path.format(**things(archive)).partition("?")
        asked = dict([query.split("=", 1)]) if query else {}
        with walks_of(archive.conn) as walks:
            assert got(archive, place, **asked).status in (200, 302)
    assert walks == []


def test_the_change_behind_each_hit_is_found_by_an_index(crawled: Path, walks_of: Any) -> None:
    """Of each hit that no page shows any more, the change that took it away is looked up."""
    with Archive.open(crawled, mode="read") as archive, walks_of(archive.conn) as walks:
        assert got(archive, "/-/search", q="建设", removed="1").status == 200
    assert [walk for walk in walks if "from_version_id" in walk] == []
