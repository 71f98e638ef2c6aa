#!/usr/bin/env python3
"""Runs the commands that README.md shows and writes down what they really print.

usage: scripts/readme.py [--pictures]     (with the Python that the project is installed in)

Each block marked `console` is run line by line in one folder, the whole README as one session.
With --pictures the pictures in docs/ are drawn anew, too.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of the session: this Python's commands first, none of the caller's wishes."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CRAWL_")}
    for name in ("NO_COLOR", "FORCE_COLOR"):
        env.pop(name, None)
    path = os.pathsep.join((str(Path(sys.executable).parent), env.get("PATH", "")))
    return {**env, "PATH": path, "HOME": str(folder), "COLUMNS": "100", "LC_ALL": "C.UTF-8"}


def commands(text: str) -> list[str]:
    """The commands that a text shows in its console blocks, in order."""
    shown = "".join(_BLOCK.findall(text)).splitlines()
    return [line.removeprefix(_PROMPT) for line in shown if line.startswith(_PROMPT)]


def run(command: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """One command of the session, by the shell, its two outputs as one; paths of the folder are
    shown as they look from inside it."""
    ended = subprocess.run(  # noqa: S603 - README's own commands
        ["bash", "-o", "pipefail", "-c", command],  # noqa: S607
        cwd=folder,
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    ended.stdout = ended.stdout.replace(f"{folder}/", "")
    return ended


def settle(env: dict[str, str], command: str) -> None:
    """Does what an `export A=b C=d` or an `unset A C` of the session does for the commands after
    it."""
    word, *names = command.split()
    if word == "export":
        env.update(pair.split("=", 1) for pair in names)
    elif word == "unset":
        for name in names:
            env.pop(name, None)


def replayed(text: str, output_of: Callable[[str], str]) -> str:
    """The text with the output of each command as it is now."""

    def block(found: re.Match[str]) -> str:
        lines = []
        for line in found[1].splitlines():
            if line.startswith(_PROMPT):
                lines += [line, *output_of(line.removeprefix(_PROMPT)).rstrip("\n").splitlines()]
        return "```console\n" + "\n".join(lines) + "\n```"

    return _BLOCK.sub(block, text)


def draw(command: str, target: Path, folder: Path, env: Mapping[str, str]) -> None:
    """A picture of a terminal in which the command was run."""
    from terminal_svg import picture

    ended = run(command, folder, {**env, "FORCE_COLOR": "1"})
    if ended.returncode:
        sys.exit(f"{command!r} ended with {ended.returncode}:\n{ended.stdout}")
    target.write_text(picture(command, ended.stdout), encoding="utf-8")


def main() -> None:
    """Run the session, rewrite README.md, and draw the pictures where that is asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = surroundings(folder)

        def output_of(command: str) -> str:
            settle(env, command)
            ended = run(command, folder, env)
            if ended.returncode:
                sys.exit(f"{command!r} ended with {ended.returncode}:\n{ended.stdout}")
            return ended.stdout

        README.write_text(replayed(README.read_text("utf-8"), output_of), encoding="utf-8")
        if "--pictures" in sys.argv:
            (diff,) = (one for one in commands(README.read_text("utf-8")) if "crawl diff" in one)
            draw(diff, ROOT / "docs" / "diff.svg", folder, env)


if __name__ == "__main__":
    main()
