"""A byte stream to one checked address, plain or TLS, as one exchange after the other reads it.

No time limits in here: the caller's total limit covers connecting, the handshake and every read.
"""

import asyncio
import hashlib
import re
import ssl
from collections.abc import Iterable, Sequence

#: reading pauses when so many bytes wait, so that a fast server cannot fill the memory
HIGH_WATER_BYTES = 64 * 1024
#: the most that one read from the socket brings
PIECE_BYTES = 64 * 1024
#: head start of the preferred address over the next one (RFC 8305)
STAGGER_S = 0.25
MAX_ADDRESSES = 6
#: interim (1xx) answers before the real one; parsing a flood of them would block the loop
MAX_INFORMATIONAL = 16

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_LONGEST_END_BYTES = 3
_INFORMATIONAL = re.compile(rb"HTTP/\d\.\d 1\d\d\b")


class TooManyInterim(Exception):
    """The server sends 1xx answers and never the one that was asked for."""


class Wire(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._scratch = bytearray(PIECE_BYTES)
        self._buffer = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._ended = False
        self._lost: BaseException | None = None
        self._head: bytearray | None = bytearray()
        #: bytes that came after the head of the answer being read
        self.after_head = 0
        #: 1xx answers before the one being read
        self.informational = 0
        self.address: str | None = None
        self.certificate_sha256: str | None = None

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):  # pragma: no cover - TCP always is one
            raise TypeError(f"not a stream: {transport!r}")
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._scratch

    def buffer_updated(self, nbytes: int) -> None:
        self._buffer += memoryview(self._scratch)[:nbytes]
        if len(self._buffer) > HIGH_WATER_BYTES and not self._paused and self._transport:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._lost = exc
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # what an exchange calls

    async def read(self, max_bytes: int) -> bytes:
        """The next bytes, none at the end; raises OSError when the connection broke."""
        if not self._buffer and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if not self._buffer and self._lost is not None:
            raise self._lost
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        if self._paused and len(self._buffer) < HIGH_WATER_BYTES // 2 and self._transport:
            self._paused = False
            if not self._ended:
                self._transport.resume_reading()
        self._watch_head(data)
        return data

    def write(self, buffer: bytes) -> None:
        """Sends a request; a broken connection shows when the answer is read."""
        if buffer:
            self._head, self.after_head, self.informational = bytearray(), 0, 0
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(buffer)

    def close(self) -> None:
        """Ends the connection at once; no goodbye is owed to a server that may hang."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    @property
    def is_readable(self) -> bool:
        """Of an idle connection: it was ended, or bytes wait that nobody asked for."""
        return self._ended or bool(self._buffer)

    # what the client asks

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Goes on in TLS; raises ssl.SSLError or OSError."""
        if self._transport is None or self._ended:
            raise ConnectionResetError("the connection ended before TLS began")
        loop = asyncio.get_running_loop()
        upgraded = await loop.start_tls(self._transport, self, context, server_hostname=host)
        if upgraded is None:  # pragma: no cover - asyncio's hint allows it
            raise ConnectionResetError("the connection ended while TLS began")
        self._transport = upgraded
        certificate = upgraded.get_extra_info("ssl_object").getpeercert(binary_form=True)
        self.certificate_sha256 = hashlib.sha256(certificate).hexdigest() if certificate else None

    def _watch_head(self, data: bytes) -> None:
        """Counts the bytes after the head, to see more arrive than Content-Length says."""
        if self._head is None:
            self.after_head += len(data)
            return
        # A head that drips is not searched again from its beginning.
        unsearched = max(0, len(self._head) - _LONGEST_END_BYTES)
        self._head += data
        start = 0
        while (end := _END_OF_HEAD.search(self._head, unsearched)) is not None:
            if not _INFORMATIONAL.match(self._head, start):
                self.after_head, self._head = len(self._head) - end.end(), None
                return
            start = unsearched = end.end()
            self.informational += 1
            if self.informational > MAX_INFORMATIONAL:
                raise TooManyInterim
        del self._head[:start]


async def connect(addresses: Sequence[str], port: int) -> Wire:
    """A connection to the first address that answers, each next one tried a quarter of a second
    later (RFC 8305); raises the first OSError when none does."""
    chosen = _interleave(addresses)[:MAX_ADDRESSES]
    if len(chosen) == 1:
        return await _connect(chosen[0], port)
    waiting = list(chosen)
    running: set[asyncio.Task[Wire]] = set()
    errors: list[BaseException] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(_connect(waiting.pop(0), port)))
            done, running = await asyncio.wait(
                running,
                timeout=STAGGER_S if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            winner = await _pick(done, errors)
            if winner is not None:
                return winner
    finally:
        await _drop(running)
    raise errors[0]


async def _pick(done: Iterable[asyncio.Task[Wire]], errors: list[BaseException]) -> Wire | None:
    winner: Wire | None = None
    for task in done:
        error = task.exception()
        if error is not None:
            errors.append(error)
        elif winner is None:
            winner = task.result()
        else:
            task.result().close()
    return winner


async def _drop(running: Iterable[asyncio.Task[Wire]]) -> None:
    for task in running:
        task.cancel()
    for outcome in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(outcome, Wire):
            outcome.close()


async def _connect(address: str, port: int) -> Wire:
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(Wire, address, port)
    wire.address = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return wire


def _interleave(addresses: Sequence[str]) -> list[str]:
    """The families in turn, the preferred one first, so that a dead one costs one head start."""
    first = [text for text in addresses if (":" in text) == (":" in addresses[0])]
    other = [text for text in addresses if (":" in text) != (":" in addresses[0])]
    mixed: list[str] = []
    for index in range(max(len(first), len(other))):
        mixed += first[index : index + 1] + other[index : index + 1]
    return mixed
