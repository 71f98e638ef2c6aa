"""A text that its own bytes do not give is found by reading them again."""

from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.evidence.replaying import Replay
from crawler.evidence.verify import verify
from crawler.evidence.withholding import target_of, withhold
from crawler.extract import extract
from crawler.model import Capture, Extraction

FILLER = "全面从严治党是一项长期任务，必须坚持不懈，久久为功，任何时候都不能放松。" * 8
PAGE = (
    "<!doctype html><html lang=zh><head><meta charset=utf-8><title>一篇文章的题目</title></head>"
    "<body><article><h1>一篇文章的题目</h1><p>{}</p><p>{}</p></article></body></html>"
)


def seen(world: Any, name: str, says: str, **forged: Any) -> Extraction:
    """A look at a page that says this, and what we claim to have read."""
    body, url = PAGE.format(says, FILLER).encode(), f"http://news.test/{name}"
    attempt = world.attempt(url, body)
    capture = Capture((body,), url, url, content_type=attempt.header("content-type"), status=200)
    read = replace(extract(capture), **forged)
    world.look(name, read.text, attempt=attempt, extraction=read, body=body)
    return read


@pytest.fixture
def pages(world: Any) -> Any:
    world.listing("a", "b", "c")
    seen(world, "a", "甲的说法。")
    seen(world, "b", "乙的说法。")
    return world


def test_what_the_bytes_give_is_read_again_the_same(pages: Any) -> None:
    found = verify(pages.path, replay=Replay())
    assert found["ok"], found["problems"]
    assert (found["replay"]["read"], found["replay"]["same"]) == (2, 2)


@pytest.mark.parametrize(
    "forged", [{"text": "没有这句话。"}, {"title": "别的题目"}, {"lang": "xx"}]
)
def test_what_they_do_not_give_is_named(pages: Any, forged: dict[str, Any]) -> None:
    """Signed, hashed and in the log from the first: only the bytes speak against it."""
    seen(pages, "c", "丙的说法。", **forged)
    assert verify(pages.path)["ok"]
    found = verify(pages.path, replay=Replay())
    (problem,) = found["problems"]
    assert (problem["table"], problem["row"]) == ("extractions", 3)
    assert next(iter(forged)) in problem["what"]
    assert found["replay"]["different"] == 1


def test_others_readings_and_what_was_withheld_are_counted_apart(pages: Any) -> None:
    seen(pages, "c", "丙的说法。", extractor="older")
    withhold(pages.archive, target_of(pages.archive, "1"), "x", "2026-03-09", everywhere=True)
    found = verify(pages.path, replay=Replay())
    assert found["ok"]
    told = found["replay"]
    assert (told["read"], told["not_here"], told["otherwise_read"]) == (1, 1, 1)


def test_a_share_is_drawn(pages: Any) -> None:
    assert verify(pages.path, replay=Replay(1e-12))["replay"]["read"] == 0


def test_the_command(pages: Any) -> None:
    seen(pages, "c", "丙的说法。", text="没有这句话。")
    pages.archive.close()
    done = CliRunner().invoke(crawl, ["--db", str(pages.path), "verify", "--replay"])
    assert done.exit_code == 6, done.output
    assert "2 of 3 captures read again the same" in done.output
    assert CliRunner().invoke(crawl, ["--db", str(pages.path), "verify"]).exit_code == 0
    assert CliRunner().invoke(crawl, ["verify", "--replay", "2"]).exit_code == 2
