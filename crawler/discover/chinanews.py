"""Kind `chinanews`: RSS (30 items), the rolling lists `news1..10.html`, and the archive that has a
page for every day back to 1 August 2008."""

import re
from datetime import date, timedelta

from crawler.discover import feed
from crawler.discover.dates import CHINA, moment
from crawler.discover.gather import Gathering
from crawler.discover.htmltext import Html, parse_html
from crawler.discover.index import gather_articles
from crawler.discover.xmltext import is_xml
from crawler.model import Document, Link, Listing, Source

#: the oldest day of the archive, and the last page of the rolling list
FIRST_DAY = date(2008, 8, 1)
LAST_ROLL = 10

_ROLL = re.compile(r"^(?P<head>.*/scroll-news/(?:\w+/)?news)(?P<number>\d{1,9})\.html$")
_DAY = re.compile(
    r"^(?P<head>.*/scroll-news/(?:\w+/)?)(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/news\.shtml$"
)
_ARTICLE_DAY = re.compile(r"/(\d{4})/(\d{2})-(\d{2})/")


def read(document: Document, source: Source) -> Listing:
    """A feed, a rolling list or a day of the archive; the first rolling list leads on to the
    archive, and each day to the day before. Raises NotAListing."""
    if is_xml(document.body):
        return feed.read(document, source, CHINA)
    page = parse_html(document, source)
    gathering = Gathering(document.url, source, page.base(document.url))
    _gather_rows(page, gathering)
    if not gathering.links:
        gather_articles(page, gathering)
    if archive := _newest_day(gathering):
        gathering.lead(archive)
    return gathering.listing(following=_next_page(document.url), title=page.title())


def _gather_rows(page: Html, gathering: Gathering) -> None:
    year = _year(gathering)
    for anchor, written in page.rows(".content_list li", ".dd_bt a", ".dd_time"):
        url = gathering.resolve(anchor.href) or ""
        own = _ARTICLE_DAY.search(url)
        said_year = own[1] if own else year
        when = moment(f"{said_year}-{written}", CHINA) if said_year else None
        gathering.add(anchor.href, Link("", title=anchor.text, published=when))


def _year(gathering: Gathering) -> str | None:
    found = _DAY.match(gathering.url)
    return found["year"] if found else None


def _newest_day(gathering: Gathering) -> str | None:
    """The archive's page for the newest day that a rolling list's first page names."""
    roll = _ROLL.match(gathering.url)
    if roll is None or roll["number"] != "1":
        return None
    days = [found for link in gathering.links.values() if (found := _ARTICLE_DAY.search(link.url))]
    if not days:
        return None
    year, month, day = max(found.groups() for found in days)
    return gathering.url[: roll.start("number") - len("news")] + f"{year}/{month}{day}/news.shtml"


def _next_page(url: str) -> str | None:
    if (roll := _ROLL.match(url)) and int(roll["number"]) < LAST_ROLL:
        return f"{roll['head']}{int(roll['number']) + 1}.html"
    if shown := _DAY.match(url):
        return _day_before(shown)
    return None


def _day_before(shown: re.Match[str]) -> str | None:
    try:
        day = date(int(shown["year"]), int(shown["month"]), int(shown["day"]))
    except ValueError:
        return None
    before = day - timedelta(days=1)
    if before < FIRST_DAY:
        return None
    return f"{shown['head']}{before:%Y/%m%d}/news.shtml"
