"""After a restore printed ids still mean what they meant, and what was withheld is named."""

from pathlib import Path
from typing import Any

import pytest

from crawler.errors import UnknownName
from crawler.evidence.anchoring import anchor
from crawler.evidence.citing import cite
from crawler.evidence.restoring import restore
from crawler.evidence.state import State
from crawler.evidence.verify import verify
from crawler.evidence.withholding import target_of, withhold
from crawler.store import Archive
from crawler.store.witness import told


@pytest.fixture
def edited(world: Any) -> Any:
    """One edit before the backup is made."""
    world.listing("a", "b")
    world.look("a", "一篇旧的文章")
    world.pass_time(hours=1)
    world.look("a", "一篇新的文章")
    world.look("b", "另一篇")
    return world


def test_an_id_that_was_printed_is_given_to_nothing_else(
    edited: Any, state: State, tmp_path: Path
) -> None:
    edited.archive.backup(tmp_path / "old.db")
    edited.pass_time(hours=1)
    edited.look("a", "第三篇文章")
    edited.look("b", "另一篇，改过")
    anchor(edited.archive, state, edited.now)
    printed = {change["change"]: change["hash"] for change in edited.archive.changes()}
    versions = {row[0] for row in edited.archive.conn.execute("SELECT id FROM versions")}
    assert max(printed) == 3
    edited.close()
    done = restore(tmp_path / "old.db", edited.path, edited.now, state=state)
    assert done.given_up
    edited.archive = Archive.open(edited.path, clock=lambda: edited.now)
    edited.pass_time(hours=1)
    edited.look("a", "第四篇文章")
    new = {change["change"]: change["hash"] for change in edited.archive.changes()}
    assert {number: new[number] for number in new if number in printed} == {1: printed[1]}
    assert max(new) == 4
    for row in edited.archive.conn.execute("SELECT id FROM versions WHERE id > 3"):
        assert row[0] not in versions
    with pytest.raises(UnknownName):
        cite(edited.archive, state, "change:3")
    assert cite(edited.archive, state, "change:1").record == printed[1]
    found = verify(edited.path)
    assert found["ok"], found["problems"]


def test_what_was_withheld_since_the_backup_is_named(edited: Any, tmp_path: Path) -> None:
    withhold(
        edited.archive, target_of(edited.archive, "3"), "before", "2026-03-02", everywhere=True
    )
    edited.archive.backup(tmp_path / "old.db")
    withhold(
        edited.archive,
        target_of(edited.archive, "http://news.test/a"),
        "after",
        "2026-03-03",
        everywhere=True,
    )
    edited.close()
    done = restore(tmp_path / "old.db", edited.path, edited.now, state=State(tmp_path / "none"))
    assert done.withheld_again == ("http://news.test/a",)
    edited.archive = Archive.open(edited.path)
    assert edited.archive.find_version("1").text
    assert [one.fields["reason"] for one in told(edited.archive.conn, "withheld")] == ["before"]
    assert verify(edited.path)["ok"]
