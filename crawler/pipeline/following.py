"""How far a run follows what listings lead to: a list that never ends is not read for ever."""

from collections import Counter
from collections.abc import Sequence

from crawler.discover import Step
from crawler.model import EventDraft, Source

#: listings that one source may lead to in one run, and in one that reads all of its past
MOST_LISTINGS = 200
MOST_BACKFILLED = 20_000


class Following:
    """Counts the listings of each source that were followed in a run."""

    def __init__(self, *, backfill: bool) -> None:
        self._most = MOST_BACKFILLED if backfill else MOST_LISTINGS
        self._followed: Counter[str] = Counter()
        self._told: set[str] = set()

    def within(
        self, source: Source, steps: Sequence[Step]
    ) -> tuple[Sequence[Step], EventDraft | None]:
        """The steps that are still to be taken, and once for a source the event that others are
        not."""
        room = max(0, self._most - self._followed[source.id])
        taken = steps[:room]
        self._followed[source.id] += len(taken)
        if len(taken) == len(steps) or source.id in self._told:
            return taken, None
        self._told.add(source.id)
        return taken, self._endless(source, steps[room].url)

    def _endless(self, source: Source, url: str) -> EventDraft:
        return EventDraft(
            "listing_capped",
            url,
            f"{source.id} leads on to {url} after {self._most:,} listings in one run; "
            "it is not followed",
            "see whether that list ends; the next run goes on, or split the source",
            source.id,
        )
