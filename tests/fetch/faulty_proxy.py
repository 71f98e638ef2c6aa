"""A proxy on loopback for tests: forwards plain requests, tunnels CONNECT and SOCKS5."""

import asyncio
import contextlib
from typing import Any


class FaultyProxy:
    """A proxy on loopback: forwards plain requests, tunnels CONNECT and SOCKS5."""

    def __init__(self, port_of: dict[str, int], refuse: bytes | None = None) -> None:
        self.port_of = port_of
        self.refuse = refuse
        self.heads: list[bytes] = []

    async def __aenter__(self) -> "FaultyProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.99", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[Any]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            first = await reader.readexactly(1)
            if first == b"\x05":
                await self._socks(reader, writer)
            else:
                await self._http(first, reader, writer)
        writer.close()

    async def _http(self, first: bytes, reader: Any, writer: Any) -> None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        if self.refuse is not None:
            writer.write(self.refuse)
            return
        target = head.split(b" ")[1].decode()
        if head.startswith(b"CONNECT"):
            host = target.rpartition(":")[0]
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._splice(reader, writer, self.port_of[host])
            return
        host = target.split("/")[2].partition(":")[0]
        path = "/" + target.split("/", 3)[3]
        upstream, out = await asyncio.open_connection("127.0.0.1", self.port_of[host])
        out.write(head.replace(target.encode(), path.encode(), 1))
        writer.write(await upstream.read(65536))
        out.close()

    async def _socks(self, reader: Any, writer: Any) -> None:
        count = (await reader.readexactly(1))[0]
        await reader.readexactly(count)
        writer.write(b"\x05\x02" if count == 2 else b"\x05\x00")
        if count == 2:
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            self.heads.append(user + b":" + password)
            writer.write(b"\x01\x00")
        await reader.readexactly(4)
        host = await reader.readexactly((await reader.readexactly(1))[0])
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await self._splice(reader, writer, self.port_of[host.decode()])

    async def _splice(self, reader: Any, writer: Any, port: int) -> None:
        upstream, out = await asyncio.open_connection("127.0.0.1", port)

        async def copy(source: Any, target: Any) -> None:
            while data := await source.read(65536):
                target.write(data)

        await asyncio.wait(
            [
                asyncio.ensure_future(copy(reader, out)),
                asyncio.ensure_future(copy(upstream, writer)),
            ],
            return_when=asyncio.FIRST_COMPLETED,
        )
        out.close()
