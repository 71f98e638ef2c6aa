"""Edits are saved elsewhere where the user asks for it, at a slow pace, and only what the index
lists counts."""

from typing import Any

import pytest

from crawler.config import load
from crawler.errors import ConfigError
from crawler.evidence.citation_text import render
from crawler.evidence.citing import cite
from crawler.evidence.saving import ATTEMPTS, EVERY, Saver
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.evidence.withholding import target_of, withhold
from crawler.model import Network

URL = "http://news.test/a"


@pytest.fixture
def network(wayback: Any, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setenv("SPN_KEY", wayback.key)
    return Network(save_page_now="env:SPN_KEY", save_page_now_at=wayback.url)


@pytest.fixture
def edited(world: Any, network: Network) -> Any:
    """An edit from before the user asked for saves, and one after it."""
    world.listing("a", "b")
    world.look("a", "一篇旧的文章")
    world.look("b", "另一篇")
    world.pass_time(hours=1)
    world.look("a", "一篇改过的文章")
    world.saver = Saver()
    world.saver.step(world.archive, network, world.now)
    world.pass_time(hours=1)
    world.look("a", "一篇新的文章")
    return world


def step(world: Any, network: Network, **later: float) -> str | None:
    world.pass_time(**later)
    told: str | None = world.saver.step(world.archive, network, world.now)
    return told


def rows(world: Any) -> list[tuple[Any, ...]]:
    return world.archive.conn.execute(
        "SELECT change_id, asked_at IS NULL, next_try_at IS NULL, attempts, memento, last_error "
        "FROM saves ORDER BY id"
    ).fetchall()


def test_it_is_off_by_default(edited: Any, wayback: Any) -> None:
    for _ in range(3):
        assert step(edited, Network(), minutes=1) is None
    assert (wayback.saves, wayback.lookups, rows(edited)) == ([], [], [])


def test_an_edit_is_saved_looked_up_and_cited(
    edited: Any, wayback: Any, network: Network, state: State
) -> None:
    step(edited, network, minutes=1)
    assert wayback.saves == [URL]
    assert rows(edited) == [(2, 0, 0, 0, None, None)]
    asked = edited.now
    for _ in range(3):
        step(edited, network, minutes=2)
    assert (len(wayback.saves), wayback.lookups) == (1, [])
    # What the reply said proves nothing: the index lists no copy yet, or only an older one.
    wayback.copies.append(("20200101000000", URL, "200"))
    step(edited, network, minutes=10)
    assert len(wayback.lookups) == 1
    assert "未知有公开副本" in render(cite(edited.archive, state, "2"), "text")
    stamp = asked.strftime("%Y%m%d%H%M%S")
    wayback.copies.append((f"{int(stamp) + 30}", URL, "404"))
    wayback.copies.append((f"{int(stamp) + 40}", URL, "200"))
    step(edited, network, hours=1)
    memento = f"{wayback.url}web/{int(stamp) + 40}/{URL}"
    assert rows(edited) == [(2, 0, 1, 1, memento, None)]
    assert memento in render(cite(edited.archive, state, "2"), "text")
    assert cite(edited.archive, state, URL).memento == memento
    (event,) = edited.archive.events(kind="saved_elsewhere")
    assert (event["subject"], event["changes"]) == (URL, [2])
    assert memento in event["next_step"]
    for _ in range(3):
        step(edited, network, days=1)
    assert (len(wayback.saves), len(wayback.lookups)) == (1, 2)
    assert verify(edited.path)["ok"]


def test_the_pace_is_kept_over_many_edits(edited: Any, wayback: Any, network: Network) -> None:
    edited.look("b", "另一篇，改过")
    edited.look("a", "一篇更新的文章")
    step(edited, network, seconds=1)
    for _ in range(11):
        step(edited, network, seconds=1)
    assert len(wayback.saves) == 1
    step(edited, network, seconds=EVERY.total_seconds())
    for _ in range(30):
        step(edited, network, seconds=1)
    # Of two edits of one page that wait, it is saved once.
    assert sorted(wayback.saves) == [URL, "http://news.test/b"]


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        (429, {"message": "too many"}, 600),
        (401, {"message": "no"}, 6 * 3600),
    ],
)
def test_a_no_is_heeded(
    edited: Any, wayback: Any, network: Network, status: int, said: object, wait: int
) -> None:
    wayback.said = (status, said)
    assert step(edited, network, seconds=1)
    for _ in range(9):
        assert step(edited, network, seconds=wait / 10) is None
    assert len(wayback.saves) == 1
    wayback.said = None
    step(edited, network, seconds=wait / 5)
    assert len(wayback.saves) == 2
    assert rows(edited)[0][1] == 0


@pytest.mark.parametrize(
    "said",
    [
        (200, {"status": "error", "status_ext": "error:blocked-url", "message": "blocked"}),
        (500, b"<html>"),
        (200, b"["),
        (200, b"[" * 100_000),
        (200, [1]),
        (200, b"x" * 2_000_000),
    ],
)
def test_what_fails_is_tried_ever_more_seldom_and_given_up(
    edited: Any, wayback: Any, network: Network, said: Any
) -> None:
    wayback.said = said
    for _ in range(ATTEMPTS + 4):
        step(edited, network, days=1)
    assert len(wayback.saves) == ATTEMPTS
    (row,) = rows(edited)
    assert row[1:4] == (1, 1, ATTEMPTS)
    assert row[5]


def test_the_key_is_sent_to_nobody_else(edited: Any, wayback: Any, network: Network) -> None:
    wayback.said = (302, {})
    step(edited, network, seconds=1)
    assert (wayback.saves, wayback.asked) == ([URL], [])
    assert "302" in rows(edited)[0][5]


@pytest.mark.parametrize(
    "copy",
    [
        ("2026", URL, "200"),
        ("99999999999999", URL, "200"),
        ("20260301120000", "javascript:x", "200"),
    ],
)
def test_an_index_that_says_nonsense_confirms_nothing(
    edited: Any, wayback: Any, network: Network, copy: tuple[str, str, str]
) -> None:
    step(edited, network, seconds=1)

    class Every(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __ge__(self, other: str) -> bool:
            return True

    wayback.copies.append((Every(copy[0]), Every(copy[1]), copy[2]))
    step(edited, network, hours=1)
    assert len(wayback.lookups) == 1
    assert rows(edited)[0][4] is None


def test_nobody_there_is_no_harm(edited: Any, network: Network) -> None:
    gone = Network(save_page_now="env:SPN_KEY", save_page_now_at="http://127.0.0.1:9/")
    assert step(edited, gone, seconds=1) is None
    assert rows(edited)[0][3] == 1
    unset = Network(save_page_now="env:NOT_SET")
    assert "not set" in (step(edited, unset, hours=1) or "")


def test_what_was_withheld_is_not_saved(edited: Any, wayback: Any, network: Network) -> None:
    withhold(edited.archive, target_of(edited.archive, URL), "x", "2026-03-02", everywhere=False)
    step(edited, network, hours=1)
    assert wayback.saves == []


def test_the_file_holds_no_key(tmp_path: Any) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[network]\nsave_page_now = "access:secret"\n', "utf-8")
    with pytest.raises(ConfigError, match="environment only"):
        load(path)
    path.write_text('[network]\nsave_page_now = "env:SPN"\ntsa = "https://tsa.test/"\n', "utf-8")
    network = load(path).network
    assert network.save_page_now_at == "https://web.archive.org/"
    assert network.tsa == ("https://tsa.test/",)
    path.write_text('[network]\ntsa = ["tsa.test"]\n', "utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        load(path)
