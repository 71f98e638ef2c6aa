"""The robots files of a run: fetched when needed, kept a day, obeyed at every hop."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from crawler.fetch import robots
from crawler.fetch.failures import Stopped, refused
from crawler.fetch.pace import Clock, Monotonic, Pace
from crawler.fetch.robots import NO_RULES, Rules
from crawler.fetch.trail import Trail
from crawler.model import Attempt, FetchRequest, Purpose, iso, parse_iso

#: an unreachable file is asked for again after so long; the breaker makes it longer
ASK_AGAIN_S = 600.0
MAX_PARSED = 512

Ask = Callable[[FetchRequest, list[Attempt]], Awaitable[None]]

#: failures of the way to the host: the page's own failure, not a statement about robots
_OF_THE_WAY = frozenset({"dns", "connect", "tls", "proxy", "address", "contact", "paused"})


class RobotsFiles:
    """Rules per host, from what was kept or by asking."""

    def __init__(self, pace: Pace, clock: Clock, monotonic: Monotonic, ask: Ask) -> None:
        self._pace = pace
        self._clock = clock
        self._monotonic = monotonic
        self._ask = ask
        self._parsed: OrderedDict[str, tuple[str, Rules]] = OrderedDict()
        self._stale_until: dict[str, float] = {}

    async def permit(self, trail: Trail, key: str, attempts: list[Attempt]) -> float:
        """The crawl delay (seconds) of a host that lets us fetch the trail's URL; raises Stopped
        with `robots` or `robots_unreachable`, or with the failure of the way to the host."""
        if not self._fresh(key):
            async with self._pace.host(key).robots_turn:
                if not self._fresh(key):
                    await self._fetch(trail, key, attempts)
        rules = self._rules(key)
        if not rules.allows(trail.url):
            raise refused(
                "robots",
                f"robots.txt of {key} forbids {trail.url}; it is not fetched while that stands",
            )
        return rules.crawl_delay_s or 0.0

    def refuse_while_unreachable(self, key: str, until: str) -> None:
        """Raises Stopped `robots_unreachable` when that is why the host is left alone."""
        if self._pace.host(key).state.robots_kind == "unreachable":
            raise _unreachable(key, "gave no usable answer", until)

    def _age_s(self, moment: str | None) -> float | None:
        if moment is None:
            return None
        return (self._clock() - parse_iso(moment)).total_seconds()

    def _fresh(self, key: str) -> bool:
        state = self._pace.host(key).state
        age = self._age_s(state.robots_fetched_at)
        if state.robots_kind in (None, "unreachable") or age is None:
            return False
        if 0 <= age < robots.FRESH_S:
            return True
        return self._monotonic() < self._stale_until.get(key, 0.0)

    def _rules(self, key: str) -> Rules:
        text = self._pace.host(key).state.robots_text
        if not text:
            return NO_RULES
        kept = self._parsed.get(key)
        if kept is None or kept[0] is not text:
            kept = self._parsed[key] = (text, robots.parse(text))
            if len(self._parsed) > MAX_PARSED:
                self._parsed.popitem(last=False)
        return kept[1]

    async def _fetch(self, trail: Trail, key: str, attempts: list[Attempt]) -> None:
        parts = urlsplit(trail.url)
        request = FetchRequest(
            url=f"{parts.scheme}://{parts.netloc}/robots.txt",
            purpose=Purpose.ROBOTS,
            delay_s=trail.request.delay_s,
            timeout_s=trail.request.timeout_s,
            proxy=trail.request.proxy,
            tls_fingerprint=trail.fingerprint(),
        )
        own: list[Attempt] = []
        try:
            await self._ask(request, own)
        finally:
            attempts += [each for each in own if not _was_paused(each)]
        self._learn(key, own[-1])

    def _learn(self, key: str, attempt: Attempt) -> None:
        """Keeps what the file's last attempt says."""
        now = iso(self._clock())
        failure = attempt.failure
        kind = self._kind(attempt)
        if kind != "unreachable":
            text = robots.text_of(attempt.body or b"") if kind == "rules" else None
            self._pace.update(
                key,
                robots_text=text,
                robots_status=attempt.status,
                robots_kind=kind,
                robots_fetched_at=now,
                robots_unreachable_since=None,
                crawl_delay_s=robots.parse(text).crawl_delay_s if text else None,
            )
            return
        redirected = len(attempt.hops) > 1
        if failure is not None and failure.reason in _OF_THE_WAY and not redirected:
            raise Stopped(failure, attempt.retry_at, counted=True)
        self._cannot_be_had(key, attempt, now)

    def _kind(self, attempt: Attempt) -> str:
        failure = attempt.failure
        if failure is not None and failure.reason == "redirect":
            return "none"  # more than five redirects: as if absent (RFC 9309 §2.3.1.2)
        if failure is not None and failure.reason == "proxy":
            return "unreachable"  # a 407 is the proxy's word, not the host's
        if attempt.status is None or (failure is not None and attempt.status < 400):
            return "unreachable"
        return robots.meaning(attempt.status, attempt.body)

    def _cannot_be_had(self, key: str, attempt: Attempt, now: str) -> None:
        state = self._pace.host(key).state
        since = state.robots_unreachable_since or now
        age = self._age_s(since) or 0.0
        if state.robots_kind not in (None, "unreachable") and age < robots.UNREACHABLE_S:
            # what was known stays in force meanwhile (RFC 9309 §2.4)
            self._stale_until[key] = self._monotonic() + ASK_AGAIN_S
            self._pace.update(key, robots_unreachable_since=since, robots_status=attempt.status)
            return
        if age >= robots.UNREACHABLE_S:
            self._pace.alive(key)
            self._pace.update(
                key,
                robots_text=None,
                robots_kind="none",
                robots_fetched_at=now,
                robots_unreachable_since=since,
                crawl_delay_s=None,
            )
            return
        self._pace.update(
            key,
            robots_kind="unreachable",
            robots_status=attempt.status,
            robots_fetched_at=now,
            robots_unreachable_since=since,
        )
        until = self._pace.pause(key, ASK_AGAIN_S)
        why = attempt.failure.message if attempt.failure else f"answered {attempt.status}"
        raise _unreachable(key, why, until)


def _was_paused(attempt: Attempt) -> bool:
    return attempt.failure is not None and attempt.failure.reason == "paused"


def _unreachable(key: str, why: str, until: str) -> Stopped:
    return Stopped(
        refused(
            "robots_unreachable",
            f"nothing of {key} is fetched before its robots.txt can be read ({why}); it is asked "
            f"for again after {until}",
        ).failure,
        until,
        counted=True,
    )
