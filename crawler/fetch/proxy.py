"""A proxy for reach, named `env:NAME`; its address and password stay in the environment.

HTTP proxies forward http and tunnel https (RFC 9110 §9.3.6); SOCKS5 ones tunnel both (RFC 1928,
RFC 1929). The proxy's own address is the operator's choice and exempt from the guard.
"""

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.fetch.failures import Stopped, failed, system_word
from crawler.fetch.guard import parse_address
from crawler.fetch.resolve import Resolver
from crawler.fetch.wire import Wire, connect

_PORTS = {"http": 8080, "https": 443, "socks5": 1080, "socks5h": 1080}
_MAX_HEAD_BYTES = 16 * 1024
_STATUS = re.compile(rb"HTTP/1\.\d (\d{3})")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where the proxy is and how it knows us. Never shown: messages name the setting alone."""

    setting: str
    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def from_setting(cls, setting: str, environ: Mapping[str, str]) -> "Proxy":
        """The proxy that `env:NAME` stands for; raises Stopped `proxy` when it stands for none."""
        name = setting.removeprefix("env:")
        address = environ.get(name, "").strip() if setting.startswith("env:") else ""
        if not address:
            raise failed("proxy", f"{setting}: set the environment variable to the proxy's address")
        try:
            parts = urlsplit(address if "//" in address else f"http://{address}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in _PORTS:
            raise failed("proxy", f"{setting}: write http://host:port or socks5://host:port in it")
        return cls(
            setting,
            parts.scheme,
            host,
            port or _PORTS[parts.scheme],
            unquote(parts.username) if parts.username else None,
            unquote(parts.password or ""),
        )

    @property
    def forwards(self) -> bool:
        """Whether plain requests are handed over whole, without a tunnel."""
        return self.scheme in ("http", "https")

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """What only the proxy may see."""
        if self.user is None:
            return ()
        pair = base64.b64encode(f"{self.user}:{self.password}".encode())
        return ((b"Proxy-Authorization", b"Basic " + pair),)

    def broken(self, why: str) -> Stopped:
        """A failure that is the proxy's, not the host's."""
        return failed("proxy", f"the proxy {self.setting} {why}; see that it runs and lets us in")

    async def connect(self, resolver: Resolver, context: ssl.SSLContext) -> Wire:
        """A connection to the proxy itself; raises Stopped `proxy`."""
        try:
            known = parse_address(self.host) is not None
            addresses = (self.host,) if known else await resolver.resolve(self.host)
            wire = await connect(addresses, self.port)
        except OSError as error:
            raise self.broken(f"cannot be reached ({system_word(error)})") from None
        if self.scheme == "https":
            await self._secure(wire, context)
        # whose address this is belongs to the environment, not into a record
        wire.address = None
        return wire

    async def _secure(self, wire: Wire, context: ssl.SSLContext) -> None:
        try:
            await wire.start_tls(context, self.host)
        except OSError:
            wire.close()
            raise self.broken("and this program find no common TLS") from None
        except BaseException:
            wire.close()
            raise
        wire.certificate_sha256 = None


async def tunnel(wire: Wire, proxy: Proxy, host: str, port: int) -> None:
    """Makes the wire lead to `host:port`; raises Stopped `proxy`."""
    try:
        if proxy.forwards:
            await _http_connect(wire, proxy, host, port)
        else:
            await _socks5(wire, proxy, host, port)
    except OSError as error:
        raise proxy.broken(f"broke the connection off ({type(error).__name__})") from None


async def _http_connect(wire: Wire, proxy: Proxy, host: str, port: int) -> None:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1".encode(), b"Host: " + target.encode()]
    lines += [name + b": " + value for name, value in proxy.headers]
    wire.write(b"\r\n".join(lines) + b"\r\n\r\n")
    head = bytearray()
    while b"\r\n\r\n" not in head:
        byte = await wire.read(1)
        if not byte or len(head) > _MAX_HEAD_BYTES:
            raise proxy.broken("gave no proper answer")
        head += byte
    status = _STATUS.match(head)
    if status is None or not status.group(1).startswith(b"2"):
        said = status.group(1).decode() if status else "no HTTP"
        raise proxy.broken(f"opens no way to {target} ({said})")


async def _exactly(wire: Wire, proxy: Proxy, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = await wire.read(count - len(data))
        if not more:
            raise proxy.broken("ended the connection")
        data += more
    return data


async def _socks5(wire: Wire, proxy: Proxy, host: str, port: int) -> None:
    methods = b"\x00" if proxy.user is None else b"\x00\x02"
    wire.write(b"\x05" + bytes([len(methods)]) + methods)
    version, method = await _exactly(wire, proxy, 2)
    if version != 5 or method not in methods:
        raise proxy.broken("is no SOCKS5 proxy that lets us in")
    if method == 2:
        user, password = (proxy.user or "").encode()[:255], proxy.password.encode()[:255]
        wire.write(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
        if (await _exactly(wire, proxy, 2))[1] != 0:
            raise proxy.broken("does not know our name and password")
    wire.write(b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2, "big"))
    _, reply, _, kind = await _exactly(wire, proxy, 4)
    if reply != 0:
        raise proxy.broken(f"opens no way to {host}:{port} (SOCKS reply {reply})")
    size = {1: 4, 4: 16}.get(kind) or (await _exactly(wire, proxy, 1))[0]
    await _exactly(wire, proxy, size + 2)


def _socks_address(host: str) -> bytes:
    address = parse_address(host)
    if address is not None:
        return (b"\x01" if address.version == 4 else b"\x04") + address.packed
    name = host.encode("ascii")[:255]
    return b"\x03" + bytes([len(name)]) + name
