"""A page as a file that stands alone: the page's own drawing, without Datasette."""

from datetime import UTC, datetime
from pathlib import Path

from crawler.model import Diff
from crawler.store import Archive
from crawler.web.asking import Asked
from crawler.web.change_page import written
from crawler.web.comparing import redline
from crawler.web.templating import rendered, style

#: where `crawl browse` shows an archive unless it is told otherwise: what a file's links lead to
_BROWSED = "http://127.0.0.1:8001"


def diff_file(
    old: str, new: str, named: tuple[str, str], found: Diff, *, language: str = "en"
) -> str:
    """The HTML of a comparison of two texts, which are called as `named` says: no script and no
    other file, all text escaped."""
    asked = Asked("", {}, {}, "", "", "", language, datetime.fromtimestamp(0, UTC))
    return rendered(
        "diff_file.html",
        asked,
        old=named[0],
        new=named[1],
        found=found.as_dict(),
        same=old == new,
        redline=redline(found.ops, old, new),
        css=style(),
    )


def change_file(archive: Archive, change: int, *, now: datetime, language: str = "en") -> str:
    """The page of a recorded change, with its evidence and its citation; raises UnknownName."""
    parts = {"id": str(change)}
    database = Path(archive.path).stem
    asked = Asked(f"/-/changes/{change}.html", parts, {}, "/", _BROWSED, database, language, now)
    return written(archive, asked)
