"""How a version stands to the seed copies, as it was found while it was read: the rows."""

import json

from crawler.model import Intent
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
        shown = clean_value(draft.alignment.as_dict())
        work.transaction.add(
            "seed_matches",
            seed_id=seed_id,
            version_id=version_id,
            seed_coverage=draft.alignment.seed_coverage,
            page_coverage=draft.alignment.page_coverage,
            relation=str(draft.alignment.relation),
            confidence=draft.alignment.confidence,
            score=draft.alignment.score,
            coarse=draft.alignment.coarse,
            alignment=json.dumps(shown, ensure_ascii=False, separators=(",", ":")),
            recorded_at=work.now,
        )
