"""A real browser on pages that are heavy, and on pages that were written to do harm."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")

LOADED = """
const [shown] = performance.getEntriesByType("navigation");
return shown.loadEventEnd - shown.startTime;
"""
PATHS = (
    "/", "/-/changes?all=1", "/-/pages", "/-/pages/1", "/-/versions/1", "/-/diff/1/2", "/-/seeds",
    "/-/seeds/governing-the-party-2025", "/-/search?q=alert", "/-/terms?q=alert", "/-/events",
    "/-/changes/3", "/-/changes/10?view=inline",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _clean(clean_console: None) -> None:
    """No test leaves a line on the console."""


@pytest.fixture(scope="module")
def harmful(harmed: Path, serve: Any) -> Iterator[str]:
    """The address of an archive full of harmful words."""
    with serve(harmed) as home:
        yield home


@pytest.mark.parametrize("path", PATHS)
def test_harmful_words_do_nothing(browser: Any, harmful: str, screen: Any, path: str) -> None:
    """No dialogue opens, nothing of theirs becomes an element, and every line fits a phone."""
    screen(390)
    browser.get(harmful + path)
    assert browser.find_elements("css selector", "script, img, iframe, [onerror]") == []
    assert browser.find_element("css selector", "h1").is_displayed()
    links = browser.execute_script("return [...document.links].map(one => one.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", browser.page_source)


@pytest.mark.parametrize("view", ["side", "inline"])
def test_a_long_text_with_many_edits_opens_within_a_second(
    browser: Any, serve: Any, edited: tuple[Path, int], screen: Any, view: str
) -> None:
    """20,000 characters and 300 edits, from the request to the end of loading: the quickest of
    three, for other work on the machine must not count."""
    path, change = edited
    screen(1280)
    with serve(path) as home:
        took = []
        for _ in range(3):
            browser.get(f"{home}/-/changes/{change}?view={view}")
            took.append(browser.execute_script(LOADED))
        assert len(browser.find_elements("css selector", ".redline ins")) > 290
    assert min(took) < 1_000
