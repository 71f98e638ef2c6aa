"""A small HTTP/1.1 server on loopback: one thread, one event loop, a listener for each site.

It keeps connections alive, answers conditional requests (RFC 9110, section 13), compresses when
asked, and logs every request with monotonic times, so that delays and headers can be checked.
"""

import asyncio
import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

MAX_HEAD_BYTES = 65_536
GZIP_FROM_BYTES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: header names in lower case, `path` with its query."""

    site: str
    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers, before compression and the conditional check."""

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    #: an HTTP date
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """One line of the request log; `started_s` (the request was read) and `finished_s` (its answer
    was ready to be sent) are of `time.monotonic()`."""

    site: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    tick: int
    started_s: float
    finished_s: float
    wire_bytes: int


Respond = Callable[[Asked], tuple[Answer, int]]

REASONS = {200: "OK", 301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request"}
REASONS |= {404: "Not Found", 405: "Method Not Allowed", 410: "Gone"}


def not_modified(asked: Asked, answer: Answer) -> bool:
    """Whether the validators that were sent still hold; If-None-Match goes first (RFC 9110)."""
    sent = asked.headers.get("if-none-match")
    if sent is not None:
        tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
        return answer.etag is not None and answer.etag.removeprefix("W/") in tags
    since = asked.headers.get("if-modified-since")
    if since is None or answer.last_modified is None:
        return False
    try:
        return parsedate_to_datetime(answer.last_modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False


def to_wire(asked: Asked, answer: Answer, keep_alive: bool) -> tuple[int, bytes]:
    """The status that goes out and the whole response as bytes."""
    status, body, fields = answer.status, answer.body, list(answer.headers)
    if answer.etag:
        fields.append(("ETag", answer.etag))
    if answer.last_modified:
        fields.append(("Last-Modified", answer.last_modified))
    if status == 200 and not_modified(asked, answer):
        status, body = 304, b""
    else:
        fields.append(("Content-Type", answer.content_type))
        if "gzip" in asked.headers.get("accept-encoding", "") and len(body) >= GZIP_FROM_BYTES:
            body = gzip.compress(body, 6, mtime=0)
            fields += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        fields.append(("Content-Length", str(len(body))))
    fields.append(("Connection", "keep-alive" if keep_alive else "close"))
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Answer')}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    return status, head.encode("latin-1") + (b"" if asked.method == "HEAD" else body)


def read_head(site: str, head: bytes) -> tuple[Asked, bool]:
    """The request and whether its connection stays open; raises ValueError on a broken head."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, version = first.split(" ")
    headers: dict[str, str] = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return Asked(site, method, path, headers), keep


@dataclass
class LoopbackServer:
    """Serves `sites` (name -> (address, port; 0 picks a free one)) until `stop`."""

    respond: Respond
    sites: Mapping[str, tuple[str, int]]
    log: list[Served] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _servers: list[asyncio.Server] = field(default_factory=list)

    def start(self) -> None:
        """Opens the listeners and returns when all of them accept; raises OSError if none can."""
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="demo-web")
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Closes listeners and connections and ends the thread; safe to call twice."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._thread = None

    async def _listen(self) -> None:
        for site, (address, port) in self.sites.items():
            server = await self._listener(site, address, port)
            self._servers.append(server)
            host, bound = server.sockets[0].getsockname()[:2]
            self.bases[site] = f"http://{host}:{bound}"

    async def _listener(self, site: str, address: str, port: int) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            await self._connection(site, reader, writer)

        try:
            return await asyncio.start_server(serve, address, port, limit=MAX_HEAD_BYTES)
        except OSError:
            # Some systems give loopback the one address 127.0.0.1: a port for each site then.
            return await asyncio.start_server(serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)

    async def _connection(
        self, site: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with contextlib.suppress(*gone, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if not await self._exchange(site, head, writer):
                    break
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _exchange(self, site: str, head: bytes, writer: asyncio.StreamWriter) -> bool:
        started = time.monotonic()
        try:
            asked, keep_alive = read_head(site, head)
        except ValueError:
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return False
        answer, tick = self.respond(asked)
        status, wire = to_wire(asked, answer, keep_alive)
        # Written down before it is sent, so that whoever has the answer also finds it in the log.
        self.log.append(
            Served(
                site,
                asked.method,
                asked.path,
                status,
                asked.headers,
                tick,
                started,
                time.monotonic(),
                len(wire),
            )
        )
        writer.write(wire)
        await writer.drain()
        return keep_alive

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
