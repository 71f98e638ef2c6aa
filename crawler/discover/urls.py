"""Addresses in one form: RFC 3986 syntax normalisation, IDNA, and no tracking parameters."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qs, urljoin, urlsplit, urlunsplit

import idna

#: longer addresses are no links to an article
MAX_URL_CHARS = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _PATH_SAFE | frozenset("?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*))*$"
)
# Most addresses are in their one form already: nothing to escape, resolve or drop.
_NORMAL = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}"
    r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

_TRACKING = re.compile(
    r"utm_.*|gclid|gclsrc|dclid|fbclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_ga|_gl|spm|scm|"
    r"isappinstalled|nsukey|wt_mc|cmpid|ncid|fb_action_(?:ids|types)|fb_source|action_object_map|"
    r"share_token|vero_(?:id|conv)|oly_(?:anon|enc)_id"
)
# What the WeChat client writes behind a shared address; `from` means something on other sites.
_WECHAT_FROM = re.compile(r"timeline|singlemessage|groupmessage")
_WECHAT_DROPPED = re.compile(r"chksm|scene|srcid|sharer_share(?:time|id)|ascene")
_BLOGGER_DROPPED = re.compile(r"m|showcomment")


def normalise_url(url: str) -> str:
    """The address in one form: lower-case scheme and host (IDNA), no default port, user, fragment
    or tracking parameter, RFC 3986 escapes and dot segments. The scheme stays, so the result can
    be fetched. Raises ValueError where there is no http(s) address."""
    url = _cleaned(url)
    if _NORMAL.fullmatch(url) and url.count("/") > 2:
        return url
    parts = _split(url)
    host, port = _host(parts), parts.port
    path = _without_dot_segments(_escaped(parts.path, _PATH_SAFE)) or "/"
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(_kept_parameters(host, _escaped(parts.query, _QUERY_SAFE).split("&")))
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def resolve(base: str, reference: str) -> str | None:
    """The normalised address that a page at `base` means by `reference`; None for other schemes,
    broken ones and those longer than 2,048 characters."""
    reference = _cleaned(reference)
    if not reference or len(reference) > MAX_URL_CHARS:
        return None
    if _SCHEME.match(reference) and not reference.lower().startswith(("http:", "https:")):
        return None
    try:
        found = normalise_url(_joined(base, reference))
    except ValueError:
        return None
    return found if len(found) <= MAX_URL_CHARS else None


def with_query(url: str, **changed: str | int | None) -> str:
    """The address with these parameters set in its query, or taken out where they are None."""
    parts = urlsplit(url)
    kept = [p for p in parts.query.split("&") if p and p.split("=", 1)[0] not in changed]
    kept += [f"{name}={value}" for name, value in changed.items() if value is not None]
    return urlunsplit(parts._replace(query="&".join(kept)))


def counted(url: str | None, parameter: str) -> int | None:
    """The number that a parameter of an address holds; None where there is none, or a hostile one
    of more than nine digits."""
    try:
        given = parse_qs(urlsplit(url or "").query).get(parameter, [""])[0]
    except ValueError:
        return None
    return int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else None


def _joined(base: str, reference: str) -> str:
    """RFC 3986 5.2, with short ways for the two commonest forms."""
    if reference.startswith(("http://", "https://")):
        return reference
    if reference[0] == "/" and reference[1:2] not in ("/", "\\"):
        return "/".join(base.split("/", 3)[:3]) + reference
    return urljoin(base, reference)


def _cleaned(url: str) -> str:
    # As browsers do it (WHATWG URL): blanks around, tabs and line breaks inside do not count.
    return url.strip("\x00\t\n\x0c\r \u3000").translate({9: None, 10: None, 13: None})


def _split(url: str) -> SplitResult:
    head, mark, query = url.partition("?")
    if head.lower().startswith(("http:", "https:")):
        url = head.replace("\\", "/") + mark + query
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url[:200]!r} is no http address")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    if not _HOST.match(host):
        raise ValueError(f"{host[:80]!r} is no host name")
    return host


def _escaped(text: str, safe: frozenset[str]) -> str:
    """RFC 3986 6.2.2: unreserved characters bare, all escapes in upper case."""
    return "".join(_pieces(text, safe))


def _pieces(text: str, safe: frozenset[str]) -> Iterable[str]:
    at = 0
    for escape in _ESCAPE.finditer(text):
        yield from _bare(text[at : escape.start()], safe)
        plain = chr(int(escape[1], 16))
        yield plain if plain in _UNRESERVED else escape[0].upper()
        at = escape.end()
    yield from _bare(text[at:], safe)


def _bare(text: str, safe: frozenset[str]) -> Iterable[str]:
    for char in text:
        yield char if char in safe else "".join(f"%{byte:02X}" for byte in char.encode())


def _without_dot_segments(path: str) -> str:
    """RFC 3986 5.2.4; a path above the root stays at the root."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _kept_parameters(host: str, parameters: Iterable[str]) -> Iterable[str]:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if parameter and not _tracks(host, name.lower(), value):
            yield parameter


def _tracks(host: str, name: str, value: str) -> bool:
    if _TRACKING.fullmatch(name):
        return True
    if ".blogspot." in host:
        return _BLOGGER_DROPPED.fullmatch(name) is not None
    if host == "mp.weixin.qq.com":
        return _WECHAT_DROPPED.fullmatch(name) is not None
    return name == "from" and _WECHAT_FROM.fullmatch(value) is not None
