"""The connections of all hosts, one client for each host and way to it, within bounds."""

from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from crawler.fetch.client import HostClient
from crawler.fetch.dial import Dialer, Route
from crawler.fetch.trail import Trail

#: idle connections beyond this are closed, the longest unused first
MAX_CLIENTS = 512


class Clients:
    """Clients by their hosts; `in_use` says of a host's address whether somebody asks it now."""

    def __init__(self, dialer: Dialer, in_use: Callable[[str], bool]) -> None:
        self._dialer = dialer
        self._in_use = in_use
        self._clients: OrderedDict[tuple[str, Route], HostClient] = OrderedDict()

    async def of(self, trail: Trail) -> HostClient:
        """The client that asks the hop at which a trail is."""
        parts = urlsplit(trail.url)
        route = Route(trail.request.proxy, trail.fingerprint())
        name = (f"{parts.scheme}://{parts.netloc}", route)
        client = self._clients.get(name)
        if client is None:
            opener = self._dialer.open
            client = self._clients[name] = HostClient(
                lambda scheme, host, port, progress: opener(scheme, host, port, route, progress)
            )
            await self._close_unused()
        self._clients.move_to_end(name)
        return client

    async def _close_unused(self) -> None:
        """Keeps the open connections within bounds; those in use are left."""
        oldest = list(self._clients)[: max(0, len(self._clients) - MAX_CLIENTS)]
        # Taken out before the first is waited for: another host's turn may come meanwhile.
        unused = [self._clients.pop(name) for name in oldest if not self._in_use(name[0])]
        for client in unused:
            await client.aclose()

    async def aclose(self) -> None:
        """Closes them all."""
        clients, self._clients = self._clients, OrderedDict()
        for client in clients.values():
            await client.aclose()
