"""Datasette's own pages of the archive with our words about it: search boxes, tables, canned
queries as HTML, JSON and CSV."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from datasette.app import Datasette

from crawler.web.queries import QUERIES

NEW = hasattr(Datasette, "allowed")


@pytest.fixture(scope="module")
def explained(crawled: Path, files: tuple[Path, Path, Path], browsed: Any) -> Any:
    """Datasette as `crawl browse` starts it, with the files that explain the archive."""
    given: dict[str, Any] = {"metadata": yaml.safe_load(files[0].read_text("utf-8"))}
    if NEW:
        given["config"] = yaml.safe_load(files[2].read_text("utf-8"))
    else:
        given["settings"] = json.loads(files[1].read_text("utf-8"))
    return type(browsed)(Datasette([str(crawled)], **given), crawled, browsed.loop)


def rows(shown: Any, path: str) -> list[dict[str, Any]]:
    """The rows of a table or query, as JSON and as CSV."""
    table, _, query = path.partition("?")
    found: list[dict[str, Any]] = json.loads(
        shown.page(f"{table}.json?{query}&_shape=array&_size=max")
    )
    as_csv = list(csv.DictReader(io.StringIO(shown.page(f"{table}.csv?{query}&_size=max"))))
    assert len(as_csv) == len(found)
    return found


@pytest.mark.parametrize(
    "query",
    ["伪忠诚", "偽忠誠", "从严治党", "党", "忠诚 从严", '"全面从严治党体系"', "governing parties"],
)
@pytest.mark.parametrize("table", ["texts", "latest_versions"])
def test_the_search_box_finds_what_our_search_finds(explained: Any, table: str, query: str) -> None:
    found = rows(explained, f"/archive/{table}?_search={quote(query)}")
    assert found
    ours = {
        hit["version"] for hit in json.loads(explained.page(f"/-/search.json?q={quote(query)}"))
    }
    if table == "latest_versions":
        assert {row["version"] for row in found} <= ours
    assert len(found) < explained.one(f"SELECT count(*) FROM {table}")
    page = explained.page(f"/archive/{table}?_search={quote(query)}")
    assert 'type="search"' in page


@pytest.mark.parametrize("query", ['"', "*", "NEAR(", "忠诚 OR", "-", "'"])
def test_odd_words_in_the_search_box(explained: Any, query: str) -> None:
    assert explained.get(f"/archive/texts?_search={quote(query)}").status_code == 200


def test_a_table_says_what_it_is_and_leads_to_our_pages(explained: Any) -> None:
    page = explained.page("/archive/recent_changes")
    assert "Weight of the edit: 0 is form alone" in page
    for path in ("/-/changes/10", "/-/pages/", "/-/versions/"):
        assert f'href="{path}' in page
    assert re.search(r"_facet|facet-info", page)
    changes = explained.page("/archive/changes")
    assert "A page passing from one version" in changes


def test_the_database_page_is_one_link_away(explained: Any) -> None:
    assert 'href="/archive"' in explained.page("/")
    page = explained.page("/archive")
    told = page + (explained.page("/archive/-/queries") if NEW else "")
    for query in QUERIES:
        assert f"/archive/{query.name}" in told or f"/archive/-/queries/{query.name}" in told


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_canned_queries_as_html_json_and_csv(explained: Any, query: Any) -> None:
    page = explained.page(f"/archive/{query.name}")
    assert query.title in page
    found = rows(explained, f"/archive/{query.name}?")
    if query.name in ("weighty_edits", "what_vanished", "seed_copies", "looks_by_day"):
        assert found


@pytest.mark.parametrize("given", [{"names": ["衡水湖"]}, {"names": "衡水湖"}, [], None, "x"])
def test_edits_are_labelled_with_the_words_of_the_user(
    crawled: Path, tmp_path: Path, browsed: Any, given: Any
) -> None:
    path = tmp_path / "named.db"
    path.write_bytes(crawled.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        for version, words in ((1, "会议在衡水湖举行。"), (2, "会议在白洋淀举行。")):
            connection.execute(
                "UPDATE texts SET text = ? WHERE id = "
                "(SELECT text_id FROM versions WHERE id = ?)", (words, version),
            )  # fmt: skip
        connection.commit()
    plugins: dict[str, Any] = {"plugins": {"palimpsest": {"gazetteer": given}}}
    told: dict[str, Any] = {"config": plugins} if NEW else {"metadata": plugins}
    shown = type(browsed)(Datasette([str(path)], **told), path, browsed.loop)
    labels = json.loads(shown.page("/-/diff/1/2.json"))["labels"]
    assert ("name" in labels) == (given == {"names": ["衡水湖"]})
