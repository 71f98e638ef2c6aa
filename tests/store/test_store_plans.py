"""A narrow question stays narrow in an archive of years: none walks through all looks, texts,
versions or changes. SQLite's plan is the same for ten rows and for ten million."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from crawler.model import PageKey, iso
from crawler.store import Archive
from crawler.store.proving import last_look, record_of

A = "http://news.test/a"


@pytest.fixture(scope="module")
def walks_of(module_at: Callable[[str], ModuleType]) -> Any:
    """Collects the walks through large tables of what is done inside it."""
    return module_at("store/plans.py").walks_of


@pytest.fixture
def archive(world: Any) -> Iterator[Archive]:
    """A page of two versions, one that vanished, everything indexed."""
    world.listing("a", "b")
    world.look("a", "第一段说了开头。第二段说了中间。")
    world.pass_time(hours=1)
    world.look("a", "第一段说了开头。第二段说了别的。")
    world.look("b", "另一篇文章的正文在这里。")
    world.absent("b")
    world.archive.index_waiting()
    with Archive.open(world.path, mode="read", clock=lambda: world.now) as reader:
        yield reader


NARROW: dict[str, Callable[[Archive], Any]] = {
    "version by id": lambda archive: archive.find_version("1"),
    "version by URL": lambda archive: archive.find_version(A),
    "version by URL and day": lambda archive: archive.find_version(f"{A}@2027"),
    "version by hash": lambda archive: archive.find_version(archive.find_version("1").hash[:12]),
    "versions of a page": lambda archive: archive.versions_of(A),
    "versions with a text": lambda archive: archive.all_versions([1, 2]),
    "current versions with a text": lambda archive: archive.current_versions([1, 2]),
    "looks at a page": lambda archive: list(archive.log(A)),
    "looks at a listing": lambda archive: list(archive.log("http://news.test/")),
    "a change": lambda archive: archive.change("1"),
    "the change to a version": lambda archive: archive.change_to(2),
    "changes after one": lambda archive: list(archive.changes(after=1)),
    "changes of late": lambda archive: list(archive.changes(since="2026-03-01", source="news")),
    "changes of a seed copy": lambda archive: list(archive.changes(seed="copy")),
    "changes of a word": lambda archive: list(archive.changes(term="主席", since="2026")),
    "events of late": lambda archive: list(archive.events(since="2026-03-01")),
    "a page's state": lambda archive: archive.page_state(1),
    "a page by its key": lambda archive: archive.known_page(PageKey("news.test", "a")),
    "a page by its address": lambda archive: archive.due_at([A]),
    "a page's addresses": lambda archive: archive.addresses(1),
    "its other addresses": lambda archive: archive.other_addresses(archive.due_at([A]), "2027"),
    "its latest texts": lambda archive: archive.latest_texts(1, "2026"),
    "its version at a time": lambda archive: archive.version_before(1, "2027"),
    "whether it was told": lambda archive: archive.event_told(1, "flapping", "2026"),
    "whether its host answers": lambda archive: archive.host_answers(A, "2026"),
    "its bytes": lambda archive: archive.body(str(archive.find_version("1").body_sha256)),
    "its capture": lambda archive: archive.capture_of(1),
    "the last look at a version": lambda archive: last_look(archive.conn, 1),
    "the record of a look": lambda archive: record_of(archive.conn, "observation", 1),
    "the seed copies": lambda archive: list(archive.seeds_list()),
}


@pytest.mark.parametrize("question", NARROW)
def test_a_narrow_question_walks_through_no_large_table(
    archive: Archive, walks_of: Any, question: str
) -> None:
    with walks_of(archive.conn) as walks:
        NARROW[question](archive)
    assert walks == []


def test_changes_are_told_as_they_are_read(archive: Archive) -> None:
    """Gathered and sorted first, those of years would fill the disk before the first is told."""
    for asked in ({"since": "2026"}, {"source": "news"}, {"after": 0}, {}):
        statements: list[str] = []
        archive.conn.set_trace_callback(statements.append)
        list(archive.changes(**asked))  # type: ignore[arg-type]
        archive.conn.set_trace_callback(None)
        steps = archive.conn.execute(f"EXPLAIN QUERY PLAN {statements[0]}").fetchall()
        assert not [step[3] for step in steps if "TEMP B-TREE" in step[3]], asked


def test_changes_of_late_are_those_that_were_recorded_then(world: Any) -> None:
    """A clock that went back between two changes leaves none of them out, and lets none in."""
    world.listing("a")
    for number in range(4):
        world.look("a", f"正文的第{number}稿在这里。")
        world.pass_time(hours=-30 if number == 1 else 24)
    told = [(row["change"], row["recorded_at"]) for row in world.archive.changes()]
    for _, moment in told:
        kept = [change for change, recorded in told if recorded >= moment]
        assert [row["change"] for row in world.archive.changes(since=moment)] == kept
    later = iso(world.now + timedelta(days=99))
    assert list(world.archive.changes(since=later)) == []
    assert world.archive.count_changes(since=later) == (0, None)
    assert world.archive.count_changes() == (len(told), min(when for _, when in told))


def test_a_look_is_written_without_a_walk(world: Any, walks_of: Any) -> None:
    world.listing("a", "b")
    world.look("a", "第一段说了开头。第二段说了中间。")
    with walks_of(world.archive.conn) as walks:
        world.look("a", "第一段说了开头。第二段说了别的。")
    assert walks == []


def test_what_is_due_is_chosen_before_it_is_read(world: Any) -> None:
    """The daemon asks whether anything is due each time that it wakes: of ten thousand pages that
    are, it must not gather versions and promises to hand out one."""
    world.listing("a", "b", "c")
    world.look("b", "第一段说了开头。")
    statements: list[str] = []
    world.archive.conn.set_trace_callback(statements.append)
    found = world.archive.due(source_ids=["news"], now=iso(world.now), limit=2)
    world.archive.conn.set_trace_callback(None)
    assert [one.url for one in found] == ["http://news.test/a", "http://news.test/b"]
    (statement,) = (one for one in statements if "rate_evidence" in one)
    assert re.search(r"p\.id IN \(SELECT id FROM pages .* LIMIT 2\) ORDER BY", statement)


def test_a_day_is_counted_by_the_numbers_of_its_looks(world: Any, walks_of: Any) -> None:
    world.listing("a")
    for number in range(3):
        world.look("a", f"第{number}稿。")
        world.pass_time(days=1)
    first, last = iso(world.now - timedelta(days=2)), iso(world.now - timedelta(days=1))
    with walks_of(world.archive.conn) as walks:
        told = world.archive.period(first, last)
    assert (told["checks"], told["changes"]) == (1, 1)
    assert walks == []


def test_the_archive_is_counted_by_indexes_alone(world: Any, walks_of: Any) -> None:
    """`crawl status` counts versions and changes of each source: never by their rows, which hold
    operations and texts."""
    world.listing("a")
    world.look("a", "第一段说了开头。")
    with walks_of(world.archive.conn) as walks:
        world.archive.status(now=world.now)
    assert [walk for walk in walks if "COVERING INDEX" not in walk] == []
