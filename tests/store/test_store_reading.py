"""What people ask of the archive, in the shapes that scripts rely on."""

from datetime import timedelta
from typing import Any

import pytest

from crawler.errors import UnknownName
from crawler.model import Failure, Link, Outcome, PageKey, Purpose, State, iso
from crawler.store import Archive
from crawler.store.gaps import longest_s, with_gap
from crawler.store.versions import period_end

URL = "http://news.test/a"
CHANGE_KEYS = {
    "change",
    "page",
    "url",
    "source",
    "kind",
    "from_version",
    "to_version",
    "from_state",
    "to_state",
    "old_last_seen",
    "new_first_seen",
    "old_last_observation",
    "new_first_observation",
    "recorded_at",
    "inserted",
    "deleted",
    "moved",
    "masked",
    "labels",
    "score",
    "fields",
    "seeds",
    "terms",
    "origin",
    "supersedes",
    "superseded_by",
}


def edited(world: Any, days: int = 1) -> None:
    world.listing("a")
    world.look("a", "全面从严治党体系")
    world.pass_time(days=days)
    world.look("a", "全面从严治党")


def test_a_version_is_named_in_every_way(world: Any) -> None:
    edited(world)
    first, second = world.archive.versions_of(URL)
    find = world.archive.find_version
    assert find(str(first.id)).id == first.id
    assert find(first.hash[:8]).id == first.id
    assert find(second.text_sha256[:12]).id == second.id
    assert find(URL).id == second.id
    assert find(f"{URL}@2026-03-01").id == first.id
    assert find(f"{URL}@2026").id == second.id
    assert find(f"{URL}@2026-03-01T08:00:01.000Z").id == first.id
    (extraction,) = world.archive.conn.execute(
        "SELECT l.hash FROM extractions e JOIN log l ON l.sequence = e.sequence WHERE e.id = 1"
    ).fetchone()
    assert find(extraction[:10].upper()).id == first.id
    assert (first.first_seen, first.last_seen) == (
        "2026-03-01T08:00:01.000Z",
        "2026-03-01T08:00:00.000Z",
    )
    assert (first.current, second.current) == (False, True)
    assert world.archive.body(first.body_sha256) == "<p>全面从严治党体系</p>".encode()


@pytest.mark.parametrize(
    "ref",
    ["9999", "deadbeefdead", "http://nowhere.test/", f"{URL}@2020-01-01", "nonsense", "9" * 40],
)
def test_what_is_not_there_is_told_with_a_next_step(world: Any, ref: str) -> None:
    edited(world)
    with pytest.raises(UnknownName) as told:
        world.archive.find_version(ref)
    assert told.value.next_step


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026", "2027"),
        ("2026-12", "2027-01"),
        ("2026-03", "2026-04"),
        ("2026-12-31", "2027-01-01T00:00:00.000Z"),
        ("2026-03-01T10:00+08:00", "2026-03-01T02:00:00.001Z"),
    ],
)
def test_the_end_of_a_period(day: str, end: str) -> None:
    assert period_end(day) == end


def test_a_change_has_the_promised_fields(world: Any) -> None:
    edited(world)
    (change,) = world.archive.changes()
    assert set(change) >= CHANGE_KEYS
    assert (change["kind"], change["deleted"], change["inserted"]) == ("content", 2, 0)
    assert change["url"] == URL
    ops = world.archive.change(str(change["change"]))["ops"]
    assert [op["op"] for op in ops] == ["equal", "delete"]
    assert world.archive.change(change["hash"][:9])["change"] == change["change"]
    with pytest.raises(UnknownName):
        world.archive.change("77")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 1),
        ({"source": "news"}, 1),
        ({"source": "other"}, 0),
        ({"kind": "content"}, 1),
        ({"kind": "state"}, 0),
        ({"min_score": 0.01}, 1),
        ({"min_score": 1.0}, 0),
        ({"label": "masked"}, 0),
        ({"term": "体系"}, 0),
        ({"seed": "copy"}, 0),
        ({"tag": "blog"}, 0),
        ({"after": 0}, 1),
        ({"after": 1}, 0),
        ({"since": "2026-03-02T00:00:00.000Z"}, 1),
        ({"until": "2026-03-02T00:00:00.000Z"}, 0),
        ({"unseen": True}, 1),
    ],
)
def test_changes_are_chosen(world: Any, asked: dict[str, Any], count: int) -> None:
    edited(world)
    assert len(list(world.archive.changes(**asked))) == count


def test_tags_and_marks_choose_too(world: Any, building: Any) -> None:
    edited(world)
    world.archive.sync_sources([building.source("news", tags=("党刊",))])
    assert len(list(world.archive.changes(tag="党刊"))) == 1
    world.archive.conn.execute(
        "INSERT INTO marks (change_id, mark, marked_at) VALUES (1, 'seen', '')"
    )
    assert list(world.archive.changes(unseen=True)) == []
    assert next(world.archive.changes())["marks"] == ["seen"]


def test_the_log_of_a_page_tells_every_look(world: Any) -> None:
    edited(world)
    failed = Failure(Outcome.FAILED, "dns", f"{URL}: no such name")
    world.look(
        "a",
        outcome=Outcome.FAILED,
        attempt=world.attempt(URL, None, status=None, failure=failed),
        reason="dns",
    )
    looks = list(world.archive.log(URL))
    assert set(looks[0]) >= {
        "observation",
        "run",
        "started_at",
        "origin",
        "outcome",
        "reason",
        "status",
        "url",
        "final_url",
        "body_sha256",
        "version",
        "state",
        "hash",
    }
    assert [(look["outcome"], look["version"]) for look in looks] == [
        ("new", 1), ("changed", 2), ("failed", None),
    ]  # fmt: skip
    with pytest.raises(UnknownName, match="is not in the archive"):
        world.archive.log("http://news.test/other")


def test_status_counts_gaps_and_names_problems(world: Any) -> None:
    edited(world, days=1)
    failed = Failure(Outcome.FAILED, "dns", f"{URL}: no such name")
    attempt = world.attempt(URL, None, status=None, failure=failed)
    world.look(
        "a",
        outcome=Outcome.FAILED,
        attempt=attempt,
        reason="dns",
        page={"next_check_at": "2026-03-04"},
    )
    status = world.archive.status(now=world.now + timedelta(hours=12))
    news, other = status["sources"]
    assert (news["pages"], news["versions"], news["changes"], news["failing"]) == (1, 2, 1, 1)
    # The listing was read a day and a half ago, the page twelve hours ago.
    assert (news["longest_gap_s"], news["longest_full_gap_s"]) == (129_599, 86_400)
    assert (news["max_gap_s"], news["promise_kept"], news["next_due"]) == (
        172_800,
        True,
        "2026-03-04",
    )
    assert other["last_success"] is None
    (problem,) = status["problems"]
    assert (problem["url"], problem["outcome"], problem["reason"]) == (URL, "failed", "dns")
    assert problem["since"] == iso(world.now)
    assert status["archive"]["head"]["size"] == 7
    late = world.archive.status("news", now=world.now + timedelta(days=3))["sources"][0]
    assert not late["promise_kept"]
    with pytest.raises(UnknownName, match="no source is called"):
        world.archive.status("nowhere", now=world.now)


def test_a_failed_listing_is_a_problem_of_its_source(world: Any) -> None:
    url = "http://news.test/"
    failure = Failure(Outcome.FAILED, "listing", f"{url} is no feed")
    attempt = world.attempt(url, b"<html>", purpose=Purpose.LISTING, failure=failure)
    world.listing(attempts=((attempt, Outcome.FAILED, "listing"),))
    (problem,) = world.archive.status(now=world.now)["problems"]
    assert (problem["source"], problem["url"], problem["reason"]) == ("news", url, "listing")
    world.listing("a")
    assert world.archive.status(now=world.now)["problems"] == []


def test_growth_is_measured_after_a_day(world: Any) -> None:
    edited(world, days=2)
    early = world.archive.status(now=world.now - timedelta(hours=47))["archive"]
    assert early["growth_bytes_per_day"] is None
    assert world.archive.status(now=world.now)["archive"]["growth_bytes_per_day"] > 0


def test_the_status_says_when_the_disk_is_full(world: Any, monkeypatch: Any) -> None:
    from crawler.store import status

    edited(world, days=2)
    room = 10 * world.archive.status(now=world.now)["archive"]["growth_bytes_per_day"]
    monkeypatch.setattr(status, "free_bytes", lambda _: room)
    at = world.archive.status(now=world.now)["archive"]["full_at"]
    assert at == iso(world.now + timedelta(days=10))
    assert status.full_at(None, 10, world.now) is None
    assert status.full_at(0, 10, world.now) is None
    assert status.full_at(1, 10**9, world.now) is None


def test_the_views_answer(world: Any) -> None:
    edited(world)
    world.listing("b", url="http://news.test/2")
    world.look("b", "全面 从严治党")
    names = ["latest_versions", "recent_changes", "failing_pages", "broken_promises", "reprints"]
    conn = world.archive.conn
    counts = {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    assert (counts["latest_versions"], counts["recent_changes"], counts["reprints"]) == (2, 1, 2)
    assert counts["failing_pages"] == 0


def test_search_finds_words_of_any_length_and_what_was_removed(world: Any) -> None:
    edited(world)
    assert world.archive.index_waiting() == 2
    found = world.archive.search("治党")
    assert [(hit["version"], hit["removed"]) for hit in found] == [(2, False)]
    start, end = found[0]["hit"]
    assert found[0]["snippet"][start:end] == "治党"
    (gone,) = world.archive.search("体系")
    assert (gone["version"], gone["removed"]) == (1, True)
    assert world.archive.search("治党", removed=True) == []
    assert [hit["version"] for hit in world.archive.search("體系", removed=True)] == [1]
    assert world.archive.search("党", source="other") == []
    assert world.archive.search("治党", since="2027") == []


@pytest.mark.parametrize(
    "query", ['"', "NEAR(", "*", "a AND", "", "()" * 5_000, "党" * 10_000, '"治党', "-治党"]
)
def test_w4_odd_queries_get_an_answer(world: Any, query: str) -> None:
    edited(world)
    world.archive.index_waiting()
    assert isinstance(world.archive.search(query), list)


def test_a_gone_page_is_removed_for_search(world: Any) -> None:
    edited(world)
    world.absent("a", state=State.GONE)
    world.archive.index_waiting()
    assert [hit["removed"] for hit in world.archive.search("治党", removed=True)] == [True]


def test_a_url_is_found_by_its_key(world: Any) -> None:
    from crawler.discover import page_key

    url = "http://blog.test/one?utm_source=x"
    world.listing(links=(Link(url, key=page_key(url)),))
    world.look(url, "一")
    assert world.archive.find_version("https://blog.test/one").url == url
    assert world.archive.known_page(PageKey("no.test", "1")) is None


def test_everything_is_read_by_a_reader_too(world: Any) -> None:
    edited(world)
    with Archive.open(world.path, mode="read") as reader:
        assert len(list(reader.changes())) == 1
        assert reader.find_version(URL).text == "全面从严治党"
        assert reader.db["texts"].count == 2


def test_gaps_forget_what_is_over_a_month_old() -> None:
    gaps = with_gap([], "2026-01-01T00:00:00.000Z", "2026-01-03T00:00:00.000Z")
    gaps = with_gap(gaps, "2026-01-03T00:00:00.000Z", "2026-01-03T06:00:00.000Z")
    assert longest_s(gaps, "2026-01-04T00:00:00.000Z") == 2 * 86_400
    gaps = with_gap(gaps, "2026-02-02T00:00:00.000Z", "2026-02-02T01:00:00.000Z")
    assert gaps == [(21_600.0, "2026-01-03T06:00:00.000Z"), (3_600.0, "2026-02-02T01:00:00.000Z")]
    assert with_gap(gaps, "2026-02-02T03:00:00.000Z", "2026-02-02T02:00:00.000Z") == gaps
