"""A comparison as a file that stands alone: the page's own drawing, without Datasette."""

from datetime import UTC, datetime

from crawler.model import Diff
from crawler.web.asking import Asked
from crawler.web.comparing import redline
from crawler.web.templating import rendered, style


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
