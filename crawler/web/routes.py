"""The addresses of our pages; they are promises."""

from crawler.store import Archive
from crawler.web.asking import Answer, Asked, Page
from crawler.web.change_list import changes
from crawler.web.change_page import change, change_file, change_json
from crawler.web.front import front
from crawler.web.page_list import by_url
from crawler.web.page_page import on_day, page
from crawler.web.templating import style


def stylesheet(archive: Archive, asked: Asked) -> Answer:
    """The style sheet: its address changes with it."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Answer(style(), "text/css; charset=utf-8", headers=kept)


ROUTES: tuple[tuple[str, Page], ...] = (
    (r"/$", front),
    (r"/-/palimpsest/(?P<hash>[0-9a-f]+)\.css$", stylesheet),
    (r"/-/changes$", changes),
    (r"/-/changes/(?P<id>\w+)$", change),
    (r"/-/changes/(?P<id>\w+)\.json$", change_json),
    (r"/-/changes/(?P<id>\w+)\.html$", change_file),
    (r"/-/pages$", by_url),
    (r"/-/pages/(?P<id>\d+)$", page),
    (r"/-/pages/(?P<id>\d+)/on$", on_day),
)
