"""The command starts quickly, says what it can do, and never answers a mistake with a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.root import COMMANDS, crawl

HEAVY = {
    "apscheduler", "asyncio", "datasette", "httpx", "lxml", "numpy", "rapidfuzz", "rich",
    "selectolax", "sqlite3", "sqlite_utils", "trafilatura", "zstandard",
}  # fmt: skip


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds when the code has ended."""
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(found.stdout.splitlines()[-1]))


def test_help_imports_little_more_than_click() -> None:
    code = "from crawler.cli.root import crawl\ncrawl(['--help'], standalone_mode=False)"
    ours = modules_after(code)
    bare = modules_after("import click")
    assert not {name.split(".")[0] for name in ours} & HEAVY
    # Measured: some 20 more than click needs by itself (inspect and the like come with it).
    assert len(ours) < len(bare) * 1.5


def test_every_command_says_in_the_list_what_it_says_itself() -> None:
    with crawl.make_context("crawl", ["demo"]) as ctx:
        for name in COMMANDS:
            loaded = crawl.get_command(ctx, name)
            assert loaded is not None
            assert loaded.name == name
            assert loaded.get_short_help_str(1000)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: crawl")


def test_python_dash_m_is_the_same_command() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "crawler", "--version"], capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith("crawl, version ")


def test_a_misspelt_command_is_answered_with_the_near_one(run) -> None:
    result = run("chnages")
    assert result.exit_code == 2
    assert "Did you mean 'changes'?" in result.output


@pytest.mark.parametrize(
    "args",
    [
        ("status",),
        ("changes",),
        ("log", "https://example.org/"),
        ("show", "https://example.org/"),
        ("search", "党"),
        ("seeds", "list"),
        ("seeds", "compare", "nothing"),
        ("verify",),
        ("backup", "copy.db"),
        ("browse",),
    ],
    ids=" ".join,
)
def test_no_archive_is_a_sentence_and_exit_5(run, args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 5, result.output
    assert "archive/archive.db" in result.stderr
    assert "Traceback" not in result.output
    assert not Path("archive").exists()


@pytest.mark.parametrize("args", [("check",), ("once",), ("run",)], ids=" ".join)
def test_no_configuration_is_a_sentence_and_exit_2(run, args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert "sources.toml" in result.stderr
    assert "Traceback" not in result.output


def test_global_options_may_stand_before_or_behind_the_command(run) -> None:
    before, behind = run("--db", "a.db", "status"), run("status", "--db", "a.db")
    assert before.exit_code == behind.exit_code == 5
    assert before.stderr == behind.stderr
    assert "a.db" in before.stderr


def test_an_option_comes_before_the_environment(run) -> None:
    env = {"CRAWL_DB": "from-env.db"}
    assert "from-env.db" in run("status", env=env).stderr
    assert "from-option.db" in run("--db", "from-option.db", "status", env=env).stderr
    assert "from-option.db" in run("status", "--db", "from-option.db", env=env).stderr


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("\n".join(f"第{n}段落" for n in range(20_000)), encoding="utf-8")
    (tmp_path / "b.txt").write_text("别的", encoding="utf-8")
    command = f"{sys.executable} -m crawler diff --whole a.txt b.txt | head -1"
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith("A ")
    assert "Traceback" not in found.stderr


def test_chinese_comes_out_under_a_charset_that_lacks_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("党的建设", encoding="utf-8")
    (tmp_path / "b.txt").write_text("党的组织", encoding="utf-8")
    env = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}

    def out(*args: str) -> bytes:
        call = [sys.executable, "-m", "crawler", *args]
        return subprocess.run(
            call, cwd=tmp_path, env=env, capture_output=True, check=True, timeout=60
        ).stdout

    assert b"\\u7ec4\\u7ec7" in out("diff", "a.txt", "b.txt")
    assert json.loads(out("diff", "a.txt", "b.txt", "--json").decode("utf-8"))["a"]["chars"] == 4
