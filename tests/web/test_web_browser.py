"""A real browser on our pages: a person's walk, the console, the rules of accessibility (axe-core).

Skipped where there is no Chromium with its driver, or no Selenium."""

import itertools
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")
SEED = "governing-the-party-2025"


@pytest.fixture(scope="module")
def address(crawled: Path, serve: Any) -> Iterator[str]:
    """Datasette serving the archive on loopback, as `crawl browse` does."""
    with serve(crawled) as home:
        yield home


@pytest.fixture(autouse=True)
def _clean(clean_console: None) -> None:
    """No test leaves a line on the console."""


def test_from_the_front_page_to_a_citation(browser: Any, address: str, screen: Any) -> None:
    """Front page → the edit of the Qiushi speech → the copy that it touches → a citation."""
    screen(1280)
    browser.get(address)
    edit = browser.find_element("xpath", "//li[contains(., '制度陷阱')]")
    assert "touches the copy" in edit.text
    edit.find_element("css selector", "h3 a").click()
    assert "健全全面从严治党体系" in browser.find_element("css selector", "h1").text
    cut = browser.find_element("css selector", ".redline del")
    assert cut.is_displayed()
    browser.find_element("link text", "Inline").click()
    assert browser.find_element("css selector", ".redline.inline").is_displayed()
    browser.find_element("css selector", ".label.seed").click()
    assert f"/-/seeds/{SEED}" in browser.current_url
    assert browser.find_element("css selector", "p.changed del").is_displayed()
    browser.find_element("xpath", "//section | //ul[@class='hits']//a[contains(., '健全')]")
    browser.find_element("css selector", "#changes + ul a").click()
    browser.find_element("link text", "Cite").click()
    assert browser.current_url.endswith("#cite")
    citation = browser.find_element("css selector", "#cite .copy").text
    assert "changed between 2026-03-0" in citation
    assert "sha256:" in citation


PAGES = {
    "front": "/",
    "changes": "/-/changes",
    "pages": "/-/pages",
    "seeds": "/-/seeds",
    "seed": f"/-/seeds/{SEED}",
    "search": "/-/search?q=%E5%BF%A0%E8%AF%9A",
    "terms": "/-/terms?q=%E5%85%A8%E9%9D%A2%E4%BB%8E%E4%B8%A5%E6%B2%BB%E5%85%9A",
    "swaps": "/-/terms",
    "events": "/-/events",
    "version": "/-/versions/2",
    "page": "/-/pages/1",
    "diff": "/-/diff/1/2",
    "change": "/-/changes/3",
    "reprints": "text",
}


def axe_source() -> str:
    """axe-core as a package for tests brings it."""
    try:
        package = resources.files("axe_core_python")
    except ModuleNotFoundError:
        pytest.skip("axe-core-python is not installed")
    return package.joinpath("axe.min.js").read_text("utf-8")


RUN = """
const done = arguments[arguments.length - 1];
axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
  .then(found => done(found.violations.map(
    one => [one.id, one.help, one.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])))
  .catch(problem => done(String(problem)));
"""


@pytest.mark.parametrize("name", PAGES)
def test_contrast_labels_and_width(
    browser: Any, address: str, browsed: Any, screen: Any, name: str
) -> None:
    digest = browsed.one("SELECT sha256 FROM texts WHERE fold_sha256 IN "
                         "(SELECT fold_sha256 FROM reprints) LIMIT 1")  # fmt: skip
    path = f"/-/texts/{digest}" if PAGES[name] == "text" else PAGES[name]
    for pixels, dark in ((1280, False), (390, True)):
        screen(pixels, dark)
        browser.get(address + path)
        browser.execute_script(axe_source())
        assert browser.execute_async_script(RUN) == [], (name, pixels)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= pixels, f"{name} is {wide} pixels wide on a screen of {pixels}"


def test_the_keyboard_alone(browser: Any, address: str, screen: Any) -> None:
    screen(1280)
    browser.get(address)
    body = browser.find_element("css selector", "body")
    body.send_keys("\ue004")  # Tab
    first = browser.switch_to.active_element
    assert first.text == "To the text"
    assert first.is_displayed()
    first.send_keys("\ue007")  # Enter
    assert browser.switch_to.active_element.get_attribute("id") == "main"


def test_nothing_of_a_page_runs(browser: Any, address: str, browsed: Any) -> None:
    """Even where markup slipped through, the policy holds."""
    browser.get(address + "/-/versions/1")
    ran = browser.execute_async_script(
        """const done = arguments[0]; window.ran = false;
        const script = document.createElement("script");
        script.textContent = "window.ran = true"; document.body.append(script);
        setTimeout(() => done(window.ran), 50);"""
    )
    assert ran is False
    refused = [line["message"] for line in browser.get_log("browser")]
    assert len(refused) == 1
    assert "Content Security Policy" in refused[0]


FIELDS = """
const fields = [...document.querySelectorAll("form.filters > label:not(.check)")];
return fields.map(field => {
  const box = field.getBoundingClientRect();
  const asked = field.querySelector("input, select").getBoundingClientRect();
  return [Math.round(box.top), Math.round(asked.bottom), Math.round(asked.height)];
});
"""


@pytest.mark.parametrize("path", ["/-/search?q=%E5%BF%A0%E8%AF%9A", "/-/changes", "/-/pages"])
@pytest.mark.parametrize("pixels", [1280, 390])
def test_the_fields_of_a_form_stand_on_one_line(
    browser: Any, address: str, screen: Any, path: str, pixels: int
) -> None:
    """Labels begin, and fields end, at the same height in each line; every field is as high."""
    screen(pixels)
    browser.get(address + path)
    fields = browser.execute_script(FIELDS)
    assert len(fields) >= 3
    assert len({height for _, _, height in fields}) == 1
    lines = {top for top, _, _ in fields}
    assert len({(top, bottom) for top, bottom, _ in fields}) == len(lines)
    assert all(b - a > 40 for a, b in itertools.pairwise(sorted(lines)))


WORDS_AND_BARS = """
const of = one => [...document.querySelectorAll(one)].map(x => {
  const box = x.getBoundingClientRect(); return [box.top, box.bottom]; });
return [of("figure svg g text"), of("figure svg rect.track")];
"""


@pytest.mark.parametrize("pixels", [1280, 390])
def test_the_bars_of_a_text_stand_below_their_words(
    browser: Any, address: str, browsed: Any, screen: Any, pixels: int
) -> None:
    digest = browsed.one("SELECT sha256 FROM texts WHERE fold_sha256 IN "
                         "(SELECT fold_sha256 FROM reprints) LIMIT 1")  # fmt: skip
    screen(pixels)
    browser.get(f"{address}/-/texts/{digest}")
    words, bars = browser.execute_script(WORDS_AND_BARS)
    assert len(words) == len(bars) >= 2
    for (_, end), (start, _) in zip(words, bars, strict=True):
        assert end <= start + 1
    for (_, end), (start, _) in zip(bars, words[1:], strict=False):
        assert end <= start + 1
