"""The Fetcher: asks for a URL as politely as the rules say, and tells every attempt as a value."""

import asyncio
import datetime as dt
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from crawler.fetch import retry, robots
from crawler.fetch.answers import Limits, read_answer
from crawler.fetch.body import Room
from crawler.fetch.client import shared_context
from crawler.fetch.clients import Clients
from crawler.fetch.dial import Dialer
from crawler.fetch.failures import TROUBLE, Interrupted, Stopped, failed, let_go, refused
from crawler.fetch.guard import Guard
from crawler.fetch.headers import headers_for, our_headers
from crawler.fetch.pace import Clock, Monotonic, Pace, Sleep
from crawler.fetch.redirects import MAX_HOPS
from crawler.fetch.resolve import Lookup, Resolver, system_lookup
from crawler.fetch.robots_files import RobotsFiles
from crawler.fetch.trail import Budget, Trail
from crawler.fetch.urls import ascii_host, host_key, without_credentials
from crawler.model import Attempt, FetchRequest, HostState, Network, Purpose, iso

log = logging.getLogger(__name__)

#: requests under way at once, over all hosts
IN_FLIGHT = 128
TRIES = 3
BACKOFF_S = 2.0


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Fetcher:
    """Fetches URLs of many hosts at once, each host at its own pace. An async context manager.

    `hosts` is what the archive keeps of hosts; `changed_hosts()` what it should keep now. Clocks,
    sleep, look-up and environment can be replaced.
    """

    def __init__(
        self,
        network: Network,
        *,
        hosts: Mapping[str, HostState] | None = None,
        clock: Clock = _utc_now,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        lookup: Lookup = system_lookup,
        environ: Mapping[str, str] | None = None,
        tries: int = TRIES,
        backoff_s: float = BACKOFF_S,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._tries = tries
        self._backoff_s = backoff_s
        self.pace = Pace(hosts or {}, clock, monotonic, sleep)
        self._dialer = Dialer(
            Guard(network.allow, network.contact),
            Resolver(lookup, monotonic),
            os.environ if environ is None else environ,
            shared_context(os.environ),
        )
        self._robots = RobotsFiles(self.pace, clock, monotonic, self._with_retries)
        self._headers = our_headers(network)
        self._clients = Clients(self._dialer, self._in_use)
        self._slots = asyncio.Semaphore(in_flight)
        self._room = Room()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._clients.aclose()
        await asyncio.sleep(0)

    async def fetch(self, request: FetchRequest) -> tuple[Attempt, ...]:
        """Every attempt in order, those for a robots file that was needed among them; the last
        one decides. Never raises but Interrupted, after `interrupt`: what the network or a server
        does, and a fault of ours, is the failure of an attempt."""
        attempts: list[Attempt] = []
        try:
            await self._with_retries(request, attempts)
        except Interrupted:
            raise Interrupted(tuple(attempts)) from None
        return tuple(attempts)

    def interrupt(self) -> None:
        """Ends every wait for a host's pace, now and from now on. A request that is under way is
        not touched."""
        self.pace.end()

    def changed_hosts(self) -> tuple[HostState, ...]:
        """The hosts whose pace, robots file or breaker changed since the last call."""
        return self.pace.changed()

    def paused_until(self, url: str) -> dt.datetime | None:
        """Until when the host of a URL is left alone; None when it may be asked now."""
        return self.pace.paused_until(host_key(url))

    def _in_use(self, origin: str) -> bool:
        return self.pace.host(host_key(origin)).turn.locked()

    # one request, some attempts

    async def _with_retries(self, request: FetchRequest, attempts: list[Attempt]) -> None:
        for number in range(self._tries):
            trail = Trail(
                request, number > 0, request.proxy, Budget(request.timeout_s), url=request.url
            )
            try:
                await self._attempt(trail, attempts)
            except Interrupted:
                if trail.hops:
                    trail.failure = _interrupted(trail).failure
                    attempts.append(trail.attempt(self._clock(), self._monotonic()))
                raise
            wait_s = self._wait_before_retry(trail, number)
            attempts.append(trail.attempt(self._clock(), self._monotonic()))
            if wait_s is None:
                break
            self.pace.hold(host_key(trail.url), wait_s)
            await self.pace.rest(host_key(trail.url))
        self._count(trail, attempts)

    def _wait_before_retry(self, trail: Trail, number: int) -> float | None:
        failure = trail.failure
        if failure is None or trail.counted or not retry.passing(failure.reason, trail.status):
            return None
        headers = trail.hops[-1].headers if trail.hops and trail.status is not None else ()
        named = {key.lower(): value for key, value in headers}
        asked_s = retry.retry_after_s(named.get("retry-after"), named.get("date"), self._clock())
        last = number + 1 >= self._tries
        if asked_s is not None and (last or asked_s > retry.MAX_RETRY_AFTER_S):
            trail.retry_at = self.pace.pause(host_key(trail.url), asked_s)
            return None
        if last:
            return None
        return max(retry.backoff_s(number, self._backoff_s), asked_s or 0.0)

    def _count(self, trail: Trail, attempts: list[Attempt]) -> None:
        """Tells the breaker how the look ended."""
        failure = trail.failure
        if failure is None or failure.reason not in TROUBLE or trail.counted:
            return
        until = self.pace.trouble(host_key(trail.url))
        if until is not None:
            attempts[-1] = replace(attempts[-1], retry_at=until)

    # one attempt, some hops

    async def _attempt(self, trail: Trail, attempts: list[Attempt]) -> None:
        try:
            await self._walk(trail, attempts)
        except Stopped as stopped:
            trail.failure = stopped.failure
            trail.retry_at = stopped.retry_at
            trail.counted = stopped.counted
            let_go(stopped)
            if trail.hops:
                trail.never_arrived()
        except Interrupted:
            raise
        except Exception:
            # A fault of ours costs this attempt and not the run.
            shown = without_credentials(trail.url)
            log.exception("unexpected error at %s", shown)
            what = f"{shown}: an unexpected error of this program; its log has the details"
            trail.failure = failed("internal", what).failure
            if trail.hops:
                trail.never_arrived()

    async def _walk(self, trail: Trail, attempts: list[Attempt]) -> None:
        request = trail.request
        is_robots = request.purpose is Purpose.ROBOTS
        most = robots.MAX_REDIRECTS if is_robots else MAX_HOPS
        seen: set[tuple[str, str | None]] = set()
        url, via = request.url, "http"
        for _ in range(most + 1):
            visit = (url, trail.cookie_header(url))
            if visit in seen:
                raise failed(
                    "redirect",
                    f"{request.url} is redirected in a circle; see whether the address is right",
                )
            seen.add(visit)
            trail.enter(url, via)
            key = host_key(url)
            await self._permitted(trail)
            delay_s = request.delay_s
            if not is_robots and request.robots == "obey":
                delay_s = max(delay_s, await self._robots.permit(trail, key, attempts))
            target = await self._exchange(trail, key, delay_s)
            if target is None:
                return
            url, via = target
        raise failed(
            "redirect",
            f"{request.url} is redirected more than {most} times; see whether the address is right",
        )

    async def _permitted(self, trail: Trail) -> None:
        """Scheme, spelling and address, before anything is sent."""
        try:
            parts = urlsplit(trail.url)
            scheme, host, _ = parts.scheme, ascii_host(parts.hostname or ""), parts.port
        except ValueError:
            scheme, host = "", ""
        shown = without_credentials(trail.url)
        if scheme not in ("http", "https") or not host:
            raise refused(
                "address", f"{shown} is no http or https address; mend it in sources.toml"
            )
        if "@" in parts.netloc:
            raise refused("address", f"write {shown} without a name and password in sources.toml")
        self._not_left_alone(trail)
        try:
            async with trail.budget.spend():
                if trail.request.proxy is not None:
                    await self._dialer.permitted_by_proxy(host)
                else:
                    await self._dialer.permitted(host)
        except TimeoutError:
            raise failed("dns", _no_look_up(trail, host)) from None

    def _not_left_alone(self, trail: Trail) -> None:
        key = host_key(trail.url)
        until = self.pace.paused_until(key)
        if until is None:
            return
        if trail.request.purpose is not Purpose.ROBOTS and trail.request.robots == "obey":
            self._robots.refuse_while_unreachable(key, iso(until))
        raise self.pace.left_alone(key, until)

    async def _exchange(self, trail: Trail, key: str, delay_s: float) -> tuple[str, str] | None:
        """Asks one hop; gives where it sends us, or None when it is the end of the chain."""
        async with self.pace.turn(key, delay_s), self._slots:
            if trail.started is None:
                trail.started, trail.started_monotonic = self._clock(), self._monotonic()
            client = await self._clients.of(trail)
            headers = headers_for(trail, self._headers)
            limits = Limits.of(trail.request)
            try:
                async with trail.budget.spend(), client.exchange(trail.url, headers) as answer:
                    trail.arrived(answer)
                    target = await read_answer(answer, trail, limits, self._room, client)
            except TimeoutError:
                trail.never_arrived(client.progress.wire)
                raise _timed_out(trail, client.progress.phase) from None
            except Stopped:
                trail.never_arrived(client.progress.wire)
                raise
        self.pace.alive(key)
        return target


def _interrupted(trail: Trail) -> Stopped:
    host = urlsplit(trail.url).netloc
    return refused("stopped", f"the run ended before the turn of {host}; it is asked again then")


def _no_look_up(trail: Trail, host: str) -> str:
    seconds = trail.request.timeout_s
    return f"no name server told of {host} in {seconds:g} s; it is asked again at its next turn"


def _timed_out(trail: Trail, phase: str) -> Exception:
    seconds = trail.request.timeout_s
    host = urlsplit(trail.url).netloc
    if phase == "dns":
        return failed("dns", _no_look_up(trail, host))
    if phase == "proxy":
        named = trail.request.proxy
        return failed("proxy", f"the proxy {named} gave no answer in {seconds:g} s; does it run?")
    return failed(
        "timeout",
        f"{host} was not done in {seconds:g} s (it came as far as {phase}); it is asked again at "
        "its next turn, or give the source a longer timeout",
    )
