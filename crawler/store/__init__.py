"""The archive: one SQLite file with everything that was seen, and its log as evidence."""

from crawler.store.archive import Archive
from crawler.store.committing import Committed
from crawler.store.pages import Due, ListingState
from crawler.store.runs import Request
from crawler.store.sources import SourceState

__all__ = ["Archive", "Committed", "Due", "ListingState", "Request", "SourceState"]
