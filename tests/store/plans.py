"""Which tables a piece of work walks through from end to end, by SQLite's own plans."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

#: tables that grow with each look, text, version or change: a walk through one takes ever longer
LARGE = {
    "log", "observations", "bodies", "extractions", "texts", "versions", "changes", "events",
    "pages", "addresses", "sightings", "seed_matches", "passages",
}  # fmt: skip
#: indexes of the few rows with something out of the common: a walk through one is short
FEW = {"texts_waiting", "pages_failing", "addresses_failing", "changes_seeds", "changes_terms"}
_STATEMENT = re.compile(r"\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b", re.IGNORECASE)
# SQLite calls the walk of a max() without an index a search.
_WALK = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?|SEARCH (\w+)$")


@contextmanager
def walks_of(conn: sqlite3.Connection) -> Iterator[list[str]]:
    """Filled, at the end, with a line for each statement that walks through a large table, or
    makes an index of one for itself."""
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    found: list[str] = []
    try:
        yield found
    finally:
        conn.set_trace_callback(None)
    for statement in dict.fromkeys(filter(_STATEMENT.match, statements)):
        for step in conn.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            if "AUTOMATIC" in step[3] or _walks(step[3], statement):
                found.append(f"{step[3]}: {' '.join(statement.split())[:200]}")


def _walks(step: str, statement: str) -> bool:
    match = _WALK.match(step)
    if match is None or match[2] in FEW:
        return False
    alias = match[1] or match[3]
    return _table(alias, statement) in LARGE and not _first_rows(statement, alias)


def _table(alias: str, statement: str) -> str:
    """The table that an alias stands for."""
    named = re.search(rf"\b(?:FROM|JOIN|UPDATE)\s+(\w+)\s+(?:AS\s+)?{alias}\b", statement)
    return named[1] if named else alias


def _first_rows(statement: str, alias: str) -> bool:
    """Whether a walk by id ends after the first rows, whatever they hold."""
    first = (
        rf"SELECT [\w ]+ FROM {alias}( WHERE \w+ [<>]=? -?\d+)? "
        r"ORDER BY (?:id|sequence)( DESC)? LIMIT \d+"
    )
    last = rf"max\((?:id|sequence)\)[^()]*\) FROM {alias}\b"
    return re.search(f"{first}|{last}", statement) is not None
