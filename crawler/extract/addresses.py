"""Addresses of images and links as they are compared: absolute, without what changes by itself."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

# Tracking, sessions, cache busters, picture sizes and signatures; none of them names the thing.
_PASSING = re.compile(
    r"^(?:utm_\w+|spm|scm|from|fr|src|ref|referer|referrer|share\w*|timestamp|time|ts?|_|__|v|ver|"
    r"version|rand\w*|rnd|r|nonce|cb|cache\w*|sid|session\w*|phpsessid|jsessionid|token|sign\w*|"
    r"expires?|ossaccesskeyid|x-oss-\w+|x-amz-\w+|imageview2?|imagemogr2?|w|h|width|height|size|"
    r"quality|q|resize|fit|crop|ssl|strip|wx_\w+|wxfrom|wx_lazy|wx_co|tp|fbclid|gclid|yclid|"
    r"mc_[ce]id|isappinstalled|scene|srcid|clicktime|enterid|abtest|chksm)$",
    re.I,
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.I)
# an address that is settled once its scheme is
_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[\w./%~+-]{0,500})", re.ASCII)
LONGEST_ADDRESS = 2_000
MOST_ADDRESSES = 1_000


def settled(address: str, base: str) -> str | None:
    """An address made absolute against `base`, without fragment, session, nonce, tracking and
    picture size, its scheme https (a site's move there changes no picture); None for what is not
    on the web."""
    address = address.strip()
    if plain := _PLAIN.fullmatch(address):
        return f"https://{plain[1]}{plain[2]}"
    if not address or address[0] == "#" or len(address) > LONGEST_ADDRESS:
        return None
    try:
        whole = address[:8].lower().startswith(("http://", "https://"))
        parts = urlsplit(address if whole else urljoin(base, address))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([pair for pair in pairs if not _PASSING.match(pair[0])])
    return urlunsplit(("https", host, _SESSION.sub("", parts.path), query, ""))


def settle_all(addresses: Iterable[str], base: str) -> tuple[str, ...]:
    """Each address once, in the order of its first place."""
    found: dict[str, None] = {}
    for address in addresses:
        if (one := settled(address, base)) is not None:
            found.setdefault(one)
            if len(found) >= MOST_ADDRESSES:
                break
    return tuple(found)
