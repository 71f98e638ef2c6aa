"""What left a list while older entries stayed, and what is called otherwise there."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.demo.edits import LAST_TICK, EditKind
from crawler.discover import page_key, pages_of
from crawler.model import ChangeKind, Link, Source
from crawler.pipeline.standing import listing_changes

SOURCE = Source("s", "feed", urls=("https://example.org/feed",))
URL = SOURCE.urls[0]


def links(*numbers: int, titles: dict[int, str] | None = None) -> list[Link]:
    return [
        Link(f"https://example.org/{n}.html", (titles or {}).get(n, f"title {n}")) for n in numbers
    ]


def left(old: list[int], new: list[int]) -> list[int]:
    changes = listing_changes(links(*old), links(*new), SOURCE, URL)
    numbers = dict(zip(pages_of(links(*old), SOURCE), old, strict=True))
    return [numbers[key] for key, _ in changes]


def test_one_taken_out_is_told_and_one_that_rolled_off_is_not():
    assert left([5, 4, 3, 2, 1], [6, 5, 3, 2]) == [4]
    assert left([5, 4, 3, 2, 1], [7, 6, 5, 4, 3]) == []


def test_a_list_that_shrank_or_was_emptied_says_nothing_of_its_articles():
    assert left(list(range(20)), [19]) == []
    assert left([3, 2, 1], []) == []


def test_another_title_is_a_change_and_a_missing_one_is_none():
    old = links(3, 2, 1)
    ((key, change),) = listing_changes(old, links(3, 2, 1, titles={2: "new"}), SOURCE, URL)
    assert key == page_key(old[1].url, SOURCE)
    assert change.kind is ChangeKind.LISTING
    assert change.fields[0].as_dict()["to"] == "new"
    assert change.score == 0.0
    assert listing_changes(old, links(3, 2, 1, titles={2: ""}), SOURCE, URL) == ()


def test_a_page_is_called_as_the_first_of_its_addresses_is():
    both = [*links(3, 2), Link("https://www.example.org/2.html", "at another address"), *links(1)]
    assert listing_changes(both, both, SOURCE, URL) == ()
    assert listing_changes(links(3, 2, 1), both, SOURCE, URL) == ()
    assert left([3, 2, 1], [3, 1]) == [2]


@given(st.lists(st.integers(0, 50), unique=True), st.integers(0, 5), st.integers(0, 5))
def test_a_list_that_only_moved_on_has_no_change(numbers: list[int], added: int, gone: int):
    newer = [100 + n for n in range(added)]
    kept = numbers[: max(0, len(numbers) - gone)]
    assert left(numbers, [*newer, *kept]) == []


def test_the_small_webs_unlisting_is_found_and_nothing_else_of_that_kind(workspace):
    workspace.once()
    found: dict[int, list[str]] = {}
    for tick in range(1, LAST_TICK + 1):
        workspace.web.advance()
        summary = workspace.once()
        rows = workspace.rows(
            "SELECT p.canonical_url FROM changes c JOIN pages p ON p.id = c.page_id "
            "WHERE c.kind = 'listing' AND c.id IN (SELECT value FROM json_each(?))",
            str(summary.changes),
        )
        found[tick] = [row[0] for row in rows]
    edits = workspace.web.edits
    away = {EditKind.UNLISTED, EditKind.TAKEN_DOWN, EditKind.RETITLED, EditKind.STUBBED}
    for tick, urls in found.items():
        made = [edit for edit in edits if edit.tick == tick]
        may = {workspace.web.url(e.site, e.path) for e in made if e.kind in away}
        assert set(urls) <= may
    unlisted = next(edit for edit in edits if edit.kind is EditKind.UNLISTED)
    assert workspace.web.url(unlisted.site, unlisted.path) in found[unlisted.tick]
