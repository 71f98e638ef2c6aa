"""Extractions and versions, written."""

import json
from dataclasses import dataclass, replace

from crawler.model import Extraction, Intent
from crawler.store import records
from crawler.store.changing import CaptureRecord
from crawler.store.records import clean
from crawler.store.work import Work


@dataclass(frozen=True, slots=True)
class Read:
    """An extraction's row with what refers to it."""

    id: int
    hash: str
    text_id: int
    text_sha256: str


def add_extraction(
    work: Work,
    intent: Intent,
    read: Extraction,
    *,
    capture: list[str],
    content_type: str | None,
    final_url: str,
    observation_id: int,
) -> Read:
    """Keep an extraction with its text."""
    text_id, text_digest, fold_digest = work.text(clean(read.text), read.fold_sha256)
    appended = work.transaction.append(
        "extraction",
        records.extraction(
            read,
            capture=capture,
            content_type=content_type,
            final_url=final_url,
            listing=intent.listing,
            encoding=intent.encoding,
            profile=intent.profile,
            text_digest=text_digest,
            fold_digest=fold_digest,
            recorded_at=work.now,
        ),
    )
    written = appended.fields
    row_id = work.transaction.add(
        "extractions",
        sequence=appended.sequence,
        page_id=intent.page.page_id,
        observation_id=observation_id,
        text_id=text_id,
        images=json.dumps(written["images"], ensure_ascii=False),
        links=json.dumps(written["links"], ensure_ascii=False),
        **{name: written[name] for name in _EXTRACTION_COLUMNS},
    )
    return Read(row_id, appended.hash, text_id, text_digest)


def add_reading(work: Work, intent: Intent, read: Extraction, earlier: CaptureRecord) -> Read:
    """Keep another extraction of what an earlier one was made from, with its listing's words; it
    was read with the encoding and profile of the intent."""
    return add_extraction(
        work,
        replace(intent, listing=earlier.listing),
        read,
        capture=earlier.capture,
        content_type=earlier.content_type,
        final_url=earlier.final_url,
        observation_id=earlier.observation_id,
    )


_EXTRACTION_COLUMNS = [
    "assessment",
    "reason",
    "title",
    "author",
    "source_name",
    "source_url",
    "editor",
    "published",
    "updated",
    "lang",
    "canonical_url",
    "charset",
    "extractor",
    "rule",
]


def add_version(
    work: Work,
    page_id: int,
    read: Read,
    observation_id: int,
    as_of: str,
    origin: str = records.ORIGIN_HERE,
    superseded: bool = False,
) -> int:
    """Add a version of a page, `superseded` where another reading of its capture stands for it.

    A text that the page never showed waits for the indexes, also when they know it: what stands on
    two pages is in the passage index whole."""
    work.conn.execute(
        "UPDATE texts SET indexed = 0 WHERE id = ? AND indexed "
        "AND NOT EXISTS (SELECT 1 FROM versions WHERE text_id = texts.id AND page_id = ?)",
        (read.text_id, page_id),
    )
    return work.transaction.add(
        "versions",
        page_id=page_id,
        extraction_id=read.id,
        text_id=read.text_id,
        first_observation_id=observation_id,
        as_of=as_of,
        origin=origin,
        superseded=int(superseded),
    )
