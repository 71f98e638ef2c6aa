"""A small archive made of rows with known answers: three pages, an edit, a mask, a reprint, a
page that vanished, and a seed copy that lacks a passage."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.web.schema import schema_sql

WHOLE = "第一段说了开头。\n第二段说了中间。\n第三段说了结尾。"
CUT = "第一段说了开头。\n第三段说了结尾。"
OTHER = "另一篇文章提到***同志。"
DAY = "2026-03-{:02d}T08:00:00.000Z"


class Rows:
    """Inserts rows by the columns that matter; the other required ones get a harmless value."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def add(self, table: str, **given: Any) -> None:
        for row in self.connection.execute(f"PRAGMA table_info({table})").fetchall():
            _, name, kind, required, default, key = row
            if required and default is None and not key and name not in given:
                given[name] = 0 if kind in ("INTEGER", "REAL") else DAY.format(1)
        values = ", ".join(f":{name}" for name in given)
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(given)}) VALUES ({values})", given
        )


def fill(rows: Rows) -> None:
    """The archive of the module's docstring."""
    for source in ("party", "agency"):
        rows.add("sources", id=source, name=source.title(), kind="page", max_gap_s=3600)
    texts = {1: WHOLE, 2: CUT, 3: OTHER}
    for number, text in texts.items():
        rows.add(
            "texts", id=number, sha256=f"{number:064d}", fold_sha256=f"f{number}",
            characters=len(text), text=text,
        )  # fmt: skip
    pages = {1: ("party", 2, "live"), 2: ("agency", 3, "live"), 3: ("agency", 4, "gone")}
    for number, (source, version, state) in pages.items():
        rows.add(
            "pages", id=number, source_id=source, site=source, key=str(number), state=state,
            canonical_url=f"https://{source}.example/{number}", title=f"Title {number}",
            version_id=version, state_since=DAY.format(9), last_observation_id=number,
        )  # fmt: skip
    rows.connection.execute("UPDATE pages SET failures = 3, failing_since = '2026' WHERE id = 2")
    versions = {1: (1, 1, 2), 2: (1, 2, 5), 3: (2, 3, 3), 4: (3, 1, 4)}
    for number, (page, text, day) in versions.items():
        rows.add("log", sequence=number, kind="observation", record="{}", hash=f"h{number}")
        rows.add("addresses", id=number, url=f"https://x.example/{number}", purpose="article")
        rows.add(
            "observations", id=number, sequence=number, address_id=number, page_id=page,
            source_id=pages[page][0], purpose="article", outcome="failed", reason="timeout",
            body_bytes=1000,
        )  # fmt: skip
        rows.add(
            "extractions", id=number, sequence=number, text_id=text, observation_id=number,
            title=f"Title {page}", source_name="新华网", published="2026-03-01", images="[]",
        )  # fmt: skip
        rows.add(
            "versions", id=number, page_id=page, extraction_id=number, text_id=text,
            first_observation_id=number, as_of=DAY.format(day), origin="here",
        )  # fmt: skip
    common = {"source_id": "party", "page_id": 1, "kind": "content", "new_first_observation_id": 2}
    rows.add(
        "changes", id=1, sequence=2, **common, from_version_id=1, to_version_id=2, deleted=9,
        labels='["paragraph"]', score=0.7, fields="[]",
        terms='[{"term":"中间","before":1,"after":0}]',
        seeds='[{"seed":"copy","touched":[[0,8]]}]', origin="here",
    )  # fmt: skip
    rows.add(
        "changes", id=2, sequence=3, source_id="agency", page_id=2, kind="content",
        new_first_observation_id=3, from_version_id=3, to_version_id=3, masked=3, inserted=3,
        labels='["masked","name"]', score=0.4, fields="[]", seeds="[]", terms="[]", origin="here",
    )  # fmt: skip
    rows.add("seeds", id=1, sequence=1, name="copy", revision=1, current=1, text_id=2, lang="[]")
    rows.add(
        "seed_matches", seed_id=1, version_id=4, seed_coverage=1.0, page_coverage=0.66,
        relation="quoted_by", alignment=json.dumps({"missing_from_seed": [[9, 17]]}),
    )  # fmt: skip


@pytest.fixture
def small_archive(tmp_path: Path) -> Path:
    """An archive file with the rows of `fill`, in WAL mode as the real ones are."""
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(schema_sql())
        fill(Rows(connection))
        connection.commit()
    return path
