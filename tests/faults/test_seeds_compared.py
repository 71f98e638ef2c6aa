"""The five seed copies against pages of a real server, as a user's script asks for them: crawled,
then `crawl seeds compare --json`."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fault_pages as pages
import pytest
from click.testing import CliRunner
from faulty_server import FaultyServer, response
from passes import Workshop, source

from crawler.cli.root import crawl

HOME = Path(__file__).parents[2] / "archive/seeds"
SEEDS = {path.name[:3]: path for path in sorted(HOME.glob("*.txt"))}
HAN = [chr(code) for code in range(0x4E00, 0x5200)]


def han(seed: int, size: int = 160) -> str:
    return "".join(random.Random(seed).choices(HAN, k=size)) + "。"


def paragraphs(name: str) -> list[str]:
    """The copy's paragraphs of running text, as a page would have them."""
    lines = [line.strip() for line in SEEDS[name].read_text("utf-8").split("\n")]
    return [line for line in lines if len(line) > 40 and not set("<>&|[]") & set(line)]


def edited(lines: list[str]) -> list[str]:
    """A character of every paragraph is another."""
    return [line[:30] + "囧" + line[31:] for line in lines]


@pytest.mark.parametrize("name", list(SEEDS))
def test_a_copy_is_placed_on_every_page_that_carries_it(
    workshop: Workshop, play: Callable[..., Any], name: str
) -> None:
    copy = workshop.folder / f"{name}.txt"
    lines = paragraphs(name)
    copy.write_text("\n".join(lines), encoding="utf-8")
    swapped = [line for at in range(0, len(lines), 2) for line in reversed(lines[at : at + 2])]
    extra = [han(1), han(2)]
    shown = {
        "whole": lines,
        "part": lines[: max(1, len(lines) // 3)],
        "edited": edited(lines),
        "swapped": swapped,
        "inside": [han(number) for number in range(10, 14)] + lines + extra,
        "other": [han(number) for number in range(20, 26)],
    }

    async def scenario() -> None:
        async with FaultyServer(host="127.0.8.61") as server:
            for path, text in shown.items():
                server.routes[f"/{path}"] = response(pages.article(*text))
            seed = f'[[seed]]\nid = "{name}"\nfile = "{name}.txt"\n'
            workshop.configure(source(server, "s", *(f"/{path}" for path in shown)), seed)
            await workshop.once()

    play(scenario())
    asked = CliRunner().invoke(
        crawl, ["--db", str(workshop.db), "seeds", "compare", name, "--json"]
    )
    assert asked.exit_code == 0, asked.output
    rows = [json.loads(line) for line in asked.stdout.splitlines()]
    found = {row["url"].rsplit("/", 1)[1]: row for row in rows if row["version"]}
    assert found.keys() == shown.keys() - {"other"}
    text = copy.read_text("utf-8")
    for path, row in found.items():
        page = CliRunner().invoke(
            crawl, ["--db", str(workshop.db), "show", str(row["version"]), "--text"]
        )
        for match in row["matches"]:
            for op in match["ops"]:
                same = text[slice(*op["a"])] == page.stdout[slice(*op["b"])]
                assert same == (op["op"] == "equal"), (path, op)
    assert found["whole"]["relation"] == "same"
    for path in ("whole", "edited", "swapped", "inside"):
        row = found[path]
        assert row["seed_coverage"] >= 0.96, path
        assert row["paragraphs_missing_from_page"] == [], path
    assert found["edited"]["relation"] == "reprint"
    assert found["swapped"]["paragraphs_missing_from_seed"] == []
    assert len(found["inside"]["paragraphs_missing_from_seed"]) == 6
    lacking = found["part"]["paragraphs_missing_from_page"]
    assert len(lacking) == len(lines) - len(shown["part"])
    assert found["part"]["paragraphs_missing_from_seed"] == []
