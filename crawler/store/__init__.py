"""The archive: one SQLite file with everything that was seen, and its log as evidence."""

from crawler.store.addresses import ListingState
from crawler.store.alarms import Alarm, Condition
from crawler.store.archive import Archive
from crawler.store.candidates import Candidates
from crawler.store.committed import Committed
from crawler.store.outbox import Message
from crawler.store.pages import Due
from crawler.store.rates import Horizon, Learnt, Planned
from crawler.store.runs import Request
from crawler.store.seeds import SeedRow
from crawler.store.sources import SourceState
from crawler.store.stories import Story
from crawler.store.versions import VersionRow

__all__ = [
    "Alarm",
    "Archive",
    "Candidates",
    "Committed",
    "Condition",
    "Due",
    "Horizon",
    "Learnt",
    "ListingState",
    "Message",
    "Planned",
    "Request",
    "SeedRow",
    "SourceState",
    "Story",
    "VersionRow",
]
