"""What `sources.toml` says, as values; read and checked by `crawler.config`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Network:
    """Who asks, and which private ranges may be asked."""

    contact: str = ""
    allow: tuple[str, ...] = ()
    #: replaces the identifying one where it is set
    user_agent: str | None = None
    #: time-stamping authorities (RFC 3161) that the daemon asks each day
    tsa: tuple[str, ...] = ()
    #: "env:NAME" of the Wayback Machine's key, `access:secret`; None asks it for nothing
    save_page_now: str | None = None
    save_page_now_at: str = "https://web.archive.org/"


@dataclass(frozen=True, slots=True)
class Source:
    """One `[[source]]`, its defaults filled in. Durations are seconds."""

    id: str
    kind: str
    name: str = ""
    #: listings to read (`url` and `urls` together), or the pages themselves for kind `page`
    urls: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    profile: str | None = None
    enabled: bool = True
    every_s: float = 21_600.0
    cron: str | None = None
    tz: str = "UTC"
    jitter: float = 0.1
    min_interval_s: float = 1_800.0
    max_interval_s: float = 2_592_000.0
    max_gap_s: float = 172_800.0
    young_s: float = 2_592_000.0
    confirm_after_s: float = 72_000.0
    full_fetch_every_s: float = 604_800.0
    delay_s: float = 5.0
    timeout_s: float = 30.0
    max_bytes: int = 20_000_000
    robots: str = "obey"
    reason: str | None = None
    terms: tuple[str, ...] = ()
    #: selectors of the links to follow, one a level (kind `index`)
    follow: tuple[str, ...] = ()
    #: kind `wayback`: pages that only the web archive knows are asked for at their own address too
    live: bool = False
    #: regular expressions over the absolute URL
    article: str | None = None
    exclude: tuple[str, ...] = ()
    encoding: str | None = None
    proxy: str | None = None
    tls_fingerprint: str | None = None
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A dated set of selectors for a site; the user's own come before the built-in ones."""

    id: str
    hosts: tuple[str, ...]
    since: dt.date | None = None
    until: dt.date | None = None
    select: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    #: of times that name none, e.g. "+08:00"
    zone: str = ""
    #: a selector without which a page is not this profile's
    evidence: str = ""
    #: regular expressions of whole paragraphs that are none of the article's
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedSetting:
    """One `[[seed]]`: a copy that the user holds and what is known of its origin."""

    id: str
    #: absolute path of the file
    file: str
    sha256: str | None = None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    url_evidence: str = "unknown"
    retrieved: str | None = None
    originals: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NotifyChannel:
    """One `[[notify]]`: where to tell what to whom. `url` is "env:NAME"."""

    id: str
    url: str
    what: tuple[str, ...] = ("changes", "seeds", "operations")
    min_score: float = 0.0
    digest: str | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    #: a change of this score or more does not wait for the digest; None: all wait
    at_once: float | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Words of each kind that are known beside those of the package; script and case do not
    count. Names are those of people, places and bodies."""

    names: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()

    def extended(self, more: "Gazetteer") -> "Gazetteer":
        """The words of both."""
        return Gazetteer(
            self.names | more.names, self.offices | more.offices, self.formulas | more.formulas
        )


@dataclass(frozen=True, slots=True)
class Operating:
    """How the program is run: room to leave on the disk, who hears that it lives, its address."""

    min_free_bytes: int = 500_000_000
    #: "env:NAME" of an address that is fetched after good ticks
    heartbeat: str | None = None
    #: where readers find the archive's pages; links in messages begin with it
    public_url: str | None = None
