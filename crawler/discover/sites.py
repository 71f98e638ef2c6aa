"""Sites: named sets of hosts with one numbering of articles."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.discover.urls import normalise_url


@dataclass(frozen=True, slots=True)
class Site:
    """A site's id (the domain that it is known by) and every domain that belongs to it."""

    id: str
    domains: tuple[str, ...]
    #: the profile whose numbering its articles follow
    profile: str


SITES = (
    Site("news.cn", ("news.cn", "xinhuanet.com"), "xinhua"),
    Site("qstheory.cn", ("qstheory.cn", "qstheory.com"), "qstheory"),
    Site("chinanews.com", ("chinanews.com", "chinanews.com.cn"), "chinanews"),
    Site("people.com.cn", ("people.com.cn", "people.cn"), "people"),
    Site("12371.cn", ("12371.cn",), "12371"),
)

# A blog is shown under a country's domain to readers of that country.
_BLOGSPOT = re.compile(r"([a-z0-9-]+)\.blogspot\.(?:com?\.)?[a-z]{2,3}$")
# Provincial branches (gd.chinanews.com.cn) count their articles by themselves.
_BRANCH = re.compile(r"(?:www\.)?[a-z]{2}\.chinanews\.com$")
# Domains under which every name is somebody else's.
_SHARED = re.compile(
    r"(?:blogspot|wordpress|substack|medium|tumblr|typepad|livejournal|weebly|wixsite)\.com|"
    r"(?:github|gitlab)\.io|pages\.dev|netlify\.app"
)
# com.cn, gov.uk, co.jp: names are given out below these.
_PUBLIC_SECOND_LEVEL = re.compile(r"(?:com|co|net|org|gov|edu|ac|or|ne|go|mil)\.[a-z]{2}")


@lru_cache(maxsize=4_096)
def known_site(host: str) -> Site | None:
    """The site in the table that a host belongs to."""
    canonical = _canonical_domain(host)
    return next((s for s in SITES if canonical == s.id or canonical.endswith("." + s.id)), None)


@lru_cache(maxsize=4_096)
def canonical_host(host: str) -> str:
    """The one name of a host that several domains serve: no `www.`, the site's first domain, a
    blog's own domain."""
    blog = _BLOGSPOT.match(host)
    if blog:
        return f"{blog[1]}.blogspot.com"
    return _canonical_domain(host).removeprefix("www.")


def site_of(url: str) -> str:
    """The id of the site that an address belongs to: of the table, or the host without `www.` with
    its port where that is not the scheme's. Raises ValueError where there is no http address."""
    return site_of_host(urlsplit(normalise_url(url)).netloc)


@lru_cache(maxsize=4_096)
def site_of_host(netloc: str) -> str:
    """The id of the site of a normalised host, with its port where there is one."""
    parts = urlsplit(f"//{netloc}")
    host = parts.hostname or ""
    site, canonical = known_site(host), canonical_host(host)
    if site is None or parts.port or _BRANCH.match(canonical):
        return canonical + (f":{parts.port}" if parts.port else "")
    return site.id


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one site, so that one may speak for the other; False for
    what is no address."""
    try:
        return site_of(a) == site_of(b)
    except ValueError:
        return False


def same_domain(a: str, b: str) -> bool:
    """Whether two addresses stand under one registered domain (by a short list of public
    suffixes), or are the same host; a looser bond than a site."""
    one, other = _registered(a), _registered(b)
    return one is not None and one == other


def _canonical_domain(host: str) -> str:
    for site in SITES:
        for domain in site.domains:
            if host == domain or host.endswith("." + domain):
                return host.removesuffix(domain) + site.id
    return host


def _registered(url: str) -> str | None:
    try:
        host = urlsplit(normalise_url(url)).hostname or ""
    except ValueError:
        return None
    labels = canonical_host(host).split(".")
    if ":" in host or labels[-1].isdigit() or len(labels) == 1:
        return host
    top = ".".join(labels[-2:])
    deep = _SHARED.fullmatch(top) or _PUBLIC_SECOND_LEVEL.fullmatch(top)
    return ".".join(labels[-3:]) if deep else top
