"""The daemon anchors once a day, over restarts, and says why where it cannot."""

import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.root import crawl
from crawler.config import Config, load
from crawler.daemon.anchoring import DailyAnchor
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.store.witness import told


@pytest.fixture
def seen(world: Any) -> Any:
    world.listing("a")
    world.look("a", "一篇旧的文章")
    return world


def configured(tmp_path: Path, *authorities: str) -> Config:
    path = tmp_path / "sources.toml"
    path.write_text(f"[network]\ntsa = {list(authorities)!r}\n", "utf-8")
    return load(path)


def anchors(world: Any) -> int:
    return len(list(told(world.archive.conn, "anchor")))


def test_once_a_day_and_over_restarts(
    seen: Any, state: State, tmp_path: Path, authority: Any, loaded: Any
) -> None:
    daily = DailyAnchor()
    with loaded.Served(authority) as served:
        config = configured(tmp_path, served.url)
        for _ in range(3):
            daily.make(seen.archive, config, seen.now)
            seen.pass_time(minutes=5)
            seen.look("a", f"一篇文章，{seen.now}")
        assert (anchors(seen), len(served.asked)) == (1, 1)
        DailyAnchor().make(seen.archive, config, seen.now)
        assert anchors(seen) == 1
        seen.pass_time(days=1)
        DailyAnchor().make(seen.archive, config, seen.now)
        assert (anchors(seen), len(served.asked)) == (2, 2)
        seen.pass_time(days=1)
        # Nothing was recorded since.
        daily.make(seen.archive, config, seen.now)
        assert anchors(seen) == 2
    (first, _) = told(seen.archive.conn, "anchor")
    assert first.fields["stamps"][0]["response"]
    assert verify(seen.path)["ok"]


def test_an_authority_that_is_down_is_asked_again(
    seen: Any, state: State, tmp_path: Path, authority: Any, loaded: Any
) -> None:
    daily = DailyAnchor()
    with loaded.Served(authority) as served:
        config = configured(tmp_path, served.url)
        served.said = (500, b"no")
        daily.make(seen.archive, config, seen.now)
        daily.make(seen.archive, config, seen.now)
        assert (anchors(seen), len(served.asked)) == (1, 1)


def test_without_a_key_it_says_so_once(
    seen: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("CRAWL_STATE", str(tmp_path / "empty"))
    daily, config = DailyAnchor(), configured(tmp_path)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            daily.make(seen.archive, config, seen.now)
            seen.pass_time(hours=2)
    assert [record.message for record in caplog.records] == [
        "no anchor: there is no key, `crawl init` makes one"
    ]
    assert anchors(seen) == 0


def test_an_archive_that_went_back_is_not_signed_and_told(
    seen: Any, state: State, tmp_path: Path
) -> None:
    config = configured(tmp_path)
    DailyAnchor().make(seen.archive, config, seen.now)
    seen.archive.conn.execute("PRAGMA foreign_keys = OFF")
    seen.archive.conn.execute("DELETE FROM log WHERE kind = 'anchor'")
    seen.archive.conn.execute("UPDATE log SET hash = 'f' || substr(hash, 2), "
                              "subtree_hash = 'f' || substr(subtree_hash, 2)")  # fmt: skip
    daily = DailyAnchor()
    for _ in range(2):
        seen.pass_time(days=1)
        daily.make(seen.archive, config, seen.now)
    events = list(seen.archive.events(kind="not_anchored"))
    assert len(events) == 1
    assert anchors(seen) == 0


def test_the_command_asks_those_of_the_file(
    seen: Any, state: State, tmp_path: Path, authority: Any, loaded: Any
) -> None:
    seen.archive.close()
    with loaded.Served(authority) as served:
        configured(tmp_path, served.url)
        base = ["--db", str(seen.path), "--sources", str(tmp_path / "sources.toml"), "anchor"]
        done = CliRunner().invoke(crawl, base)
        assert (done.exit_code, len(served.asked)) == (0, 1), done.output
        assert "stamped" in done.output
