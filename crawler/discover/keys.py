"""Which page an address is: a site's own number where it has one, else the address itself.

A number keeps its meaning when the site moves to https, to another host or to another scheme of
paths, so it is the better name; no key ever says that pages of two sites are one.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, urlsplit

from crawler.discover.sites import canonical_host, known_site, site_of_host
from crawler.discover.urls import normalise_url
from crawler.model import PageKey, Source

Numbering = Callable[[SplitResult], str | None]

_XINHUA_NUMBER = re.compile(r"/c_(\d{6,12})\.html?$")
_XINHUA_HEX = re.compile(r"/((?:19|20)\d{6})/([0-9a-f]{32})/c\.html?$")
_XINHUA_2005 = re.compile(r"/(\d{4}-\d{2})/(\d{2})/content_(\d+)\.html?$")
_CHINANEWS = re.compile(r"/(\d{4})/(\d{2}-\d{2})/((?:news)?\d+)\.s?html$")
_PEOPLE = re.compile(r"/(n\d?)/(\d{4})/(\d{2})(\d{2})/c\d+-(\d+)\.html$")
_PEOPLE_PAPER = re.compile(r"/nw\.(D\d+[a-z]+_\d{8}_\d+-\d+)\.htm$")
_PEOPLE_CONTENT = re.compile(r"/content_(\d+)\.html?$")
_PEOPLE_SPEECH = re.compile(r"/article/(\d+)/?$")
_ARTI = re.compile(r"/(ARTI\d{16})\.s?html$")
_GOV = re.compile(r"/content_(\d+)\.html?$")
_WORDPRESS_PATHS = frozenset({"/", "/index.php"})


def page_key(url: str, source: Source | None = None) -> PageKey:
    """The page that an address names. A source whose profile is a known site's lends its numbering
    to other hosts (the site stays the host). Raises ValueError where there is no http address."""
    parts = urlsplit(normalise_url(url))
    numbering = _numbering(parts, source)
    number = numbering(parts) if numbering else None
    return PageKey(site_of_host(parts.netloc), number or "url:" + bare_address(parts))


def _numbering(parts: SplitResult, source: Source | None) -> Numbering | None:
    host = parts.hostname or ""
    site = known_site(host)
    if site is not None:
        return _NUMBERINGS[site.profile]
    if host in _BY_HOST:
        return _BY_HOST[host]
    if source is None:
        return None
    return _NUMBERINGS.get(source.profile or source.kind)


def bare_address(parts: SplitResult) -> str:
    """Host, path and query: what stays the same from http to https and to `www.`."""
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return canonical_host(parts.hostname or "") + port + parts.path + query


def _xinhua(parts: SplitResult) -> str | None:
    if found := _XINHUA_NUMBER.search(parts.path):
        return f"c_{found[1]}"
    if found := _XINHUA_HEX.search(parts.path):
        return f"{found[1]}/{found[2]}"
    if found := _XINHUA_2005.search(parts.path):
        # Numbers of that time were counted per channel, so the channel is part of the key.
        channel = canonical_host(parts.hostname or "").removesuffix("news.cn").rstrip(".")
        channel = "" if channel in ("", "news", "m") else channel + "/"
        return f"{channel}{found[1]}-{found[2]}/content_{found[3]}"
    return None


def _chinanews(parts: SplitResult) -> str | None:
    found = _CHINANEWS.search(parts.path)
    return f"{found[1]}-{found[2]}/{found[3]}" if found else None


def _people(parts: SplitResult) -> str | None:
    if found := _PEOPLE.search(parts.path):
        # /n/ became /n1/ with the same numbers; regions (/n2/) and others count by themselves.
        series = "n1" if found[1] == "n" else found[1]
        return f"{series}/{found[2]}-{found[3]}-{found[4]}/{found[5]}"
    if found := _PEOPLE_PAPER.search(parts.path):
        return f"paper/{found[1]}"
    host = parts.hostname or ""
    if host.startswith("paper.") and (found := _PEOPLE_CONTENT.search(parts.path)):
        return f"paper/content_{found[1]}"
    if host.startswith("jhsjk.") and (found := _PEOPLE_SPEECH.search(parts.path)):
        return f"jhsjk/{found[1]}"
    return None


def _12371(parts: SplitResult) -> str | None:
    found = _ARTI.search(parts.path)
    return found[1] if found else None


def _wordpress(parts: SplitResult) -> str | None:
    number = parse_qs(parts.query).get("p", [""])[0]
    return f"p:{number}" if parts.path in _WORDPRESS_PATHS and number.isdecimal() else None


def _gov(parts: SplitResult) -> str | None:
    found = _GOV.search(parts.path)
    return f"content_{found[1]}" if found else None


def _wechat(parts: SplitResult) -> str | None:
    given = parse_qs(parts.query)
    named = [given.get(name, [""])[0] for name in ("__biz", "mid", "idx")]
    return "/".join(named) if all(named) else None


_NUMBERINGS: dict[str, Numbering] = {
    "xinhua": _xinhua,
    "qstheory": _xinhua,
    "xinhua_en": _xinhua,
    "qstheory_en": _xinhua,
    "chinanews": _chinanews,
    "people": _people,
    "12371": _12371,
    "wordpress": _wordpress,
}
_BY_HOST: dict[str, Numbering] = {
    "www.gov.cn": _gov,
    "gov.cn": _gov,
    "mp.weixin.qq.com": _wechat,
}
