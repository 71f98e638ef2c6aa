"""Passes over the small web: exactly the edits that were made are found, and nothing else."""

import pytest

from crawler.demo.edits import LAST_TICK
from crawler.errors import UsageError
from crawler.evidence.verify import verify

CHANGES = """
SELECT p.canonical_url FROM changes c JOIN pages p ON p.id = c.page_id
WHERE c.score > 0 AND c.id IN (SELECT value FROM json_each(?)) ORDER BY 1
"""


def test_every_pass_finds_exactly_the_edits_that_were_made(workspace):
    first = workspace.once()
    assert first.changes == []
    assert first.exit_code() == 0
    for _ in range(LAST_TICK):
        workspace.web.advance()
        summary = workspace.once()
        assert summary.exit_code() == 0
        found = [row[0] for row in workspace.rows(CHANGES, str(summary.changes))]
        told = {(edit.site, edit.path) for edit in workspace.web.told() if edit.scores}
        expected = sorted(workspace.web.url(site, path) for site, path in told)
        assert found == expected
    assert verify(workspace.db)["ok"]


def test_a_pass_without_changes_is_conditional_and_reports_none(workspace):
    workspace.once()
    seen = len(workspace.web.requests)
    observed = workspace.rows("SELECT count(*) FROM observations")[0][0]
    summary = workspace.once()
    totals = summary.totals()
    assert summary.changes == []
    assert totals["checked"] == totals["unchanged"] > 20
    again = workspace.web.requests[seen:]
    assert workspace.rows("SELECT count(*) FROM observations")[0][0] - observed == len(again)
    assert any(request.status == 304 for request in again)
    assert all(
        "if-none-match" in request.headers or "if-modified-since" in request.headers
        for request in again
        if request.status == 304
    )


def test_the_second_pass_keeps_one_version_of_each_page(workspace):
    workspace.once()
    versions = workspace.rows("SELECT count(*) FROM versions")
    workspace.once()
    assert workspace.rows("SELECT count(*) FROM versions") == versions


def test_a_source_can_be_named_alone(workspace):
    summary = workspace.once("xinhua")
    assert list(summary.sources) == ["xinhua"]
    assert {request.site for request in workspace.web.requests} == {"xinhua"}


def test_a_limit_is_kept(workspace):
    summary = workspace.once(limit=3)
    assert summary.totals()["checked"] == 3


def test_a_dry_run_asks_nobody(workspace):
    summary = workspace.once(dry_run=True)
    assert workspace.web.requests == []
    assert summary.plan is not None
    assert summary.plan.requests > 5


def test_a_dry_run_of_an_unknown_address_does_not_begin_to_watch_it(workspace):
    url = workspace.web.url("xinhua", "/politics/2019-12/10/c_1125327450.htm")
    plan = workspace.once(url, dry_run=True).plan
    assert [(host.requests, host.host in url) for host in plan.hosts] == [(1, True)]
    assert workspace.web.requests == []
    assert workspace.rows("SELECT * FROM pages") == []


def test_an_address_that_may_not_be_asked_is_not_watched_either(workspace, rewrite):
    rewrite("contact = ", "# contact = ")
    with pytest.raises(UsageError, match=r"network\.contact is empty"):
        workspace.once("http://example.org/a.html")
    assert workspace.rows("SELECT * FROM pages") == []


def test_an_unknown_address_is_watched_by_hand(workspace):
    url = workspace.web.url("xinhua", "/politics/2019-12/10/c_1125327450.htm")
    summary = workspace.once(url)
    assert summary.totals()["new"] == 1
    assert workspace.rows("SELECT source_id FROM pages") == [("manual",)]
    assert workspace.once("manual").totals()["checked"] == 1


def test_what_is_not_due_is_left_alone(workspace):
    workspace.once()
    asked = len(workspace.web.requests)
    workspace.passes -= 1
    assert workspace.once(due=True).totals()["checked"] == 0
    assert len(workspace.web.requests) == asked


def test_gb18030_pages_are_read_right(workspace):
    workspace.once("chinanews")
    texts = workspace.rows("SELECT text FROM texts")
    assert any("镕" in text for (text,) in texts)
    assert not any("\ufffd" in text for (text,) in texts)


def test_a_kind_that_is_not_built_fails_with_that_word(workspace, rewrite, monkeypatch):
    from crawler.pipeline import tasks

    monkeypatch.setattr(tasks, "KINDS", frozenset(tasks.KINDS - {"feed"}))
    summary = workspace.once()
    failed = [source for source in summary.sources.values() if source.failed]
    assert failed
    assert all("not built" in source.errors[0]["error"] for source in failed)
    assert summary.exit_code() == 3
    assert summary.totals()["new"] > 10


def test_sources_that_do_not_answer_fail_and_the_others_run(workspace, rewrite):
    base = workspace.web.bases["xinhua"]
    rewrite(base, "http://127.0.0.13:9")
    summary = workspace.once()
    assert summary.exit_code() == 3
    assert [s.id for s in summary.sources.values() if s.failed] == ["xinhua"]
    assert "127.0.0.13" in summary.sources["xinhua"].errors[0]["error"]
    assert workspace.rows("SELECT count(*) FROM observations WHERE reason = 'connect'")[0][0] >= 1


def test_all_sources_failing_is_its_own_exit_code(workspace, rewrite):
    for site, base in workspace.web.bases.items():
        text = workspace.sources.read_text(encoding="utf-8")
        if base in text:
            rewrite(base, f"http://127.0.0.{20 + len(site)}:9")
    assert workspace.once(limit=5).exit_code() == 4


def test_seed_copies_are_placed_against_the_pages(workspace):
    workspace.once()
    placed = dict(
        workspace.rows(
            "SELECT s.name, max(m.seed_coverage) FROM seed_matches m "
            "JOIN seeds s ON s.id = m.seed_id GROUP BY 1"
        )
    )
    assert len(placed) == 5
    assert all(coverage > 0.6 for coverage in placed.values())


def test_an_unexpected_error_costs_one_page(workspace, monkeypatch, caplog):
    from crawler.pipeline import run

    whole = run.page_intent
    broken = workspace.web.url("xinhua", "/politics/2019-12/10/c_1125327450.htm")

    async def sometimes(desk, source, due, attempts, listing):
        if due.address.url == broken:
            raise RuntimeError("a bug")
        return await whole(desk, source, due, attempts, listing)

    monkeypatch.setattr(run, "page_intent", sometimes)
    summary = workspace.once("xinhua")
    assert summary.totals()["failed"] == 1
    assert summary.totals()["new"] >= 4
    assert workspace.rows("SELECT request_url FROM observations WHERE reason = 'internal'") == [
        (broken,)
    ]
    assert "unexpected error" in caplog.text
