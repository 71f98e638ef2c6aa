"""From a host's name to a connection: look-up, guard, proxy, TLS. What is connected to is exactly
an address that the guard has just checked, for every new connection.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.fetch.failures import failed, refused
from crawler.fetch.guard import Guard, loopback_name, odd_spelling, parse_address
from crawler.fetch.proxy import Proxy, tunnel
from crawler.fetch.resolve import Resolver
from crawler.fetch.tls import explain
from crawler.fetch.wire import Wire, connect

_LATER = "it is asked again at its next turn"


@dataclass(slots=True)
class Progress:
    """How far an exchange has come; names the failure when time runs out."""

    #: dns, connect, proxy, tls or answer
    phase: str = "dns"
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A wire and how to speak on it: a forward proxy wants absolute targets and may see headers
    that nobody else may."""

    wire: Wire
    forward: bool = False
    proxy_headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """The way to an origin that a source asks for."""

    proxy: str | None = None
    fingerprint: str | None = None


@dataclass(slots=True)
class Dialer:
    """Opens checked connections; everything that goes wrong is raised as Stopped."""

    guard: Guard
    resolver: Resolver
    environ: Mapping[str, str]
    #: checks certificates; shared, because making one costs 25 ms
    verified: ssl.SSLContext
    #: checks none: used only with a pinned fingerprint
    pinned: ssl.SSLContext = field(default_factory=lambda: unverified_context())

    async def permitted(self, host: str) -> tuple[str, ...]:
        """The addresses of a host that may be connected to; raises Stopped with `dns`, `address`
        or `contact` when there are none."""
        name = host.rstrip(".").lower()
        if not name or odd_spelling(name):
            raise _closed(host, "is an unusual spelling of an address, or of none,")
        if parse_address(name) is not None:
            found: tuple[str, ...] = (name,)
        elif loopback_name(name):
            found = ("127.0.0.1", "::1")
        else:
            if self.guard.objection_to_any_name():
                raise _no_contact(host)
            found = await self._look_up(name)
        objections = {text: self.guard.objection(text) for text in found}
        allowed = tuple(text for text in found if objections[text] is None)
        if not allowed:
            if "contact" in objections.values():
                raise _no_contact(host)
            named = ", ".join(found[:3])
            raise _closed(host, "is an address" if named == name else f"leads to {named}")
        return allowed

    async def _look_up(self, name: str) -> tuple[str, ...]:
        try:
            return await self.resolver.resolve(name)
        except OSError as error:
            why = error.strerror or str(error)
            raise failed("dns", f"{name} has no address ({why}); {_LATER}") from error

    async def open(
        self, scheme: str, host: str, port: int, route: Route, progress: Progress
    ) -> Opened:
        """A connection to an origin, as `route` says."""
        if route.proxy is not None:
            return await self._open_by_proxy(scheme, host, port, route, progress)
        progress.phase = "dns"
        addresses = await self.permitted(host)
        progress.phase = "connect"
        try:
            wire = progress.wire = await connect(addresses, port)
        except OSError as error:
            why = error.strerror or str(error)
            raise failed("connect", f"{host}:{port} cannot be reached ({why}); {_LATER}") from error
        if scheme == "https":
            await self._secure(wire, host, route, progress)
        return Opened(wire)

    async def _open_by_proxy(
        self, scheme: str, host: str, port: int, route: Route, progress: Progress
    ) -> Opened:
        proxy = Proxy.from_setting(route.proxy or "", self.environ)
        progress.phase = "proxy"
        wire = progress.wire = await proxy.connect(self.resolver, self.verified)
        if scheme == "http" and proxy.forwards:
            return Opened(wire, forward=True, proxy_headers=proxy.headers)
        try:
            await tunnel(wire, proxy, host, port)
        except BaseException:
            await wire.aclose()
            raise
        if scheme == "https":
            await self._secure(wire, host, route, progress)
        return Opened(wire)

    async def _secure(self, wire: Wire, host: str, route: Route, progress: Progress) -> None:
        progress.phase = "tls"
        context = self.pinned if route.fingerprint else self.verified
        try:
            await wire.start_tls(context, host.rstrip("."))
        except (OSError, ssl.CertificateError) as error:
            await wire.aclose()
            raise failed("tls", explain(host, error)) from error
        except BaseException:
            await wire.aclose()
            raise
        if route.fingerprint and wire.certificate_sha256 != _plain(route.fingerprint):
            await wire.aclose()
            raise failed(
                "tls",
                f"{host} shows a certificate with sha256 {wire.certificate_sha256}, and "
                "tls_fingerprint names another; write the new one if you trust it",
            )


def _plain(fingerprint: str) -> str:
    return fingerprint.lower().removeprefix("sha256:").replace(":", "").strip()


def _closed(host: str, why: str) -> Exception:
    return refused(
        "address",
        f"{host} {why} that is not on the public internet; open its range with allow under "
        "[network] if it is yours",
    )


def _no_contact(host: str) -> Exception:
    return refused(
        "contact",
        f"{host} is not asked by a nameless visitor; write your mail address or page as contact "
        "under [network]",
    )


def unverified_context() -> ssl.SSLContext:
    """TLS without certificate checks; the caller compares the fingerprint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
