"""Families of reprints: who prints one article, and what each page has of the oldest."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

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
    assert families(press.archive, source="elsewhere") == []


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
