"""What the archive's own schema says of its tables and columns: its comments are the descriptions
that people read in Datasette, so that both can never disagree."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib import resources

_CREATE = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)")
_COLUMN = re.compile(r"\s+(\w+) [A-Z].*?(?:--\s*(.*))?$")
_COMMENT = re.compile(r"\s*--\s?(.*)$")
_CONSTRAINTS = ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT")


def schema_sql() -> str:
    """The commented schema of this program's archives."""
    return resources.files("crawler.store").joinpath("schema.sql").read_text(encoding="utf-8")


@cache
def columns() -> dict[str, tuple[str, ...]]:
    """Every table and view with its columns, as SQLite itself reads the schema."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid"
        ).fetchall()
        return {name: _columns(connection, name) for (name,) in names}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return tuple(name for (name,) in rows)


@cache
def table_comments() -> dict[str, str]:
    """The comment above each CREATE statement, as one text."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in schema_sql().splitlines():
        comment, create = _COMMENT.match(line), _CREATE.match(line)
        if comment:
            above.append(comment.group(1))
            continue
        if create and above:
            found[create.group(1)] = " ".join(above)
        above = []
    return found


@cache
def column_comments() -> dict[str, dict[str, str]]:
    """Table -> column -> its comment: at the end of its line, or on the line above."""
    found: dict[str, dict[str, str]] = {}
    for table, lines in _bodies():
        above: list[str] = []
        for line in lines:
            if comment := _COMMENT.match(line):
                above.append(comment.group(1))
            elif (column := _COLUMN.match(line)) and column.group(1) not in _CONSTRAINTS:
                words = " ".join(filter(None, [*above, column.group(2)]))
                above = []
                if words:
                    found.setdefault(table, {})[column.group(1)] = words
    return found


def _bodies() -> Iterator[tuple[str, list[str]]]:
    """Each CREATE TABLE with the lines between its brackets."""
    table, lines = "", list[str]()
    for line in schema_sql().splitlines():
        if (create := _CREATE.match(line)) and line.rstrip().endswith("("):
            table, lines = create.group(1), []
        elif table and line.startswith(")"):
            yield table, lines
            table = ""
        elif table:
            lines.append(line)
