"""What the daemon does beside crawling, on a connection and a thread of its own: indexes, alarms,
messages, measures."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.config import Config
from crawler.daemon.anchoring import DailyAnchor
from crawler.daemon.lines import line
from crawler.daemon.pulse import Pulse
from crawler.errors import ArchiveError
from crawler.evidence.saving import Saver
from crawler.model import EventDraft, iso, parse_iso
from crawler.notify.channels import NotSent, beat
from crawler.pipeline.rates import horizons
from crawler.pipeline.telling import deliver, router
from crawler.pipeline.watching import look_after, room_left
from crawler.store import Archive
from crawler.store.space import free_bytes

log = logging.getLogger(__name__)

CONDITIONS_EVERY = timedelta(seconds=60)
BEAT_EVERY = timedelta(seconds=60)
#: texts that are indexed between two looks at other chores
INDEX_SLICE = 50
DELIVERY_S = 5.0
#: a beat is given only while ticks end well
GOOD_TICK_S = 10.0


@dataclass(slots=True)
class Chores:
    """`archive` is a writing connection of its own. Every method is called on one thread."""

    archive: Archive
    pulse: Pulse
    clock: Callable[[], datetime]
    config: Config
    _anchor: DailyAnchor = field(init=False, default_factory=DailyAnchor)
    _saver: Saver = field(init=False, default_factory=Saver)
    _not_saved: str | None = field(init=False, default=None)
    _looked_at: datetime | None = field(init=False, default=None)
    _beat_at: datetime | None = field(init=False, default=None)
    _failed: str | None = field(init=False, default=None)

    def configure(self, config: Config) -> None:
        """Goes by another configuration from now on."""
        self.config = config

    def round(self) -> bool:
        """One round of all chores; whether more texts wait for the indexes. A chore that fails is
        logged, and tried again in the next round."""
        now = self.clock()
        self.archive.router = router(self.config)
        more = False
        try:
            if room_left(self.archive, self.config):
                more = self.archive.index_waiting(INDEX_SLICE) == INDEX_SLICE
            if _due(self._looked_at, now, CONDITIONS_EVERY):
                self._looked_at = now
                look_after(self.archive, self.config, now)
                self.measure(now)
            self._anchor.make(self.archive, self.config, now)
            self._save_elsewhere(now)
            deliver(self.archive, self.config, self.clock, seconds=DELIVERY_S)
            self._failed = None
        except ArchiveError as error:
            self._say(error)
        self.heartbeat(now)
        return more

    def _save_elsewhere(self, now: datetime) -> None:
        """Has edited pages saved by the Wayback Machine, where the file asks for that."""
        problem = self._saver.step(self.archive, self.config.network, now)
        if problem is not None and problem != self._not_saved:
            line(log, "not saved elsewhere", level=logging.WARNING, error=problem)
        self._not_saved = problem

    def measure(self, now: datetime) -> None:
        """Sets the gauges."""
        counts = self.archive.counts(iso(now))
        lag = (now - parse_iso(counts["oldest_due"])).total_seconds() if counts["oldest_due"] else 0
        self.pulse.broken_promises = counts["broken_promises"]
        self.pulse.measure(
            queue_pages=counts["due"],
            lag_seconds=max(0.0, lag),
            archive_bytes=counts["size_bytes"],
            free_bytes=free_bytes(self.archive.path),
            outbox_messages=counts["outbox"],
            indexes_waiting=counts["indexes_waiting"],
            broken_promises=counts["broken_promises"],
        )

    def heartbeat(self, now: datetime) -> None:
        """Tells the outside that the ticks end well, about once a minute."""
        named = self.config.operating.heartbeat
        if named is None and os.environ.get("CRAWL_HEARTBEAT"):
            named = "env:CRAWL_HEARTBEAT"
        age = self.pulse.tick_age_s
        if named is None or age is None or age > GOOD_TICK_S:
            return
        if not _due(self._beat_at, now, BEAT_EVERY):
            return
        self._beat_at = now
        try:
            beat(named)
        except NotSent as error:
            line(log, "no heartbeat", level=logging.WARNING, error=str(error))

    def clock_stepped(self, seconds: float) -> None:
        """Records a step of the wall clock; pages that it put out of reach are due now."""
        way = "back" if seconds < 0 else "ahead"
        draft = EventDraft(
            "clock_step",
            "clock",
            f"the clock of this machine stepped {way} by {abs(seconds):.0f} s",
            "order in the archive goes by sequence and is right; keep the clock with NTP",
        )
        self._record(draft)
        try:
            self.archive.heal()
            self.archive.pull_back(horizons(self.config.sources, self.clock()))
        except ArchiveError as error:
            self._say(error)

    def _say(self, error: ArchiveError) -> None:
        """A chore failed: said once for as long as it fails alike."""
        if error.message != self._failed:
            line(log, "chore failed", level=logging.ERROR, error=error.message)
        self._failed = error.message

    def refused(self, path: str, why: str) -> None:
        """Records that a changed configuration was not taken."""
        self._record(
            EventDraft(
                "configuration_refused",
                path,
                f"{why}; the configuration of before stays in force",
                "mend the file; it is read again when it changes",
            )
        )

    def _record(self, draft: EventDraft) -> None:
        line(log, draft.kind, level=logging.WARNING, what=draft.message)
        try:
            self.archive.router = router(self.config)
            self.archive.record_event(draft)
        except ArchiveError as error:
            line(log, "event lost", level=logging.ERROR, error=error.message)


def _due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    return last is None or not timedelta() <= now - last < every
