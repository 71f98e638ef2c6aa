"""docs/records.md against the records without rows that are really written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawler.evidence import copies_in
from crawler.evidence.anchoring import anchor
from crawler.evidence.importing import Given, import_file
from crawler.evidence.state import State
from crawler.evidence.withholding import target_of, withhold

RECORDS = Path(__file__).resolve().parents[2] / "docs" / "records.md"


def documented(kind: str) -> set[str]:
    section = RECORDS.read_text("utf-8").split(f"\n## {kind}", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


@pytest.mark.parametrize("kind", ["key", "anchor", "import", "withheld"])
def test_every_field_is_documented(world: Any, state: State, tmp_path: Path, kind: str) -> None:
    world.listing("a")
    file = tmp_path / "a.txt"
    file.write_text("一篇旧文", "utf-8")
    copies = [copies_in.text(file, "http://news.test/a", "2026-01-01T00:00:00.000Z")]
    import_file(world.archive, file, copies, "2026-03-01T00:00:00.000Z", given=Given())
    target = target_of(world.archive, "1")
    withhold(world.archive, target, "x", "2026-03-01T00:00:00.000Z", everywhere=False)
    anchor(world.archive, state, world.now)
    record = world.archive.conn.execute(
        "SELECT record FROM log WHERE kind = ?", (kind,)
    ).fetchone()[0]
    assert set(json.loads(record)) == documented("In every record") | documented(f"`{kind}`")
