"""What costs time and needs no lock: the hashes and zstd frames of a batch's bodies, made by a few
threads before the transaction opens."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from crawler.model import Intent, ListingIntent
from crawler.store.bodies import compress

THREADS = 2
# Bodies above this size are compressed one by one, when they are written: a bound on memory.
AHEAD_BYTES = 4_000_000

Prepared = dict[int, tuple[str, bytes | None]]


class Preparer:
    """Hashes and compresses bodies ahead; its threads live as long as it does."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="compress")

    def prepare(self, intents: Iterable[Intent | ListingIntent]) -> Prepared:
        """Each body's sha256 and zstd frame, by `id(body)`."""
        bodies = {
            id(attempt.body): attempt.body
            for intent in intents
            for attempt, _, _ in intent.attempts
            if attempt.body is not None
        }
        return dict(zip(bodies, self._threads.map(_one, bodies.values()), strict=True))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()


def _one(body: bytes) -> tuple[str, bytes | None]:
    return sha256(body).hexdigest(), compress(body) if len(body) <= AHEAD_BYTES else None
