"""What the record of a change says, and the operations beside it: docs/records.md. Pure."""

from collections.abc import Mapping

from crawler import chain
from crawler.model import ChangeDraft, Diff
from crawler.store.records import ORIGIN_HERE, Record, VersionPlace, text_sha256


def change(
    draft: ChangeDraft,
    *,
    old: VersionPlace | None,
    new: VersionPlace | None,
    old_last_seen: str | None,
    new_first_seen: str,
    seed_hashes: Mapping[str, str],
    supersedes: str | None,
    comparer: str | None,
    ops: str | None,
    recorded_at: str,
    origin: str = ORIGIN_HERE,
) -> Record:
    """A page passing from one version, or one state, to another. `ops` is `ops_text(diff)`."""
    diff = draft.diff
    return {
        "change_kind": str(draft.kind),
        "from": None if old is None else old.as_dict(),
        "to": None if new is None else new.as_dict(),
        "from_state": None if draft.from_state is None else str(draft.from_state),
        "to_state": None if draft.to_state is None else str(draft.to_state),
        "old_last_seen": old_last_seen,
        "new_first_seen": new_first_seen,
        **counts(diff),
        "labels": [str(label) for label in draft.labels],
        "score": int(draft.score) if draft.score in (0, 1) else draft.score,
        "coarse": diff is not None and diff.coarse,
        "fields": fields_of(draft),
        "seeds": [
            {"seed": name, "record": seed_hashes.get(name), "touched": [list(s) for s in spans]}
            for name, spans in draft.seeds
        ],
        "terms": [term.as_dict() for term in draft.terms],
        "ops_sha256": None if ops is None else text_sha256(ops),
        "origin": origin,
        "supersedes": supersedes,
        "reason": draft.reason,
        "comparer": comparer,
        "recorded_at": recorded_at,
    }


def counts(diff: Diff | None) -> Record:
    """The four counts of characters; noise counts in none."""
    names = ("inserted", "deleted", "moved", "masked")
    return {name: 0 if diff is None else getattr(diff, name) for name in names}


def fields_of(draft: ChangeDraft) -> list[Record]:
    """The fields that read otherwise, of the comparison or of the listing."""
    changed = draft.diff.fields if draft.diff is not None else draft.fields
    return [field.as_dict() for field in changed]


def ops_text(diff: Diff | None) -> str | None:
    """The operations as one RFC 8785 text, kept beside the record, which names its SHA-256."""
    if diff is None:
        return None
    return chain.record_text([op.as_dict() for op in diff.ops])
