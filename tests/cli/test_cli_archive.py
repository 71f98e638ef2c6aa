"""The commands over an archive that was really crawled: contracts, exit codes, words for people."""

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.config import load
from crawler.demo import LAST_TICK, DemoWeb
from crawler.demo.library import named
from crawler.demo.seeds import SEEDS
from crawler.pipeline import crawl_once

COUNTERS = {
    "new", "changed", "unchanged", "gone", "redirected", "emptied", "blocked", "refused", "failed",
}  # fmt: skip
CHANGE = {
    "change", "page", "url", "source", "kind", "from_version", "to_version", "from_state",
    "to_state", "old_last_seen", "new_first_seen", "old_last_observation", "new_first_observation",
    "recorded_at", "inserted", "deleted", "moved", "masked", "labels", "score", "fields", "seeds",
    "terms", "origin", "supersedes", "superseded_by",
}  # fmt: skip
LOOK = {
    "observation", "run", "started_at", "origin", "outcome", "reason", "status", "url",
    "final_url", "body_sha256", "version", "state", "hash",
}  # fmt: skip
COMPARED = {
    "seed", "page", "version", "url", "source", "state", "current", "first_seen", "last_seen",
    "seed_coverage", "page_coverage", "matches", "missing_from_seed", "missing_from_page",
    "relation", "confidence", "score",
}  # fmt: skip
REUSED = {
    "version", "seed", "url", "source", "first_seen", "query", "found", "chars", "exact", "rarity",
}  # fmt: skip

COMMANDS_PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"


def documented(name: str) -> set[str]:
    """The keys of a command's first JSON shape in `docs/commands.md`."""
    page = COMMANDS_PAGE.read_text("utf-8")
    (part,) = re.findall(rf"\*\*`crawl {name}\b.*?(?=\n\*\*`crawl|\n## |\Z)", page, re.DOTALL)
    shape = re.search(r"`\{(\".*?\})`(?=[^`]|\Z)", part, re.DOTALL)
    assert shape is not None, name
    inner, flat = shape[1][:-1], ""
    while flat != inner:
        flat, inner = inner, re.sub(r"[\[{][^\[\]{}]*[\]}]", "", inner)
    return {key for one in flat.split(",") for key in re.findall(r'^\s*"(\w+)"', one)}


def url_of(web: DemoWeb, name: str) -> str:
    """The URL of an article of the small web."""
    article = named()[name]
    return web.url(article.site, article.path)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, DemoWeb]]:
    """A workspace in which the small web was crawled at every tick; the web goes on serving."""
    folder = tmp_path_factory.mktemp("tour")
    with DemoWeb() as web:
        config = load(web.sources_toml(folder / "sources.toml"))
        for tick in range(LAST_TICK + 1):
            web.advance(tick - web.tick)
            crawl_once(config, folder / "archive.db", backfill=tick == 0)
        yield folder, web


@pytest.fixture
def go(tour: tuple[Path, DemoWeb], run) -> Callable[..., Any]:
    """Call `crawl` in that workspace."""
    folder, _ = tour

    def call(*args: object, **kwargs: Any) -> Any:
        places = ("--db", folder / "archive.db", "--sources", folder / "sources.toml")
        return run(*places, *args, **kwargs)

    return call


@pytest.fixture
def speech(tour: tuple[Path, DemoWeb]) -> str:
    """The URL of the speech out of which a sentence was cut."""
    return url_of(tour[1], "governing_party")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("check", ()), ("sources list", ()), ("status", ()), ("changes", ()), ("events", ()),
        ("log", ("URL",)), ("diff", ("URL",)), ("search", ("党",)), ("mark", ("3", "seen")),
        ("seeds list", ()), ("seeds compare", ("party-style",)), ("reuse", ("party-style",)),
        ("verify", ()), ("reextract", ("--dry-run",)), ("cite", ("3",)), ("once", ("--limit", "1")),
        ("withhold", ("12", "--reason", "x", "--dry-run")), ("extract", ("page.html",)),
    ],
)  # fmt: skip
def test_the_page_of_the_commands_names_every_key(
    go, speech: str, tmp_path: Path, name: str, more: tuple[str, ...]
) -> None:
    (tmp_path / "page.html").write_text("<p>党的文件。</p>", encoding="utf-8")
    asked = [speech if word == "URL" else word for word in more]
    done = go(*name.split(), *asked, "--json")
    assert done.exit_code == 0, done.output
    found = [set(json.loads(line)) for line in done.stdout.splitlines()]
    assert found
    assert [keys for keys in found if keys != documented(name)] == []


def test_a_misspelt_name_is_no_answer(go) -> None:
    for asked in (
        ("changes", "--source"), ("changes", "--tag"), ("changes", "--seed"),
        ("search", "党", "--source"),
    ):  # fmt: skip
        for form in ((), ("--json",)):
            done = go(*asked, "qiushy", *form)
            assert (done.exit_code, done.stdout) == (2, ""), asked
            assert "is called 'qiushy'" in done.stderr
            assert "the archive knows: " in done.stderr
    assert go("changes", "--tag", "party", "--since", "90d").exit_code == 0


def test_what_names_no_text_is_told_as_such(go, speech: str) -> None:
    for asked, subject, step in (
        (("diff", "nope.txt", "2"), "'nope.txt' is no text file, seed copy or version", "is there"),
        (("reuse", "nope.txt"), "'nope.txt' is no file and no seed copy", "--min-chars"),
        (("log", "nope"), "nope is not in the archive", "its whole URL"),
        (("show", f"{speech}@2026-13-01"), "2026-13-01 is no day", "URL@2026-03-01"),
        (("show", f"{speech}@2026-13"), "2026-13 is no day", "URL@2026-03-01"),
        (("show", f"{speech}@9999"), "9999 is no day", "URL@2026-03-01"),
    ):
        done = go(*asked)
        assert (done.exit_code, done.stdout) == (2, ""), asked
        assert subject in done.stderr
        assert step in done.stderr


def test_status(go) -> None:
    found = json.loads(go("status", "--json").stdout)
    assert set(found["archive"]) >= {
        "path", "size_bytes", "growth_bytes_per_day", "free_bytes", "full_at", "observations",
        "texts", "head", "anchored_until", "indexes_waiting",
    }  # fmt: skip
    assert {row["id"] for row in found["sources"]} >= {"blog", "qiushi", "xinhua"}
    assert all(row["promise_kept"] in (True, False) for row in found["sources"])
    shown = go("status")
    assert shown.exit_code == 0
    assert "qiushi" in shown.stdout


def test_status_of_one_source_and_of_none(go) -> None:
    found = json.loads(go("status", "qiushi", "--json").stdout)
    assert [row["id"] for row in found["sources"]] == ["qiushi"]
    lost = go("status", "qushi")
    assert lost.exit_code == 2
    assert "qushi" in lost.stderr


def test_changes_for_scripts(go, json_lines, tour) -> None:
    rows = json_lines(go("changes", "--json"))
    assert rows
    assert all(set(row) >= CHANGE for row in rows)
    ids = [row["change"] for row in rows]
    assert ids == sorted(ids)
    later = json_lines(go("changes", "--json", "--after", ids[2]))
    assert [row["change"] for row in later] == ids[3:]
    strong = json_lines(go("changes", "--json", "--min-score", "0.5"))
    assert [r["change"] for r in strong] == [r["change"] for r in rows if r["score"] >= 0.5]
    masked = json_lines(go("changes", "--json", "--label", "masked"))
    assert masked
    assert all("masked" in row["labels"] for row in masked)
    assert json_lines(go("changes", "--json", "--until", "2001-01-01")) == []
    states = json_lines(go("changes", "--json", "--kind", "state", "--source", "xinhua"))
    assert {(row["kind"], row["source"]) for row in states} == {("state", "xinhua")}


def test_changes_for_people_leave_out_form_and_say_so(go, json_lines) -> None:
    rows = json_lines(go("changes", "--json"))
    shown = go("changes").stdout
    told = [row for row in rows if row["score"] > 0]
    assert f"{len(told)} changes shown" in shown
    assert f"{len(rows) - len(told)} changes of score 0" in shown
    assert "touches the seed copy governing-the-party-2025" in shown


def test_a_wrong_option_is_usage(go) -> None:
    assert go("changes", "--since", "yesterday").exit_code == 2
    assert go("changes", "--label", "nonsense").exit_code == 2
    assert go("changes", "--min-score", "2").exit_code == 2
    assert go("search", "").exit_code == 2


def test_events(go, json_lines) -> None:
    rows = json_lines(go("events", "--json"))
    assert {row["kind"] for row in rows} >= {"seed_added"}
    keys = {"event", "kind", "subject", "changes", "recorded_at", "message", "next_step"}
    assert all(set(row) >= keys for row in rows)
    assert "seed_added" in go("events", "--kind", "seed_added").stdout


def test_one_event_about_reprints_and_none_of_boilerplate(go, json_lines, speech: str) -> None:
    """Of all the edits of the small web one touched what another site quotes."""
    kinds = {"reprint_diverged", "original_changed", "quotation_gone", "passage_dropped",
             "copy_found"}  # fmt: skip
    (told,) = (row for row in json_lines(go("events", "--json")) if row["kind"] in kinds)
    assert (told["kind"], told["subject"]) == ("original_changed", speech)
    assert "同时，也要防止制度过于烦琐" in told["message"]
    assert "improve-system-of-comprehensive" in told["message"]


def test_families_of_reprints(go, json_lines) -> None:
    families = json_lines(go("reuse", "--families", "--json"))
    # The blog quotes the whole of the magazine's article, and writes as much again.
    assert [family["sources"] for family in families] == [
        ["blog", "magazine"],
        ["chinanews", "xinhua"],
    ]
    for family in families:
        assert [page["of_original"] for page in family["pages"]] == [1.0, 1.0]


def test_log_lists_every_look_oldest_first(go, json_lines, speech: str) -> None:
    rows = json_lines(go("log", speech, "--json"))
    assert len(rows) == LAST_TICK + 1
    assert all(set(row) >= LOOK for row in rows)
    assert [row["outcome"] for row in rows][:3] == ["new", "unchanged", "changed"] or [
        row["outcome"] for row in rows
    ][:3] == ["new", "not_modified", "changed"]
    assert rows == sorted(rows, key=lambda row: row["started_at"])
    assert "2 versions" in go("log", speech).stdout


def test_show_in_every_form(go, json_lines, speech: str) -> None:
    found = json.loads(go("show", speech, "--json").stdout)
    assert found["url"] == speech
    assert go("show", speech, "--text").stdout.rstrip("\n") == found["text"].rstrip("\n")
    raw = go("show", speech, "--raw").stdout_bytes
    assert hashlib.sha256(raw).hexdigest() == found["body_sha256"]
    assert found["title"] in go("show", speech).stdout
    by_hash = json.loads(go("show", found["hash"][:12], "--json").stdout)
    assert by_hash["id"] == found["id"]
    assert go("show", speech, "--raw", "--text").exit_code == 2
    assert go("show", "https://example.org/never").exit_code == 2


def test_diff_of_a_page_names_the_sentence_that_was_cut(go, speech: str) -> None:
    found = json.loads(go("diff", speech, "--json").stdout)
    old = json.loads(go("show", found["a"]["id"], "--json").stdout)["text"]
    new = json.loads(go("show", found["b"]["id"], "--json").stdout)["text"]
    assert found["a"]["chars"] == len(old)
    assert "".join(new[slice(*op["b"])] for op in found["ops"]) == new
    gone = "".join(old[slice(*op["a"])] for op in found["ops"] if op["op"] in ("delete", "replace"))
    assert "制度陷阱" in gone
    assert go("diff", speech, "--exit-code", "-q").exit_code == 10
    shown = go("diff", speech).stdout
    assert "制度陷阱" in shown
    assert "[-" in shown


def test_diff_writes_a_page_for_a_browser(go, speech: str, tmp_path: Path) -> None:
    result = go("diff", speech, "--html", tmp_path / "diff.html")
    assert result.exit_code == 0
    html = (tmp_path / "diff.html").read_text("utf-8")
    assert "<del>" in html
    assert "制度陷阱" in html
    assert go("diff", speech, "--html", tmp_path / "no" / "diff.html").exit_code == 2


def test_the_page_of_a_recorded_change_carries_its_evidence(
    go, json_lines, speech: str, tmp_path: Path
) -> None:
    assert go("diff", speech, "--html", tmp_path / "change.html").exit_code == 0
    html = (tmp_path / "change.html").read_text("utf-8")
    (change,) = [it for it in json_lines(go("changes", "--json")) if it["url"] == speech]
    log = json_lines(go("log", speech, "--json"))
    for look in (change["old_last_observation"], change["new_first_observation"]):
        assert next(it["hash"] for it in log if it.get("observation") == look) in html
    assert change["hash"] in html
    assert "<script" not in html
    ends = change["to_version"], change["from_version"]
    assert go("diff", *ends, "--html", tmp_path / "back.html").exit_code == 0
    assert change["hash"] not in (tmp_path / "back.html").read_text("utf-8")


def test_diff_of_a_page_with_one_version(go, tour) -> None:
    result = go("diff", url_of(tour[1], "pseudo_loyalty"))
    assert result.exit_code == 2
    assert "one version" in result.stderr


def test_the_seed_copies_are_listed(go, json_lines) -> None:
    rows = json_lines(go("seeds", "list", "--json"))
    assert {row["seed"] for row in rows} == {seed.id for seed in SEEDS}
    assert all(row["best_coverage"] > 0.5 for row in rows)
    assert "governing-the-party-2025" in go("seeds", "list").stdout


def test_compare_places_a_copy_on_the_page_it_was_copied_from(go, json_lines, tour) -> None:
    _, web = tour
    for seed in SEEDS:
        rows = json_lines(go("seeds", "compare", seed.id, "--json"))
        assert all(set(row) >= COMPARED for row in rows)
        shares = [row["seed_coverage"] for row in rows if row["relation"] != "translation"]
        assert shares == sorted(shares, reverse=True)
        assert url_of(web, seed.page) in {row["url"] for row in rows}
        originals = {url_of(web, name) for name in seed.originals}
        declared = {row["url"] for row in rows if row["url"] in originals}
        if "zh" in seed.lang:  # the others are translations, which share no characters
            assert declared == originals
        assert {row["relation"] for row in rows if row["url"] in originals} <= {"quoted_by"}


def test_compare_names_the_paragraphs_that_the_copy_lacks(go, json_lines, tour) -> None:
    """The copy of 2018 quotes a Qiushi article and leaves paragraphs out."""
    url = url_of(tour[1], "pseudo_loyalty")
    rows = json_lines(go("seeds", "compare", "pseudo-loyalty-2018", "--json"))
    (row,) = (row for row in rows if row["url"] == url)
    page = json.loads(go("show", url, "--json").stdout)["text"]
    copy = (tour[0] / "seeds" / "000_0abf18b1037884f7.txt").read_text("utf-8")
    lacking = [page[slice(*span)] for span in row["missing_from_seed"]]
    assert lacking
    assert all(part[:20] not in copy for part in lacking)
    shown = go("seeds", "compare", "pseudo-loyalty-2018").stdout
    assert "the copy lacks" in shown
    assert lacking[0].strip().split("\n")[0][:10] in shown


def test_compare_with_every_version(go, json_lines, speech: str) -> None:
    now = json_lines(go("seeds", "compare", "governing-the-party-2025", "--json"))
    ever = json_lines(go("seeds", "compare", "governing-the-party-2025", "--history", "--json"))
    assert len([row for row in ever if row["url"] == speech]) == 2
    on_pages = {row["version"] for row in now if row["page"]}
    assert on_pages == {row["version"] for row in ever if row["current"]}
    assert [row["relation"] for row in now if row["version"] is None] == ["translation"]


def test_compare_shows_edits(go) -> None:
    shown = go("seeds", "compare", "governing-the-party-2025", "--edits")
    assert shown.exit_code == 0
    assert "[-" in shown.stdout


def test_an_unknown_seed_copy(go) -> None:
    result = go("seeds", "compare", "nothing-such")
    assert result.exit_code == 2
    assert "governing-the-party-2025" in result.stderr


def test_reuse_of_words_a_page_and_a_copy(go, json_lines, speech: str, tour) -> None:
    page = json.loads(go("show", speech, "--json").stdout)["text"]
    words = max(page.split("\n"), key=len)[:80]
    rows = json_lines(go("reuse", words, "--json"))
    assert all(set(row) >= REUSED for row in rows)
    assert speech in {row["url"] for row in rows}
    assert all(0 <= row["rarity"] <= 1 for row in rows)
    rarities = [row["rarity"] for row in rows]
    assert rarities == sorted(rarities, reverse=True)
    elsewhere = json_lines(go("reuse", speech, "--json"))
    assert elsewhere
    assert speech not in {row["url"] for row in elsewhere}
    of_copy = json_lines(go("reuse", "governing-the-party-2025", "--json"))
    assert "governing-the-party-2025" not in {row["seed"] for row in of_copy}
    assert speech in {row["url"] for row in of_copy}
    assert "passage" in go("reuse", words).stdout
    assert json_lines(go("reuse", "完全没有出现过的一句很长很长的话" * 5, "--json")) == []


def test_search(go, json_lines, speech: str) -> None:
    rows = json_lines(go("search", "从严治党", "--json"))
    assert speech in {row["url"] for row in rows}
    keys = {"version", "seed", "url", "source", "title", "snippet", "removed"}
    assert all(set(row) >= keys for row in rows)
    assert len(json_lines(go("search", "的", "--limit", "3", "--json"))) <= 3
    assert "从严治党" in go("search", "从严治党").stdout
    removed = json_lines(go("search", "制度陷阱", "--removed", "--json"))
    assert all(row["removed"] for row in removed)


def test_verify_and_backup(go, run, tmp_path: Path) -> None:
    found = json.loads(go("verify", "--json").stdout)
    assert found["ok"] is True
    assert found["problems"] == []
    copy = tmp_path / "copy.db"
    assert go("backup", copy).exit_code == 0
    again = json.loads(run("--db", copy, "verify", "--json").stdout)
    assert again["head"] == found["head"]


def test_verify_names_what_was_tampered_with(go, run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert go("backup", copy).exit_code == 0
    with sqlite3.connect(copy) as db:
        (text,) = db.execute("SELECT text FROM texts WHERE id = 1").fetchone()
        db.execute("UPDATE texts SET text = ? WHERE id = 1", (text.replace("。", "！", 1),))
    db.close()
    result = run("--db", copy, "verify", "--json")
    assert result.exit_code == 6
    problems = json.loads(result.stdout)["problems"]
    assert [(one["table"], one["row"]) for one in problems] == [("texts", 1)]
    assert "texts 1" in run("--db", copy, "verify").stdout


def test_once_without_changes(go, json_lines) -> None:
    summary = json.loads(go("once", "--json").stdout)
    assert {"run", "started_at", "finished_at", "sources", "totals"} <= set(summary)
    assert set(summary["totals"]) == COUNTERS | {"checked"}
    for counters in (*summary["sources"], summary["totals"]):
        assert counters["checked"] == sum(counters[name] for name in COUNTERS)
    assert summary["totals"]["changed"] == summary["totals"]["new"] == 0
    assert summary["totals"]["unchanged"] > 20
    again = go("once", "--exit-code", "-q")
    assert (again.exit_code, again.output) == (0, "")


def test_once_for_people(go) -> None:
    result = go("once", "qiushi")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Plan: ")
    assert "No page was changed." in result.stdout


def test_once_asks_nobody_in_a_dry_run(go, tour) -> None:
    before = len(tour[1].requests)
    result = go("once", "--dry-run", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["plan"]
    assert len(tour[1].requests) == before


def test_once_of_something_unknown(go) -> None:
    result = go("once", "no-such-source")
    assert result.exit_code == 2
    assert "no-such-source" in result.stderr


def test_once_when_every_source_is_away(run, tmp_path: Path) -> None:
    with DemoWeb() as gone:
        gone.sources_toml(tmp_path / "sources.toml")
    result = run("--db", "away.db", "once", "blog", "--json")
    assert result.exit_code == 4, result.output
    (source,) = json.loads(result.stdout)["sources"]
    assert source["errors"]


def test_once_beside_another_run_says_who_holds_the_archive(
    tour, go, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler import daemon
    from crawler.store import Archive

    monkeypatch.setattr(daemon, "TAKE_UP_S", 0.3)
    with Archive.open(tour[0] / "archive.db") as archive, archive.run_lock("test"):
        result = go("once", "blog")
    assert result.exit_code == 5, result.output
    assert "Traceback" not in result.output


def test_nothing_is_lost_where_the_archive_may_only_be_read(tour, run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(tour[0] / "archive.db", copy)
    assert run("--db", copy, "search", "党", "--json").exit_code == 0
