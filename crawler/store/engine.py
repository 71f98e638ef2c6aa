"""Which SQLite this is. Versions 3.7.0 to 3.51.2 have a rare race: two connections that checkpoint
at once can lose what the write-ahead log holds (fixed in 3.51.3, and in 3.50.7 and 3.44.6)."""

import sqlite3

Version = tuple[int, int, int]

FIRST, FIXED = (3, 7, 0), (3, 51, 3)
#: branches that were mended too, each with its first sound version
MENDED = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}


def has_reset_race(version: Version) -> bool:
    """Whether a version has that race."""
    sound_from = MENDED.get(version[:2], FIXED)
    return FIRST <= version < sound_from


def caution(version: Version | None = None) -> str | None:
    """What to say of the SQLite that runs here, None when it is sound."""
    known = version or (*sqlite3.sqlite_version_info[:3],)
    if not has_reset_race(known):
        return None
    return (
        "two programs that checkpoint at once can lose rows in this version (mended in 3.51.3): "
        "crawl lets one connection alone do so; let no other program write the archive"
    )
