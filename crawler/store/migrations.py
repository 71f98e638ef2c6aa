"""The schema's steps. The first makes all tables; each later one moves the file up by one."""

import os
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from crawler.errors import ArchiveError, ForeignArchive
from crawler.store.space import require_free
from crawler.store.transaction import immediate

#: "Plps", so that `file` and we know our archives from other programs' files
APPLICATION_ID = 0x506C7073

Migration = Callable[[sqlite3.Connection], None]


def _make_all(conn: sqlite3.Connection) -> None:
    """Schema 1, from nothing."""
    script = files("crawler.store").joinpath("schema.sql").read_text("utf-8")
    for statement in _statements(script):
        conn.execute(statement)


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the transaction that we are in."""
    found, open_lines = [], []
    for line in script.splitlines():
        open_lines.append(line)
        if sqlite3.complete_statement("\n".join(open_lines)):
            found.append("\n".join(open_lines).strip())
            open_lines = []
    return found


#: MIGRATIONS[n] moves a file of schema n to n + 1
MIGRATIONS: tuple[Migration, ...] = (_make_all,)
SCHEMA = len(MIGRATIONS)


def schema_of(conn: sqlite3.Connection, path: Path) -> int:
    """The file's schema, 0 for an empty one; raises ForeignArchive when the file is another
    program's or was written by a newer version of ours."""
    application = conn.execute("PRAGMA application_id").fetchone()[0]
    schema = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if application == APPLICATION_ID:
        if schema > SCHEMA:
            raise ForeignArchive(
                f"{path} was written by a newer version (schema {schema}, this one knows {SCHEMA})",
                "upgrade with `pip install --upgrade palimpsest-archive`",
            )
        return schema
    tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application or schema or tables:
        raise ForeignArchive(
            f"{path} is a database of another program", "name the archive's own file with --db"
        )
    return 0


def migrate(
    conn: sqlite3.Connection, path: Path, steps: tuple[Migration, ...] = MIGRATIONS
) -> bool:
    """Move the file to the newest schema in one transaction, after a copy beside it when there is
    anything to lose. Says whether it did; raises DiskFull when there is no room for the copy."""
    schema = schema_of(conn, path)
    if schema == len(steps):
        return False
    if schema:
        _copy_first(conn, path, schema)
    conn.execute("PRAGMA foreign_keys = OFF")
    try:
        with immediate(conn):
            # Another process may have been faster between our look and our lock.
            for step in steps[schema_of(conn, path) :]:
                step(conn)
            _check_foreign_keys(conn, path)
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            conn.execute(f"PRAGMA user_version = {len(steps)}")
    finally:
        conn.execute("PRAGMA foreign_keys = ON")
    return True


def _copy_first(conn: sqlite3.Connection, path: Path, schema: int) -> None:
    """Keep the file as it was under `<name>.schema-<n>`; an older copy of that name is replaced."""
    require_free(path, 2 * path.stat().st_size)
    kept = path.with_name(f"{path.name}.schema-{schema}")
    kept.unlink(missing_ok=True)
    conn.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(kept)])


def _check_foreign_keys(conn: sqlite3.Connection, path: Path) -> None:
    broken = conn.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise ArchiveError(
            f"{path} cannot be upgraded: row {broken[1]} of {broken[0]} names a row of "
            f"{broken[2]} that is not there",
            "nothing was changed; run `crawl verify`, and restore the last backup",
        )
