"""English and Chinese: which of them a reader wants, and the words of our pages in it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
COOKIE = "palimpsest_language"

#: names that stand in the archive and read badly as they are
NAMES: Mapping[str, str] = {
    "kind:content": "edit of the text",
    "kind:state": "state",
    "kind:listing": "listing",
    "kind:extractor": "other reading of the same bytes",
    "mark:seen": "seen",
    "mark:important": "important",
    "mark:false": "false alarm",
    "copy:same": "online as it is",
    "copy:changed": "changed online",
    "copy:gone": "no longer online",
    "copy:only": "only in this copy",
    "relation:same": "the same",
    "relation:reprint": "a reprint",
    "relation:quotes": "quotes the copy",
    "relation:quoted_by": "quoted by the copy",
    "relation:overlap": "shares passages",
    "relation:translation": "a translation",
    "source_name": "origin (来源)",
    "mark:none": "not yet",
    "reason:not_found": "the server says that it is not there (404)",
    "reason:gone": "the server says that it is gone for good (410)",
    "reason:legal": "the server says that the law forbids it (451)",
    "reason:stub": "a page that says that it is not there",
    "reason:redirect_home": "its address leads to a home page or a list",
    "reason:redirect_elsewhere": "its address leads to another article",
    "reason:empty": "the page is there, its text is not",
    "reason:forbidden": "the server keeps us out",
    "reason:removed_or_blocked": "the server refuses it while other pages of its host answer",
    "reason:challenge": "a check of the visitor stands before it",
    "reason:block": "a firewall refuses it",
    "reason:wall": "it asks its visitor to log in",
    "reason:unsupported_type": "what came is no page of text",
    "outcome:not_modified": "not modified",
    "outcome:new": "new",
    "outcome:changed": "changed",
    "outcome:unchanged": "unchanged",
    "outcome:gone": "gone",
    "outcome:redirected": "led elsewhere",
    "outcome:emptied": "emptied",
    "outcome:blocked": "blocked",
    "outcome:refused": "not asked",
    "outcome:failed": "failed",
    "outcome:listed": "listed",
    "event:promise_broken": "promise broken",
    "event:source_silent": "source silent",
    "event:name_lost": "host name lost",
    "event:listing_shrunk": "listing shrunk",
    "event:listing_capped": "listing too long",
    "event:listing_foreign": "listing of another site",
    "event:foreign_links_dropped": "foreign links left out",
    "event:extraction_breaks": "extraction breaks",
    "event:extraction_unsure": "extraction unsure",
    "event:disk_low": "disk nearly full",
    "event:clock_step": "clock step",
    "event:configuration_refused": "configuration refused",
    "event:redesign": "redesign",
    "event:seed_added": "seed copy added",
    "event:seed_revised": "seed copy revised",
    "event:copy_found": "copy found",
    "event:quotation_gone": "quotation gone",
    "event:original_changed": "original changed",
    "event:addresses_disagree": "addresses disagree",
    "event:validators_lied": "validators lied",
    "event:flapping": "page goes back and forth",
    "event:past_edits": "past edits found",
    "event:not_anchored": "not anchored",
    "event:saved_elsewhere": "saved elsewhere",
    "event:log_held_up": "write-ahead log held up",
    "event:host_overloaded": "host cannot carry its promises",
    "event:reprint_diverged": "reprint diverged",
    "event:passage_dropped": "passage dropped",
}


@cache
def chinese() -> Mapping[str, str]:
    """English words of our pages -> Chinese ones."""
    text = resources.files("crawler.web").joinpath("words.zh.toml").read_text(encoding="utf-8")
    return {key: value for part in tomllib.loads(text).values() for key, value in part.items()}


def translated(words: str, language: str, /, **values: object) -> str:
    """The words in a language, English where they have no translation, with `{values}` put in."""
    found = NAMES.get(words, words)
    if language == "zh":
        found = chinese().get(words, found)
    return found.format(**values) if values else found


def wanted(asked: str | None, cookie: str | None, accepted: str) -> str:
    """The language to answer in: the one asked for, else the one kept, else the first one of the
    browser's that we have, else English (RFC 9110 §12.5.4)."""
    for given in (asked, cookie):
        if given in LANGUAGES:
            return str(given)
    return _preferred(accepted[:500])


def _preferred(accepted: str) -> str:
    ranked = sorted((_weighed(part) for part in accepted.split(",")), key=lambda pair: -pair[0])
    for weight, tag in ranked:
        if weight > 0 and tag in LANGUAGES:
            return tag
    return "en"


def _weighed(part: str) -> tuple[float, str]:
    tag, _, quality = part.partition(";")
    name, _, value = quality.strip().partition("=")
    try:
        weight = float(value) if name == "q" else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.strip().lower().partition("-")[0]
