"""What surrounds a command is odd: a full disk, a closed output, a file of another make."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAD = '[network]\ncontact = "me@example.org"\n'
ONE = '[[source]]\nid = "a"\nkind = "page"\nurl = "http://example.org/"\nname = "求是"\n'


def crawl(folder: Path, *args: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "crawler", *args],
        cwd=folder, capture_output="stdout" not in kwargs, text=True, check=False, **kwargs,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a sources.toml as Windows writes it."""
    text = (HEAD + ONE).replace("\n", "\r\n")
    (tmp_path / "sources.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    return tmp_path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_disk_behind_the_output_is_a_sentence(folder: Path, form: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = crawl(folder, "sources", "list", *form, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "fault of the program" not in done.stderr


@pytest.mark.parametrize("form", ["", "--json"])
def test_a_closed_output_is_no_fault(folder: Path, form: str) -> None:
    line = f'"{sys.executable}" -m crawler sources list {form} >&-'
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_whoever_reads_may_have_enough(folder: Path, form: tuple[str, ...]) -> None:
    more = "".join(ONE.replace('"a"', f'"a{n}"') for n in range(3_000))
    (folder / "sources.toml").write_text(HEAD + more, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    done = crawl(folder, "sources", "list", *form, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "args", [("sources", "disable", "a"), ("seeds", "add", "copy.txt", "--id", "b")]
)
def test_a_file_of_another_system_is_changed_in_its_own_form(
    run, folder: Path, args: tuple[str, ...]
) -> None:
    file = folder / "sources.toml"
    before = file.read_bytes()
    file.chmod(0o600)
    file.rename(folder / "elsewhere.toml")
    file.symlink_to("elsewhere.toml")
    (folder / "copy.txt").write_text("党的文件。" * 20, encoding="utf-8")
    done = run("--db", folder / "archive.db", *args)
    assert done.exit_code == 0, done.output
    after = file.read_bytes()
    assert file.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert after.startswith(before.rstrip())
    assert after.count(b"\n") == after.count(b"\r\n") > before.count(b"\n")
    assert run("check").exit_code == 0


def test_a_declaration_that_would_be_wrong_is_not_written(run, folder: Path) -> None:
    file = folder / "sources.toml"
    before = file.read_bytes()
    (folder / "copy.txt").write_text("党的文件。" * 20, encoding="utf-8")
    done = run("--db", folder / "archive.db", "seeds", "add", "copy.txt", "--id", "bad id")
    assert done.exit_code == 2
    assert "sources.toml stays as it is: seed bad id.id: is 'bad id'; use letters" in done.stderr
    assert file.read_bytes() == before


def test_a_file_that_nests_too_deep_is_no_toml(run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    done = run("check")
    assert done.exit_code == 2
    assert "this is no TOML: lists or tables stand too deep" in done.stderr


@pytest.mark.parametrize(
    ("key", "value"), [("contact", "a@b.org\\r\\nX-Evil: 1"), ("user_agent", "档案")]
)
def test_what_is_sent_to_sites_is_one_line_of_ascii(
    run, tmp_path: Path, key: str, value: str
) -> None:
    (tmp_path / "sources.toml").write_text(f'[network]\n{key} = "{value}"\n', encoding="utf-8")
    done = run("check")
    assert done.exit_code == 2
    assert f"line 2: network.{key}: is " in done.stderr
    assert "write ASCII on one line" in done.stderr


def test_a_wrong_file_has_the_same_keys(run, json_lines, tmp_path: Path) -> None:
    import json

    (tmp_path / "sources.toml").write_text("", encoding="utf-8")
    (right,) = json_lines(run("check", "--json"))
    (tmp_path / "sources.toml").write_text("x = ", encoding="utf-8")
    wrong = run("check", "--json")
    assert wrong.exit_code == 2
    assert json.loads(wrong.stdout).keys() == right.keys()


def test_on_a_full_disk_the_lock_holds_and_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler.errors import ArchiveBusy
    from crawler.store.lock import lock_holder, run_lock

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    archive = tmp_path / "archive.db"
    with run_lock(archive, "run", "2026-03-01T00:00:00.000Z"):
        holder = lock_holder(archive)
        assert holder is not None
        assert holder["command"] == "?"
        with pytest.raises(ArchiveBusy), run_lock(archive, "once", "2026-03-01T00:00:01.000Z"):
            pass
    assert lock_holder(archive) is None


@pytest.mark.parametrize("word", ["ftp://example.org/", "example.org", "/tmp/x"])
def test_what_is_no_web_address_is_not_added(run, folder: Path, word: str) -> None:
    before = (folder / "sources.toml").read_bytes()
    done = run("sources", "add", word)
    assert done.exit_code == 2
    assert f"{word!r} is no web address" in done.stderr
    assert "write http:// or https://" in done.stderr
    assert (folder / "sources.toml").read_bytes() == before


def test_words_and_paths_are_utf_8_where_python_was_told_to_take_them_for_ascii(
    world: Any, tmp_path: Path
) -> None:
    world.listing("a")
    world.look("a", "会议强调党的建设。" * 9)
    while world.archive.index_waiting():
        pass
    world.archive.backup(tmp_path / "档案.db")
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for asked in (("search", "党的建设"), ("backup", "副本.db")):
        done = crawl(tmp_path, "--db", "档案.db", *asked, env=env, encoding="utf-8")
        assert (done.returncode, done.stderr) == (0, ""), asked
        assert done.stdout
    assert (tmp_path / "副本.db").exists()


def test_a_folder_whose_name_is_no_utf_8_holds_an_archive(
    run, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive unpacked on another system lies in a folder of GBK bytes."""
    folder = os.fsencode(tmp_path) + b"/\xb5\xb5\xb0\xb8"
    os.mkdir(folder)  # noqa: PTH102
    place = Path(os.fsdecode(folder))
    world.listing("a")
    world.look("a", "会议强调党的建设。" * 9)
    world.archive.backup(place / "a.db")
    monkeypatch.setenv("CRAWL_STATE", str(place / "state"))
    monkeypatch.chdir(place)
    for asked in (
        ("status",), ("verify",), ("init", "new"), ("anchor",), ("backup", "b.db"),
        ("backup", "."), ("anchor", "--json"), ("restore", "b.db"),
    ):  # fmt: skip
        done = run("--db", place / "a.db", *asked)
        assert done.exit_code == 0, (asked, done.output)


@pytest.mark.parametrize("asked", [("once", "--dry-run"), ("show", "99")])
def test_a_closed_stderr_is_no_fault(folder: Path, asked: tuple[str, ...]) -> None:
    line = f'"{sys.executable}" -m crawler --db none.db {" ".join(asked)} 2>&-'
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, check=False)
    assert done.returncode == (0 if asked[0] == "once" else 5)


OTHER_PIPE = """
import crawler.config
from crawler.cli.root import crawl
def broken(*_):
    raise BrokenPipeError(32, "Broken pipe")
crawler.config.load = broken
crawl(["check"], prog_name="crawl")
"""


def test_another_broken_pipe_than_our_output_is_told(tmp_path: Path) -> None:
    """That of a channel or of a process: it is not taken for a reader who has had enough."""
    done = subprocess.run(
        [sys.executable, "-c", OTHER_PIPE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Broken pipe" in done.stderr


@pytest.mark.parametrize(
    "asked",
    [
        ("changes", "--term", "BYTES"), ("changes", "--source", "BYTES"), ("show", "BYTES"),
        ("log", "http://news.test/BYTES"), ("show", "http://news.test/BYTES"),
        ("diff", "BYTES", "1"), ("cite", "BYTES"), ("reuse", "BYTESBYTES"), ("status", "BYTES"),
        ("mark", "1", "seen", "--note", "BYTES"), ("seeds", "compare", "BYTES"),
        ("withhold", "1", "--yes", "--reason", "BYTES"), ("withhold", "BYTES", "--reason", "x"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_bytes_that_are_no_utf_8_are_refused_in_words(
    run, world: Any, asked: tuple[str, ...]
) -> None:
    world.listing("a")
    world.look("a", "会议强调党的建设。" * 9)
    world.look("a", "会议强调国的建设。" * 9)
    words = [word.replace("BYTES", os.fsdecode(b"\xb5\xb5\xb0\xb8") * 4) for word in asked]
    done = run("--db", world.path, *words)
    assert done.exit_code == 2, done.output
    assert "unexpected" not in done.output
    assert done.stdout == ""
    assert world.archive.conn.execute("SELECT count(*) FROM marks").fetchone() == (0,)
