"""`/-/timemap/link/<url>`: a page's versions as a Memento TimeMap (RFC 7089 §5)."""

from email.utils import format_datetime
from urllib.parse import quote

from crawler.model import parse_iso
from crawler.store import Archive, VersionRow
from crawler.web.asking import Answer, Asked

LINK_FORMAT = "application/link-format"
# What may stand in a URL between < and > (RFC 3986), an escape of its own included.
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


def timemap(archive: Archive, asked: Asked) -> Answer:
    """The list of links; raises UnknownName for a URL that is not in the archive."""
    url = asked_url(asked)
    versions = archive.versions_of(url)
    original = versions[0].url if versions else url
    links = [
        f'<{_escaped(original)}>; rel="original"',
        _self(asked, original, versions),
        *(_memento(asked, row, at, len(versions)) for at, row in enumerate(versions)),
    ]
    return Answer(",\n".join(links) + "\n", LINK_FORMAT)


def asked_url(asked: Asked) -> str:
    """The URL at the end of the path, its own query included. Proxies fold `//` into `/`."""
    url = asked.parts["url"]
    for scheme in ("http:/", "https:/"):
        if url.startswith(scheme) and not url.startswith(scheme + "/"):
            url = scheme + "/" + url[len(scheme) :]
    return f"{url}?{asked.raw_query}" if asked.raw_query else url


def address(asked: Asked, url: str) -> str:
    """Where the TimeMap of a URL is."""
    return asked.absolute("-/timemap/link/") + quote(url, safe=_SAFE)


def original_link(asked: Asked, url: str) -> str:
    """The `Link` header of a memento."""
    return (
        f'<{_escaped(url)}>; rel="original", '
        f'<{address(asked, url)}>; rel="timemap"; type="{LINK_FORMAT}"'
    )


def _self(asked: Asked, url: str, versions: list[VersionRow]) -> str:
    span = ""
    if versions:
        span = f'; from="{_date(versions[0].as_of)}"; until="{_date(versions[-1].as_of)}"'
    return f'<{address(asked, url)}>; rel="self"; type="{LINK_FORMAT}"{span}'


def _memento(asked: Asked, row: VersionRow, at: int, number: int) -> str:
    rel = " ".join(
        word
        for word, fits in (("first", at == 0), ("last", at == number - 1), ("memento", True))
        if fits
    )
    where = asked.absolute(f"-/versions/{row.id}")
    return f'<{where}>; rel="{rel}"; datetime="{_date(row.as_of)}"'


def _date(moment: str) -> str:
    return format_datetime(parse_iso(moment), usegmt=True)


def _escaped(url: str) -> str:
    return quote(url, safe=_SAFE)
