"""Backups into a folder, and putting one back."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.evidence.verify import verify
from crawler.model import NotifyChannel
from crawler.notify import router_of


@pytest.fixture
def held(place):
    """A small archive in the workspace, and something that waits to be told."""
    file = Path(__file__).resolve().parents[1] / "store" / "building.py"
    spec = importlib.util.spec_from_file_location("building_of_safety", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    world = module.World(place.db)
    world.archive.router = router_of([NotifyChannel("team", "env:TEAM_URL")], {})
    world.listing("one")
    world.look("one", "正文第一版。")
    world.look("one", "正文第二版，改了几个字。")
    yield world
    world.close()


def test_a_backup_takes_everything_beside_the_key_and_comes_back(place, held):
    folder = place.folder / "backups"
    folder.mkdir()
    place.run("backup", str(folder))
    (made,) = folder.glob("palimpsest-*Z")
    assert (made / "sources.toml").read_text() == place.sources.read_text()
    manifest = json.loads((made / "archive.db.manifest.json").read_text())
    assert set(manifest["files"]) >= {"sources.toml"}
    assert any(name.endswith(".txt") for name in manifest["files"])
    assert not any("key" in name for name in manifest["files"])
    before = place.count("observations")
    held.look("one", "正文第三版，又改了。")
    held.close()
    given = json.loads(place.run("restore", str(made), "--json").stdout)
    assert place.count("observations") == before
    assert len(given["given_up"]) == 1
    assert given["messages_dropped"] == 1
    waiting = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL"
    assert place.rows(waiting) == [(0,)]
    assert verify(given["kept"])["ok"]
    report = verify(place.db)
    assert report["ok"], report["problems"]
    (record,) = place.rows("SELECT record FROM log WHERE kind = 'restored'")
    assert json.loads(record[0])["given_up"] == given["given_up"]


def test_a_restored_archive_goes_on_and_finds_again_what_was_given_up(place):
    place.only("farm", "mirror")
    place.run("once", "-q", "farm")
    copy = place.folder / "copy.db"
    place.run("backup", str(copy))
    place.run("once", "-q", "mirror")
    found = place.count("versions")
    place.run("restore", str(copy), "--json")
    assert place.count("versions") < found
    place.run("once", "-q")
    assert place.count("versions") == found
    assert verify(place.db)["ok"]


def test_only_the_newest_backups_are_kept(place, held):
    folder = place.folder / "backups"
    folder.mkdir()
    (folder / "palimpsest-20200101T000000Z").mkdir()
    (folder / "palimpsest-20200102T000000Z").mkdir()
    (folder / "notes").mkdir()
    place.run("backup", str(folder), "--keep", "2")
    names = sorted(one.name for one in folder.iterdir())
    assert names[0] == "notes"
    assert names[1] == "palimpsest-20200102T000000Z"
    assert len(names) == 3


def test_a_backup_that_is_not_sound_changes_nothing(place, held):
    bad = place.folder / "bad.db"
    place.run("backup", str(bad))
    data = bytearray(bad.read_bytes())
    at = data.index(b'"kind":"observation"')
    data[at + 9] ^= 1
    bad.write_bytes(bytes(data))
    head = place.count("log")
    held.close()
    place.run("restore", str(bad), code=6)
    assert place.count("log") == head
    assert not list(place.folder.glob("archive.db.replaced-*"))


HALF_WAY = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from crawler.store import Archive, backup
def halt(*_):
    print("half way", flush=True)
    time.sleep(60)
backup.write_manifest = halt
with Archive.open(sys.argv[1], "read", lambda: datetime(2026, 1, 1, tzinfo=UTC)) as archive:
    archive.backup_into(Path(sys.argv[2]), {})
"""


def test_what_a_killed_backup_left_goes_with_the_next_one(place, held):
    folder = place.folder / "backups"
    folder.mkdir()
    argv = [sys.executable, "-c", HALF_WAY, str(place.db), str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"half way\n"
        (partial,) = folder.iterdir()
        place.run("backup", str(folder))
        assert partial.exists()  # its process is at work in it
        process.kill()
    for made in folder.glob("palimpsest-*"):
        made.rename(folder / "before")
    place.run("backup", str(folder))
    assert not partial.exists()
    assert len(list(folder.iterdir())) == 2


def test_a_backup_whose_manifest_cannot_be_written_is_none(place, held, monkeypatch):
    from crawler.errors import DiskFull
    from crawler.store import backup

    def full(*_):
        raise DiskFull("no room")

    monkeypatch.setattr(backup, "write_manifest", full)
    place.run("backup", str(place.folder / "copy.db"), code=5)
    assert list(place.folder.glob("copy.db*")) == []
