"""Every key that `sources.toml` may hold: how it is read and which field of the model it fills."""

from dataclasses import dataclass, field
from typing import Any

from crawler.config import values
from crawler.config.cron import cron
from crawler.config.values import Reader
from crawler.model import Label

#: the kinds of source that the file may name; which of them can be crawled, `discover` says
NAMED_KINDS = (
    "page",
    "feed",
    "blogger",
    "wordpress",
    "index",
    "sitemap",
    "xinhua",
    "chinanews",
    "people",
    "12371",
    "wayback",
)
#: profiles that come with the program
BUILT_IN_PROFILES = (
    "12371",
    "blogger",
    "chinanews",
    "gov",
    "people",
    "qstheory",
    "qstheory_en",
    "wechat",
    "wordpress",
    "xinhua",
    "xinhua_en",
)
SELECT_FIELDS = ("title", "body", "date", "source", "author", "editor", "caption", "next")

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {
    "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}
_FLAG: dict[str, Any] = {"type": "boolean"}
_SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
_DURATION: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\s*(\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*)+$",
}
_SIZE: dict[str, Any] = {
    "oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^\d.*[bB]$"}]
}
_ENV: dict[str, Any] = {"type": "string", "pattern": r"^env:[A-Za-z_][A-Za-z0-9_]*$"}
_SHA256: dict[str, Any] = {"type": "string", "pattern": "^[0-9A-Fa-f:]{64,95}$"}
_DATE: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its reader, the field that it fills, its JSON Schema, and a line on what it is."""

    name: str
    read: Reader
    schema: dict[str, Any] = field(default_factory=lambda: _TEXT)
    about: str = ""
    fills: str = ""

    @property
    def target(self) -> str:
        """The field of the model."""
        return self.fills or self.name


def _seconds(name: str, about: str) -> Key:
    return Key(name, values.duration, _DURATION, about, f"{name}_s")


def _words(*words: str) -> dict[str, Any]:
    return {"enum": list(words)}


NETWORK = (
    Key("contact", values.sent, about="the operator's mail or page; nothing is fetched without"),
    Key("allow", values.networks, _TEXTS, "private networks that may be fetched"),
    Key("user_agent", values.sent_filled, about="replaces the identifying user agent"),
    Key("tsa", values.urls, _TEXTS, "RFC 3161 authorities that stamp the log's head each day"),
    Key("save_page_now", values.from_environment, _ENV, "asks the Wayback Machine to save edits"),
    Key("save_page_now_at", values.url, about="where that is asked and looked up"),
)

#: keys of `[defaults]`, every one of which may stand in a source
DEFAULTS = (
    Key("enabled", values.flag, _FLAG, "whether the source is crawled"),
    _seconds("every", "between two looks at a listing, and a page's first interval"),
    Key("cron", cron, about="instead of `every`: five fields, 0 and 7 are Sunday"),
    Key("tz", values.zone, about="of `cron`, and of what people are shown"),
    Key("jitter", values.share, _SHARE, "share of an interval that is left to chance"),
    _seconds("min_interval", "between two looks at a page, at least"),
    _seconds("max_interval", "between two looks at a page, at most"),
    _seconds("max_gap", "the promise: the longest time without a conclusive look"),
    _seconds("young", "how long a page is young, and bound by `max_gap`"),
    _seconds("confirm_after", "absence is believed when seen twice, this far apart"),
    _seconds("full_fetch_every", "after this long a 304 is not asked for"),
    _seconds("delay", "between two requests to one host; robots' Crawl-delay where longer"),
    _seconds("timeout", "of one attempt, look-up, connection and redirects included"),
    Key("max_bytes", values.size, _SIZE, "of one body, after decoding"),
    Key("robots", values.one_of("obey", "ignore"), _words("obey", "ignore"), "robots.txt"),
    Key("terms", values.texts, _TEXTS, "watched words: told when one appears or vanishes"),
)

SOURCE = (
    Key("id", values.identifier, about="the source's name; its history follows it"),
    Key("kind", values.one_of(*NAMED_KINDS), _words(*NAMED_KINDS), "how its listings are read"),
    Key("name", values.filled, about="what people are shown"),
    Key("url", values.url, about="a listing, or for kind `page` the page", fills="urls"),
    Key("urls", values.urls, _TEXTS, "several of them"),
    Key("lang", values.texts, _TEXTS, "languages, e.g. zh"),
    Key("tags", values.texts, _TEXTS, "names of groups, usable in commands"),
    Key("profile", values.identifier, about="the extraction profile, where the host does not say"),
    Key("reason", values.filled, about='why robots is "ignore"; recorded in every observation'),
    Key("follow", values.selectors, _TEXTS, "kind `index`: links to follow, one selector a level"),
    Key("live", values.flag, _FLAG, "kind `wayback`: ask for its pages at their own addresses too"),
    Key("article", values.regex, about="which addresses are articles; may name other hosts"),
    Key("exclude", values.regexes, _TEXTS, "addresses that are none"),
    Key("encoding", values.encoding, about="overrules what the pages say"),
    Key("proxy", values.from_environment, _ENV, "a proxy, for reach"),
    Key("tls_fingerprint", values.sha256, _SHA256, "a certificate accepted although unproven"),
    Key("formerly", values.texts, _TEXTS, "earlier ids, whose history goes on"),
    *DEFAULTS,
)

PROFILE = (
    Key("id", values.identifier, about="the profile's name"),
    Key("hosts", values.hosts, _TEXTS, "hosts that it is for, with all below them"),
    Key("from", values.day, _DATE, "articles from this day on", "since"),
    Key("until", values.day, _DATE, "articles up to this day"),
    Key(
        "select",
        values.select_table(SELECT_FIELDS),
        {
            "type": "object",
            "properties": dict.fromkeys(SELECT_FIELDS, _TEXT),
            "additionalProperties": False,
        },
        "a CSS selector for each part of an article",
    ),
    Key("drop", values.selectors, _TEXTS, "what is taken out of the body"),
    Key("leave_out", values.regexes, _TEXTS, "whole paragraphs of the body that are none"),
    Key("zone", values.zone_offset, about="of times of day that name none, as +08:00"),
    Key("evidence", values.selector, about="a page without this element is none of the profile's"),
)

_EVIDENCE = ("verified", "inferred", "unknown")
SEED = (
    Key("id", values.identifier, about="the seed copy's short name"),
    Key("file", values.filled, about="its file, relative to this one"),
    Key("sha256", values.sha256, _SHA256, "of the file; another one is a new revision"),
    Key("title", values.filled),
    Key("author", values.filled),
    Key("published", values.claimed_date, _DATE, "as claimed"),
    Key("url", values.url, about="where it was copied from"),
    Key("url_evidence", values.one_of(*_EVIDENCE), _words(*_EVIDENCE), "how sure that is"),
    Key("retrieved", values.claimed_date, _DATE, "when it was copied"),
    Key("originals", values.texts, _TEXTS, "addresses of what it quotes or reprints"),
    Key("lang", values.texts, _TEXTS),
    Key("note", values.filled),
)

_WHAT = ("changes", "seeds", "operations")
NOTIFY = (
    Key("id", values.identifier, about="the channel's name"),
    Key("url", values.from_environment, _ENV, "where to, kept in the environment"),
    Key("what", values.several_of(*_WHAT), _TEXTS, "what is told"),
    Key("min_score", values.share, _SHARE, "changes below it are not told"),
    Key("digest", values.digest, about="`daily 08:00` and the like: not at once but together"),
    Key("sources", values.texts, _TEXTS, "only of these sources"),
    Key("tags", values.texts, _TEXTS, "only of sources with one of these tags"),
    Key("seeds", values.texts, _TEXTS, "only what touches these seed copies"),
    Key("labels", values.several_of(*Label), _TEXTS, "only changes with one of these labels"),
    Key("terms", values.texts, _TEXTS, "only where one of these words appears or vanishes"),
    Key("at_once", values.share, _SHARE, "changes of this score do not wait for the digest"),
)

OPERATING = (
    Key("min_free", values.size, _SIZE, "fetching stops when the disk has less", "min_free_bytes"),
    Key("heartbeat", values.from_environment, _ENV, "fetched after good ticks of the daemon"),
    Key("public_url", values.url, about="where readers find the archive; links begin with it"),
)

GAZETTEER = (
    Key("names", values.texts, _TEXTS, "people, places and bodies"),
    Key("offices", values.texts, _TEXTS, "posts that people hold"),
    Key("formulas", values.texts, _TEXTS, "set phrases of party language"),
)

#: table -> its keys; the single ones are named below, the others are lists of tables
TABLES: dict[str, tuple[Key, ...]] = {
    "network": NETWORK,
    "defaults": DEFAULTS,
    "operating": OPERATING,
    "gazetteer": GAZETTEER,
    "source": SOURCE,
    "profile": PROFILE,
    "seed": SEED,
    "notify": NOTIFY,
}
SINGLE = ("network", "defaults", "operating", "gazetteer")
REQUIRED: dict[str, tuple[str, ...]] = {
    "source": ("id", "kind"),
    "profile": ("id", "hosts", "select"),
    "seed": ("id", "file"),
    "notify": ("id", "url"),
}
