"""Bytes off the wire: counted, hashed, held within the limit, whatever the server sends."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

#: how many bodies may be larger than so many bytes at once: with 128 requests under way memory
#: stays below 200 MB although each may bring 20 MB
TIERS = ((256 * 1024, 24), (2 * 1024 * 1024, 2))
#: room for the frame of bytes that do not compress
CODING_SLACK_BYTES = 64 * 1024


class Room:
    """The places for bodies that outgrow the usual size, a tier above the other."""

    def __init__(self) -> None:
        self._tiers = tuple((size, asyncio.Semaphore(places)) for size, places in TIERS)

    def above(self, size_bytes: int, held: int) -> asyncio.Semaphore | None:
        """The tier that a body of this size needs next when it holds `held` of them."""
        if held == len(self._tiers) or size_bytes <= self._tiers[held][0]:
            return None
        return self._tiers[held][1]


Wait = Callable[[Awaitable[object]], Awaitable[None]]


@dataclass(slots=True)
class Received:
    """What came of a body: the bytes before content decoding and their hashes. `cut` is true
    when reading stopped at the limit; `broken` is what ended it too early."""

    raw: bytearray
    sha256: str = ""
    sha1: str = ""
    cut: bool = False
    broken: Exception | None = None


async def receive(
    chunks: AsyncIterator[bytes],
    limit: int,
    room: Room,
    wait: Wait,
) -> Received:
    """Reads chunks up to `limit` bytes, waiting for a place where the body outgrows a tier;
    `wait` waits outside the time limit.
    A broken stream is kept in `broken` with the bytes before it; a time-out is raised."""
    sha256 = hashlib.sha256()
    sha1 = hashlib.sha1(usedforsecurity=False)
    received = Received(bytearray())
    held: list[asyncio.Semaphore] = []
    try:
        async for chunk in chunks:
            wanted = chunk[: limit - len(received.raw)]
            sha256.update(wanted)
            sha1.update(wanted)
            received.raw += wanted
            if len(chunk) > len(wanted):
                received.cut = True
                break
            while (tier := room.above(len(received.raw), len(held))) is not None:
                await wait(tier.acquire())
                held.append(tier)
    except TimeoutError:
        raise
    except Exception as error:  # noqa: BLE001 - the client names it; the bytes before it are kept
        received.broken = error
    finally:
        for tier in held:
            tier.release()
    received.sha256, received.sha1 = sha256.hexdigest(), sha1.hexdigest()
    return received
