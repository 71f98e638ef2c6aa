"""From a listing to its links: one module a kind of source, each a pure function from a document
to what it says of its articles."""

from crawler.discover.gather import pages_of
from crawler.discover.keys import page_key
from crawler.discover.kinds import (
    KINDS,
    Step,
    ends_at,
    next_urls,
    page_links,
    read,
    start_urls,
)
from crawler.discover.sites import same_domain, same_site, site_of
from crawler.discover.urls import normalise_url, resolve
from crawler.discover.wayback import copy_beside, moment_of, original_of

__all__ = [
    "KINDS",
    "Step",
    "copy_beside",
    "ends_at",
    "moment_of",
    "next_urls",
    "normalise_url",
    "original_of",
    "page_key",
    "page_links",
    "pages_of",
    "read",
    "resolve",
    "same_domain",
    "same_site",
    "site_of",
    "start_urls",
]
