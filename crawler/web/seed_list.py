"""`/-/seeds`: the copies that the user holds, and how each stands today."""

from crawler.store import Archive
from crawler.web.asking import Answer, Asked
from crawler.web.templating import html


def seeds(archive: Archive, asked: Asked) -> Answer:
    """The list."""
    return html("seeds.html", asked, seeds=list(archive.seeds_list()))
