"""`/-/seeds`: the copies that the user holds, and how each stands today."""

from crawler.store import Archive
from crawler.web.asking import Answer, Asked, json_answer
from crawler.web.templating import html


def seeds(archive: Archive, asked: Asked) -> Answer:
    """The list."""
    shown = list(archive.seeds_list())
    return html("seeds.html", asked, seeds=shown, json_url=asked.url("-/seeds.json"))


def seeds_json(archive: Archive, asked: Asked) -> Answer:
    """The contract of `crawl seeds list --json`."""
    return json_answer(list(archive.seeds_list()))
