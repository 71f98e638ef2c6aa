"""The only user of httpx: a transport of ours per origin, over one kept-alive connection.

httpx's own pool is left out. It slows with every request in flight, loses slots under
cancellation, and connects to names; here one request is in flight per host, and the wire leads to
an address that the guard has checked. Its AsyncClient is left out too: cookies, redirects and
credentials follow our own rules, and reading cookies that nobody keeps took a tenth of a crawl.
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import cast

import httpcore
import httpx

from crawler.errors import UsageError
from crawler.fetch.dial import Opened, Progress
from crawler.fetch.failures import Stopped, failed, system_word
from crawler.fetch.tls import harden
from crawler.fetch.wire import TooManyInterim, Wire
from crawler.model.seen import Headers

#: an idle connection is closed after so long
KEEPALIVE_S = 75.0
MAX_HEADERS = 1000
MAX_COOKIES = 50

#: opens a wire to (scheme, host, port), telling how far it has come
Opener = Callable[[str, str, int, Progress], Awaitable[Opened]]


@dataclass(slots=True)
class Answer:
    """The head of an answer, with its body still to be read."""

    status: int
    reason: str
    http_version: str
    headers: Headers
    chunks: AsyncIterator[bytes]
    wire: Wire

    def header(self, name: str) -> str | None:
        """The first value of a header by its lower-case name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def all(self, name: str) -> list[str]:
        """Every value of a header by its lower-case name."""
        return [value for key, value in self.headers if key.lower() == name]


class _OneConnection(httpx.AsyncBaseTransport):
    """One connection to one origin, opened when needed and used again while it is sound."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.progress = Progress()
        self.opened: Opened | None = None
        self._connection: httpcore.AsyncHTTP11Connection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._drop_stale()
        if self._connection is None or self.opened is None:
            self.progress.wire = None
            origin = _origin(request.url)
            host = origin.host.decode("ascii").strip("[]")
            self.opened = await self._opener(
                origin.scheme.decode("ascii"), host, origin.port, self.progress
            )
            self._connection = httpcore.AsyncHTTP11Connection(
                origin=origin,
                stream=cast(httpcore.AsyncNetworkStream, self.opened.wire),
                keepalive_expiry=KEEPALIVE_S,
            )
        self.progress.phase = "answer"
        response = await self._connection.handle_async_request(_asked(request, self.opened))
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions={**response.extensions, "wire": self.opened.wire},
            request=request,
        )

    async def _drop_stale(self) -> None:
        connection = self._connection
        if connection and (not connection.is_available() or connection.has_expired()):
            await self.aclose()

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


def _get(url: str, headers: Headers) -> httpx.Request:
    """A GET without a body. Given its stream, httpx does not look through the headers for what it
    might add, which took as long as all the rest of it: the host is added here."""
    where = httpx.URL(url)
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return httpx.Request(
        "GET", where, headers=[(b"Host", where.netloc), *raw], stream=httpx.ByteStream(b"")
    )


def _origin(url: httpx.URL) -> httpcore.Origin:
    port = url.port or (443 if url.scheme == "https" else 80)
    return httpcore.Origin(url.raw_scheme, url.raw_host, port)


def _asked(request: httpx.Request, opened: Opened) -> httpcore.Request:
    url = request.url
    target = str(url).encode("ascii") if opened.forward else url.raw_path
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=_origin(url).port, target=target
        ),
        headers=[*request.headers.raw, *opened.proxy_headers],
        extensions=request.extensions,
    )


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in cast(AsyncIterator[bytes], self._response.stream):
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


class HostClient:
    """Asks one origin for one thing at a time."""

    def __init__(self, opener: Opener) -> None:
        self._transport = _OneConnection(opener)

    @asynccontextmanager
    async def exchange(self, url: str, headers: Headers) -> AsyncIterator[Answer]:
        """Sends a GET and gives the head of the answer; raises Stopped for whatever the server
        or the way to it does wrong. The connection is kept only after a clean end."""
        try:
            request = _get(url, headers)
            response = await self._transport.handle_async_request(request)
        except Exception as error:
            raise self.explain(error) from error
        try:
            yield self._answer(response)
        finally:
            await response.aclose()

    def _answer(self, response: httpx.Response) -> Answer:
        raw = [
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw
        ]
        if len(raw) > MAX_HEADERS * 10 or _count_plain(raw) > MAX_HEADERS:
            raise failed("protocol", f"{response.url.host} sent {len(raw)} headers; {_LATER}")
        names = {key.lower() for key, _ in raw}
        if "transfer-encoding" in names and "content-length" in names:
            raise failed(
                "protocol",
                f"{response.url.host} sent both Content-Length and Transfer-Encoding, so nobody "
                f"can say where its answer ends; {_LATER}",
            )
        return Answer(
            status=response.status_code,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            http_version=response.http_version,
            headers=tuple(raw),
            chunks=aiter(cast(httpx.AsyncByteStream, response.stream)),
            wire=response.extensions["wire"],
        )

    def explain(self, error: BaseException) -> BaseException:
        """The failure that an exception of the wire or of the protocol stands for; other
        exceptions come back as they are."""
        if isinstance(error, httpcore.RemoteProtocolError):
            return _protocol_failure(str(error), self._transport)
        if isinstance(error, httpx.InvalidURL | httpcore.ProtocolError | ValueError):
            return failed("protocol", f"the request could not be written: {error}; {_LATER}")
        if isinstance(error, TooManyInterim):
            return failed("status", _ONLY_INTERIM)
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            return failed("reset", f"the connection broke ({system_word(error)}); {_LATER}")
        return error

    @property
    def progress(self) -> Progress:
        """How far the exchange under way has come."""
        return self._transport.progress

    async def hang_up(self) -> None:
        """Ends the connection; the next exchange opens another."""
        await self._transport.aclose()

    async def aclose(self) -> None:
        """Closes the connection for good."""
        await self._transport.aclose()


_LATER = "it is asked again at its next turn"
_ONLY_INTERIM = f"no answer but interim ones (1xx) came; {_LATER}"


def _count_plain(raw: list[tuple[str, str]]) -> int:
    return sum(1 for key, _ in raw if key.lower() != "set-cookie")


def _protocol_failure(said: str, transport: _OneConnection) -> Stopped:
    opened = transport.opened
    if said.startswith("peer closed connection"):
        return failed("truncated", f"the answer broke off ({said}); {_LATER}")
    if said.startswith("Server disconnected"):
        if opened is not None and opened.wire.informational:
            return failed("status", _ONLY_INTERIM)
        return failed("reset", f"the connection was closed without an answer; {_LATER}")
    if "_SWITCH" in said:
        return failed("status", _ONLY_INTERIM)
    if said.startswith("illegal header line") and "location:" in said[:60].lower():
        return failed("redirect", f"the target of the redirect is malformed; {_LATER}")
    return failed("protocol", f"the answer is not HTTP ({said[:120]}); {_LATER}")


def shared_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The one context that checks certificates, with httpx's choice of authorities: certifi's, or
    those that SSL_CERT_FILE or SSL_CERT_DIR name. Made once, because it costs 25 ms. Raises
    UsageError when they cannot be read."""
    return _context(environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR"))


@cache
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    if file or folder:
        try:
            return harden(ssl.create_default_context(cafile=file, capath=folder))
        except OSError as error:
            raise UsageError(
                f"the certificates in {file or folder} cannot be read ({system_word(error)})",
                "mend or unset SSL_CERT_FILE and SSL_CERT_DIR",
            ) from error
    return harden(httpx.create_ssl_context(trust_env=False))
