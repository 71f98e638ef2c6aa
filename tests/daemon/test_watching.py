"""What people are told of by itself: each breach once, for as long as it lasts."""

import importlib.util
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.model import Outcome, Source, UsualLinks, iso
from crawler.pipeline.watching import length_now, look_after


@pytest.fixture
def world(tmp_path):
    file = Path(__file__).resolve().parents[1] / "store" / "building.py"
    spec = importlib.util.spec_from_file_location("building_of_watching", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.World(tmp_path / "archive.db")
    (tmp_path / "sources.toml").write_text("", "utf-8")
    made.config = configuration.load(tmp_path / "sources.toml")
    made.archive.sync_sources([module.source("news")])
    yield made
    made.close()


def kinds(world) -> list[str]:
    return [event["kind"] for event in world.archive.events()]


def watch_for(world, hours: int, each=lambda: None) -> None:
    for _ in range(hours):
        world.pass_time(hours=1)
        each()
        look_after(world.archive, world.config, world.now)


def test_a_breach_is_told_once_and_a_new_one_again(world):
    world.listing("one")
    world.look("one", "正文。")
    watch_for(world, 47)
    assert kinds(world) == []
    watch_for(world, 90)
    told = [event for event in world.archive.events() if event["kind"] == "promise_broken"]
    assert len(told) == 1
    assert "http://news.test/one" in told[0]["message"]
    # Page and listing come back, and are lost once more.
    world.listing("one")
    world.look("one", "正文。")
    watch_for(world, 100)
    assert kinds(world).count("promise_broken") == 2


def test_a_page_that_answers_403_for_long_is_a_broken_promise(world):
    world.listing("one")
    world.look("one", "正文。")

    def refused() -> None:
        world.listing("one")
        world.look("one", outcome=Outcome.BLOCKED)

    watch_for(world, 60, refused)
    assert kinds(world).count("promise_broken") == 1


def test_d4_an_outage_is_one_story_though_its_breaches_come_one_by_one(world):
    """D4 of the fault table: the network is away, and each page's promise breaks in turn."""
    names = [f"p{n}" for n in range(20)]
    world.listing(*names)
    for name in names:
        world.look(name, f"{name} 的正文。")
        world.pass_time(minutes=30)
    watch_for(world, 62)
    assert kinds(world).count("promise_broken") == 1


def test_a_source_without_anything_new_for_unusually_long_is_told_once(world):
    names: list[str] = []
    for day in range(6):
        names.append(f"p{day}")
        world.listing(*names)
        world.pass_time(hours=12)
    watch_for(world, 30, lambda: world.listing(*names))
    assert "source_silent" not in kinds(world)
    watch_for(world, 60, lambda: world.listing(*names))
    assert kinds(world).count("source_silent") == 1


def test_a_source_whose_pages_are_no_longer_read_is_told_once(world):
    names = [f"p{n}" for n in range(6)]
    world.listing(*names)
    for name in names:
        world.look(name, f"{name} 的正文。")
    world.pass_time(hours=12)
    for name in names[:4]:
        world.look(name, outcome=Outcome.EMPTIED)
    look_after(world.archive, world.config, world.now)
    assert "extraction_breaks" not in kinds(world)
    for name in names:
        world.look(name, outcome=Outcome.EMPTIED)
    watch_for(world, 3)
    assert kinds(world).count("extraction_breaks") == 1


def test_a_listing_that_shrinks_is_told_once_and_believed_after_a_month(world):
    """A14 of the fault table."""
    source = Source("news", "feed")
    usual, events = length_now(source, "http://news.test/", UsualLinks(100), 10, world.now)
    assert [event.kind for event in events] == ["listing_shrunk"]
    assert usual == UsualLinks(100, iso(world.now))
    again, events = length_now(source, "http://news.test/", usual, 0, world.now)
    assert (again, events) == (usual, ())
    month = world.now + timedelta(days=31)
    assert length_now(source, "u", usual, 9, month) == (UsualLinks(9), ())
    assert length_now(source, "u", usual, 60, world.now) == (UsualLinks(60), ())
    assert length_now(source, "u", usual, None, world.now) == (usual, ())


def test_how_long_a_listing_usually_is_survives_in_the_archive(world):
    world.listing("one", "two", usual=UsualLinks(2, None))
    known = world.archive.listing_state("http://news.test/")
    assert known.usual == UsualLinks(2, None)


def test_a_full_disk_is_told_once(world):
    world.config = replace(
        world.config, operating=replace(world.config.operating, min_free_bytes=10**18)
    )
    watch_for(world, 3)
    assert kinds(world).count("disk_low") == 1
