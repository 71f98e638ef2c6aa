"""One page answered: a connection of its own, one moment of the archive, errors as pages."""

import sqlite3
import time
from functools import cache
from pathlib import Path

from crawler.errors import ArchiveError, CrawlError, UnknownName, UsageError, Withheld
from crawler.store import Archive
from crawler.web.asking import Answer, Asked, Page
from crawler.web.templating import problem

#: a page's queries are stopped after so long
PATIENCE_S = 15.0
_STEPS_BETWEEN_LOOKS = 20_000


def answered(page: Page, path: Path, asked: Asked) -> Answer:
    """The page's answer. Never raises for what the archive or the reader gave."""
    try:
        with Archive.open(path, mode="read") as archive:
            deadline = time.monotonic() + PATIENCE_S
            archive.conn.set_progress_handler(
                lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS
            )
            # One read transaction: all that a page says is of one moment.
            archive.conn.execute("BEGIN")
            return page(archive, asked)
    except UnknownName as error:
        return problem(asked, error, 404)
    except UsageError as error:
        return problem(asked, error, 400)
    except Withheld as error:  # RFC 7725
        return problem(asked, error, 451)
    except CrawlError as error:
        return problem(asked, error, 503)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        slow = ArchiveError(
            f"this page took longer than {PATIENCE_S:.0f} seconds and was stopped",
            "ask for less: a shorter time, one source, rarer words",
        )
        return problem(asked, slow, 503)


@cache
def is_archive(path: str) -> bool:
    """Whether a file is an archive that this program reads. Asked once for each file: a program
    that is started beside an archive keeps it."""
    try:
        Archive.open(Path(path), mode="read").close()
    except (CrawlError, sqlite3.Error, OSError):
        return False
    return True
