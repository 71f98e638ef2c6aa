"""From a host's name to a connection: look-up, guard, proxy, TLS. What is connected to is exactly
an address that the guard has just checked, for every new connection.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.fetch.failures import Stopped, failed, refused, system_word
from crawler.fetch.guard import Guard, loopback_name, odd_spelling, parse_address
from crawler.fetch.proxy import Proxy, tunnel
from crawler.fetch.resolve import Resolver
from crawler.fetch.tls import changed, explain
from crawler.fetch.wire import Wire, connect

#: how long a look-up may hold up a request that goes by a proxy
_PROXIED_LOOK_UP_S = 5.0
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
    #: names that only a proxy can look up
    beyond: set[str] = field(default_factory=set)

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

    async def permitted_by_proxy(self, host: str) -> None:
        """Raises Stopped where `permitted` does, but passes a name that cannot be looked up here:
        the proxy may know it. Which address it then takes is the proxy's word."""
        if host in self.beyond:
            return
        try:
            async with asyncio.timeout(_PROXIED_LOOK_UP_S):
                await self.permitted(host)
        except TimeoutError:
            self.beyond.add(host)
        except Stopped as stopped:
            if stopped.failure.reason != "dns":
                raise
            self.beyond.add(host)
        if host in self.beyond and not self.guard.has_contact:
            raise _no_contact(host)

    async def _look_up(self, name: str) -> tuple[str, ...]:
        try:
            return await self.resolver.resolve(name)
        except OSError as error:
            why = system_word(error)
            raise failed("dns", f"{name} has no address ({why}); {_LATER}") from error

    async def open(
        self, scheme: str, host: str, port: int, route: Route, progress: Progress
    ) -> Opened:
        """A connection to an origin, as `route` says."""
        opened = await self._reach(scheme, host, port, route, progress)
        if scheme != "https":
            return opened
        progress.phase = "tls"
        context = self.pinned if route.fingerprint else self.verified
        try:
            await _handshake(opened.wire, host, context)
        except ssl.SSLCertVerificationError as error:
            progress.wire = await self._look_at_certificate(host, port, route, progress)
            raise failed("tls", explain(host, error, _shown(progress.wire))) from error
        except OSError as error:
            raise failed("tls", explain(host, error)) from error
        if route.fingerprint and opened.wire.certificate_sha256 != _plain(route.fingerprint):
            opened.wire.close()
            raise failed("tls", changed(host, _shown(opened.wire)))
        return opened

    async def _reach(
        self, scheme: str, host: str, port: int, route: Route, progress: Progress
    ) -> Opened:
        """A connection that leads to an origin, still without TLS."""
        if route.proxy is not None:
            return await self._reach_by_proxy(scheme, host, port, route.proxy, progress)
        progress.phase = "dns"
        addresses = await self.permitted(host)
        progress.phase = "connect"
        try:
            progress.wire = await connect(addresses, port)
        except OSError as error:
            why = system_word(error)
            raise failed("connect", f"{host}:{port} cannot be reached ({why}); {_LATER}") from error
        return Opened(progress.wire)

    async def _reach_by_proxy(
        self, scheme: str, host: str, port: int, setting: str, progress: Progress
    ) -> Opened:
        proxy = Proxy.from_setting(setting, self.environ)
        progress.phase = "proxy"
        wire = progress.wire = await proxy.connect(self.resolver, self.verified)
        if scheme == "http" and proxy.forwards:
            return Opened(wire, forward=True, proxy_headers=proxy.headers)
        try:
            await tunnel(wire, proxy, host, port)
        except BaseException:
            wire.close()
            raise
        return Opened(wire)

    async def _look_at_certificate(
        self, host: str, port: int, route: Route, progress: Progress
    ) -> Wire | None:
        """A second handshake after a refused certificate, to know which one it was: evidence, and
        what the user needs to opt in. Nothing is asked on it."""
        try:
            opened = await self._reach("https", host, port, route, progress)
            await _handshake(opened.wire, host, self.pinned)
        except (OSError, Stopped):
            return None
        opened.wire.close()
        return opened.wire


async def _handshake(wire: Wire, host: str, context: ssl.SSLContext) -> None:
    try:
        await wire.start_tls(context, host.rstrip("."))
    except BaseException:
        wire.close()
        raise


def _shown(wire: Wire | None) -> str | None:
    return wire.certificate_sha256 if wire else None


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
