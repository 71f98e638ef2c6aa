"""Families of reprints: who prints one article, and what each page has of the oldest."""

import json
from itertools import combinations, pairwise
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.cli.root import crawl
from crawler.reprints import families

HEAD = "本报讯　记者某某　责任编辑某\n"


def catch_up(press: Any) -> None:
    while press.archive.index_waiting():
        pass


@pytest.fixture
def article(press: Any, prose: Any) -> dict[str, str]:
    """An article, two reprints of it, a text that quotes it, and another one printed twice."""
    text = prose(1, 500)
    found = {
        "reprint": press.publish(1, HEAD + text.replace("。", "，"), published="2026-01-03"),
        "original": press.publish(0, text, published="2026-01-01"),
        "edited": press.publish(2, text[:200] + "另有说法" + text[210:], published="2026-01-02"),
        "quoting": press.publish(3, prose(2) + text[:120] + prose(3)),
        "second": press.publish(3, prose(4), published="2026-01-01"),
        "third": press.publish(4, prose(4), published="2026-01-05"),
    }
    catch_up(press)
    return found


def test_a_family_is_led_by_its_oldest_page(press: Any, article: dict[str, str]) -> None:
    large, small = families(press.archive)
    urls = [one.page.url for one in large.prints]
    assert urls == [article["original"], article["edited"], article["reprint"]]
    assert [one.page.url for one in small.prints] == [article["second"], article["third"]]
    assert (small.prints[1].of_original, small.prints[1].of_page) == (1.0, 1.0)
    assert large.prints[2].of_original == 1.0
    assert 0.9 < large.prints[2].of_page < 1.0
    assert 0.9 < large.prints[1].of_original < 1.0


def test_families_of_one_source(press: Any, article: dict[str, str]) -> None:
    (only,) = families(press.archive, source="outlet1")
    assert article["reprint"] in [one.page.url for one in only.prints]
    assert list(families(press.archive, source="elsewhere")) == []


BLOCKS = 14


@st.composite
def prints(draw: Any) -> list[tuple[int, ...]]:
    """Pages as blocks of text in some order, many of them much like an earlier page."""
    pages: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(2, 9))):
        own = draw(st.lists(st.integers(0, BLOCKS - 1), min_size=1, max_size=10))
        if pages and draw(st.integers(0, 2)):
            like = list(draw(st.sampled_from(pages)))
            own = [*own[: draw(st.integers(0, 4))], *like[draw(st.integers(0, 3)) :]]
        # A page that says one thing over and over is known by its saying it once.
        pages.append(tuple(dict.fromkeys(own)) or (0,))
    return pages


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=prints(), english=st.booleans())
def test_families_are_what_pairs_join(
    building: Any, tmp_path_factory: Any, prose: Any, pages: list[tuple[int, ...]], english: bool
) -> None:
    """The same as laying every page beside every other one, and joining those of which each holds
    60 % of the other."""
    from crawler.compare.holding import Letters

    blocks = [prose(n, 60 + 17 * (n % 5)) for n in range(BLOCKS)]
    if english:
        blocks = [
            " ".join(f"{ord(a):x}{ord(b):x}q" for a, b in pairwise(one[:40])) for one in blocks
        ]
    texts = ["\n".join(blocks[at] for at in page) for page in pages]
    world = building.World(tmp_path_factory.mktemp("families") / "archive.db")
    world.listing(*(str(number) for number in range(len(texts))))
    for number, text in enumerate(texts):
        world.look(str(number), text)
    while world.archive.index_waiting():
        pass
    found = {
        frozenset(int(one.page.url.rsplit("/", 1)[1]) for one in family.prints)
        for family in families(world.archive)
    }
    world.close()
    laid = [Letters(text) for text in texts]
    joined = {number: {number} for number in range(len(texts))}
    for one, other in combinations(range(len(texts)), 2):
        if min(laid[one].held_by(laid[other]), laid[other].held_by(laid[one])) >= 0.6:
            joined[one] |= joined[other]
            for member in joined[one]:
                joined[member] = joined[one]
    assert found == {frozenset(one) for one in joined.values() if len(one) > 1}


def test_prints_that_only_a_third_one_joins_are_one_family(press: Any, prose: Any) -> None:
    parts = [prose(n, 180) for n in range(4)]
    urls = [
        press.publish(n, "\n".join(parts[at] for at in some), published=f"2026-01-0{n + 1}")
        for n, some in enumerate([(0, 1), (1, 2, 3), (0, 1, 2)])
    ]
    catch_up(press)
    (family,) = families(press.archive)
    assert [one.page.url for one in family.prints] == urls
    assert family.prints[1].of_original < 0.6 < family.prints[2].of_original


def test_a_page_is_known_by_its_present_text(press: Any, prose: Any) -> None:
    """However much its earlier versions held besides."""
    page = press.publish(0, prose(1, 900), published="2026-01-01")
    for n in range(2, 6):
        press.show(page, prose(n, 900), published="2026-01-01")
    other = press.publish(1, HEAD + prose(5, 900), published="2026-01-02")
    press.publish(2, prose(1, 900), published="2026-01-03")
    catch_up(press)
    (family,) = families(press.archive)
    assert [one.page.url for one in family.prints] == [page, other]


def test_a_sample_of_a_large_archive_finds_the_same(
    press: Any, prose: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short pages and long ones, as if the index had more rows than are taken whole."""
    for n in range(40):
        text = prose(n, 60 + 90 * n)
        press.publish(0, text, published="2026-01-01")
        press.publish(1, HEAD * (n > 3) + text, published="2026-01-02")
    catch_up(press)
    whole = {tuple(one.page.page_id for one in family.prints) for family in families(press.archive)}
    assert len(whole) == 40
    monkeypatch.setattr("crawler.store.sketches.ALL_ROWS", 0)
    assert {
        tuple(one.page.page_id for one in family.prints) for family in families(press.archive)
    } == whole


def test_families_on_the_command_line(press: Any, article: dict[str, str]) -> None:
    place = ["--db", str(press.archive.path), "reuse", "--families"]
    asked = CliRunner().invoke(crawl, [*place, "--json", "--limit", "1"])
    assert asked.exit_code == 0, asked.output
    (line,) = map(json.loads, asked.stdout.splitlines())
    assert line["original"] == article["original"]
    assert line["sources"] == ["outlet0", "outlet1", "outlet2"]
    assert line["pages"][0]["url"] == article["original"]
    shown = CliRunner().invoke(crawl, place)
    assert "3 pages, the oldest " + article["original"] in shown.stdout
    assert "2 families of reprints" in shown.stdout


def test_a_text_and_families_exclude_each_other(press: Any) -> None:
    place = ["--db", str(press.archive.path), "reuse"]
    assert CliRunner().invoke(crawl, place).exit_code == 2
    assert CliRunner().invoke(crawl, [*place, "一段文字", "--families"]).exit_code == 2
