"""`crawl init`, `check` and `seeds add`: a workspace that can be made again and again."""

import json
import tomllib
from pathlib import Path

import pytest

CONFIG = """\
[network]
contact = "me@example.org"

[[source]]
id = "blog"
kind = "feed"
url = "https://example.org/feed"
"""


def test_init_makes_a_workspace_that_checks(run, tmp_path: Path) -> None:
    made = run("init", "ws")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "ws" / "archive" / "archive.db").is_file()
    assert len(list((tmp_path / "ws" / "archive" / "seeds").glob("*.txt"))) == 5
    checked = run("--sources", "ws/sources.toml", "check")
    assert checked.exit_code == 0, checked.output
    assert "network.contact" in checked.stdout
    assert "5 seed copies" in checked.stdout


def test_init_keeps_what_is_there(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(CONFIG, encoding="utf-8")
    assert run("init").exit_code == 0
    again = run("init")
    assert again.exit_code == 0
    assert (tmp_path / "sources.toml").read_text("utf-8") == CONFIG
    assert "made" not in again.stdout.replace("made by", "")


def test_init_holds_the_seed_copies(run, json_lines) -> None:
    run("init")
    seeds = json_lines(run("seeds", "list", "--json"))
    assert len(seeds) == 5
    assert all(seed["chars"] > 20_000 for seed in seeds)


def test_init_makes_the_archive_that_the_environment_names(run, tmp_path: Path) -> None:
    assert run("init", "ws").exit_code == 0
    assert (tmp_path / "ws" / "archive" / "archive.db").is_file()
    inside = {"CRAWL_DB": str(tmp_path / "data" / "held" / "archive.db")}
    made = run("init", "data", env=inside)
    assert made.exit_code == 0
    assert (tmp_path / "data" / "held" / "archive.db").is_file()
    assert not (tmp_path / "data" / "archive" / "archive.db").exists()
    assert inside["CRAWL_DB"] in made.stdout
    assert run("init", env={"CRAWL_DB": "elsewhere.db"}).exit_code == 0
    assert (tmp_path / "elsewhere.db").is_file()
    assert run("init", "other", "--db", "named.db").exit_code == 0
    assert (tmp_path / "named.db").is_file()


def test_init_where_it_may_not_write(run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("init", "file/ws")
    assert result.exit_code == 2
    assert "choose a folder" in result.stderr


def test_check_names_every_mistake_with_its_line(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        CONFIG.replace('kind = "feed"', 'kind = "feed"\nevry = "6h"\ndelay = "soon"'), "utf-8"
    )
    result = run("check")
    assert result.exit_code == 2
    assert "line 7" in result.stderr
    assert "evry" in result.stderr
    assert "line 8" in result.stderr
    as_json = run("check", "--json")
    assert as_json.exit_code == 2
    found = json.loads(as_json.stdout)
    assert not found["ok"]
    assert {mistake["line"] for mistake in found["mistakes"]} == {7, 8}


def test_check_of_what_is_no_toml(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"\xff\x00[[")
    result = run("check")
    assert result.exit_code == 2
    assert "sources.toml" in result.stderr
    assert "Traceback" not in result.output


def test_a_seed_copy_is_added_and_comments_stay(run, tmp_path: Path, json_lines) -> None:
    (tmp_path / "sources.toml").write_text("# mine\n" + CONFIG, encoding="utf-8")
    (tmp_path / "Some Copy.txt").write_text("关于党的建设的一段话。\n" * 20, encoding="utf-8")
    assert run("init", "-q").exit_code == 0
    added = run(
        "seeds", "add", "Some Copy.txt", "--title", '关于"建设"', "--url", "https://example.org/a"
    )
    assert added.exit_code == 0, added.output
    text = (tmp_path / "sources.toml").read_text("utf-8")
    assert text.startswith("# mine\n" + CONFIG)
    (seed,) = tomllib.loads(text)["seed"]
    assert seed["id"] == "some-copy"
    assert seed["file"] == "Some Copy.txt"
    assert seed["url_evidence"] == "inferred"
    (listed,) = json_lines(run("seeds", "list", "--json"))
    assert (listed["seed"], listed["title"]) == ("some-copy", '关于"建设"')


def test_a_seed_copy_of_a_taken_name_changes_nothing(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "a.txt").write_text("甲" * 100, encoding="utf-8")
    run("init", "-q")
    assert run("seeds", "add", "a.txt").exit_code == 0
    before = (tmp_path / "sources.toml").read_text("utf-8")
    result = run("seeds", "add", "a.txt")
    assert result.exit_code == 2
    assert "sources.toml" in result.stderr
    assert (tmp_path / "sources.toml").read_text("utf-8") == before
    assert not list(tmp_path.glob(".sources*"))


@pytest.mark.parametrize(
    "content", [b"not a database at all", b"", b"SQLite format 3\0" + b"x" * 90]
)
def test_a_file_that_is_no_archive_is_left_alone(run, tmp_path: Path, content: bytes) -> None:
    db = tmp_path / "other.db"
    db.write_bytes(content)
    result = run("--db", "other.db", "status")
    assert result.exit_code == 5, result.output
    assert "other.db" in result.stderr
    assert db.read_bytes() == content
