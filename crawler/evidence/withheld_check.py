"""What is not here any more against the records of what was withheld: a removal is a record, so
that nobody can empty a row and call it one."""

import sqlite3

from crawler.evidence.problems import Findings
from crawler.store.withholding import named

#: table -> each row's name in the records, and whether its content is here
_ROWS = {
    "bodies": "SELECT id, sha256, data IS NULL FROM bodies",
    "texts": "SELECT id, sha256, text IS NULL FROM texts",
    "changes": "SELECT c.id, l.hash, c.ops IS NULL FROM changes c "
    "JOIN log l ON l.sequence = c.sequence",
}


def check_withheld(conn: sqlite3.Connection) -> Findings:
    """Rows that are empty and that no record of a removal names, and the other way round. An
    operation that never was is no removal: its change's record names none."""
    findings = Findings()
    with findings.readable("log"):
        gone = {table: _named(conn, table) for table in _ROWS}
        for table, query in _ROWS.items():
            for row_id, name, empty in conn.execute(query):
                if empty and name not in gone[table] and _had_content(conn, table, row_id):
                    findings.add(table, row_id, "its content is gone, and no record tells of it")
                elif not empty and name in gone[table]:
                    findings.add(table, row_id, "was withheld, and is here")
    return findings


def removals(conn: sqlite3.Connection) -> list[dict[str, str]]:
    """What was taken out, when and why; one that made several records stands here once."""
    told = [tuple(str(said.get(name)) for name in _TOLD) for said in named(conn)]
    return [dict(zip(_TOLD, one, strict=True)) for one in dict.fromkeys(told)]


_TOLD = ("recorded_at", "target", "subject", "reason")


def _named(conn: sqlite3.Connection, table: str) -> set[str]:
    return {name for said in named(conn) for name in said.get(table, ())}


def _had_content(conn: sqlite3.Connection, table: str, row_id: int) -> bool:
    """Of a change: whether its record names operations."""
    if table != "changes":
        return True
    row = conn.execute(
        "SELECT json_extract(l.record, '$.ops_sha256') FROM changes c "
        "JOIN log l ON l.sequence = c.sequence WHERE c.id = ?",
        (row_id,),
    ).fetchone()
    return row is not None and row[0] is not None
