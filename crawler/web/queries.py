"""Questions that scholars ask of the archive, as canned queries, in the order in which Datasette
lists them."""

from crawler.web.canned import Query
from crawler.web.queries_copies import COPIES
from crawler.web.queries_counts import COUNTS
from crawler.web.queries_history import HISTORY

__all__ = ["QUERIES", "Query"]

QUERIES = (*HISTORY, *COPIES, *COUNTS)
