"""Parts of URLs that this room works by. Pure."""

from functools import lru_cache
from urllib.parse import urljoin, urlsplit


@lru_cache(4096)
def host_key(url: str) -> str:
    """The host that has one pace and one robots file: its name, with the port unless it is the
    scheme's own; empty for what is no URL."""
    try:
        parts = urlsplit(url)
        host, port = ascii_host(parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return host if port in (None, 80, 443) else f"{host}:{port}"


def ascii_host(host: str) -> str:
    """A host as it goes over the wire (IDNA); raises ValueError for what is no name."""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def origin(url: str) -> str:
    """Scheme and host: what a cookie of a chain is bound to."""
    return f"{url.partition(':')[0].lower()}://{host_key(url)}"


def without_credentials(url: str) -> str:
    """The URL without `user:password@`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2] if "@" in url else url
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def same_place(base: str, location: str) -> bool:
    """Whether `location`, as written on page `base`, is that page itself."""
    try:
        return urljoin(base, location).partition("#")[0] == base.partition("#")[0]
    except ValueError:
        return False
