"""Rows of the fault table that show over several looks, a day apart."""

import asyncio
import fcntl
import json
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fault_turns import PASSES, TURNS
from faulty_server import FaultyServer
from passes import Workshop, source

from crawler.cli.root import crawl
from crawler.evidence.verify import verify
from crawler.workers import Workers


async def play(folder: Path) -> dict[str, Any]:
    """All passes; where the archive lies, the hosts, what each was asked, and how runs ended."""
    # A busy machine is none of these rows' faults: an honest page has the time that it needs.
    shop = Workshop(folder, readers=partial(Workers, time_s=20.0))
    async with AsyncExitStack() as stack:
        servers = {
            turn.name: await stack.enter_async_context(FaultyServer(host=f"127.0.4.{number}"))
            for number, turn in enumerate(TURNS, 1)
        }
        shop.configure(
            *(
                source(
                    servers[turn.name], turn.name, *turn.paths, kind=turn.kind, **dict(turn.more)
                )
                for turn in TURNS
            )
        )
        failing, exits = [], []
        for number in range(PASSES):
            for turn in TURNS:
                servers[turn.name].routes = dict(turn.routes(number))
            summary = await shop.once()
            failing.append([found.id for found in summary.sources.values() if found.failed])
            exits.append(summary.exit_code())
    return {
        "folder": str(folder),
        "bases": {name: server.url("") for name, server in servers.items()},
        "asked": {
            name: [[r.target, r.header("If-None-Match"), r.at] for r in server.log]
            for name, server in servers.items()
        },
        "failing": failing,
        "exits": exits,
    }


class Played:
    """What came of the passes."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.shop = Workshop(Path(found["folder"]))
        self.found = found

    def url(self, name: str, path: str = "/page") -> str:
        return self.found["bases"][name] + path

    def command(self, *args: str) -> Result:
        """A command over the archive."""
        folder = self.shop.folder
        options = ["--db", str(self.shop.db), "--sources", str(folder / "sources.toml")]
        return CliRunner().invoke(crawl, [*options, *args])

    def outcomes(self, name: str, path: str = "/page") -> list[str]:
        """The deciding outcome of each pass."""
        rows = self.shop.rows(
            "SELECT outcome FROM observations WHERE id IN (SELECT max(id) FROM observations "
            "WHERE request_url = ? AND purpose <> 'robots' GROUP BY run_id) ORDER BY id",
            self.url(name, path),
        )
        return [row[0] for row in rows]

    def changes(self, name: str) -> list[tuple[Any, ...]]:
        """Kind, score and the record's reason of a source's changes."""
        return self.shop.rows(
            "SELECT c.kind, c.score, json_extract(l.record, '$.reason') FROM changes c "
            "JOIN log l ON l.sequence = c.sequence WHERE c.source_id = ? ORDER BY c.id",
            name,
        )

    def events(self, name: str) -> list[str]:
        """The kinds of a source's events."""
        rows = self.shop.rows("SELECT kind FROM events WHERE source_id = ? ORDER BY id", name)
        return [row[0] for row in rows]

    def failed(self, name: str) -> list[bool]:
        """Whether the source failed, pass by pass."""
        return [name in names for names in self.found["failing"]]

    def tags(self, name: str, path: str = "/page") -> list[str | None]:
        """The validators that each request for a path carried."""
        return [row[1] for row in self.found["asked"][name] if row[0] == path]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The passes are made once, whichever test process needs them first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    result = shared / "fault-turns.json"
    with (shared / "fault-turns.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            found = asyncio.run(play(tmp_path_factory.mktemp("turns")))
            result.write_text(json.dumps(found), encoding="utf-8")
    return Played(json.loads(result.read_text(encoding="utf-8")))


def test_A9_a_304_is_believed_until_a_full_look_is_due(played: Played) -> None:
    assert played.outcomes("A9") == [
        "new",
        *["not_modified"] * 2,
        "unchanged",
        *["not_modified"] * 2,
    ]
    assert played.tags("A9") == [None, '"a"', '"a"', None, '"a"', '"a"']
    assert played.changes("A9") == []


@pytest.mark.parametrize("name", ["A10-tag", "A10-date"])
def test_A10_an_edit_behind_unchanged_validators_is_found_and_named(
    name: str, played: Played
) -> None:
    outcomes = played.outcomes(name)
    assert outcomes[:4] == ["new", "not_modified", "not_modified", "changed"]
    ((kind, score, reason),) = played.changes(name)
    assert (kind, reason) == ("content", "validators_lied")
    assert score > 0
    assert played.events(name).count("validators_lied") == 1


def test_A10_a_reader_is_told_why_a_change_came(played: Played) -> None:
    told = "because the server said that nothing had changed; a full look found it"
    url = played.url("A10-tag")
    for args in (["changes", "--since", "2020-01-01"], ["show", url], ["diff", url]):
        assert told in played.command(*args).output, args
    (line,) = played.command("changes", "--json", "--source", "A10-tag").output.splitlines()
    assert json.loads(line)["reason"] == "validators_lied"
    assert json.loads(line)["url"] == url
    gone = played.command("changes", "--since", "2020-01-01", "--source", "A18").output
    assert "validators" not in gone


def test_A13_a_listing_that_is_none_fails_the_source_and_not_its_pages(played: Played) -> None:
    assert played.failed("A13") == [False, True, True, True, False, False]
    assert played.outcomes("A13", "/feed")[1:4] == ["failed"] * 3
    assert played.outcomes("A13", "/news/1.html") == ["new", *["unchanged"] * 5]


def test_A14_no_page_is_gone_by_a_short_listing(played: Played) -> None:
    assert not any(played.failed("A14"))
    for number in range(1, 13):
        looks = played.outcomes("A14", f"/news/{number}.html")
        assert looks == ["new", *["unchanged"] * 5]
    states = played.shop.rows("SELECT DISTINCT state FROM pages WHERE source_id = 'A14'")
    assert states == [("live",)]
    assert not [change for change in played.changes("A14") if change[0] == "state"]
    assert played.events("A14") == ["listing_shrunk"]


def test_A15_two_texts_in_turn_are_kept_and_told_once(played: Played) -> None:
    assert played.outcomes("A15") == ["new", *["changed"] * 5]
    changes = played.changes("A15")
    assert len(changes) == 5
    assert [score > 0 for _, score, _ in changes] == [True, True, False, False, False]
    assert {reason for *_, reason in changes[2:]} == {"flapping"}
    assert played.events("A15").count("flapping") == 1
    ((told,),) = played.shop.rows("SELECT changes FROM events WHERE kind = 'flapping'")
    assert len(json.loads(told)) == 2


def test_A17_other_bytes_of_an_unread_document_are_a_change_named_so(played: Played) -> None:
    assert played.outcomes("A17") == [*["failed"] * 4, "new", "unchanged"]
    ((kind, score, reason),) = played.changes("A17")
    assert (kind, reason) == ("content", "unsupported_type")
    assert score > 0
    bodies = played.shop.rows(
        "SELECT count(DISTINCT body_sha256) FROM observations WHERE request_url = ?",
        played.url("A17"),
    )
    assert bodies == [(3,)]


def test_A18_validators_of_what_is_no_article_are_never_sent(played: Played) -> None:
    assert '"stub"' not in played.tags("A18")
    assert played.outcomes("A18")[:3] == ["new", "gone", "unchanged"]


def test_A18_validators_go_back_to_the_address_that_gave_them(played: Played) -> None:
    assert set(played.tags("A18-elsewhere")) == {None}
    assert played.tags("A18-elsewhere", "/moved")[:2] == [None, '"moved"']
    assert played.outcomes("A18-elsewhere")[:3] == ["new", "not_modified", "not_modified"]


def test_A19_an_article_in_parts_is_one_text_or_none(played: Played) -> None:
    rows = played.shop.rows(
        "SELECT outcome, reason, run_id FROM observations WHERE request_url LIKE ? "
        "AND purpose = 'article' AND id IN (SELECT max(id) FROM observations "
        "WHERE source_id = 'A19' GROUP BY run_id) ORDER BY id",
        played.url("A19", "/a%"),
    )
    assert [row[:2] for row in rows] == [
        ("new", None),
        ("failed", "part"),
        ("changed", None),
        ("failed", "part"),
        ("unchanged", None),
        ("unchanged", None),
    ]
    texts = played.shop.rows(
        "SELECT t.text FROM versions v JOIN texts t ON t.id = v.text_id "
        "JOIN pages p ON p.id = v.page_id WHERE p.source_id = 'A19' ORDER BY v.id"
    )
    assert len(texts) == 2
    for (text,) in texts:
        places = [text.index(f"第{number}部分") for number in (1, 2, 3)]
        assert places == sorted(places)
    assert "完全认为" in texts[1][0]
    captures = played.shop.rows(
        "SELECT json_array_length(l.record, '$.capture') FROM extractions e "
        "JOIN log l ON l.sequence = e.sequence JOIN pages p ON p.id = e.page_id "
        "WHERE p.source_id = 'A19'"
    )
    assert {row[0] for row in captures} == {3}
    assert len(played.changes("A19")) == 1


def test_X1_X2_X3_X4_hostile_feeds_fail_the_source_at_most(played: Played) -> None:
    assert played.failed("X") == [True, True, True, True, False, False]
    assert played.outcomes("X", "/feed") == [*["failed"] * 4, "listed", "listed"]
    reasons = played.shop.rows(
        "SELECT DISTINCT reason FROM observations WHERE request_url = ? AND outcome = 'failed'",
        played.url("X", "/feed"),
    )
    assert {row[0] for row in reasons} <= {"listing", "too_complex"}
    assert played.outcomes("X", "/news/1.html") == ["new", "unchanged"]
    hosts = played.shop.rows("SELECT count(*) FROM pages WHERE canonical_url LIKE '%elsewhere%'")
    assert hosts == [(0,)]
    assert "listing_foreign" in played.events("X")


def test_X5_broken_json_is_no_listing(played: Played) -> None:
    assert all(played.failed("X5"))
    reasons = played.shop.rows(
        "SELECT DISTINCT outcome, reason FROM observations WHERE source_id = 'X5' "
        "AND purpose = 'listing'"
    )
    assert reasons == [("failed", "listing")]


def test_M2_a_host_without_its_robots_file_waits(played: Played) -> None:
    assert all(played.failed("M2"))
    reasons = played.shop.rows(
        "SELECT DISTINCT outcome, reason FROM observations WHERE request_url = ?",
        played.url("M2"),
    )
    assert set(reasons) <= {("refused", "robots_unreachable"), ("refused", "paused")}
    assert ("refused", "robots_unreachable") in reasons
    assert played.tags("M2") == []


def test_every_run_went_on_and_the_log_is_sound(played: Played) -> None:
    assert set(played.found["exits"]) == {3}
    assert verify(played.shop.db)["ok"]
