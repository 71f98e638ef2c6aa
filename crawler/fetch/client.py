"""The only user of httpx: a transport of ours per origin, over one kept-alive connection.

httpx's own pool is left out. It slows with every request in flight, loses slots under
cancellation, and connects to names; here one request is in flight per host, and the wire leads to
an address that the guard has checked. Its AsyncClient is left out too: cookies, redirects and
credentials follow our own rules, and reading cookies that nobody keeps took a tenth of a crawl.
"""

import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import cast

import httpx

from crawler.errors import UsageError
from crawler.fetch.dial import Opened, Progress
from crawler.fetch.failures import Stopped, failed, system_word
from crawler.fetch.http11 import Connection, Disconnected, Head, ProtocolError, RemoteProtocolError
from crawler.fetch.tls import harden
from crawler.fetch.wire import TooManyInterim, Wire
from crawler.model.seen import Headers

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
        self._connection: Connection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            connection, head = await self._ask(request)
        except (Disconnected, ConnectionError):
            if self._connection is None or not self._connection.was_closed_idle:
                raise
            # The server closed it while it was idle, as it may: that is no answer to this request.
            connection, head = await self._ask(request)
        return httpx.Response(
            status_code=head.status_code,
            # A folded line comes as a bytearray.
            headers=[(name, bytes(value)) for name, value in head.headers.raw_items()],
            stream=_Stream(connection),
            extensions={
                "http_version": b"HTTP/" + head.http_version,
                "reason_phrase": head.reason,
                "wire": connection.wire,
            },
            request=request,
        )

    async def _ask(self, request: httpx.Request) -> tuple[Connection, Head]:
        connection, opened = await self._connected(request.url)
        self.progress.phase = "answer"
        target = str(request.url).encode("ascii") if opened.forward else request.url.raw_path
        return connection, await connection.ask(
            target, [*request.headers.raw, *opened.proxy_headers]
        )

    async def _connected(self, url: httpx.URL) -> tuple[Connection, Opened]:
        if self._connection is not None and not self._connection.is_usable:
            await self.aclose()
        if self._connection is None or self.opened is None:
            self.progress.wire = None
            port = (443 if url.scheme == "https" else 80) if url.port is None else url.port
            host = url.raw_host.decode("ascii").strip("[]")
            self.opened = await self._opener(url.scheme, host, port, self.progress)
            self._connection = Connection(self.opened.wire)
        return self._connection, self.opened

    @property
    def left_over(self) -> bool:
        return self._connection is not None and self._connection.left_over

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _get(url: str, headers: Headers) -> httpx.Request:
    """A GET without a body. Given its stream, httpx does not look through the headers for what it
    might add, which took as long as all the rest of it: the host is added here."""
    where = httpx.URL(url)
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return httpx.Request(
        "GET", where, headers=[(b"Host", where.netloc), *raw], stream=httpx.ByteStream(b"")
    )


class _Stream(httpx.AsyncByteStream):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.chunks()

    async def aclose(self) -> None:
        self._connection.end()


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
        if isinstance(error, Disconnected | RemoteProtocolError):
            return _protocol_failure(error, self._transport)
        if isinstance(error, httpx.InvalidURL | ProtocolError | ValueError):
            return failed("protocol", f"the request could not be written: {error}; {_LATER}")
        if isinstance(error, TooManyInterim):
            return failed("status", _ONLY_INTERIM)
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            return failed("reset", f"the connection broke ({system_word(error)}); {_LATER}")
        return error

    @property
    def left_over(self) -> bool:
        """Whether the server has sent more behind the answer, which was read to its end."""
        return self._transport.left_over

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


#: how h11 shows what came
_BYTES = re.compile(r"bytearray\(b(.*)\)", re.DOTALL)


def _protocol_failure(error: Exception, transport: _OneConnection) -> Stopped:
    said, opened = _BYTES.sub(r"\1", str(error)), transport.opened
    if said.startswith("peer closed connection"):
        return failed("truncated", f"the answer broke off ({said}); {_LATER}")
    if isinstance(error, Disconnected):
        if opened is not None and opened.wire.informational:
            return failed("status", _ONLY_INTERIM)
        return failed("reset", f"{said}; {_LATER}")
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
