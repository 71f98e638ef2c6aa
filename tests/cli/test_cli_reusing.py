"""`crawl reuse` as a person reads it: a passage once, and under it each text that has it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.reusing import by_text, standing
from crawler.model import SeedSetting
from crawler.store import Archive

QUOTED = "制度建设要与管党治党需要相适应、与党的各项建设相配套，全方位织密制度的笼子。"
OTHER = "秋天的果园里挂满了红透的柿子，老人们坐在门槛上说着收成，孩子们追着一只黄狗跑过打谷场。"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An archive that holds two seed copies."""
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.sync_seeds(
            [
                (SeedSetting("twice", "/x/1.txt"), f"首\n{QUOTED}\n中\n{QUOTED}".encode()),
                (SeedSetting("once", "/x/2.txt"), f"{OTHER}\n前{QUOTED}后".encode()),
            ]
        )
    return tmp_path


def asked(run: Any, workspace: Path, *more: str) -> str:
    done = run("--db", workspace / "archive.db", "reuse", *more)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_a_passage_quoted_twice_in_one_text_is_named_once(run: Any, workspace: Path) -> None:
    assert asked(run, workspace, QUOTED).splitlines() == [
        QUOTED,
        "  38 characters, rarity 0.90",
        "  seed copy once",
        "    word for word in paragraph 2",
        "  seed copy twice",
        "    word for word in 2 places: paragraphs 2 and 4",
        "1 passage of 30 characters or more, in 2 texts",
    ]


def test_a_script_gets_a_line_for_each_place(run: Any, workspace: Path) -> None:
    lines = [json.loads(line) for line in asked(run, workspace, QUOTED, "--json").splitlines()]
    assert sorted(line["seed"] for line in lines) == ["once", "twice", "twice"]
    assert len({(line["seed"], *line["found"]) for line in lines}) == 3


def test_two_passages_are_two(run: Any, workspace: Path) -> None:
    between = "".join(chr(0x4E00 + number) for number in range(250))
    said = asked(run, workspace, f"{OTHER}{between}{QUOTED}")
    assert said.endswith("2 passages of 30 characters or more, in 2 texts\n")
    assert len(re.findall(r"^  seed copy once$", said, re.MULTILINE)) == 2


def test_nothing_found_is_said(run: Any, workspace: Path) -> None:
    assert asked(run, workspace, "一" * 40) == "0 passages of 30 characters or more\n"


def place(start: int, end: int, *, exact: bool = True, version: int = 1) -> dict[str, Any]:
    return {"seed": None, "version": version, "found": [start, end], "exact": exact}


TEXT = "甲甲\n乙乙乙乙\n丙丙\n丁丁"


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([place(3, 7)], "word for word in paragraph 2"),
        ([place(3, 10)], "word for word in paragraphs 2–3"),
        ([place(3, 5), place(5, 7)], "word for word in 2 places: paragraph 2 (2 times)"),
        ([place(8, 10), place(0, 2)], "word for word in 2 places: paragraphs 1 and 3"),
        (
            [place(0, 2), place(3, 10), place(11, 13)],
            "word for word in 3 places: paragraphs 1, 2–3 and 4",
        ),
        (
            [place(0, 2, exact=False), place(3, 7)],
            "word for word in paragraph 2; with edits in paragraph 1",
        ),
    ],
)
def test_the_places_are_named_by_paragraphs(places: list[dict[str, Any]], said: str) -> None:
    assert standing(places, TEXT) == said


def test_places_of_one_text_stand_together() -> None:
    rows = [place(0, 2), place(0, 2, version=2), place(3, 5)]
    assert by_text(rows) == [[rows[0], rows[2]], [rows[1]]]
