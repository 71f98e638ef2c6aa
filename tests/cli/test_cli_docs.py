"""The page of the commands names every command and option there is, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler.cli.base import Command
from crawler.cli.root import COMMANDS, crawl

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, those of a group within the group included."""
    with crawl.make_context("crawl", ["demo"]) as ctx:
        for name in COMMANDS:
            found = crawl.get_command(ctx, name)
            if isinstance(found, click.Group):
                yield from ((f"{name} {sub}", one) for sub, one in found.commands.items())
            elif found is not None:
                yield name, found


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_a_command_is_described_with_all_its_options(name: str) -> None:
    text = DOCS.read_text("utf-8")
    heads = re.findall(rf"\*\*`crawl {name}\b([^`]*)`", text)
    assert len(heads) == 1, f"crawl {name} has {len(heads)} headings"
    described = set(re.findall(r"--[a-z-]+", heads[0]))
    options = {
        option
        for param in ALL[name].params
        if isinstance(param, click.Option) and not param.hidden
        for option in param.opts
        if option.startswith("--")
    }
    assert described == options


@pytest.mark.parametrize("name", ALL)
def test_every_command_takes_the_global_options_behind_its_name(name: str) -> None:
    assert isinstance(ALL[name], Command)


def test_no_other_command_is_described() -> None:
    heading = r"\*\*`crawl ([a-z]+(?: (?:list|add|compare|enable|disable))?)"
    headed = re.findall(heading, DOCS.read_text("utf-8"))
    assert sorted(headed) == sorted(ALL)
