"""Site profiles: dated sets of selectors, read from the package's TOML or given by the user."""

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from crawler.extract.drops import Drops, drops_of
from crawler.extract.vocabulary import ADS
from crawler.model import Profile

_FIELDS = ("title", "date", "source", "author", "editor", "next")


@dataclass(frozen=True, slots=True)
class Rule:
    """One era of a site's template. Selectors of a field are tried in order."""

    name: str
    #: as the places of fields name it: a user's profile by its id
    label: str
    body: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    #: what is no article text inside the body, and what is a caption there
    drop: Drops = field(default_factory=Drops)
    caption: Drops = field(default_factory=Drops)
    #: an element without which the era is not this one
    evidence: str = ""
    url: re.Pattern[str] | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    #: of times of day that name none, e.g. "+08:00"
    zone: str = ""
    #: paragraphs that are none of the article's, matched as a whole
    leave_out: re.Pattern[str] | None = None
    #: a Unix time in a script, and a native id in the markup
    date_script: re.Pattern[str] | None = None
    id_pattern: re.Pattern[str] | None = None
    #: how the link to the next part reads, where the selector matches the whole pager
    next_text: str = ""
    #: only the first match of the body is the article
    first_only: bool = False
    #: whether it was chosen by the page's host, so that its failing is worth a word
    hosts: tuple[str, ...] = ()
    #: fields whose metas and JSON-LD mean something else on this site
    distrust: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """The eras of one site, or of one platform that is known anywhere by its markup."""

    id: str
    hosts: tuple[str, ...]
    not_hosts: tuple[str, ...]
    anywhere: bool
    rules: tuple[Rule, ...]


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = split_selectors(value)
    return tuple(value)


def split_selectors(selectors: str) -> list[str]:
    """A selector list cut at its own commas (not at those inside brackets or quotes), so that its
    members can be tried in order."""
    parts = re.findall(r"(?:[^,\"'(\[]|\"[^\"]*\"|'[^']*'|\([^)]*\)|\[[^\]]*\])+", selectors)
    return [part.strip() for part in parts if part.strip()]


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def _rule(site: str, table: Mapping[str, Any], era: Mapping[str, Any]) -> Rule:
    merged = {**table, **era}
    return Rule(
        name=f"{site}/{era['id']}",
        label=f"{site}/{era['id']}",
        body=_listed(merged["body"]),
        fields={name: _listed(merged.get(name, ())) for name in _FIELDS},
        drop=drops_of((*table.get("drop", ()), *era.get("drop_also", ()), *ADS)),
        caption=drops_of(_listed(merged.get("caption", ()))),
        evidence=merged.get("evidence", ""),
        url=_pattern(merged.get("url")),
        zone=merged.get("zone", ""),
        leave_out=_any_of(merged.get("leave_out", ())),
        date_script=_pattern(merged.get("date_script")),
        id_pattern=_pattern(merged.get("id_pattern")),
        next_text=merged.get("next_text", ""),
        first_only=merged.get("first_only", False),
        distrust=frozenset(merged.get("distrust", ())),
        hosts=() if merged.get("anywhere") else tuple(merged.get("hosts", ())),
    )


def _site(name: str, text: str) -> Site:
    table = tomllib.loads(text)
    eras = table.pop("era")
    rules = tuple(_rule(name, table, era) for era in eras)
    return Site(
        name,
        tuple(table.get("hosts", ())),
        tuple(table.get("not_hosts", ())),
        table.get("anywhere", False),
        rules,
    )


def _load() -> tuple[tuple[Site, ...], str]:
    """The package's sites, and a short hash of their data for the extractor's version."""
    found = sorted(
        (
            entry
            for entry in (files(__package__) / "sites").iterdir()
            if entry.name.endswith(".toml")
        ),
        key=lambda entry: entry.name,
    )
    digest = hashlib.sha256()
    sites = []
    for entry in found:
        text = entry.read_text("utf-8")
        digest.update(text.encode())
        sites.append(_site(entry.name.removesuffix(".toml"), text))
    # platforms known by markup alone come after the sites that have hosts
    return tuple(sorted(sites, key=lambda site: site.anywhere)), digest.hexdigest()[:8]


SITES, DATA_VERSION = _load()


def user_rule(profile: Profile) -> Rule:
    """A profile of the configuration as a rule; without `body` it finds nothing. Its name says what
    it selects, so that a profile that was mended is another rule and no edit of its pages."""
    dates = profile.since, profile.until
    taken = tuple(sorted(profile.select.items()))
    left_out = tuple(profile.drop), tuple(profile.leave_out)
    return _user_rule(
        profile.id, tuple(profile.hosts), dates, taken, left_out, profile.zone, profile.evidence
    )


@lru_cache(maxsize=1_024)
def _user_rule(
    name: str,
    hosts: tuple[str, ...],
    dates: tuple[dt.date | None, dt.date | None],
    taken: tuple[tuple[str, str], ...],
    left_out: tuple[tuple[str, ...], tuple[str, ...]],
    zone: str,
    evidence: str,
) -> Rule:
    select, (dropped, paragraphs) = dict(taken), left_out
    said = json.dumps([taken, left_out, zone], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Rule(
        name=f"{name}/{hashlib.sha256(said).hexdigest()[:8]}",
        label=name,
        body=_listed(select.get("body", ())),
        fields={name: _listed(select.get(name, ())) for name in _FIELDS},
        drop=drops_of((*(one for drop in dropped for one in split_selectors(drop)), *ADS)),
        caption=drops_of(_listed(select.get("caption", ()))),
        since=dates[0],
        hosts=hosts,
        until=dates[1],
        zone=zone,
        evidence=evidence,
        leave_out=_any_of(paragraphs),
    )


def rule_named(name: str, profiles: Sequence[Profile]) -> Rule | None:
    """The user's or our rule of this name, as extractions give it."""
    own = (rule for profile in profiles if (rule := user_rule(profile)).name == name)
    ours = (rule for site in SITES for rule in site.rules if rule.name == name)
    return next(own, None) or next(ours, None)


def on_host(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host is one of these or below one of them."""
    return any(host == name or host.endswith("." + name) for name in hosts)


def candidates(
    host: str, wanted: str | None, profiles: Sequence[Profile], built_in: bool = True
) -> Iterator[Rule]:
    """The rules to try, in order: the one asked for, the user's for this host, ours for this host,
    then platforms that are known by their markup."""
    sites = _sites_of(host) if built_in else ()
    if wanted:
        yield from (user_rule(profile) for profile in profiles if profile.id == wanted)
        if built_in:
            yield from (rule for site in SITES if site.id == wanted for rule in site.rules)
    for profile in profiles:
        if profile.id != wanted and on_host(host, profile.hosts):
            yield user_rule(profile)
    for site in sites:
        if site.id != wanted:
            yield from site.rules


@lru_cache(maxsize=4_096)
def _sites_of(host: str) -> tuple[Site, ...]:
    """Our sites of this host, then the platforms that are known by their markup."""
    return tuple(
        site
        for site in SITES
        if site.anywhere or (on_host(host, site.hosts) and not on_host(host, site.not_hosts))
    )


def known(name: str) -> bool:
    """Whether a built-in profile has this id."""
    return any(site.id == name for site in SITES)
