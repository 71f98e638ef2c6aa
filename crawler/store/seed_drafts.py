"""How a version stands to the seed copies, as it was found while it was read: the rows."""

import json
from typing import Any

from crawler.model import Alignment, Intent, SeedMatchDraft
from crawler.store.records import clean_value
from crawler.store.work import Work


def add_seed_matches(work: Work, intent: Intent, version_id: int | None) -> None:
    """Keep the seed matches of an intent for this version; those of a version that stood before
    are written anew."""
    for draft in intent.seed_matches:
        seed_id, _ = work.seeds().get(draft.seed, (None, ""))
        if seed_id is None or version_id is None:
            continue
        if not intent.new_version:
            work.conn.execute(
                "DELETE FROM seed_matches WHERE seed_id = ? AND version_id = ?",
                (seed_id, version_id),
            )
        add_seed_match(work, seed_id, version_id, draft)


def add_seed_match(work: Work, seed_id: int, version_id: int, draft: SeedMatchDraft) -> None:
    """Keep one match."""
    row = match_row(seed_id, version_id, draft.alignment, work.now)
    work.transaction.add("seed_matches", **row)


def match_row(seed_id: int, version_id: int, found: Alignment, now: str) -> dict[str, Any]:
    """The row of one match."""
    return {
        "seed_id": seed_id,
        "version_id": version_id,
        "seed_coverage": found.seed_coverage,
        "page_coverage": found.page_coverage,
        "relation": str(found.relation),
        "confidence": found.confidence,
        "score": found.score,
        "coarse": found.coarse,
        "alignment": json.dumps(
            clean_value(found.as_dict()), ensure_ascii=False, separators=(",", ":")
        ),
        "recorded_at": now,
    }
