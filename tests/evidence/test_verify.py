"""`verify` finds what was altered, dropped, inserted or swapped, and names the row."""

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crawler import chain
from crawler.errors import ArchiveError
from crawler.evidence import verify as module
from crawler.evidence.verify import verify
from crawler.model import EventDraft, ListingIntent, SeedSetting, State


@pytest.fixture
def told(world: Any) -> Any:
    """An archive with every kind of record and row, deltas among the bodies."""
    world.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt", title="抄本"), "种子".encode())])
    world.listing("a", "b")
    long = "长" + "".join(random.Random(0).choices([chr(c) for c in range(0x4E00, 0x5200)], k=800))
    world.look("a", long)
    world.pass_time(hours=1)
    world.look("a", long + "一句")
    world.look("b", "另一篇")
    world.pass_time(hours=1)
    world.absent("b", state=State.GONE)
    event = EventDraft("told", "a", "m", "n", changes=(1,))
    world.archive.commit([ListingIntent(world.run, "news", "", (), events=(event,))])
    world.archive.index_waiting()
    assert verify(world.path)["ok"]
    return world


def problems(world: Any) -> set[str]:
    world.archive.close()
    found = verify(world.path)
    assert found["ok"] is (not found["problems"])
    return {problem["table"] for problem in found["problems"]}


def alter(world: Any, statement: str, *values: Any) -> None:
    world.archive.conn.execute("PRAGMA foreign_keys = OFF")
    changed = world.archive.conn.execute(statement, values)
    assert changed.rowcount != 0


def test_a_sound_archive_is_told_with_its_head(told: Any) -> None:
    found = verify(told.path)
    assert set(found) >= {"ok", "observations", "head", "unprotected_tail", "withheld", "problems"}
    assert found["head"] == told.archive.status(now=told.now)["archive"]["head"]
    assert found["unprotected_tail"] == found["head"]["size"]
    assert found["observations"] == 5
    encodings = {row[0] for row in told.archive.conn.execute("SELECT encoding FROM bodies")}
    assert encodings == {"zstd", "zstd-delta"}


ALTERED = [
    ("log", "UPDATE log SET record = replace(record, '200', '404') WHERE sequence = 2"),
    ("log", "UPDATE log SET hash = replace(hash, 'a', 'b') WHERE sequence = 3"),
    ("log", "UPDATE log SET subtree_hash = replace(subtree_hash, 'a', 'b') WHERE sequence = 3"),
    ("log", "UPDATE log SET kind = 'event' WHERE sequence = 2"),
    ("log", "DELETE FROM log WHERE sequence = 4"),
    ("log", "DELETE FROM log WHERE sequence = 0"),
    ("log", "UPDATE log SET record = 'no json' WHERE sequence = 5"),
    ("log", "UPDATE log SET record = '[1]' WHERE sequence = 5"),
    ("observations", "UPDATE observations SET outcome = 'gone' WHERE id = 1"),
    ("observations", "UPDATE observations SET started_at = '2020' WHERE id = 2"),
    ("observations", "UPDATE observations SET status = 200 WHERE status = 404"),
    ("observations", "UPDATE observations SET request_url = 'http://x/' WHERE id = 1"),
    ("observations", "UPDATE observations SET address_id = 1 WHERE id = 3"),
    ("observations", "DELETE FROM observations WHERE id = 2"),
    ("observations", "UPDATE observations SET body_sha256 = NULL WHERE id = 2"),
    ("extractions", "UPDATE extractions SET title = 'x' WHERE id = 1"),
    ("extractions", "UPDATE extractions SET links = '[]' WHERE id = 1"),
    ("extractions", "UPDATE extractions SET text_id = 1 WHERE id = 1"),
    ("extractions", "UPDATE extractions SET observation_id = 1 WHERE id = 1"),
    ("extractions", "DELETE FROM extractions WHERE id = 2"),
    ("texts", "UPDATE texts SET text = text || 'x' WHERE id = 2"),
    ("texts", "UPDATE texts SET text = replace(text, '长', '短') WHERE id = 2"),
    ("texts", "UPDATE texts SET fold_sha256 = replace(fold_sha256, 'a', 'b') WHERE id = 2"),
    ("bodies", "UPDATE bodies SET data = zeroblob(20) WHERE encoding = 'zstd-delta'"),
    ("bodies", "UPDATE bodies SET size_bytes = size_bytes + 1 WHERE id = 1"),
    ("bodies", "UPDATE bodies SET encoding = 'plain' WHERE id = 1"),
    ("bodies", "DELETE FROM bodies WHERE sha256 IN (SELECT base_sha256 FROM bodies)"),
    ("versions", "UPDATE versions SET text_id = 1 WHERE id = 1"),
    ("versions", "UPDATE versions SET as_of = '2020' WHERE id = 1"),
    ("versions", "UPDATE versions SET first_observation_id = 1 WHERE id = 1"),
    ("changes", "UPDATE changes SET score = 0 WHERE id = 1"),
    ("changes", "UPDATE changes SET inserted = 0 WHERE id = 1"),
    ("changes", "UPDATE changes SET ops = '[]' WHERE id = 1"),
    ("changes", "UPDATE changes SET old_last_seen = '2020' WHERE id = 1"),
    ("changes", "UPDATE changes SET to_version_id = 1 WHERE id = 1"),
    ("changes", "UPDATE changes SET new_first_observation_id = 1 WHERE id = 1"),
    ("changes", "UPDATE changes SET old_last_observation_id = 1 WHERE id = 1"),
    ("changes", "UPDATE changes SET kind = 'extractor' WHERE id = 1"),
    ("changes", "DELETE FROM changes WHERE id = 2"),
    ("events", "UPDATE events SET message = 'x' WHERE id = 2"),
    ("events", "UPDATE events SET changes = '[2]' WHERE id = 2"),
    ("events", "UPDATE events SET sequence = 2 WHERE id = 2"),
    ("seeds", "UPDATE seeds SET url_evidence = 'verified'"),
    ("seeds", "UPDATE seeds SET originals = '[\"x\"]'"),
    ("pages", "UPDATE pages SET source_id = 'nobody' WHERE id = 1"),
]


@pytest.mark.parametrize(("table", "statement"), ALTERED)
def test_an_altered_row_is_named(told: Any, table: str, statement: str) -> None:
    alter(told, statement)
    assert table in problems(told)


def test_two_swapped_records_are_named(told: Any) -> None:
    rows = told.archive.conn.execute(
        "SELECT record, hash FROM log WHERE sequence IN (2, 4) ORDER BY sequence"
    ).fetchall()
    alter(told, "UPDATE log SET hash = 'x' WHERE sequence = 2")
    alter(told, "UPDATE log SET record = ?, hash = ? WHERE sequence = 4", *rows[0])
    alter(told, "UPDATE log SET record = ?, hash = ? WHERE sequence = 2", *rows[1])
    assert "log" in problems(told)


def test_a_record_rewritten_with_its_hash_breaks_the_chain(told: Any) -> None:
    record = json.loads(
        told.archive.conn.execute("SELECT record FROM log WHERE sequence = 2").fetchone()[0]
    )
    forged = chain.record_text({**record, "status": 404})
    digest = chain.leaf_hash(forged)
    alter(
        told,
        "UPDATE log SET record = ?, hash = ?, subtree_hash = ? WHERE sequence = 2",
        forged,
        digest,
        digest,
    )
    alter(told, "UPDATE observations SET status = 404 WHERE sequence = 2")
    found = {problem["row"] for problem in verify(told.path)["problems"]}
    assert 3 in found


def test_an_inserted_row_without_a_record_is_named(told: Any) -> None:
    told.archive.conn.execute("PRAGMA foreign_keys = OFF")
    told.archive.conn.execute(
        "INSERT INTO events (sequence, kind, subject, message, next_step, changes, recorded_at) "
        "VALUES (-1, 'x', 'x', 'x', 'x', '[]', 'x')"
    )
    assert "events" in problems(told)


def flipped(path: Path, needle: bytes, draw: random.Random) -> None:
    """Flip one bit inside a stretch of the file."""
    content = bytearray(path.read_bytes())
    at = content.find(needle)
    assert at >= 0
    assert len(needle) > 8
    place = at + draw.randrange(len(needle))
    content[place] ^= 1 << draw.randrange(8)
    path.write_bytes(content)


STRETCHES = {
    "record": "SELECT substr(record, 1, 400) FROM log WHERE sequence = 2",
    "hash": "SELECT hash FROM log WHERE sequence = 4",
    "full body": "SELECT substr(data, 1, 60) FROM bodies WHERE encoding = 'zstd' AND id = 2",
    "delta": "SELECT data FROM bodies WHERE encoding = 'zstd-delta'",
    "text": "SELECT substr(text, 1, 200) FROM texts WHERE id = 2",
    "title": "SELECT 'rules-1' || 'general'",
    "ops": "SELECT ops FROM changes WHERE id = 1",
}


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("seed", range(4))
def test_s7_a_flipped_bit_is_found(told: Any, stretch: str, seed: int) -> None:
    value = told.archive.conn.execute(STRETCHES[stretch]).fetchone()[0]
    told.archive.close()
    conn = sqlite3.connect(told.path)
    conn.execute("PRAGMA journal_mode = DELETE")
    conn.close()
    needle = value if isinstance(value, bytes) else value.encode()
    flipped(told.path, needle, random.Random(f"{stretch}{seed}"))
    try:
        assert not verify(told.path)["ok"]
    except ArchiveError as error:
        assert error.next_step  # noqa: PT017 - a flip may also make the file unreadable


def test_several_processes_say_the_same(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    alter(told, "UPDATE texts SET text = 'x' WHERE id = 2")
    alone = verify(told.path)
    monkeypatch.setattr(module, "ALONE_BYTES", 0)
    monkeypatch.setattr(module, "SLICE_ROWS", 2)
    shared = verify(told.path)
    assert shared == alone
    assert [problem["table"] for problem in shared["problems"]] == ["texts"]


def test_there_must_be_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        verify(tmp_path / "none.db")
