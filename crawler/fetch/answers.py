"""What an answer amounts to: read within the limits, decoded, and named where it is a failure."""

from dataclasses import dataclass

from crawler.fetch import codings, redirects, robots
from crawler.fetch.body import CODING_SLACK_BYTES, Received, Room, receive
from crawler.fetch.client import Answer, HostClient
from crawler.fetch.failures import Stopped, failed
from crawler.fetch.trail import Trail
from crawler.fetch.urls import same_place
from crawler.model import FetchRequest, Purpose

#: an error page or a redirect's body is kept up to this
_ASIDE_BYTES = 1024 * 1024
_LATER = "it is asked again at its next turn"
_NO_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a body is read; `cut` keeps the beginning where more comes."""

    article: int
    cut: bool

    @classmethod
    def of(cls, request: FetchRequest) -> "Limits":
        """The limits of a request: a robots file is read to 500 KiB (RFC 9309 §2.5)."""
        if request.purpose is Purpose.ROBOTS:
            return cls(robots.MAX_BYTES, True)
        return cls(request.max_bytes, False)

    def for_status(self, status: int) -> "Limits":
        """Answers other than 200 are no articles: their beginning is enough."""
        return self if status == 200 else Limits(min(self.article, _ASIDE_BYTES), True)


async def read_answer(
    answer: Answer, trail: Trail, limits: Limits, room: Room, client: HostClient
) -> tuple[str, str] | None:
    """Reads an answer into the trail; gives the next address and how it was said, or None at the
    end of the chain. Raises Stopped for what is no answer."""
    limits = limits.for_status(answer.status)
    try:
        await _read_body(answer, trail, limits, room, client)
    finally:
        if _extra_bytes(answer) or client.left_over:
            # whatever follows is not an answer to anything we asked
            trail.flags.append("extra_bytes")
            await client.hang_up()
    _judge_status(answer, trail)
    return _next(answer, trail)


async def _read_body(
    answer: Answer, trail: Trail, limits: Limits, room: Room, client: HostClient
) -> None:
    _refuse_declared(answer, trail, limits)
    received = await receive(
        answer.chunks, limits.article + CODING_SLACK_BYTES, room, trail.budget.outside
    )
    trail.wire_bytes = len(received.raw)
    trail.wire_sha256, trail.wire_sha1 = received.sha256, received.sha1
    if received.broken is not None:
        trail.body = _as_far_as_can_be(answer, received, limits)
        raise client.explain(received.broken)
    if received.cut and not limits.cut:
        received.raw = bytearray()
        raise _too_large(trail, limits)
    if answer.status not in _NO_BODY:
        _decode(answer, trail, received, limits)


def _refuse_declared(answer: Answer, trail: Trail, limits: Limits) -> None:
    declared = answer.header("content-length") or ""
    known = declared.isdecimal() and len(declared) < 20
    if not limits.cut and known and int(declared) > limits.article + CODING_SLACK_BYTES:
        raise _too_large(trail, limits)


def _too_large(trail: Trail, limits: Limits) -> Stopped:
    trail.body = None
    return failed(
        "too_large",
        f"{trail.url} is larger than {limits.article:,} bytes; raise max_bytes of the source if it "
        "is right",
    )


def _as_far_as_can_be(answer: Answer, received: Received, limits: Limits) -> bytes:
    try:
        return codings.undo(received.raw, _coding(answer, received), limits.article, cut=True).body
    except codings.BadCoding:
        return bytes(received.raw)


def _decode(answer: Answer, trail: Trail, received: Received, limits: Limits) -> None:
    try:
        plain = codings.undo(
            received.raw,
            _coding(answer, received),
            limits.article,
            cut=limits.cut,
            look_inside=_looks_like_text(answer, trail.url),
        )
    except codings.TooLarge:
        received.raw = bytearray()
        raise _too_large(trail, limits) from None
    except codings.BadCoding as error:
        trail.body = bytes(received.raw)
        if answer.status != 200:
            trail.flags.append("encoding_broken")
            return
        raise failed("encoding", f"{trail.url}: {error}; {_LATER}") from None
    trail.body = plain.body
    # Most answers come as they are: what was hashed on the way is the body.
    trail.body_sha256 = received.sha256 if plain.body == received.raw else None
    trail.flags += plain.flags
    if received.cut or (limits.cut and len(plain.body) >= limits.article):
        trail.flags.append("cut")
    elif not plain.complete:
        raise failed("truncated", f"{trail.url}: the compressed stream breaks off; {_LATER}")
    elif not plain.verified and _of_unknown_length(answer):
        trail.flags.append("unverified_length")


def _coding(answer: Answer, received: Received) -> str:
    """The codings to undo. An empty body has none, whatever a redirect's header says of the page
    that it is not; of an article without a length it may be the rest that is missing."""
    if not received.raw and (answer.status != 200 or not _of_unknown_length(answer)):
        return ""
    return ", ".join(answer.all("content-encoding"))


def _looks_like_text(answer: Answer, url: str) -> bool:
    kind = (answer.header("content-type") or "").lower()
    packed = url.partition("?")[0].endswith((".gz", ".tgz"))
    return not packed and (kind.startswith("text/") or "xml" in kind or "json" in kind)


def _of_unknown_length(answer: Answer) -> bool:
    return answer.header("content-length") is None and answer.header("transfer-encoding") is None


def _extra_bytes(answer: Answer) -> bool:
    """Whether more came than the answer may have."""
    if answer.status in _NO_BODY:
        return answer.wire.after_head > 0
    declared = answer.header("content-length") or ""
    if not declared.isdecimal() or len(declared) > 20:
        return False
    return answer.wire.after_head > int(declared)


def _judge_status(answer: Answer, trail: Trail) -> None:
    """Names the statuses that are no answer. Others than 200 may be: what a 403, 404, 412 or 521
    means is judged later, with the body."""
    status = answer.status
    if status == 429:
        raise failed("rate_limited", f"{trail.url}: the host asks us to slow down (429); {_LATER}")
    if status == 407 and trail.request.proxy:
        raise failed(
            "proxy",
            f"the proxy {trail.request.proxy} does not let us in (407); see the name and password "
            "in its address",
        )
    if 500 <= status < 600 and status != 521:
        raise failed("server", f"{trail.url}: the server failed ({status}); {_LATER}")
    if status == 304 and not trail.sent_validators:
        raise failed("status", f"{trail.url}: 304 to a request without validators; {_LATER}")
    if status < 200 or (200 < status < 300 and trail.request.purpose is not Purpose.ROBOTS):
        raise failed("status", f"{trail.url}: status {status} brings no complete article; {_LATER}")


def _next(answer: Answer, trail: Trail) -> tuple[str, str] | None:
    location = answer.header("location")
    if answer.status in redirects.STATUSES:
        if location is None:
            raise failed(
                "redirect", f"{trail.url} sends elsewhere ({answer.status}) without saying where"
            )
        return _go(answer, trail, location, "http")
    if answer.status != 200 or trail.request.purpose is Purpose.ROBOTS or not trail.body:
        return None
    shell = redirects.shell_target(trail.body, answer.header("content-type"))
    if shell is None:
        return None
    location, via = shell
    if same_place(trail.url, location):
        return None
    return _go(answer, trail, location, via)


def _go(answer: Answer, trail: Trail, location: str, via: str) -> tuple[str, str]:
    target = redirects.follow(trail.url, location)
    trail.keep_cookies(answer)
    trail.body = None
    return target, via
