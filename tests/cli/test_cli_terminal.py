"""Nothing that a page says reaches the terminal as a command, whatever is asked about the page."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from crawler.model import Outcome

URL = "http://news.test/a"
#: clears the screen, sets its title, in 7 and in 8 bits; turns the order of letters round
EVIL = "\x1b[2J\x1b]0;owned\x07\x9b2J\u202e\u2066\r\x08\x00"
OBEYED = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2028\u2029\u2066\u2069")
FIELDS = ("title", "author", "source_name", "editor")


@pytest.fixture
def evil(world: Any, building: Any) -> Any:
    """A page whose title, fields, text and reasons are written against the reader's terminal."""
    world.listing("a")
    for text in (f"会议强调{EVIL}调查研究。" * 9, f"会议指出{EVIL}调查研究。" * 9):
        fields = {name: f"{name}{EVIL}{text[:4]}" for name in FIELDS}
        world.look("a", text, extraction=building.extracted(text, **fields))
        world.pass_time(hours=1)
    failure = world.attempt(URL, None, status=None)
    world.look("a", outcome=Outcome.FAILED, attempt=failure, reason=f"dns{EVIL}")
    while world.archive.index_waiting():
        pass
    return world


ASKED = [
    ("status",), ("changes", "--since", "2020-01-01"), ("events",), ("log", URL), ("show", URL),
    ("show", URL, "--text"), ("diff", URL), ("diff", URL, "--whole"), ("search", "调查研究"),
    ("cite", "1"), ("cite", "1", "--format", "bibtex"), ("cite", "1", "--format", "ris"),
    ("cite", "1", "--format", "gb7714"), ("reuse", "调查研究。会议强调" * 4, "--min-chars", "8"),
    ("mark", "1", "seen", "--note", EVIL.replace("\x00", "")), ("log", f"http://{EVIL}/"),
    ("seeds", "compare", EVIL), ("search", EVIL), ("once", EVIL), ("changes", "--source", EVIL),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=range(len(ASKED)))
def test_what_a_page_says_is_shown_and_not_obeyed(
    run: Any, evil: Any, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    done = run("--db", evil.path, *asked)
    assert done.exit_code in (0, 2), done.output
    shown = done.stdout + done.stderr
    assert shown
    assert [
        hex(ord(char))
        for char in shown
        if (unicodedata.category(char) == "Cc" and char not in "\n\t") or char in OBEYED
    ] == []
    if asked[0] in ("show", "diff", "mark"):
        assert "\N{SYMBOL FOR ESCAPE}" in shown
