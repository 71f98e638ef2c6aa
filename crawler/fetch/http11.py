"""The only user of h11: HTTP/1.1 over one wire, one exchange after the other.

httpcore's connection does this for clients that share it between tasks, with locks, traces and
shields at every step; here one request is in flight, and they took a tenth of a crawl.
"""

import time
from collections.abc import AsyncIterator, Sequence

import h11

from crawler.fetch.wire import PIECE_BYTES, Wire

#: an idle connection is not used again after so long
KEEPALIVE_S = 75.0
#: the head of an answer, all its headers together
MAX_HEAD_BYTES = 100 * 1024

RawHeaders = Sequence[tuple[bytes, bytes]]
#: status, reason, version and headers of an answer
Head = h11.Response
#: what one side said is not HTTP/1.1; of the server's side it is the second
ProtocolError = h11.ProtocolError
RemoteProtocolError = h11.RemoteProtocolError


class Disconnected(Exception):
    """The server closed the connection without an answer."""


class Connection:
    """A wire on which one request is asked at a time; used again while it is sound."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._speech = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._idle_since: float | None = None
        self._asked = 0
        self._heard = False

    @property
    def was_closed_idle(self) -> bool:
        """Whether the exchange that failed may be tried on another connection: this one was kept
        from an earlier one, and not a byte came on it (RFC 9112 §9.3.1)."""
        return self._asked > 1 and not self._heard

    @property
    def is_usable(self) -> bool:
        """Whether another request may be asked: the last one came to a clean end not long ago,
        and nothing has come that nobody asked for."""
        if self._idle_since is None or time.monotonic() - self._idle_since > KEEPALIVE_S:
            return False
        return not self.wire.is_readable

    async def ask(self, target: bytes, headers: RawHeaders) -> Head:
        """Sends a GET and gives the head of its answer; raises Disconnected, ProtocolError or
        OSError."""
        self._idle_since, self._heard = None, False
        self._asked += 1
        try:
            request = h11.Request(method=b"GET", target=target, headers=list(headers))
            self.wire.write(self._speech.send(request) or b"")
            self._speech.send(h11.EndOfMessage())
            while True:
                event = await self._next()
                if isinstance(event, Head):
                    return event
        except BaseException:
            self.close()
            raise

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body of the answer, piece by piece; raises RemoteProtocolError where it breaks
        off, or OSError."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)

    async def _next(self) -> object:
        while (event := self._speech.next_event()) is h11.NEED_DATA:
            data = await self.wire.read(PIECE_BYTES)
            self._heard = self._heard or bool(data)
            if not data and self._speech.their_state is h11.SEND_RESPONSE:
                raise Disconnected("the connection was closed without an answer")
            self._speech.receive_data(data)
        return event

    @property
    def left_over(self) -> bool:
        """Whether more came behind an answer that was read to its end: the next request must not
        take it for its own."""
        return self._speech.their_state is h11.DONE and bool(self._speech.trailing_data[0])

    def end(self) -> None:
        """After an answer: the connection is kept when both sides have said all, and no more than
        that, else closed."""
        done = self._speech.our_state is h11.DONE and self._speech.their_state is h11.DONE
        if done and not self.left_over:
            self._speech.start_next_cycle()
            self._idle_since = time.monotonic()
        else:
            self.close()

    def close(self) -> None:
        """Ends the connection for good."""
        self._idle_since = None
        self.wire.close()
