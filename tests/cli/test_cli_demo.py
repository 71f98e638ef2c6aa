"""`crawl demo`: the main job in one command, true to the edits that were really made."""

import json
from pathlib import Path

from crawler.demo import EDITS, LAST_TICK
from crawler.demo.seeds import SEEDS


def test_the_demo_finds_every_edit_and_invents_none(run, tmp_path: Path) -> None:
    result = run("demo", "--keep", "tour", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [tick["tick"] for tick in found["ticks"]] == list(range(LAST_TICK + 1))
    assert sum(tick["edits"] for tick in found["ticks"]) == sum(edit.scores for edit in EDITS)
    assert not any(tick["missed"] or tick["unfounded"] for tick in found["ticks"])
    assert {row["seed"] for row in found["seeds"]} == {seed.id for seed in SEEDS}
    assert found["verify"]["ok"]
    assert (tmp_path / "tour" / "archive.db").is_file()
    kept = ("--db", "tour/archive.db", "--sources", "tour/sources.toml")
    keyless = run(*kept, "anchor")
    assert keyless.exit_code == 2
    assert "crawl anchor --new-key" in keyless.stderr
    assert run(*kept, "anchor", "--new-key").exit_code == 0
    assert run(*kept, "verify").exit_code == 0
    again = run("demo", "--keep", "tour")
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_the_demo_tells_a_person_what_it_does(run) -> None:
    result = run("demo")
    assert result.exit_code == 0, result.output
    for word in ("Edits overnight", "5.6", "{+", "the copy lacks", "is sound", "Nothing was kept"):
        assert word in result.stdout
    assert "missed" not in result.stdout
