"""What is asked of a server and what came back; serialisable, without the archive."""

from dataclasses import dataclass
from hashlib import sha256

from crawler.model.words import Outcome, Purpose

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Validators:
    """What an address said of its last accepted answer, sent back for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None
    #: hash of the observation record that they came from
    observation: str | None = None
    #: the final URL that gave them, where a redirect led to it: they are sent there and nowhere
    #: else. None means the address itself
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One URL to look at, with everything that a worker without the archive needs to do it."""

    url: str
    purpose: Purpose = Purpose.ARTICLE
    validators: Validators | None = None
    delay_s: float = 5.0
    #: of one attempt: look-up, connection and redirects included
    timeout_s: float = 30.0
    #: after decoding
    max_bytes: int = 20_000_000
    robots: str = "obey"
    #: why robots.txt is ignored; recorded in every observation
    robots_reason: str | None = None
    #: "env:NAME"; the address itself never leaves the environment
    proxy: str | None = None
    tls_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way: headers in order and spelling (bytes read as Latin-1)."""

    url: str
    status: int | None
    reason: str
    http_version: str
    headers: Headers
    #: "203.0.113.7:443", the address that was really connected to
    address: str | None
    #: how it was reached: "http" (Location), "meta" (refresh) or "script" (location.href)
    via: str = "http"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt is no answer: an outcome (failed, refused, blocked), the fault table's word
    for the reason, and a sentence with the subject and the next step."""

    outcome: Outcome
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and the redirects that it led to. The fetch room never raises for the net: a
    failure is a value here. Every attempt becomes one observation."""

    purpose: Purpose
    request_url: str
    request_headers: Headers
    started_at: str
    finished_at: str
    duration_ms: int
    final_url: str
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    #: after transfer and content decoding; kept as evidence also when `failure` is set
    body: bytes | None = None
    #: of `body`, in hex; found out when it is not given
    body_sha256: str | None = None
    wire_sha256: str | None = None
    wire_sha1: str | None = None
    wire_bytes: int = 0
    certificate_sha256: str | None = None
    proxy: str | None = None
    method: str = "GET"
    #: hash of the observation record whose validators were sent
    conditional_on: str | None = None
    #: an earlier attempt of the same fetch came before this one
    is_retry: bool = False
    robots: str = "obey"
    robots_reason: str | None = None
    #: e.g. unverified_length, extra_bytes, double_gzip
    flags: tuple[str, ...] = ()
    failure: Failure | None = None
    #: Retry-After, or the host's own pause, as a moment: do not look again before
    retry_at: str | None = None

    def __post_init__(self) -> None:
        if self.body is not None and self.body_sha256 is None:
            object.__setattr__(self, "body_sha256", sha256(self.body).hexdigest())

    @property
    def headers(self) -> Headers:
        """Headers of the last answer; empty when none came."""
        return self.hops[-1].headers if self.hops else ()

    def header(self, name: str) -> str | None:
        """The first value of a header of the last answer, by its case-insensitive name."""
        low = name.lower()
        return next((value for key, value in self.headers if key.lower() == low), None)
