"""What became of what was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of an intent."""

    page_id: int | None = None
    observation_ids: tuple[int, ...] = ()
    observation_hashes: tuple[str, ...] = ()
    extraction_id: int | None = None
    version_id: int | None = None
    change_ids: tuple[int, ...] = ()
    event_ids: tuple[int, ...] = ()
