"""The telling side of the archive: alarms, and the outbox of messages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.model import ChangeDraft, EventDraft, Span, iso
from crawler.store import (
    alarms,
    outbox,
    recent,
    recounting,
    reports,
    reprints,
    returning,
    seeds,
    stories,
    timeline,
    together,
)
from crawler.store.faults import explained
from crawler.store.openfile import OpenFile
from crawler.store.seeds import SeedRow
from crawler.store.stories import Story


class TellSide(OpenFile):
    """What people are told of, and whether they were."""

    def record_event(self, draft: EventDraft) -> int:
        """Write an event that belongs to no page's look, with its messages; its id."""
        self._must_write()
        with explained(self.path):
            return alarms.tell(self.conn, draft, (), self._now(), self.router)

    def observe(self, kind: str, found: Iterable[alarms.Condition]) -> list[alarms.Alarm]:
        """Open and close alarms of a kind by what is the case now; those open and untold."""
        self._must_write()
        with explained(self.path):
            return alarms.observe(self.conn, kind, found, self._now())

    def tell(self, draft: EventDraft, told: Sequence[alarms.Alarm]) -> int:
        """Record the event that tells of these alarms."""
        with explained(self.path):
            return alarms.tell(self.conn, draft, told, self._now(), self.router)

    def last_told(self, kind: str, source_id: str | None) -> str | None:
        """When an alarm of this kind was last told of this source."""
        with explained(self.path):
            return alarms.last_told(self.conn, kind, source_id)

    def conditions(self, now: datetime) -> dict[str, list[alarms.Condition]]:
        """What is the case now, by kind of alarm."""
        with explained(self.path):
            return {
                "promise_broken": alarms.broken_promises(self.conn, now),
                "source_silent": alarms.silent_sources(self.conn, now),
                "extraction_breaks": alarms.breaking_extraction(self.conn, now),
            }

    def lost_names(self) -> list[tuple[str, str, str]]:
        """Addresses whose names have no address: the source, the address, since when."""
        with explained(self.path):
            return alarms.lost_names(self.conn)

    # What a pass means beside all other texts

    def reprints_reached(self) -> reprints.Reached:
        """The last change and version that were laid beside the other texts."""
        with explained(self.path):
            return reprints.reached(self.conn)

    def reprints_hushed(self) -> bool:
        """Whether a backfill has begun, and nobody came to its end."""
        with explained(self.path):
            return reprints.is_hushed(self.conn)

    def hush_reprints(self) -> None:
        """A backfill begins: what comes until the next telling is passed over."""
        self._must_write()
        with explained(self.path):
            reprints.hush(self.conn, self._now())

    def newest_rows(self) -> reprints.Reached:
        """The newest change and version."""
        with explained(self.path):
            return reprints.newest(self.conn)

    def turned(self, since: reprints.Reached) -> list[reprints.Turned]:
        """Changes after these, at most 300 at a time, with the texts before and after."""
        with explained(self.path):
            return reprints.turned(self.conn, since)

    def placed(self, since: reprints.Reached) -> list[reprints.Placed]:
        """Versions after these that share passages with a seed copy, when that was not told."""
        with explained(self.path):
            return reprints.placed(self.conn, since)

    def placed_before(self, one: reprints.Placed) -> Iterator[tuple[int, list[Span]]]:
        """What earlier versions of that page shared with the seed copy, the newest first, each
        with the row of the seed copy's revision."""
        with explained(self.path):
            return reprints.placed_before(self.conn, one)

    def seed_revision(self, row_id: int) -> SeedRow:
        """A revision of a seed copy by its row."""
        with explained(self.path):
            return seeds.by_row(self.conn, row_id)

    def sharing(self, text_ids: Iterable[int], page_id: int) -> list[reprints.Sharing]:
        """The pages but one that show, or showed, these texts."""
        with explained(self.path):
            return reprints.sharing(self.conn, text_ids, page_id)

    def tell_reprints(self, drafts: Sequence[EventDraft], so_far: reprints.Reached) -> list[int]:
        """Write these events and how far their search came; the events' ids."""
        self._must_write()
        with explained(self.path):
            return reprints.tell(self.conn, drafts, so_far, self._now(), self.router)

    # A page's time, put in order after others' copies were filed in it

    def page_steps(self, page_id: int) -> list[timeline.Step]:
        """The changes that a page's time shows and that no standing change tells so well, after
        every look has the version that stood at its moment."""
        self._must_write()
        with explained(self.path):
            returning.split(self.conn, page_id, self._now())
            return timeline.steps(self.conn, page_id)

    def tell_steps(
        self, page_id: int, told: list[tuple[timeline.Step, ChangeDraft]], origin: str, now: str
    ) -> list[int]:
        """Record the changes of these steps; their ids. Nobody is sent a message: they are old."""
        self._must_write()
        with explained(self.path):
            return recounting.tell(self.conn, page_id, told, origin, now)

    def tell_past(self, draft: EventDraft) -> int:
        """Record one event for many past changes, with one message to each channel that is told of
        any of them; the event's id."""
        self._must_write()
        with explained(self.path):
            return together.tell_together(self.conn, draft, self._now(), self.router)

    def copies_filed(self, urls: Iterable[str]) -> None:
        """Write down that these copies have their place, and need not be asked for again."""
        self._must_write()
        with explained(self.path):
            recent.copies_filed(self.conn, urls)

    # Messages

    def queue_message(
        self, channel: str, key: str, payload: Mapping[str, Any], *, delivered: bool = False
    ) -> bool:
        """Queue a message about no row; whether its key is a new one."""
        self._must_write()
        with explained(self.path):
            row_id = outbox.add(
                self.conn, channel, key, dict(payload), self._now(), delivered=delivered
            )
        return row_id is not None

    def claim_message(self, channels: Iterable[str], now: datetime) -> outbox.Message | None:
        """The oldest message of these channels that is to be sent now, put off for others."""
        self._must_write()
        with explained(self.path):
            return outbox.claim(self.conn, channels, now)

    def message_delivered(self, message: outbox.Message) -> None:
        """Write down that a message was taken by its channel."""
        with explained(self.path):
            outbox.delivered(self.conn, message, self._now())

    def message_failed(self, message: outbox.Message, error: str, now: datetime) -> str:
        """Write down why a message was not taken; when it is tried again."""
        with explained(self.path):
            return outbox.failed(self.conn, message, error, now)

    def resend_since(self, since: str, channel: str | None = None) -> int:
        """Make what was told since a moment due again; how many messages."""
        self._must_write()
        with explained(self.path):
            return outbox.resend(self.conn, since, channel, self._now())

    def outbox_depth(self) -> dict[str, Any]:
        """How many messages wait, since when, and each channel's last error."""
        with explained(self.path):
            return outbox.depth(self.conn)

    def last_digest(self, channel: str, now: datetime) -> str | None:
        """The end of the period that a channel's last digest told of."""
        with explained(self.path):
            return outbox.last_digest(self.conn, channel, iso(now))

    def make_digest(self, channel: str, since: str, until: str) -> None:
        """Queue a channel's digest of a period with everything that waits for it."""
        self._must_write()
        with explained(self.path):
            outbox.make_digest(self.conn, channel, since, until, self._now())

    def stories(self, now: datetime) -> list[Story]:
        """Changes that are so many alike that they are one story."""
        with explained(self.path):
            return stories.stories(self.conn, now)

    def hold_story(self, story: Story, until: datetime) -> None:
        """Put a story's messages off: it may be growing."""
        with explained(self.path):
            stories.hold(self.conn, story, iso(until))

    def tell_story(self, story: Story, draft: EventDraft) -> None:
        """Record one event for the story, which carries all of its changes."""
        with explained(self.path):
            stories.tell_story(self.conn, story, draft, self._now())

    def period(self, since: str, until: str) -> dict[str, Any]:
        """What a period brought: checks of pages, changes above score 0, events."""
        with explained(self.path):
            return reports.period(self.conn, since, until)

    def counts(self, now: str) -> dict[str, Any]:
        """A few numbers of how the archive's work stands."""
        with explained(self.path):
            return reports.counts(self.conn, self.path, now)

    def event(self, event_id: int) -> dict[str, Any]:
        """One event in the shape of `crawl events --json`."""
        with explained(self.path):
            return reports.event(self.conn, event_id)
