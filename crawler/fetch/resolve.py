"""Name look-ups that can be abandoned: each runs in a daemon thread of its own.

The default executor has a handful of threads and is joined at exit, so a few hung look-ups there
would stop every other one and keep the program from ending.
"""

import asyncio
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

#: a blocking look-up: host to addresses in order of preference; raises OSError
Lookup = Callable[[str], Sequence[str]]

KEEP_S = 600.0
KEEP_NAMES = 4096


def system_lookup(host: str) -> tuple[str, ...]:
    """Every address of a host as the system's resolver orders them (RFC 6724)."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Answers are kept for ten minutes. At most one thread works on a name: whoever gives up
    waiting leaves the thread to whoever asks next."""

    def __init__(self, lookup: Lookup, monotonic: Callable[[], float]) -> None:
        self._lookup = lookup
        self._monotonic = monotonic
        self._kept: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()
        self._running: dict[str, asyncio.Future[tuple[str, ...]]] = {}

    def known(self, host: str) -> tuple[str, ...] | None:
        """A kept answer that is still young."""
        kept = self._kept.get(host)
        return kept[1] if kept and self._monotonic() - kept[0] < KEEP_S else None

    async def resolve(self, host: str) -> tuple[str, ...]:
        """The addresses of a host; raises OSError when it has none, and whatever else the look-up
        raised."""
        known = self.known(host)
        if known is not None:
            return known
        running = self._running.get(host)
        if running is None:
            running = self._running[host] = self._start(host)
        return await asyncio.shield(running)

    def _start(self, host: str) -> asyncio.Future[tuple[str, ...]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[str, ...]] = loop.create_future()
        # an answer that nobody waits for any more is no error
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())

        def work() -> None:
            try:
                found: tuple[str, ...] | Exception = tuple(self._lookup(host))
            except UnicodeError as error:
                found = OSError(str(error))
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
                found = error
            try:
                loop.call_soon_threadsafe(self._finish, host, answer, found)
            except RuntimeError:
                return  # the loop has ended: the answer is no longer wanted

        threading.Thread(target=work, name=f"lookup {host}", daemon=True).start()
        return answer

    def _finish(
        self,
        host: str,
        answer: asyncio.Future[tuple[str, ...]],
        found: tuple[str, ...] | Exception,
    ) -> None:
        self._running.pop(host, None)
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
            return
        self._kept[host] = (self._monotonic(), found)
        self._kept.move_to_end(host)
        if len(self._kept) > KEEP_NAMES:
            self._kept.popitem(last=False)
        answer.set_result(found)
