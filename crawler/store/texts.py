"""Main texts by their names."""

import sqlite3

from crawler.errors import ArchiveError, UnknownName, Withheld
from crawler.store.records import text_sha256


def read(conn: sqlite3.Connection, digest: str) -> str:
    """The text of this sha256, checked; raises UnknownName when there is none, Withheld when it was
    taken out, ArchiveError when it is damaged."""
    row = conn.execute("SELECT text FROM texts WHERE sha256 = ?", (digest,)).fetchone()
    if row is None:
        raise UnknownName(f"the archive holds no text {digest}", "see `crawl log URL`")
    if row[0] is None:
        raise Withheld(f"the text {digest} was withheld", "its hash and its record remain")
    text = str(row[0])
    if text_sha256(text) != digest:
        raise ArchiveError(
            f"the text {digest} is damaged", "run `crawl verify`, and restore the last backup"
        )
    return text
