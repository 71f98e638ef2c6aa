"""Which site answers what: a pure function of site, path, tick and the answer's number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

from crawler.demo import blogger, newsroom, others, qiushi
from crawler.demo.articles import Article
from crawler.demo.edits import EditKind, article_at, edits_at, revision, standing
from crawler.demo.http import Answer, Asked
from crawler.demo.library import articles

#: site -> the last number of its loopback address; a host of its own each, as on the real net
SITES: Mapping[str, int] = {
    "blog": 11,
    "qiushi": 12,
    "xinhua": 13,
    "chinanews": 14,
    "mirror": 15,
    "farm": 16,
    "fanwen": 17,
    "magazine": 18,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What an answer depends on besides the path: the tick, its own number, and who is where."""

    tick: int
    nonce: int
    bases: Mapping[str, str]


HTML = "text/html; charset=utf-8"
NOT_FOUND = Answer(404, b"<html><head><title>404 Not Found</title></head><body>404</body></html>")
HTML_AS_ROBOTS = Answer(200, b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>")


def respond(asked: Asked, moment: Moment) -> Answer:
    """The answer of a site; a page that is not there, not yet or no longer, is a 404."""
    if asked.method not in ("GET", "HEAD"):
        return Answer(405, b"")
    path, _, query = asked.path.partition("?")
    if path == "/robots.txt":
        return _robots(asked.site)
    listing = LISTINGS[asked.site](path, query, moment) if asked.site in LISTINGS else None
    return listing or _page(asked.site, path, moment)


def listed(site: str, tick: int) -> list[Article]:
    """The articles that a site's lists name at `tick`."""
    unlisted = {
        edit.path
        for past in range(tick + 1)
        for edit in edits_at(past)
        if edit.kind is EditKind.UNLISTED
    }
    shown = (
        article_at(site, path, tick)
        for owner, path in articles()
        if owner == site and path not in unlisted and standing(site, path, tick) is None
    )
    return [article for article in shown if article is not None]


def _robots(site: str) -> Answer:
    if site == "blog":
        return Answer(200, blogger.ROBOTS.encode(), "text/plain; charset=utf-8")
    if site == "mirror":
        return Answer(200, b"User-agent: *\nDisallow: /wp-admin/\n", "text/plain")
    if site == "farm":
        return HTML_AS_ROBOTS
    if site in ("xinhua", "magazine", "chinanews"):
        return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain")
    return NOT_FOUND


def _blog_listing(path: str, query: str, moment: Moment) -> Answer | None:
    if path != blogger.FEED:
        return None
    text = blogger.feed(listed("blog", moment.tick), query, moment.tick, moment.bases["blog"])
    changed = max(revision("blog", post.path, moment.tick) for post in listed("blog", moment.tick))
    kind = "application/atom+xml; charset=UTF-8"
    return Answer(200, text.encode(), kind, f'W/"feed-{changed}"', _http_date(changed))


def _qiushi_listing(path: str, query: str, moment: Moment) -> Answer | None:
    if path in qiushi.TREE:
        return Answer(200, qiushi.contents_page(path, moment.nonce).encode())
    if path in qiushi.YEARS:
        return Answer(200, qiushi.year_page(path, moment.nonce).encode())
    if path in qiushi.ISSUES:
        shown = [page for page in listed("qiushi", moment.tick) if page.listed_in == path]
        return Answer(200, qiushi.issue_page(path, shown, moment.nonce).encode())
    return None


def _xinhua_listing(path: str, query: str, moment: Moment) -> Answer | None:
    if path != newsroom.XINHUA_LIST:
        return None
    return Answer(200, newsroom.xinhua_list(listed("xinhua", moment.tick), moment.nonce).encode())


def _chinanews_listing(path: str, query: str, moment: Moment) -> Answer | None:
    if path != newsroom.CHINANEWS_FEED:
        return None
    text = newsroom.chinanews_feed(listed("chinanews", moment.tick), moment.bases["chinanews"])
    return Answer(200, text.encode(), "application/rss+xml; charset=utf-8")


def _mirror_listing(path: str, query: str, moment: Moment) -> Answer | None:
    if path != others.MIRROR_FEED:
        return None
    text = others.mirror_feed(listed("mirror", moment.tick), moment.bases["mirror"])
    return Answer(200, text.encode(), "application/rss+xml; charset=UTF-8", 'W/"feed-0"')


Listing = Callable[[str, str, Moment], Answer | None]
LISTINGS: Mapping[str, Listing] = {
    "blog": _blog_listing,
    "qiushi": _qiushi_listing,
    "xinhua": _xinhua_listing,
    "chinanews": _chinanews_listing,
    "mirror": _mirror_listing,
}


def _page(site: str, path: str, moment: Moment) -> Answer:
    article = article_at(site, path, moment.tick)
    away = standing(site, path, moment.tick)
    if article is None or away is EditKind.TAKEN_DOWN:
        return NOT_FOUND
    if away is EditKind.STUBBED:
        return Answer(200, newsroom.xinhua_stub(moment.nonce).encode())
    edited = revision(site, path, moment.tick)
    return PAGES.get(site, _plain_page)(article, edited, moment)


def _blog_page(post: Article, edited: int, moment: Moment) -> Answer:
    text = blogger.post_page(post, moment.nonce, moment.bases["blog"])
    return Answer(200, text.encode(), HTML, f'W/"{post.number}-{edited}"', _http_date(edited))


def _qiushi_page(article: Article, edited: int, moment: Moment) -> Answer:
    text = qiushi.article_page(article, moment.nonce)
    etag = f'"{crc32(article.path.encode()):x}-{edited}"'
    return Answer(200, text.encode(), "text/html", etag, _http_date(edited))


def _xinhua_page(article: Article, edited: int, moment: Moment) -> Answer:
    # No validators: every look brings the whole page, with other noise each time.
    return Answer(200, newsroom.xinhua_page(article, moment.nonce).encode(), "text/html")


def _chinanews_page(article: Article, edited: int, moment: Moment) -> Answer:
    wire = newsroom.chinanews_page(article, moment.nonce).encode("gb18030")
    return Answer(200, wire, "text/html", last_modified=_http_date(edited))


def _mirror_page(article: Article, edited: int, moment: Moment) -> Answer:
    text = others.mirror_page(article, moment.nonce, moment.bases["mirror"])
    return Answer(200, text.encode(), HTML)


def _plain_page(article: Article, edited: int, moment: Moment) -> Answer:
    return Answer(200, others.plain_page(article.site, article, moment.nonce).encode(), HTML)


Page = Callable[[Article, int, Moment], Answer]
PAGES: Mapping[str, Page] = {
    "blog": _blog_page,
    "qiushi": _qiushi_page,
    "xinhua": _xinhua_page,
    "chinanews": _chinanews_page,
    "mirror": _mirror_page,
}


def _http_date(edited: int) -> str:
    return f"{_DAYS[edited]}, {3 + edited:02d} Mar 2025 12:00:00 GMT"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
