"""Datasette itself opens the archive: with our files, and as a folder of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from crawler.web import arguments, write_files

ARCHIVE = Path(__file__).resolve().parents[2] / "archive"


def page(*argv: str, path: str) -> str:
    """What Datasette answers to one request."""
    done = subprocess.run(
        [sys.executable, "-m", "datasette", *argv, "--get", path],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def get(*argv: str, path: str) -> Any:
    """The same, read as JSON."""
    return json.loads(page(*argv, path=path))


def test_config_directory(small_archive: Path) -> None:
    for name in ("metadata.yaml", "settings.json", "datasette.yaml"):
        shutil.copy(ARCHIVE / name, small_archive.parent / name)
    folder = str(small_archive.parent)
    database = get(folder, path="/archive.json")
    hidden = {table["name"] for table in database["tables"] if table["hidden"]}
    assert {"passages", "search"} <= hidden
    assert {"changes", "pages"}.isdisjoint(hidden)
    assert len(database["queries"]) >= 5
    answered = get(folder, path="/archive/masked_names.json?_shape=array")
    assert [row["change"] for row in answered] == [2]
    found = get(folder, path="/archive/weighty_edits.json?score=0.3&_shape=array")
    assert [row["change"] for row in found] == [2, 1]
    settings = get(folder, path="/-/settings.json")
    assert settings["default_page_size"] == 50
    assert settings["allow_download"] in (False, 0)


def test_facets_and_order_of_a_view(small_archive: Path) -> None:
    write_files(small_archive.parent)
    told = get(
        str(small_archive.parent),
        path="/archive/changes.json?_extra=facet_results&_shape=objects",
    )
    assert [row["id"] for row in told["rows"]] == [2, 1]
    facets = told["facet_results"].get("results", told["facet_results"])
    assert {"kind", "source_id", "labels"} <= set(facets)


def test_the_command_that_browse_runs(small_archive: Path, tmp_path: Path) -> None:
    words, _, configuration = write_files(tmp_path)
    argv = arguments(small_archive, words, configuration, host="127.0.0.1", port=0)
    assert argv[:2] == ["serve", str(small_archive)]
    answered = get(*argv, path="/archive/what_vanished.json?_shape=array")
    assert [row["state"] for row in answered] == ["gone"]
    assert "A page passing from one version" in page(*argv, path="/archive/changes")


def test_writing_is_refused(small_archive: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "datasette", str(small_archive), "--get",
         "/archive.json?sql=delete+from+pages&_shape=array"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "SELECT" in done.stdout or done.returncode != 0
    assert small_archive.stat().st_size > 0
