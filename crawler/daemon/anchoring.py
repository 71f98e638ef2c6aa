"""The daily anchor: the log's head signed, kept outside, and stamped by authorities."""

import logging
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.config import Config
from crawler.daemon.lines import line
from crawler.errors import CrawlError
from crawler.evidence.anchoring import anchor
from crawler.evidence.state import State
from crawler.model import EventDraft, parse_iso
from crawler.store import Archive
from crawler.store.witness import anchored_until, origin

log = logging.getLogger(__name__)

ANCHOR_EVERY = timedelta(hours=24)
# After one that failed: an authority that is down, a state that cannot be written.
AGAIN_AFTER = timedelta(hours=1)


def authorities_of(config: Config) -> tuple[str, ...]:
    """The authorities that the file names, and those of `CRAWL_TSA`."""
    return (*config.network.tsa, *os.environ.get("CRAWL_TSA", "").split())


@dataclass(slots=True)
class DailyAnchor:
    """Anchors once a day, also over restarts: the log itself says when it was done last."""

    _next: datetime | None = field(init=False, default=None)
    _said: str | None = field(init=False, default=None)

    def make(self, archive: Archive, config: Config, now: datetime) -> None:
        """Signs and stamps the head when its time has come. What goes wrong is said, and an
        archive that contradicts the head signed before is an event: nothing is signed then."""
        if self._next is not None and timedelta() <= self._next - now <= ANCHOR_EVERY:
            return
        self._next = now + AGAIN_AFTER
        last = anchored_until(archive.conn)
        due = None if last is None else parse_iso(last) + ANCHOR_EVERY
        if due is not None and now < due <= now + ANCHOR_EVERY:
            self._next = due
            return
        state = State()
        try:
            if origin(archive.conn) is None:
                return
            if state.key() is None:
                self._say("no anchor: there is no key, `crawl init` makes one")
                return
            made = anchor(archive, state, now, authorities_of(config))
        except CrawlError as error:
            self._refused(archive, error)
            return
        problems = [stamp["problem"] for stamp in made["stamps"] if stamp["problem"]]
        for problem in problems:
            line(log, "not stamped", level=logging.WARNING, error=problem)
        self._said = None
        if not problems:
            self._next = now + ANCHOR_EVERY
        if made["made"]:
            line(log, "anchored", size=made["head"]["size"], root=made["head"]["root"])

    def _say(self, what: str) -> None:
        """Once for as long as it is so."""
        if what != self._said:
            line(log, what, level=logging.WARNING)
        self._said = what

    def _refused(self, archive: Archive, error: CrawlError) -> None:
        if error.message == self._said:
            return
        self._say(error.message)
        archive.record_event(EventDraft("not_anchored", "log", error.message, error.next_step))
