"""Whatever is altered, dropped, inserted or swapped in the file is caught, with the state kept."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler import chain
from crawler.evidence.anchor_check import check_witnesses
from crawler.evidence.anchoring import anchor
from crawler.evidence.byte_check import check_bodies, check_texts
from crawler.evidence.log_check import check_log
from crawler.evidence.state import State
from crawler.evidence.verify import WHOLE, verify
from crawler.evidence.withholding import target_of, withhold
from crawler.model import EventDraft, ListingIntent, SeedSetting
from crawler.model import State as PageStates
from crawler.store.transaction import log_size
from crawler.store.witness import origin

#: columns that are judgements, places or working state, and may be other than they were
LOOSE = {
    "observations": {"run_id", "source_id", "page_id", "extraction_id", "version_id", "state"},
    "bodies": {"kept_at"},
    "extractions": {"page_id"},
    "texts": {"indexed"},
    "versions": {"page_id"},
    "changes": {"run_id", "source_id", "page_id"},
    "events": {"run_id", "source_id", "page_id"},
    "seeds": {"current", "compared_at"},
    "log": set(),
}
#: tables in which two rows that change places are seen, and what makes a row's content
SWAPPED = {
    "log": ("record", "hash", "subtree_hash", "kind"),
    "observations": ("request_url", "status", "outcome", "body_sha256"),
    "bodies": ("data", "size_bytes", "encoding", "base_sha256"),
    "texts": ("text", "characters", "fold_sha256"),
    "extractions": ("text_id", "observation_id", "title"),
    "changes": ("ops", "from_version_id", "to_version_id", "old_last_seen"),
    "events": ("message", "kind", "subject"),
}


class Sealed:
    """An archive with every kind of row, its head signed and kept; tampered with in a transaction
    that is rolled back."""

    def __init__(self, world: Any, state: State) -> None:
        self.path, self.state = world.path, state
        self.conn = sqlite3.connect(world.path, isolation_level=None)
        self.conn.execute("PRAGMA foreign_keys = OFF")
        self.signed = state.heads(world.path, origin(self.conn))

    @contextmanager
    def tampering(self) -> Iterator[sqlite3.Connection]:
        self.conn.execute("BEGIN")
        try:
            yield self.conn
        finally:
            self.conn.execute("ROLLBACK")

    def problems(self) -> list[dict[str, Any]]:
        """What `verify` finds, on the connection that sees the tampering."""
        conn, last = self.conn, 1 << 40
        found = [check_log(conn, log_size(conn))[0], check_bodies(conn, 0, last)]
        found += [check_texts(conn, 0, last), *(check(conn) for check in WHOLE.values())]
        found.append(check_witnesses(conn, self.path, self.signed, [])[0])
        return [problem for one in found for problem in one.problems]

    def columns(self, table: str) -> list[str]:
        rows = self.conn.execute(f"PRAGMA table_info({table})")
        return [row[1] for row in rows if row[1] != "id" and row[1] not in LOOSE[table]]

    def keys(self, table: str) -> list[int]:
        key = "sequence" if table == "log" else "id"
        return [row[0] for row in self.conn.execute(f"SELECT {key} FROM {table}")]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, building: Any) -> Iterator[Sealed]:
    folder = tmp_path_factory.mktemp("sealed")
    world, state = building.World(folder / "archive.db"), State(folder / "state")
    state.make_key()
    archive = world.archive
    archive.sync_seeds([(SeedSetting("copy", "/x/c.txt", title="抄本", lang=("zh",)), b"seed")])
    world.listing("a", "b", "c")
    long = "".join(random.Random(0).choices([chr(c) for c in range(0x4E00, 0x5200)], k=700))
    for text in (long, long + "一句", long + "又一句"):
        world.look("a", text)
        world.pass_time(hours=1)
    world.look("b", "另一篇")
    world.look("c", "第三篇，将要撤下")
    world.absent("b", state=PageStates.GONE)
    event = EventDraft("told", "a", "m", "n", changes=(1,))
    archive.commit([ListingIntent(world.run, "news", "", (), events=(event,))])
    withhold(archive, target_of(archive, "5"), "x", "2026-03-02", everywhere=True)
    anchor(archive, state, world.now)
    world.look("a", long + "最后一句")
    anchor(archive, state, world.now)
    world.close()
    found = verify(world.path, state=state)
    assert found["ok"], found["problems"]
    assert found["unprotected_tail"] == 0
    made = Sealed(world, state)
    assert made.problems() == []
    yield made
    made.conn.close()


def altered(value: Any, draw: random.Random) -> Any:
    """Another value of the same kind: one bit, one character, one step away."""
    if value is None:
        return "x"
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, bytes):
        at = draw.randrange(len(value)) if value else 0
        return value[:at] + bytes([value[at] ^ 1 << draw.randrange(8)]) + value[at + 1 :]
    if not value:
        return "x"
    at = draw.randrange(len(value))
    return value[:at] + ("y" if value[at] == "x" else "x") + value[at + 1 :]


def change(conn: sqlite3.Connection, table: str, key: int, column: str, value: Any) -> None:
    name = "sequence" if table == "log" else "id"
    conn.execute(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {name} = ?", (value, key))


def value_of(conn: sqlite3.Connection, table: str, key: int, column: str) -> Any:
    name = "sequence" if table == "log" else "id"
    return conn.execute(f"SELECT {column} FROM {table} WHERE {name} = ?", (key,)).fetchone()[0]


@pytest.mark.parametrize("table", LOOSE)
def test_every_column_that_a_record_speaks_of_is_guarded(sealed: Sealed, table: str) -> None:
    draw = random.Random(table)
    for column in sealed.columns(table):
        key = draw.choice(sealed.keys(table))
        with sealed.tampering() as conn:
            value = value_of(conn, table, key, column)
            change(conn, table, key, column, altered(value, draw))
            assert sealed.problems(), (table, key, column, value)


PROPERTY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@PROPERTY
@given(data=st.data())
def test_a_flip_anywhere_is_caught(sealed: Sealed, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(LOOSE)))
    column = data.draw(st.sampled_from(sealed.columns(table)))
    key = data.draw(st.sampled_from(sealed.keys(table)))
    draw = random.Random(data.draw(st.integers(0, 1 << 20)))
    with sealed.tampering() as conn:
        change(conn, table, key, column, altered(value_of(conn, table, key, column), draw))
        assert sealed.problems()


@PROPERTY
@given(data=st.data())
def test_a_row_that_is_dropped_or_inserted_is_caught(sealed: Sealed, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(LOOSE)))
    key = data.draw(st.sampled_from(sealed.keys(table)))
    name = "sequence" if table == "log" else "id"
    # The record of the last anchor stands behind the head that it tells of: the next one covers it.
    covered = table != "log" or key < max(sealed.keys("log"))
    with sealed.tampering() as conn:
        if covered and data.draw(st.booleans()):
            conn.execute(f"DELETE FROM {table} WHERE {name} = ?", (key,))
        else:
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
            found = conn.execute(f"SELECT * FROM {table} WHERE {name} = ?", (key,)).fetchone()
            row = dict(zip(columns, found, strict=True))
            row[name] = max(sealed.keys(table)) + data.draw(st.integers(1, 3))
            for unique in {"sequence", "sha256", "hash"} & row.keys() - {name}:
                row[unique] = 10_000 if unique == "sequence" else "ab" * 32
            if table == "seeds":
                row["revision"] = 7
            marks = ", ".join("?" * len(columns))
            conn.execute(f"INSERT INTO {table} VALUES ({marks})", list(row.values()))
        assert sealed.problems()


@PROPERTY
@given(data=st.data())
def test_two_rows_that_change_places_are_caught(sealed: Sealed, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(SWAPPED)))
    keys = data.draw(st.lists(st.sampled_from(sealed.keys(table)), min_size=2, max_size=2,
                              unique=True))  # fmt: skip
    with sealed.tampering() as conn:
        rows = [[value_of(conn, table, key, name) for name in SWAPPED[table]] for key in keys]
        if rows[0] == rows[1]:
            return
        conn.execute("DROP INDEX log_hash")
        for key, row in zip(keys, rows[::-1], strict=True):
            for column, value in zip(SWAPPED[table], row, strict=True):
                change(conn, table, key, column, value)
        assert sealed.problems()


@PROPERTY
@given(data=st.data())
def test_a_whole_log_written_anew_is_caught_by_the_head_outside(
    sealed: Sealed, data: st.DataObject
) -> None:
    """Records cut off, dropped, put in another order or altered, and every number, hash and row
    made to fit: only the head that was kept knows better."""
    import json

    (size,) = {head.size for head in sealed.signed}
    rows = sealed.conn.execute("SELECT kind, record FROM log ORDER BY sequence").fetchall()
    how = data.draw(st.sampled_from(["cut", "drop", "swap", "alter"]))
    at = data.draw(st.integers(1, size - 2))
    if how == "cut":
        rows = rows[: at + 1]
    elif how == "drop":
        del rows[at]
    elif how == "swap":
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    else:
        said = {**json.loads(rows[at][1]), "recorded_at": "2020-01-01T00:00:00.000Z"}
        rows[at] = (rows[at][0], json.dumps(said))
    with sealed.tampering() as conn:
        conn.execute("DELETE FROM log")
        tree, previous = chain.Frontier(), None
        for number, (kind, record) in enumerate(rows):
            said = {**json.loads(record), "sequence": number, "previous": previous}
            text = chain.record_text(said)
            previous = chain.leaf_hash(text)
            conn.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?)",
                         (number, kind, text, previous, tree.append(previous)))  # fmt: skip
        found, _ = check_witnesses(conn, sealed.path, sealed.signed, [])
        assert found.problems


def test_without_the_state_what_comes_after_the_last_anchor_is_told_as_unprotected(
    sealed: Sealed, tmp_path: Path
) -> None:
    with sealed.tampering() as conn:
        conn.execute("DELETE FROM log WHERE sequence = (SELECT max(sequence) FROM log)")
        _, told = check_witnesses(conn, sealed.path, [], [])
        assert told["unprotected_tail"] > 0
