"""Datasette's rules hold for our pages, and its settings for our addresses."""

import sys
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

NEW = hasattr(Datasette, "allowed")


@pytest.mark.parametrize("path", ["/", "/-/changes", "/-/search?q=x", "/-/versions/1.txt"])
def test_a_database_that_is_closed_is_closed(crawled: Path, browsed: Any, path: str) -> None:
    closed = {"databases": {"archive": {"allow": False}}}
    words: dict[str, Any] = {"config": closed} if NEW else {"metadata": closed}
    datasette = Datasette([str(crawled)], **words)
    answer = browsed.loop.run_until_complete(datasette.client.get(path))
    assert answer.status_code == 403
    assert "求是" not in answer.text


def test_below_another_address(crawled: Path, open_archive: Any) -> None:
    shown = open_archive(crawled, base_url="/kept/")
    page = shown.page("/")  # Datasette's own client puts the address before it
    assert 'href="/kept/-/changes"' in page
    assert 'href="/-/' not in page
    assert shown.get("/-/changes?order=x").status_code == 200
    assert 'href="/kept/?lang=zh"' in page


def test_the_plugin_is_found_by_its_entry_point() -> None:
    from importlib.metadata import entry_points

    (found,) = entry_points(group="datasette", name="palimpsest")
    assert found.value == "crawler.web"
    assert sys.modules["crawler.web"] is found.load()
