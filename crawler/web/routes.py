"""The addresses of our pages; they are promises."""

from crawler.store import Archive
from crawler.web.asking import Answer, Asked, Page
from crawler.web.change_list import changes
from crawler.web.change_page import change, change_file, change_json
from crawler.web.diff_page import chosen, diff, diff_json
from crawler.web.event_page import events
from crawler.web.feeds import all_changes, of_seed, of_source
from crawler.web.front import front
from crawler.web.page_list import by_url
from crawler.web.page_page import on_day, page
from crawler.web.search_page import search, search_csv, search_json
from crawler.web.seed_list import seeds, seeds_json
from crawler.web.seed_page import seed, seed_json
from crawler.web.templating import style
from crawler.web.term_page import terms, terms_csv
from crawler.web.text_page import reprints
from crawler.web.timemap import timemap
from crawler.web.version_page import body, version, version_json, version_text


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
    (r"/-/versions/(?P<id>\w+)$", version),
    (r"/-/versions/(?P<id>\w+)\.json$", version_json),
    (r"/-/versions/(?P<id>\w+)\.txt$", version_text),
    (r"/-/bodies/(?P<sha256>[0-9a-fA-F]{64})$", body),
    (r"/-/diff$", chosen),
    (r"/-/diff/(?P<a>[^/]+)/(?P<b>[^/]+)\.json$", diff_json),
    (r"/-/diff/(?P<a>[^/]+)/(?P<b>[^/]+)$", diff),
    (r"/-/seeds$", seeds),
    (r"/-/seeds\.json$", seeds_json),
    (r"/-/seeds/(?P<id>[^/]+)\.json$", seed_json),
    (r"/-/seeds/(?P<id>[^/]+)$", seed),
    (r"/-/texts/(?P<sha256>[0-9a-fA-F]+)$", reprints),
    (r"/-/search$", search),
    (r"/-/search\.json$", search_json),
    (r"/-/search\.csv$", search_csv),
    (r"/-/terms$", terms),
    (r"/-/terms\.csv$", terms_csv),
    (r"/-/events$", events),
    (r"/-/timemap/link/(?P<url>.+)$", timemap),
    (r"/-/feeds/changes\.atom$", all_changes),
    (r"/-/feeds/sources/(?P<id>[^/]+)\.atom$", of_source),
    (r"/-/feeds/seeds/(?P<id>[^/]+)\.atom$", of_seed),
)
