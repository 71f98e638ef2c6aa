"""One attempt while it happens: hops, cookies of the chain, time left, and what came at the end."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crawler.fetch.client import MAX_COOKIES, Answer
from crawler.fetch.urls import host_key, origin, without_credentials
from crawler.fetch.wire import Wire
from crawler.model import Attempt, Failure, FetchRequest, Hop, Purpose, iso
from crawler.model.seen import Headers

_MAX_CHAIN_COOKIES = 20
_MAX_COOKIE_BYTES = 4096


class Budget:
    """The time of one attempt: spent while something is asked, not while a turn is awaited."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds
        self._timer: asyncio.Timeout | None = None

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """Time runs; raises TimeoutError when it is used up."""
        loop = asyncio.get_running_loop()
        self._ends_at = loop.time() + self.left_s
        try:
            async with asyncio.timeout_at(self._ends_at) as self._timer:
                yield
        finally:
            self._timer = None
            self.left_s = max(0.0, self._ends_at - loop.time())

    async def outside(self, waiting: Awaitable[object]) -> None:
        """Waits for something of ours with the time stopped."""
        loop = asyncio.get_running_loop()
        timer = self._timer
        if timer is None:
            await waiting
            return
        began = loop.time()
        timer.reschedule(None)
        try:
            await waiting
        finally:
            self._ends_at += loop.time() - began
            timer.reschedule(self._ends_at)


@dataclass(slots=True)
class Trail:
    """What an attempt leaves behind; `attempt()` makes it a value."""

    request: FetchRequest
    is_retry: bool
    proxy_name: str | None
    budget: Budget
    url: str = ""
    via: str = "http"
    hops: list[Hop] = field(default_factory=list)
    request_headers: Headers = ()
    #: the hop under way stands in `hops`
    answered: bool = False
    sent_validators: bool = False
    sent_any_validators: bool = False
    started: dt.datetime | None = None
    started_monotonic: float = 0.0
    body: bytes | None = None
    #: where it is known without looking again
    body_sha256: str | None = None
    wire_sha256: str | None = None
    wire_sha1: str | None = None
    wire_bytes: int = 0
    certificate_sha256: str | None = None
    flags: list[str] = field(default_factory=list)
    failure: Failure | None = None
    retry_at: str | None = None
    #: the failure is that of the robots file, and has been counted there
    counted: bool = False
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def enter(self, url: str, via: str) -> None:
        """The next address of the chain."""
        self.url, self.via = url, via
        self.answered = False
        # what an answer on the way brought is not what came at the end
        self.body = self.body_sha256 = self.wire_sha256 = self.wire_sha1 = None
        self.wire_bytes = 0
        self.flags = []
        self.sent_validators = False
        self.certificate_sha256 = None

    def arrived(self, answer: Answer) -> None:
        """An answer's head came."""
        self.answered = True
        self.hops.append(
            Hop(
                url=self.url,
                status=answer.status,
                reason=answer.reason,
                http_version=answer.http_version,
                headers=_without_many_cookies(answer.headers, self.flags),
                address=answer.wire.address,
                via=self.via,
            )
        )
        self.certificate_sha256 = answer.wire.certificate_sha256

    def never_arrived(self, wire: Wire | None = None) -> None:
        """No answer came from the URL that the chain had reached."""
        if self.answered:
            return
        address = wire.address if wire else None
        self.certificate_sha256 = wire.certificate_sha256 if wire else None
        self.hops.append(Hop(self.url, None, "", "", (), address, self.via))
        self.answered = True

    @property
    def status(self) -> int | None:
        """The status of the last hop."""
        return self.hops[-1].status if self.hops else None

    def fingerprint(self) -> str | None:
        """The certificate that the source opted in to; it speaks for the source's own host."""
        own = host_key(self.url) == host_key(self.request.url)
        return self.request.tls_fingerprint if own else None

    def cookie_header(self, url: str) -> str | None:
        """The cookies that the host of a URL has set on this chain; they are bound to its scheme
        and host."""
        kept = self.cookies.get(origin(url)) if self.cookies else None
        return "; ".join(f"{name}={value}" for name, value in kept.items()) if kept else None

    def keep_cookies(self, answer: Answer) -> None:
        """Remembers a few cookies until the chain ends: some sites redirect until they see one."""
        key = origin(self.url)
        for line in answer.all("set-cookie")[:_MAX_CHAIN_COOKIES]:
            name, mark, value = line.partition(";")[0].strip().partition("=")
            kept = self.cookies.setdefault(key, {})
            size = sum(len(a) + len(b) for a, b in kept.items()) + len(line)
            if name and mark and size <= _MAX_COOKIE_BYTES and len(kept) < _MAX_CHAIN_COOKIES:
                kept[name] = value

    def attempt(self, finished: dt.datetime, monotonic: float) -> Attempt:
        """The attempt as a value."""
        request = self.request
        started = self.started or finished
        duration = monotonic - self.started_monotonic if self.started else 0.0
        validators = request.validators
        return Attempt(
            purpose=request.purpose,
            request_url=without_credentials(request.url),
            request_headers=self.request_headers,
            started_at=iso(started),
            finished_at=iso(max(started, finished)),
            duration_ms=max(0, round(duration * 1000)),
            final_url=without_credentials(self.url or request.url),
            status=self.status,
            hops=tuple(self.hops),
            body=self.body,
            body_sha256=None if self.body is None else self.body_sha256,
            wire_sha256=self.wire_sha256,
            wire_sha1=self.wire_sha1,
            wire_bytes=self.wire_bytes,
            certificate_sha256=self.certificate_sha256,
            proxy=self.proxy_name,
            conditional_on=(
                validators.observation if validators and self.sent_any_validators else None
            ),
            is_retry=self.is_retry,
            robots="obey" if request.purpose is Purpose.ROBOTS else request.robots,
            robots_reason=request.robots_reason,
            flags=tuple(dict.fromkeys(self.flags)),
            failure=self.failure,
            retry_at=self.retry_at,
        )


def _without_many_cookies(headers: Headers, flags: list[str]) -> Headers:
    cookies = [pair for pair in headers if pair[0].lower() == "set-cookie"]
    if len(cookies) <= MAX_COOKIES:
        return headers
    flags.append("cookies_dropped")
    kept = 0
    few = []
    for pair in headers:
        if pair[0].lower() == "set-cookie":
            kept += 1
            if kept > MAX_COOKIES:
                continue
        few.append(pair)
    return tuple(few)
