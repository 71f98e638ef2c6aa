"""Bytes off the wire: counted, hashed, held within the limit, whatever the server sends."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

#: a body above this needs one of the few slots for large ones
LARGE_BYTES = 512 * 1024
LARGE_AT_ONCE = 3
#: room for the frame of bytes that do not compress
CODING_SLACK_BYTES = 64 * 1024

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
    large: asyncio.Semaphore,
    wait: Wait,
) -> Received:
    """Reads chunks up to `limit` bytes. At most LARGE_AT_ONCE bodies may grow large at once, so
    that memory stays flat under many hostile servers; `wait` waits outside the time limit.
    A broken stream is kept in `broken` with the bytes before it; a time-out is raised."""
    sha256 = hashlib.sha256()
    sha1 = hashlib.sha1(usedforsecurity=False)
    received = Received(bytearray())
    holds_slot = False
    try:
        async for chunk in chunks:
            room = limit - len(received.raw)
            sha256.update(chunk[:room])
            sha1.update(chunk[:room])
            received.raw += chunk[:room]
            if len(chunk) > room:
                received.cut = True
                break
            if not holds_slot and len(received.raw) > LARGE_BYTES:
                await wait(large.acquire())
                holds_slot = True
    except TimeoutError:
        raise
    except Exception as error:  # noqa: BLE001 - the client names it; the bytes before it are kept
        received.broken = error
    finally:
        if holds_slot:
            large.release()
    received.sha256, received.sha1 = sha256.hexdigest(), sha1.hexdigest()
    return received
