"""README.md tells the truth: its commands are run as one session, and print what it shows."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def script() -> ModuleType:
    """`scripts/readme.py`, which writes the outputs that README.md shows."""
    spec = importlib.util.spec_from_file_location("readme_script", ROOT / "scripts" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def skeleton(text: str) -> list[str]:
    """The lines without what differs from run to run: numbers, hashes, ports, units, padding."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"\b[0-9a-f]{8,}\b", "HASH", text)
    text = re.sub(r"/[\w./-]*/(?=watch|tour|sources\.toml)", "", text)
    text = re.sub(r"\d[\d,.]*( ?(kB|MB|GB|TB|ms|s|min|h|d|B))?\b", "N", text)
    return [
        " ".join(re.sub(r"\bpassages?\b", "passage", line).split()) for line in text.split("\n")
    ]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, str, str]]:
    """Each command that README.md shows, run in order in one folder: command, exit code, what was
    printed, what README.md says is printed."""
    readme, folder = script(), tmp_path_factory.mktemp("readme")
    env = readme.surroundings(folder)
    told = []
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            readme.settle(env, command)
            ended = readme.run(command, folder, env)
            told.append((command, ended.returncode, ended.stdout, shown))
    return told


def test_every_command_ends_well(session: list[tuple[str, int, str, str]]) -> None:
    assert len(session) >= 10
    assert [(command, out) for command, code, out, _ in session if code] == []


def test_every_command_prints_what_is_shown(session: list[tuple[str, int, str, str]]) -> None:
    for command, _, printed, shown in session:
        assert skeleton(printed.rstrip("\n")) == skeleton(shown.rstrip("\n")), command


def test_the_two_commands_name_what_is_there() -> None:
    """Installing needs a package index, so the two are taken apart instead of run."""
    first, second = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert first == "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/crawl demo"
    assert second == ".venv/bin/pip install '.[test]' && .venv/bin/python -m pytest"
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'crawl = "crawler.cli:main"' in project
    assert re.search(r"^test = \[", project, re.MULTILINE)


def test_every_file_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_the_python_example_runs_as_far_as_it_needs_no_archive() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    lines = example.split("\nwith ")[0].strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(lines[:-1]), names)
    assert eval(lines[-1], names)
