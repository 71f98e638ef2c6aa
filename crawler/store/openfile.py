"""An open archive file: the connection, its clock, and how its errors are told."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from sqlite_utils import Database

from crawler.errors import ArchiveError
from crawler.model import Router, iso
from crawler.store import opening
from crawler.store.faults import explained

Mode = Literal["read", "write"]
Row = TypeVar("Row")


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class OpenFile:
    """One archive file. Used from one thread at a time; readers open their own.

    Every method raises an ArchiveError that says what to do when the file is locked, read-only,
    damaged or its disk full; nothing half written stays.
    """

    def __init__(self, path: Path, mode: Mode, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.mode = mode
        self._clock = clock
        #: who is told of the changes and events that are written
        self.router: Router | None = None
        connect = opening.connect_writer if mode == "write" else opening.connect_reader
        with explained(path):
            self.conn = connect(path)
        #: the sqlite-utils database, for notebooks
        self.db = Database(self.conn)

    @classmethod
    def open(
        cls, path: str | Path, mode: Mode = "write", clock: Callable[[], datetime] = utc_now
    ) -> Self:
        """Open the archive, to write (made or upgraded where needed) or only to read."""
        return cls(Path(path).absolute(), mode, clock)

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _now(self) -> str:
        return iso(self._clock())

    def _must_write(self) -> None:
        if self.mode != "write":
            raise ArchiveError(f"{self.path} was opened to be read only", "open it to write")

    def _told(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Rows as they are read, SQLite's errors explained."""
        with explained(self.path):
            yield from rows
