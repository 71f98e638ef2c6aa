"""What a look leaves: records, rows, versions, and changes between known moments."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from crawler import chain
from crawler.evidence.verify import verify
from crawler.model import (
    Alignment,
    ChangeDraft,
    ChangeKind,
    EventDraft,
    Failure,
    Link,
    ListingIntent,
    Outcome,
    PageKey,
    Purpose,
    Relation,
    SeedMatchDraft,
    SeedSetting,
    State,
)


def records(world: Any, kind: str) -> list[dict[str, Any]]:
    rows = world.archive.conn.execute(
        "SELECT record FROM log WHERE kind = ? ORDER BY sequence", (kind,)
    )
    return [json.loads(row[0]) for row in rows]


def changes(world: Any) -> list[dict[str, Any]]:
    return list(world.archive.changes())


def test_the_first_look_is_one_chain_of_records(world: Any) -> None:
    world.listing("a")
    done = world.look("a", "旗帜鲜明反对伪忠诚")
    rows = world.archive.conn.execute("SELECT sequence, record, hash FROM log").fetchall()
    assert [row[0] for row in rows] == list(range(len(rows)))
    previous = None
    for sequence, record, digest in rows:
        said = json.loads(record)
        assert (said["sequence"], said["previous"], said["format"]) == (sequence, previous, 1)
        assert chain.leaf_hash(record) == digest
        previous = digest
    (seen,) = records(world, "observation")[-1:]
    (read,) = records(world, "extraction")
    assert read["capture"] == list(done.observation_hashes)
    assert seen["request_headers"] == [["User-Agent", "Palimpsest"]]
    assert seen["configuration"] == "c" * 64
    assert "page" not in " ".join(seen)
    assert world.archive.body(seen["body_sha256"]) == "<p>旗帜鲜明反对伪忠诚</p>".encode()
    assert world.archive.text(read["text_sha256"]) == "旗帜鲜明反对伪忠诚"


def test_validators_name_the_look_that_gave_them(world: Any) -> None:
    world.listing("a")
    done = world.look("a", "一")
    (due,) = world.archive.due_at(["http://news.test/a"])
    assert due.address.validators.etag == '"v"'
    assert due.address.validators.observation == done.observation_hashes[-1]
    assert due.address.extraction_id == done.extraction_id
    assert due.page.version.version_id == done.version_id
    assert due.page.version.fields.links == ("http://news.test/more",)


def test_a_304_lengthens_no_version(world: Any) -> None:
    world.listing("a")
    world.look("a", "一")
    world.pass_time(hours=1)
    last_bytes = world.look("a", "一")
    world.pass_time(hours=1)
    world.look(
        "a",
        outcome=Outcome.NOT_MODIFIED,
        attempt=world.attempt("http://news.test/a", None, status=304),
    )
    world.pass_time(hours=1)
    done = world.look("a", "二")
    (change,) = changes(world)
    assert change["old_last_seen"] == "2026-03-01T09:00:00.000Z"
    assert change["new_first_seen"] == "2026-03-01T11:00:01.000Z"
    assert change["old_last_observation"] == last_bytes.observation_ids[0]
    assert change["new_first_observation"] == done.observation_ids[0]
    (record,) = records(world, "change")
    assert record["from"]["last_observation"] == last_bytes.observation_hashes[0]
    assert record["to"]["extraction"] == records_hash(world, "extraction", -1)
    assert [look["version"] for look in world.archive.log("http://news.test/a")] == [1, 1, 1, 2]


def records_hash(world: Any, kind: str, place: int) -> str:
    rows = world.archive.conn.execute(
        "SELECT hash FROM log WHERE kind = ? ORDER BY sequence", (kind,)
    ).fetchall()
    return str(rows[place][0])


def test_there_and_back_are_three_versions_of_two_texts(world: Any) -> None:
    world.listing("a")
    for text in ("一", "二", "一"):
        world.look("a", text)
        world.pass_time(hours=1)
    versions = world.archive.versions_of("http://news.test/a")
    assert [version.text for version in versions] == ["一", "二", "一"]
    assert world.archive.conn.execute("SELECT count(*) FROM texts").fetchone() == (2,)
    assert len({version.hash for version in versions}) == 3


def test_the_same_bytes_need_no_second_extraction(world: Any) -> None:
    world.listing("a")
    first = world.look("a", "一")
    again = world.intent("a", "一")
    again = replace(again, extraction=None, same_extraction_id=first.extraction_id)
    done = world.archive.commit([again])[0]
    assert (done.extraction_id, done.version_id) == (first.extraction_id, first.version_id)
    assert len(records(world, "extraction")) == 1


def test_a_disappearance_begins_with_its_first_sign(world: Any) -> None:
    world.listing("a")
    world.look("a", "一")
    world.pass_time(hours=10)
    suspect = {"state": State.SUSPECT, "suspicion": State.GONE}
    first = world.absent("a", **suspect)
    world.pass_time(hours=10)
    failed = Failure(Outcome.FAILED, "timeout", "http://news.test/a: no answer")
    attempt = world.attempt("http://news.test/a", None, status=None, failure=failed)
    world.look("a", outcome=Outcome.FAILED, attempt=attempt, reason="timeout")
    world.pass_time(hours=12)
    world.absent("a", state=State.GONE)
    world.pass_time(hours=5)
    world.back("a", "一")
    suspected, gone, restored = changes(world)
    assert (gone["old_last_seen"], gone["new_first_seen"]) == (
        "2026-03-01T08:00:00.000Z",
        "2026-03-01T18:00:01.000Z",
    )
    assert gone["new_first_observation"] == first.observation_ids[0]
    assert suspected["to_state"] == "suspect"
    assert (gone["from_version"], gone["to_version"], gone["score"]) == (1, None, 1.0)
    assert (restored["old_last_seen"], restored["new_first_seen"]) == (
        "2026-03-02T16:00:00.000Z",
        "2026-03-02T21:00:01.000Z",
    )
    assert (restored["from_version"], restored["to_version"]) == (None, 1)
    assert world.archive.page_state(1).state is State.RESTORED


def test_every_attempt_is_kept_and_a_retry_names_the_one_before(world: Any) -> None:
    world.listing("a")
    url = "http://news.test/a"
    robots = world.attempt("http://news.test/robots.txt", b"", purpose=Purpose.ROBOTS)
    failed = world.attempt(
        url, None, status=None, failure=Failure(Outcome.FAILED, "reset", f"{url}: reset")
    )
    good = world.attempt(url, "<p>一</p>".encode(), is_retry=True)
    rows = (
        (robots, Outcome.LISTED, None),
        (failed, Outcome.FAILED, "reset"),
        (good, Outcome.NEW, None),
    )
    done = world.archive.commit([world.intent("a", "一", attempt=good, attempts=rows)])[0]
    seen = records(world, "observation")[-3:]
    assert [row["outcome"] for row in seen] == ["listed", "failed", "new"]
    assert seen[2]["retry_of"] == done.observation_hashes[1] == seen[2]["previous_of_address"]
    assert seen[0]["previous_of_address"] is None
    assert seen[1]["error"] == f"{url}: reset"
    looks = list(world.archive.log(url))
    assert [look["outcome"] for look in looks] == ["failed", "new"]
    assert next(iter(world.archive.log("http://news.test/robots.txt")))["purpose"] == "robots"


def test_another_rule_gives_a_version_of_its_own_before_the_edit(world: Any, building: Any) -> None:
    world.listing("a")
    first = world.look("a", "一二三 广告")
    world.pass_time(hours=2)
    reread = building.extracted("一二三", rule="profile")
    moved = replace(building.edit("一二三 广告", "一二三"), kind=ChangeKind.EXTRACTOR, score=0.0)
    done = world.look(
        "a",
        "一二四",
        extraction=building.extracted("一二四", rule="profile"),
        reread=reread,
        reread_change=moved,
        changes=(building.edit("一二三", "一二四"),),
    )
    extractor, content = changes(world)
    assert (extractor["kind"], extractor["from_version"], extractor["score"]) == (
        "extractor",
        1,
        0.0,
    )
    assert content["from_version"] == extractor["to_version"]
    assert content["to_version"] == done.version_id
    assert content["old_last_observation"] == first.observation_ids[0]
    texts = [version.text for version in world.archive.versions_of("http://news.test/a")]
    assert texts == ["一二三", "一二四"]
    assert world.archive.find_version(str(first.version_id)).text == "一二三 广告"


def test_one_page_twice_in_a_batch_is_written_in_order(world: Any) -> None:
    world.listing("a", "b")
    one = world.intent("a", "一")
    two = replace(one, changes=(), new_version=False)
    world.archive.commit([one, two, world.intent("b", "一")])
    seen = [row for row in records(world, "observation") if row["purpose"] == "article"]
    assert seen[1]["previous_of_address"] == records_hash(world, "observation", 1)
    assert len(world.archive.versions_of("http://news.test/a")) == 1


def test_what_no_utf8_can_hold_is_replaced(world: Any, building: Any) -> None:
    link = Link("http://news.test/x", title="半\ud83d", key=PageKey("news.test", "x\udc00"))
    world.listing(links=(link,))
    world.look(
        "http://news.test/x",
        "文\udfff字",
        extraction=building.extracted("文\udfff字", title="\ud800"),
    )
    (version,) = world.archive.versions_of("http://news.test/x")
    assert (version.text, version.title) == ("文\ufffd字", "\ufffd")


def test_an_intent_that_fails_leaves_nothing_of_its_batch(world: Any) -> None:
    world.listing("a", "b")
    before = world.archive.conn.execute("SELECT count(*) FROM log").fetchone()
    broken = replace(
        world.intent("b", "二"),
        events=(EventDraft("x", "y", "z", "w", source_id="no such source"),),
    )
    with pytest.raises(sqlite3.IntegrityError):
        world.archive.commit([world.intent("a", "一"), broken])
    assert world.archive.conn.execute("SELECT count(*) FROM log").fetchone() == before
    assert world.look("a", "一").version_id == 1


def test_a_correction_names_what_it_supersedes(world: Any, building: Any) -> None:
    world.listing("a")
    world.look("a", "一")
    world.pass_time(hours=1)
    wrong = world.look("a", "二").change_ids[0]
    draft = ChangeDraft(
        ChangeKind.CONTENT, diff=building.edit("一", "二").diff, supersedes=wrong, reason="replayed"
    )
    robots = world.attempt("http://news.test/robots.txt", b"", purpose=Purpose.ROBOTS)
    again = world.attempt("http://news.test/a", "<p>二</p>".encode())
    rows = ((robots, Outcome.LISTED, None), (again, Outcome.UNCHANGED, None))
    world.look("a", "二", changes=(draft,), attempt=again, attempts=rows)
    old, new = changes(world)
    assert (old["superseded_by"], new["supersedes"]) == (new["change"], old["change"])
    assert records(world, "change")[1]["supersedes"] == old["hash"]
    event = EventDraft("told", "a", "m", "n", changes=(wrong,))
    world.archive.commit([ListingIntent(world.run, "news", "", (), events=(event,))])
    assert records(world, "event")[-1]["changes"] == [old["hash"]]


def test_a_listing_is_remembered_by_what_it_said(world: Any) -> None:
    world.listing("a", "b", complete=True)
    world.pass_time(hours=1)
    links = (Link("http://news.test/a", title="改题", key=PageKey("news.test", "a")),)
    world.listing(links=links, complete=True)
    rows = world.archive.conn.execute(
        "SELECT url, title, gone_at IS NOT NULL FROM sightings ORDER BY id"
    ).fetchall()
    assert rows == [
        ("http://news.test/a", "《a》", 1),
        ("http://news.test/b", "《b》", 1),
        ("http://news.test/a", "改题", 0),
    ]
    assert len(world.archive.due(source_ids=["news"], now=None)) == 2


SIGHTED = "SELECT url, title, updated, gone_at IS NULL FROM sightings ORDER BY id"


def test_two_addresses_of_one_page_in_one_listing_are_two_rows_however_often_it_is_read(
    world: Any,
) -> None:
    key = PageKey("news.test", "a")
    links = tuple(
        Link(url, title=title, key=key)
        for url, title in (("http://news.test/a", "甲"), ("http://m.news.test/a", "手机版"))
    )
    for shown in (links, links[::-1], links):
        world.listing(links=shown, complete=True)
        world.pass_time(hours=1)
    rows = world.archive.conn.execute(SIGHTED).fetchall()
    assert [row[::3] for row in rows] == [(link.url, 1) for link in links]
    assert len(world.archive.addresses(1)) == 2
    world.listing(links=links[1:], complete=True)
    assert [row[3] for row in world.archive.conn.execute(SIGHTED)] == [0, 1]


def test_a_page_that_two_keys_of_a_listing_name_has_one_row_for_an_address(world: Any) -> None:
    world.listing("a", "b")
    world.archive.conn.execute("UPDATE pages SET joined_with = 1 WHERE id = 2")
    links = tuple(
        Link("http://news.test/c", title=name, key=PageKey("news.test", name)) for name in "ab"
    )
    for _ in range(2):
        world.pass_time(hours=1)
        world.listing(links=links, complete=True)
    rows = world.archive.conn.execute(SIGHTED).fetchall()
    assert [row[:2] for row in rows[2:]] == [("http://news.test/c", "a")]


def test_a_list_that_dates_its_entries_anew_at_each_reading_adds_no_rows(world: Any) -> None:
    for hour in range(3):
        link = Link(
            "http://news.test/a", "甲", updated=f"2026-03-01T0{hour}:00:00Z",
            published=f"2026-03-0{hour + 1}", key=PageKey("news.test", "a"),
        )  # fmt: skip
        world.listing(links=(link,), complete=True)
        world.pass_time(hours=1)
    rows = world.archive.conn.execute(SIGHTED).fetchall()
    assert rows == [("http://news.test/a", "甲", "2026-03-01T02:00:00Z", 1)]


def test_addresses_that_are_new_at_each_reading_fill_neither_addresses_nor_sightings(
    world: Any,
) -> None:
    key = PageKey("news.test", "a")
    for number in range(30):
        world.listing(links=(Link(f"http://news.test/a?at={number}", "甲", key=key),))
        world.pass_time(hours=1)
    assert len(world.archive.addresses(1)) == 8
    assert len(world.archive.conn.execute(SIGHTED).fetchall()) == 8


def test_an_incomplete_listing_unlists_nothing(world: Any) -> None:
    world.listing("a", "b")
    world.pass_time(hours=1)
    world.listing("b")
    open_rows = "SELECT count(*) FROM sightings WHERE gone_at IS NULL"
    assert world.archive.conn.execute(open_rows).fetchone() == (2,)


def test_one_article_under_two_addresses_is_one_page(world: Any) -> None:
    world.listing("a")
    key = PageKey("news.test", "a")
    world.listing(
        links=(
            Link("https://m.news.test/a", key=key),
            Link("http://news.test/b", key=PageKey("news.test", "b")),
        )
    )
    assert [a.url for a in world.archive.addresses(1)] == [
        "http://news.test/a",
        "https://m.news.test/a",
    ]
    (due,) = world.archive.due_at(["https://m.news.test/a"])
    assert (due.page.page_id, due.url) == (1, "https://m.news.test/a")
    found = world.archive.due_pages([key], now=None)
    assert [(k, d.url) for k, d in found] == [(key, "http://news.test/a")]


def test_due_pages_come_most_overdue_first(world: Any) -> None:
    world.listing("a", "b", "c")
    for name, at in (("a", "2026-03-09"), ("b", "2026-03-03"), ("c", "2026-03-02")):
        world.look(name, name, page={"next_check_at": at})
    due = world.archive.due(source_ids=["news"], now="2026-03-05")
    assert [d.url[-1] for d in due] == ["c", "b"]
    assert world.archive.due(source_ids=["other"], now=None) == []
    assert len(world.archive.due(source_ids=["news"], now=None, limit=1)) == 1


def test_a_listing_gives_back_its_bytes_and_validators(world: Any) -> None:
    assert world.archive.listing_state("http://news.test/") is None
    attempt = world.attempt(
        "http://news.test/", b"<rss/>", purpose=Purpose.LISTING, headers=(("ETag", '"l"'),)
    )
    done = world.listing("a", attempts=((attempt, Outcome.LISTED, None),))
    state = world.archive.listing_state("http://news.test/")
    assert (state.body, state.validators.etag) == (b"<rss/>", '"l"')
    assert state.validators.observation == done.observation_hashes[0]
    assert world.archive.last_listed()["news"] == attempt.finished_at


def test_seed_matches_stand_by_their_version(world: Any) -> None:
    setting = SeedSetting("copy", "/x/copy.txt", title="抄本", retrieved="2026-01-01")
    assert world.archive.sync_seeds([(setting, "一二三".encode())]) == [
        "the seed copy copy was taken into the archive"
    ]
    world.listing("a")
    alignment = Alignment((), 0.9, 0.5, (), (), Relation.QUOTES, 1.0, 0.0)
    world.look("a", "零一二三", seed_matches=(SeedMatchDraft("copy", alignment),))
    world.look(
        "a",
        "零一二三",
        seed_matches=(SeedMatchDraft("copy", replace(alignment, seed_coverage=1.0)),),
    )
    world.pass_time(hours=1)
    world.look("a", "零一二四")
    assert next(iter(world.archive.seeds_list()))["best_version"] is None
    stored = world.archive.conn.execute(
        "SELECT version_id, seed_coverage FROM seed_matches"
    ).fetchall()
    assert stored == [(1, 1.0)]
    assert world.archive.page_state(1).shares_seed


def test_a_seed_copy_is_revised_never_overwritten(world: Any) -> None:
    setting = SeedSetting("copy", "/x/copy.txt", title="抄本")
    file = "\ufeff一\r\n二".encode()
    world.archive.sync_seeds([(setting, file)])
    assert world.archive.sync_seeds([(setting, file)]) == []
    world.archive.sync_seeds([(setting, "一\n三".encode())])
    seed = world.archive.seed("copy")
    assert (seed.revision, seed.text, seed.name) == (2, "一\n三", "copy")
    first, second = records(world, "seed")
    assert world.archive.text(first["text_sha256"]) == "一\n二"
    assert world.archive.body(first["file_sha256"]) == file
    assert second["replaces"] == records_hash(world, "seed", 0)
    assert world.archive.seed(seed.hash[:8]).id == "copy"
    world.archive.sync_seeds([])
    assert world.archive.seeds() == []
    world.archive.sync_seeds([(setting, "一\n三".encode())])
    assert world.archive.seed("copy").revision == 3


def test_hosts_come_back_as_they_were(world: Any) -> None:
    from crawler.model import HostState

    state = HostState("news.test", "User-agent: *", 200, "rules", "2026-03-01", failures=2)
    world.archive.commit([], hosts=[state])
    assert world.archive.host_states() == {"news.test": state}
    assert world.archive.host_states(["other.test"]) == {}


def test_a_url_watched_by_hand_is_one_page(world: Any) -> None:
    first = world.archive.watch_manual("http://one.test/x", PageKey("one.test", "x"))
    assert world.archive.watch_manual("http://one.test/x") == first
    (due,) = world.archive.due(source_ids=["manual"], now=None)
    assert due.url == "http://one.test/x"


def test_a_renamed_source_keeps_its_history(world: Any, building: Any) -> None:
    world.listing("a")
    world.archive.sync_sources([building.source("fresh", formerly=("news",))])
    assert [d.page.source_id for d in world.archive.due(source_ids=["fresh"], now=None)] == [
        "fresh"
    ]
    assert [state.source_id for state in world.archive.source_states()] == ["fresh"]


def test_a_capture_can_be_read_again(world: Any) -> None:
    world.listing("a")
    link = Link("http://news.test/a", title="列表题")
    done = world.look("a", "一", listing=link, encoding="gb18030")
    capture = world.archive.capture_of(done.version_id)
    assert capture.bodies == ("<p>一</p>".encode(),)
    assert (capture.listing, capture.encoding) == (link, "gb18030")
    assert capture.content_type == "text/html; charset=utf-8"


def url_page(world: Any, name: str) -> None:
    """A page that a listing knows by its URL alone."""
    url = f"http://news.test/{name}"
    world.listing(links=(Link(url, key=PageKey("news.test", f"url:{url}")),))


def test_a_key_known_after_the_fetch_is_the_pages(world: Any, building: Any) -> None:
    url_page(world, "x")
    key = PageKey("news.test", "c_1")
    world.look("x", "一", extraction=building.extracted("一", page_key=key))
    assert world.archive.known_page(key) == 1


@pytest.mark.parametrize(("text", "events"), [("一", 0), ("二", 1)])
def test_a_page_that_turns_out_to_be_another_is_one_more_address(
    world: Any, building: Any, text: str, events: int
) -> None:
    key = PageKey("news.test", "c_1")
    world.listing("c_1")
    world.look("c_1", "一", extraction=building.extracted("一", page_key=key))
    url_page(world, "x")
    world.pass_time(hours=1)
    done = world.look("x", text, extraction=building.extracted(text, page_key=key))
    assert done.page_id == 1
    assert [event["kind"] for event in world.archive.events()] == ["addresses_disagree"] * events
    versions = world.archive.versions_of("http://news.test/x")
    assert [version.text for version in versions] == ["一"]
    assert len(list(world.archive.log("http://news.test/c_1"))) == 2
    assert len(world.archive.addresses(1)) == 2
    assert [due.page.page_id for due in world.archive.due(source_ids=["news"], now=None)] == [1]
    assert verify(world.path)["ok"]


def test_a_page_with_versions_is_joined_and_its_versions_are_read_together(
    world: Any, building: Any
) -> None:
    world.listing("c_1")
    world.look("c_1", "一")
    url_page(world, "x")
    world.look("x", "二")
    world.pass_time(hours=1)
    read = building.extracted("三", page_key=PageKey("news.test", "c_1"))
    world.look("x", "三", extraction=read)
    texts = [version.text for version in world.archive.versions_of("http://news.test/c_1")]
    assert texts == ["一", "二", "三"]
    assert world.archive.find_version("http://news.test/x").page_id == 1


def test_a_page_that_was_seen_first_keeps_the_article(world: Any, building: Any) -> None:
    key = PageKey("news.test", "c_1")
    world.listing("c_1")
    url_page(world, "x")
    queued = world.intent("c_1", "一", extraction=building.extracted("一", page_key=key))
    world.look("x", "一", extraction=building.extracted("一", page_key=key))
    assert world.archive.known_page(key) == 2
    world.pass_time(minutes=1)
    assert world.archive.commit([queued])[0].page_id == 2
    assert len(world.archive.versions_of("http://news.test/c_1")) == 1
    assert len(world.archive.addresses(2)) == 2
    assert verify(world.path)["ok"]


def test_a_key_of_another_site_joins_nothing(world: Any, building: Any) -> None:
    world.listing("c_1", "b")
    world.look("c_1", "一")
    read = building.extracted("一", page_key=PageKey("other.test", "c_1"))
    assert world.look("b", "一", extraction=read).page_id == 2
