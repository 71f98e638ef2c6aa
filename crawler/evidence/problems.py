"""What verification found wrong, bounded, row by row."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# So many problems are listed; the rest is counted.
LISTED = 1_000


@dataclass(slots=True)
class Findings:
    """Problems in the order in which they were met, and what was withheld by law."""

    problems: list[dict[str, Any]] = field(default_factory=list)
    unlisted: int = 0
    withheld: int = 0

    def add(self, table: str, row: int | str | None, what: str) -> None:
        """One row that does not say what the log says."""
        if len(self.problems) < LISTED:
            self.problems.append({"table": table, "row": row, "what": what})
        else:
            self.unlisted += 1

    def extend(self, other: "Findings") -> None:
        """Take over what another part found."""
        for problem in other.problems:
            self.add(**problem)
        self.unlisted += other.unlisted
        self.withheld += other.withheld

    @contextmanager
    def readable(self, table: str) -> Iterator[None]:
        """A table that cannot be read to its end, or holds what nobody can read, is one problem."""
        try:
            yield
        except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError, KeyError) as error:
            self.add(table, None, f"cannot be read to its end: {error}")
