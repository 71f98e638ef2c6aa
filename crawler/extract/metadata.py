"""Title, author, source, dates and language, each from the most trusted place that has it.

The order is fixed: the profile's own selectors, JSON-LD, Open Graph and meta tags, the template
around the headline, the URL, the listing. `found_in` says which it was.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.extract import lines as kinds
from crawler.extract.authors import author_of, marked_author, reads_chinese
from crawler.extract.dates import parse_date
from crawler.extract.page import Page
from crawler.extract.reading import Reading
from crawler.model import Link

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "publishdate",
    "pubdate", "firstpublishedtime", "publish_date", "publishtime", "parsely-pub-date", "dc.date",
    "dc.date.issued", "dcterms.created", "dcterms.date", "sailthru.date", "date",
    "weibo:article:create_at", "_pubtime", "publication_date", "citation_publication_date",
    "article_date_original",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "dcterms.modified",
    "last-modified", "revised",
)  # fmt: skip
_TITLES = ("og:title", "articletitle", "dc.title", "twitter:title", "parsely-title", "title")
_AUTHORS = ("author", "article:author", "og:article:author", "dc.creator", "parsely-author", "byl")
_SOURCES = ("contentsource", "source", "mediaid", "og:article:source", "article:source")
# how microdata and microformats mark the publication
_MARKED_TIMES = (
    "time[itemprop=datePublished], time[pubdate], abbr[itemprop=datePublished][title], "
    "span[itemprop=datePublished], abbr.published[title], time.published[datetime], "
    "time.dt-published[datetime]"
)
_MOMENTS = ("datetime", "content", "title")
_MARKUP = re.compile(r"<[^>]*>")
# what systems for Chinese sites declare as the author
_NOT_A_PERSON = re.compile(
    r"(?:公司|集团|科技|软件|网络|信息中心|技术部|在线|频道|网站?)$"
    r"|\b(?:www\.|[\w-]+\.(?:com|cn|net|org)\b)"
)
_NUMBER = re.compile(r"^\W*\d*\W*$")
_URL_DATES = (
    re.compile(
        r"/(20\d\d|19\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|[A-Za-z]|$)"
    ),
    re.compile(r"/(20\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/"),
    re.compile(r"[/_t](20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[_/.]|\d{6,}[._])"),
)
_CUT = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—·:»@]{1,2}\s+|\s*--+\s*|(?<=[\u4e00-\u9fff])\s?-\s?(?=[\u4e00-\u9fff])|-(?=[\u4e00-\u9fff]{2,8}(?:网|在线|频道)$)"
)
_PARTED = re.compile(r"\s*[-–—»]|\s")
_END = re.compile(r"[\s:：|｜_-]+$")
_SITE_WORDS = re.compile(
    r"(?:网|网站|报|频道|在线|门户|新闻|资讯|博客|论坛|中心|客户端|日报|晚报|杂志|栏目|首页|正文|公众号|"
    r"Powered by .*|"
    r"要闻|时政|国际|国内|社会|理论|党建|共产党员网|\.com|\.cn|\.net|\.org|blog|news|times)$",
    re.I,
)
# what Blogger writes where nobody is named
_NOBODY = ("Unknown",)
_DECLARED = ("meta:", "json-ld:")
Found = dict[str, tuple[str, str]]


def gather(page: Page, reading: Reading | None, listing: Link | None) -> Found:
    """Every field that is said anywhere, with where: a profile's own first, a template's that was
    only recognised after what the page declares."""
    found: Found = {}
    own = reading.fields if reading else {}
    distrust = reading.distrust if reading else frozenset()
    for name, (said, place) in own.items():
        if place != "template" and said not in _NOBODY:
            found[name] = (said, place)
    for name, value, where in _said(page, reading, listing, found):
        if value in _NOBODY:
            continue
        if value and name not in found and not (name in distrust and where.startswith(_DECLARED)):
            found[name] = (value, where)
    if "date" in found and "date" in own:
        found["date"] = _more_exact(found["date"], own["date"])
    if "author" in found and found["author"][1] != "template" and _is_editors(found):
        # many a system declares the editor's name as the author's
        del found["author"]
    return found


def _more_exact(declared: tuple[str, str], shown: tuple[str, str]) -> tuple[str, str]:
    """The moment that a template shows where what is declared is its day alone."""
    return shown if shown[0].startswith(f"{declared[0]}T") else declared


def _is_editors(found: Found) -> bool:
    return "editor" in found and found["editor"][0] == found["author"][0]


def _said(
    page: Page, reading: Reading | None, listing: Link | None, found: Found
) -> Iterator[tuple[str, str | None, str]]:
    """(field, value, where), the most trusted first; what costs time only where it is not
    `found` yet."""
    for article in page.linked[:3]:
        yield from _from_linked(article)
    yield from _from_meta(page.meta, found)
    own = reading.fields if reading else {}
    yield from ((name, value, where) for name, (value, where) in own.items())
    if "date" not in found:
        yield "date", _only_time(page), "time"
        yield "date", date_of_url(page.url), "url"
    if listing is not None:
        yield "title", listing.title, "listing"
        yield "author", listing.author, "listing"
        yield "date", listing.published, "listing"
        yield "updated", listing.updated, "listing"
    if "author" not in found and reading is not None:
        yield "author", author_of(reading.lines), "text"
        if not reading.by_profile and not reads_chinese(reading.lines):
            # neither a profile nor a Chinese template leaves it to the markup
            yield "author", marked_author(page), "markup"


def _only_time(page: Page) -> str | None:
    """The moment of the time element that says it is the publication's, or of the only one."""
    nodes = page.tree.css(_MARKED_TIMES)
    if not nodes and page.first("time") is not None:
        nodes = page.tree.css("time[datetime]")
    moments = {_moment(node.attributes) or node.text() for node in nodes}
    return parse_date(moments.pop()) if len(moments) == 1 else None


def _moment(attributes: Mapping[str, str | None]) -> str | None:
    return next((said for name in _MOMENTS if (said := attributes.get(name))), None)


def _from_linked(article: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    yield "date", _linked_date(article.get("datePublished")), "json-ld:datePublished"
    yield "updated", _linked_date(article.get("dateModified")), "json-ld:dateModified"
    yield "author", _names(article.get("author")), "json-ld:author"
    headline = article.get("headline")
    yield "headline", headline if isinstance(headline, str) else None, "json-ld:headline"


def _linked_date(value: Any) -> str | None:
    return parse_date(value) if isinstance(value, str) else None


def _names(value: Any) -> str | None:
    """The names of JSON-LD's author: a text, an object, or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = (v.get("name") if isinstance(v, dict) else v for v in values)
    kept = [" ".join(n.split()) for n in names if isinstance(n, str) and not n.startswith("http")]
    return ", ".join(dict.fromkeys(name for name in kept if name))[:200] or None


def _person(said: str | None) -> str | None:
    """A declared author who is no firm that made the system and no site."""
    return None if said is None or _NOT_A_PERSON.search(said) else said


def _from_meta(meta: Mapping[str, str], found: Found) -> Iterator[tuple[str, str | None, str]]:
    for name in _PUBLISHED:
        if name in meta and "date" not in found:
            yield "date", parse_date(meta[name]), f"meta:{name}"
    for name in _UPDATED:
        if name in meta:
            yield "updated", parse_date(meta[name]), f"meta:{name}"
    for name in _AUTHORS:
        if name in meta and not _NUMBER.match(meta[name]) and "://" not in meta[name]:
            yield "author", _person(kinds.read_author(meta[name])), f"meta:{name}"
    for name in _SOURCES:
        if name in meta and "source" not in found and not _NUMBER.match(meta[name]):
            yield "source", kinds.read_source(meta[name]), f"meta:{name}"


def date_of_url(url: str) -> str | None:
    """The day that an address names in full; None for a month alone or none."""
    for form in _URL_DATES:
        if match := form.search(url):
            return parse_date("-".join(match.groups()))
    return None


def title_of(page: Page, found: Found) -> tuple[str, str] | None:
    """The headline without the site's name and without markup, and where it stood."""
    named = _headline(page, found)
    if named is None:
        return None
    title = html.unescape(_MARKUP.sub("", named[0])).strip(" _|｜")
    return (title, named[1]) if title else None


def _headline(page: Page, found: Found) -> tuple[str, str] | None:
    """The profile's headline, or what several places agree on."""
    if "title" in found and not found["title"][1].startswith("listing"):
        return found["title"]
    headings = [" ".join(n.text(separator=" ").split()) for n in page.tree.css("h1")[:6]]
    headline, where = found.get("headline", ("", ""))
    shown = headline if where == "template" else ""
    named = (headline, where) if headline and not shown else None
    named = named or next(
        ((page.meta[name], f"meta:{name}") for name in _TITLES if name in page.meta), None
    )
    head = page.first("title")
    written = " ".join(head.text().split()) if head else ""
    own = without_site(written, page)
    if shown and _ends_with(own, shown, headings):
        return shown, "template"
    for heading in headings:
        if len(heading) > 3 and (heading in written or (named and heading in named[0])):
            # a logo is a heading too, and its name stands behind the title
            if heading not in own and own and heading in written:
                continue
            return heading, "h1"
    if named and (named[0] in own or named[0] not in written or not own):
        return without_site(named[0], page), named[1]
    if written:
        return (shown, "template") if _begins_with(own, shown) else (own, "title")
    if headings and headings[0]:
        return headings[0], "h1"
    return found.get("title")


def _ends_with(title: str, shown: str, headings: list[str]) -> bool:
    """Whether a title is a main heading (the site's) and behind it the line above the article."""
    if not title.endswith(shown):
        return False
    before = title[: -len(shown)].rstrip()
    return before.rstrip(" :：|｜-–—»·") in headings and before not in headings


def _begins_with(title: str, shown: str) -> bool:
    """Whether a title is the line above the article and behind it, parted, another name."""
    behind = title.removeprefix(shown)
    if not shown or not behind or behind == title:
        return False
    short = 3 * len(behind) < len(title)
    return behind.lstrip()[0] in "_|｜" or (short and bool(_PARTED.match(behind)))


def without_site(title: str, page: Page) -> str:
    """A title without the site's and the section's names behind (or before) it."""
    title = _END.sub("", " ".join(title.split()))
    site = page.meta.get("og:site_name", "").lower()
    cuts = list(_CUT.finditer(title))
    kept = title
    for cut in reversed(cuts):
        tail = kept[cut.end() :].strip()
        head = kept[: cut.start()].strip()
        if not head or not _is_site_name(tail, site, page.host, head):
            break
        kept = head
    return kept


def _is_site_name(part: str, site: str, host: str, rest: str) -> bool:
    low = part.lower()
    if not part or len(part) >= len(rest) + 12:
        return False
    squeezed, plain_host = re.sub(r"\W", "", low), re.sub(r"\W", "", host)
    words = [word for word in re.findall(r"[a-z0-9]+", low) if word != "the"]
    in_host = (len(squeezed) > 2 and squeezed in plain_host) or (
        sum(map(len, words)) > 3 and all(word in plain_host for word in words)
    )
    return bool((site and (low in site or site in low)) or _SITE_WORDS.search(part) or in_host)
