"""A misspelt name is answered with the near one and all that there are, in every command: that
nothing was found under it would be no answer."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from crawler.compare.families import Finding
from crawler.model import EventKind
from crawler.notify.routing import OF_CHANGES, OF_SEEDS

PACKAGE = Path(__file__).resolve().parents[2] / "crawler"
HEAD = """
[network]
contact = "me@example.org"
[[source]]
id = "qiushi"
kind = "page"
url = "http://example.org/"
tags = ["party"]
[[notify]]
id = "team"
url = "env:TEAM_URL"
"""
ARCHIVE = [
    (("changes", "--kind", "contents"), "did you mean 'content'?"),
    (("changes", "--label", "offices"), "did you mean 'office'?"),
    (("changes", "--source", "new"), "did you mean 'news'?"),
    (("events", "--kind", "flaping"), "did you mean 'flapping'?"),
    (("events", "--kind", "misspelt"), "promise_broken, "),
    (("status", "new"), "did you mean 'news'?"),
    (("search", "党", "--source", "new"), "did you mean 'news'?"),
    (("mark", "1", "sen"), "did you mean 'seen'?"),
    (("reextract", "new"), "did you mean 'news'?"),
    (("export", "warcs", "out"), "did you mean 'warc'?"),
    (("export", "warc", "out", "--source", "new"), "did you mean 'news'?"),
    (("import", "txt", "copy"), "did you mean 'text'?"),
    (("cite", "1", "--format", "bibtx"), "did you mean 'bibtex'?"),
]
FILE = [
    (("once", "qiush"), "did you mean 'qiushi'?"),
    (("sources", "enable", "qiush"), "did you mean 'qiushi'?"),
    (("sources", "add", "http://example.org/a", "--kind", "fed"), "did you mean 'feed'?"),
    (("notify", "teem"), "did you mean 'team'?"),
    (("notify", "--test", "teem"), "did you mean 'team'?"),
    (("run", "--log-format", "jsn"), "did you mean 'json'?"),
    (("extract", "page.html", "--profile", "xinhau"), "did you mean 'xinhua'?"),
    (("seeds", "add", "page.html", "--url-evidence", "infered"), "did you mean 'inferred'?"),
]


@pytest.mark.parametrize(("asked", "said"), ARCHIVE, ids=lambda of: "".join(of)[:30])
def test_a_misspelt_name_of_the_archive(run, world, asked: tuple[str, ...], said: str) -> None:
    world.listing("a")
    world.look("a", "会议强调调查研究。" * 9)
    world.look("a", "会议指出调查研究。" * 9)
    done = run("--db", world.path, *asked)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("asked", "said"), FILE, ids=lambda of: "".join(of)[:30])
def test_a_misspelt_name_of_the_file(
    run, tmp_path: Path, asked: tuple[str, ...], said: str
) -> None:
    (tmp_path / "sources.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>党的建设</p>", encoding="utf-8")
    done = run("--db", tmp_path / "archive.db", *asked)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert done.stdout == ""


def kinds_in_the_program() -> Iterator[str]:
    """The kinds of event that the program's text makes: the first words of a draft or a condition,
    and the names that words are kept under."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id in ("EventDraft", "Condition") and isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_kind_of_event_is_known() -> None:
    from crawler.pipeline.watching import _WORDS

    made = {*kinds_in_the_program(), *_WORDS, *get_args(Finding), *OF_SEEDS, *OF_CHANGES}
    assert made == set(EventKind)
    docs = (PACKAGE.parent / "docs" / "commands.md").read_text("utf-8")
    assert [kind for kind in EventKind if f"`{kind}`" not in docs] == []
