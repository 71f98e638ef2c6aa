"""`browse` serves a real archive until it is interrupted, and says plainly when it cannot."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.errors import ArchiveError
from crawler.store import Archive
from crawler.web import browse

CODE = """\
import sys
from pathlib import Path
from crawler.web import browse
browse(Path(sys.argv[1]), port=int(sys.argv[2]))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A new archive without pages."""
    path = tmp_path / "mine.db"
    Archive.open(path).close()
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serving(path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    argv = [sys.executable, "-c", CODE, str(path), str(port)]
    env = {**os.environ, "TMPDIR": str(path.parent / "temporary")}
    (path.parent / "temporary").mkdir()
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def fetch(url: str, process: "subprocess.Popen[str]", patience_s: float = 30) -> bytes:
    """The answer, as soon as somebody listens."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_it_serves_and_ends_when_interrupted(archive: Path) -> None:
    port = free_port()
    with serving(archive, port) as process:
        tables = json.loads(fetch(f"http://127.0.0.1:{port}/mine.json", process))["tables"]
        shown = {table["name"] for table in tables if not table["hidden"]}
        assert {"pages", "changes", "seeds"} <= shown
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode in (0, -signal.SIGINT, 1)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_leaves_nothing_in_the_temporary_folder_however_it_ends(
    archive: Path, end: signal.Signals
) -> None:
    port = free_port()
    with serving(archive, port) as process:
        fetch(f"http://127.0.0.1:{port}/mine.json", process)
        process.send_signal(end)
        process.communicate(timeout=20)
    # Datasette 1.0 may leave a file of its own when it is killed.
    assert list((archive.parent / "temporary").glob("palimpsest*")) == []


def test_a_port_that_is_taken(archive: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ArchiveError, match="could not listen") as error,
    ):
        browse(archive, port=taken.getsockname()[1])
    assert "--port" in error.value.next_step


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"none\.db"):
        browse(tmp_path / "none.db")


def test_somebody_elses_file(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database at all, only some words\n" * 100)
    with pytest.raises(ArchiveError):
        browse(tmp_path / "notes.db")


def test_datasette_finds_the_hooks_in_the_plugin_itself() -> None:
    import inspect

    import crawler.web

    for hook in ("register_routes", "prepare_connection", "menu_links", "render_cell"):
        assert inspect.isfunction(inspect.getattr_static(crawler.web, hook))
