"""Short ways to fetch in a test."""

import asyncio
import datetime as dt
import hashlib
import ssl
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from crawler.fetch import Fetcher
from crawler.model import Attempt, FetchRequest, Network, Outcome

T = TypeVar("T")

LOOPBACK = Network(contact="test@example.org", allow=("127.0.0.0/8", "::1/128"))
#: robots.txt plays no part
NO_ROBOTS = {"robots": "ignore", "robots_reason": "a test", "delay_s": 0.0}


def run(coroutine: Coroutine[Any, Any, T], limit_s: float = 20.0) -> T:
    """Runs to the end, or fails instead of hanging."""
    return asyncio.run(asyncio.wait_for(coroutine, limit_s))


def names(**known: str | Sequence[str]) -> Any:
    """A look-up of a few names, dots written as double underscores."""
    table = {name.replace("__", "."): value for name, value in known.items()}

    def lookup(host: str) -> Sequence[str]:
        found = table.get(host)
        if found is None:
            raise OSError(-2, "Name or service not known")
        return [found] if isinstance(found, str) else found

    return lookup


async def fetch(
    url: str,
    network: Network = LOOPBACK,
    options: Mapping[str, Any] | None = None,
    **request: Any,
) -> tuple[Attempt, ...]:
    """One fetch without robots or delay, one try unless `options` say otherwise."""
    settings = {"tries": 1, "backoff_s": 0.0, **(options or {})}
    async with Fetcher(network, **settings) as fetcher:
        return await fetcher.fetch(FetchRequest(url, **{**NO_ROBOTS, "timeout_s": 5.0, **request}))


async def last(url: str, **more: Any) -> Attempt:
    """The attempt that decides."""
    return (await fetch(url, **more))[-1]


def why(attempt: Attempt) -> str | None:
    """`failed timeout`, `refused robots` …, None for an answer."""
    failure = attempt.failure
    return f"{failure.outcome} {failure.reason}" if failure else None


class FakeTime:
    """A clock, a monotonic clock and a sleep that agree and cost nothing."""

    def __init__(self, start: str = "2026-03-01T00:00:00+00:00") -> None:
        self.start = dt.datetime.fromisoformat(start)
        self.passed_s = 0.0
        self.slept: list[float] = []

    def clock(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return 1000.0 + self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed_s += seconds
        await asyncio.sleep(0)

    def options(self) -> dict[str, Any]:
        """What a Fetcher takes."""
        return {"clock": self.clock, "monotonic": self.monotonic, "sleep": self.sleep}


def is_failed(attempt: Attempt, reason: str) -> bool:
    """Whether the attempt failed for that reason, with a message that says something."""
    failure = attempt.failure
    assert failure is not None, attempt
    assert len(failure.message) > 20
    return failure.outcome is Outcome.FAILED and failure.reason == reason


def serving(folder: Path, name: str) -> ssl.SSLContext:
    """A server's context with a certificate of the folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem")
    return context


def fingerprint(folder: Path, name: str) -> str:
    """The sha256 of a certificate of the folder."""
    text = (folder / f"{name}.pem").read_text()
    pem = text[text.index("-----BEGIN CERTIFICATE") :]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
