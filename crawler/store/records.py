"""What each kind of record says: the formats that docs/records.md fixes for ever.

Pure: values in, the record's own fields out; `format`, `kind`, `sequence` and `previous` are added
where it is appended. A record names others by their hashes, never by row numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from crawler.model import (
    Attempt,
    EventDraft,
    Extraction,
    Link,
    Outcome,
    SeedSetting,
)

ORIGIN_HERE = "here"
VANTAGE = "here"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a record says of the program that wrote it."""

    program: str
    configuration: str | None


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """A version by hashes: what it was read by, and the first and last look at its bytes."""

    extraction: str | None
    text_sha256: str | None
    first_observation: str | None
    last_observation: str | None

    def as_dict(self) -> Record:
        """As it stands in a change's `from` and `to`."""
        return {
            "extraction": self.extraction,
            "text_sha256": self.text_sha256,
            "first_observation": self.first_observation,
            "last_observation": self.last_observation,
        }


def text_sha256(text: str) -> str:
    """The name of a text: SHA-256 of its characters in UTF-8."""
    return sha256(text.encode()).hexdigest()


def bytes_sha256(body: bytes) -> str:
    """The name of a body: SHA-256 of its bytes."""
    return sha256(body).hexdigest()


def clean(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 can hold, as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean_value(value: Any) -> Any:
    """A JSON value with every string in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [clean_value(item) for item in value]
    if isinstance(value, Mapping):
        return {clean(key): clean_value(item) for key, item in value.items()}
    return value


def observation(
    attempt: Attempt,
    outcome: Outcome,
    reason: str | None,
    *,
    previous_of_address: str | None,
    retry_of: str | None,
    body_sha256: str | None,
    by: Circumstances,
    origin: str = ORIGIN_HERE,
    as_of: str | None = None,
) -> Record:
    """An attempt of ours: all that was asked and all that came. `as_of` is when another one that
    kept a copy was served its bytes, by the word of that `origin`."""
    return {
        "previous_of_address": previous_of_address,
        "purpose": str(attempt.purpose),
        "origin": origin,
        "vantage": VANTAGE,
        "as_of": as_of or attempt.finished_at,
        "as_of_by": "clock" if as_of is None else origin,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
        "duration_ms": attempt.duration_ms,
        "request_url": attempt.request_url,
        "method": attempt.method,
        "request_headers": [list(header) for header in attempt.request_headers],
        "conditional_on": attempt.conditional_on,
        "retry_of": retry_of,
        "hops": [
            {
                "url": hop.url,
                "status": hop.status,
                "reason": hop.reason,
                "http_version": hop.http_version,
                "headers": [list(header) for header in hop.headers],
                "address": hop.address,
                "via": hop.via,
            }
            for hop in attempt.hops
        ],
        "final_url": attempt.final_url,
        "status": attempt.status,
        "certificate_sha256": attempt.certificate_sha256,
        "proxy": attempt.proxy,
        "wire_sha256": attempt.wire_sha256,
        "wire_sha1": attempt.wire_sha1,
        "wire_bytes": attempt.wire_bytes,
        "body_sha256": body_sha256,
        "body_bytes": None if attempt.body is None else len(attempt.body),
        "outcome": str(outcome),
        "reason": reason,
        "error": None if attempt.failure is None else attempt.failure.message,
        "flags": list(attempt.flags),
        "robots": {"policy": attempt.robots, "reason": attempt.robots_reason},
        "program": by.program,
        "configuration": by.configuration,
    }


def extraction(
    read: Extraction,
    *,
    capture: Sequence[str],
    content_type: str | None,
    final_url: str,
    listing: Link | None,
    encoding: str | None,
    profile: str | None,
    text_digest: str,
    fold_digest: str,
    recorded_at: str,
) -> Record:
    """What one extractor version made of one capture."""
    key = read.page_key
    return {
        "capture": list(capture),
        "content_type": content_type,
        "final_url": final_url,
        "listing": None if listing is None else listing_entry(listing),
        "encoding": encoding,
        "profile": profile,
        "extractor": read.extractor,
        "rule": read.rule,
        "assessment": str(read.assessment),
        "reason": read.reason,
        "text_sha256": text_digest,
        "fold_sha256": fold_digest,
        "title": read.title,
        "author": read.author,
        "source_name": read.source_name,
        "source_url": read.source_url,
        "editor": read.editor,
        "published": read.published,
        "updated": read.updated,
        "lang": read.lang,
        "images": list(read.images),
        "links": list(read.links),
        "canonical_url": read.canonical_url,
        "page_key": None if key is None else {"site": key.site, "key": key.key},
        "marked": [list(mark) for mark in read.marked],
        "charset": read.charset,
        "charset_from": read.charset_from,
        "found_in": dict(read.found_in),
        "flags": list(read.flags),
        "recorded_at": recorded_at,
    }


def listing_entry(link: Link) -> Record:
    """What the listing said of the article, as the extractor was given it."""
    return {
        "url": link.url,
        "title": link.title,
        "author": link.author,
        "published": link.published,
        "updated": link.updated,
    }


def event(draft: EventDraft, changes: Iterable[str], recorded_at: str) -> Record:
    """Whatever else people must hear of; `changes` are the hashes of change records."""
    return {
        "event_kind": draft.kind,
        "subject": draft.subject,
        "message": draft.message,
        "next_step": draft.next_step,
        "changes": list(changes),
        "passage": None if draft.passage is None else list(draft.passage),
        "recorded_at": recorded_at,
    }


def seed(
    setting: SeedSetting,
    *,
    revision: int,
    replaces: str | None,
    file_name: str,
    file_sha256: str,
    file_bytes: int,
    text_digest: str,
    fold_digest: str,
    recorded_at: str,
) -> Record:
    """A copy that the user holds, in one revision; `replaces` is the hash of the one before."""
    return {
        "name": setting.id,
        "revision": revision,
        "replaces": replaces,
        "file_name": file_name,
        "file_sha256": file_sha256,
        "file_bytes": file_bytes,
        "text_sha256": text_digest,
        "fold_sha256": fold_digest,
        "title": setting.title,
        "author": setting.author,
        "published": setting.published,
        "url": setting.url,
        "url_evidence": setting.url_evidence,
        "retrieved": setting.retrieved,
        "originals": list(setting.originals),
        "lang": list(setting.lang),
        "note": setting.note,
        "recorded_at": recorded_at,
    }
