"""Backups into a folder, and putting one back."""

import json

from crawler.evidence.verify import verify


def test_a_backup_takes_everything_beside_the_key_and_comes_back(place):
    place.done("once", "-q", "xinhua")
    folder = place.folder / "backups"
    folder.mkdir()
    place.done("backup", str(folder))
    (made,) = folder.glob("palimpsest-*Z")
    assert (made / "sources.toml").read_text() == place.sources.read_text()
    manifest = json.loads((made / "archive.db.manifest.json").read_text())
    assert set(manifest["files"]) >= {"sources.toml"}
    assert any(name.endswith(".txt") for name in manifest["files"])
    before = place.count("observations")
    place.web.advance()
    place.done("once", "-q", "xinhua")
    assert place.count("observations") > before
    given = json.loads(place.done("restore", str(made), "--json"))
    assert place.count("observations") == before
    assert len(given["given_up"]) == 1
    assert verify(given["kept"])["ok"]
    report = verify(place.db)
    assert report["ok"], report["problems"]
    (record,) = place.rows("SELECT record FROM log WHERE kind = 'restored'")
    assert json.loads(record[0])["given_up"] == given["given_up"]
    # It goes on from there, and finds again what was given up.
    place.done("once", "-q", "xinhua")
    assert place.count("observations") > before
    assert verify(place.db)["ok"]


def test_only_the_newest_backups_are_kept(place):
    place.done("once", "-q", "mirror", "--limit", "1")
    folder = place.folder / "backups"
    folder.mkdir()
    (folder / "palimpsest-20200101T000000Z").mkdir()
    (folder / "palimpsest-20200102T000000Z").mkdir()
    (folder / "notes").mkdir()
    place.done("backup", str(folder), "--keep", "2")
    names = sorted(one.name for one in folder.iterdir())
    assert names[0] == "notes"
    assert names[1] == "palimpsest-20200102T000000Z"
    assert len(names) == 3


def test_a_backup_that_is_not_sound_changes_nothing(place):
    place.done("once", "-q", "xinhua")
    bad = place.folder / "bad.db"
    place.done("backup", str(bad))
    data = bytearray(bad.read_bytes())
    at = data.index(b'"kind":"observation"')
    data[at + 9] ^= 1
    bad.write_bytes(bytes(data))
    head = place.count("log")
    place.done("restore", str(bad), code=6)
    assert place.count("log") == head
    assert not list(place.folder.glob("archive.db.replaced-*"))


def test_a_backup_is_not_put_back_under_a_running_daemon(place):
    daemon = place.crawl("run")
    place.wait_for(lambda: place.count("versions") > 3)
    copy = place.folder / "copy.db"
    place.done("backup", str(copy))
    place.done("restore", str(copy), code=5)
    assert str(daemon.pid) in place.log
