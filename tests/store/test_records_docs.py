"""docs/records.md and docs/archive.md against what is really written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawler.model import EventDraft, ListingIntent, SeedSetting

DOCS = Path(__file__).resolve().parents[2] / "docs"


def documented(kind: str) -> set[str]:
    """The fields in the table of one kind's section."""
    text = (DOCS / "records.md").read_text("utf-8")
    section = text.split(f"\n## {kind}", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


@pytest.mark.parametrize("kind", ["observation", "extraction", "change", "event", "seed"])
def test_every_field_of_a_record_is_documented(world: Any, kind: str) -> None:
    world.archive.sync_seeds([(SeedSetting("copy", "/x/copy.txt"), "种子".encode())])
    world.listing("a")
    world.look("a", "一")
    world.look("a", "二")
    event = EventDraft("told", "a", "m", "n")
    world.archive.commit([ListingIntent(world.run, "news", "", (), events=(event,))])
    record = world.archive.conn.execute(
        "SELECT record FROM log WHERE kind = ? LIMIT 1", (kind,)
    ).fetchone()[0]
    assert set(json.loads(record)) == documented("In every record") | documented(f"`{kind}`")


def test_every_table_is_documented(world: Any) -> None:
    text = (DOCS / "archive.md").read_text("utf-8")
    names = world.archive.conn.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search%'"
    )
    missing = [name for (name,) in names if f"`{name}`" not in text]
    assert not missing


def test_a_body_is_read_as_the_docs_say(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.listing("a")
    filler = "".join(chr(0x4E00 + n * n % 3_001) for n in range(1_500))
    world.look("a", filler + "一")
    world.look("a", filler + "二")
    code = re.search(r"```python\n(.*?)```", (DOCS / "archive.md").read_text("utf-8"), re.DOTALL)
    assert code is not None
    rows = world.archive.conn.execute("SELECT sha256, encoding FROM bodies").fetchall()
    assert {encoding for _, encoding in rows} == {"zstd", "zstd-delta"}
    monkeypatch.chdir(world.path.parent)
    Path("archive").mkdir()
    Path("archive/archive.db").symlink_to(world.path)
    for digest, _ in rows:
        names = {"digest": digest}
        exec(code[1], names)
        assert names["body"] == world.archive.body(digest)
        names["conn"].close()  # type: ignore[attr-defined]
