"""A server that answers exactly the bytes it is told to, right or wrong, and keeps its log.

A route is bytes (sent as they are, then the connection is kept), or a coroutine function that gets
the request and the writer and may do anything: drip, hang, reset. Paths without a route answer
404. Several servers on 127.0.0.2, 127.0.0.3 … are several hosts.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """One request as it came: start and end as monotonic seconds."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    at: float
    peer: str
    connection: int

    def header(self, name: str) -> str | None:
        """The first value of a header, by its case-insensitive name."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
Route = bytes | Handler | Sequence["bytes | Handler"]


def response(
    body: bytes | str = b"",
    status: str = "200 OK",
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    content_type: str | None = "text/html; charset=utf-8",
) -> bytes:
    """A well-formed answer with its length."""
    if isinstance(body, str):
        body = body.encode()
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if content_type is not None and not any(k.lower() == "content-type" for k, _ in pairs):
        pairs.insert(0, ("Content-Type", content_type))
    if not any(k.lower() in ("content-length", "transfer-encoding") for k, _ in pairs):
        pairs.append(("Content-Length", str(len(body))))
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in pairs)
    return head.encode("latin-1") + b"\r\n" + body


def redirect(location: str, status: str = "302 Found", **more: str) -> bytes:
    """An answer that sends elsewhere."""
    extra = [(k.replace("_", "-"), v) for k, v in more.items()]
    return response(b"", status, [("Location", location), *extra])


def raw(data: bytes, *, close: bool = True) -> Handler:
    """Sends bytes and ends the connection."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        with contextlib.suppress(OSError):
            await writer.drain()
        if close:
            writer.close()

    return handle


def drip(data: bytes, every_s: float = 0.05, then: bytes = b"x") -> Handler:
    """Sends bytes, then one more for ever."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        with contextlib.suppress(OSError):
            while not writer.is_closing():
                await writer.drain()
                await asyncio.sleep(every_s)
                writer.write(then)

    return handle


def endless(head: bytes, piece: bytes = b"x" * 65536, most: int = 2_000_000_000) -> Handler:
    """Sends a head and then pieces as fast as they are taken."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        sent = 0
        with contextlib.suppress(OSError):
            while not writer.is_closing() and sent < most:
                writer.write(piece)
                sent += len(piece)
                await writer.drain()
        writer.close()

    return handle


async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)


def reset(data: bytes = b"") -> Handler:
    """Sends bytes and resets the connection."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        with contextlib.suppress(OSError):
            await writer.drain()
        await asyncio.sleep(0.02)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return handle


@dataclass
class FaultyServer:
    """Routes by path with query. A sequence of routes is used up one request at a time, its last
    one for ever."""

    routes: dict[str, Route] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    #: answers every connection before any request is read, e.g. with garbage
    greeting: bytes | None = None
    log: list[Request] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    connections: int = 0

    async def __aenter__(self) -> "FaultyServer":
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(
            self._serve, self.host, self.port, ssl=self.tls, limit=1 << 20
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    @property
    def key(self) -> str:
        """The host as the fetcher keys it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/", host: str | None = None) -> str:
        """An address on this server."""
        scheme = "https" if self.tls else "http"
        where = self.key if host is None else f"{host}:{self.port}"
        return f"{scheme}://{where}{path}"

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.log if request.target == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        number = self.connections
        try:
            if self.greeting is not None:
                writer.write(self.greeting)
                await writer.drain()
                return
            while not writer.is_closing():
                request = await self._read(reader, writer, number)
                if request is None:
                    return
                await self._answer(request, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(Exception):
                writer.close()

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> Request | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        lines = head.decode("latin-1").split("\r\n")
        method, target, *_ = lines[0].split(" ")
        pairs = tuple(
            (line.partition(":")[0], line.partition(":")[2].strip()) for line in lines[1:] if line
        )
        peer = str(writer.get_extra_info("peername")[0])
        request = Request(method, target, pairs, time.monotonic(), peer, number)
        self.log.append(request)
        return request

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            route = self._route(request.target)
            if isinstance(route, bytes):
                writer.write(route)
                await writer.drain()
            else:
                await route(request, writer)
        finally:
            self.in_flight -= 1
            self.ended.append(time.monotonic())

    def _route(self, target: str) -> "bytes | Handler":
        route = self.routes.get(target)
        if route is None:
            return response(b"no such page", "404 Not Found")
        if isinstance(route, bytes) or callable(route):
            return route
        if isinstance(route, list) and len(route) > 1:
            return route.pop(0)
        return route[0]
