"""Fetching: HTTP within limits, at a host's pace, by its robots file, to checked addresses only."""

from crawler.fetch.failures import Interrupted
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.headers import user_agent
from crawler.fetch.urls import host_key

__all__ = ["Fetcher", "Interrupted", "host_key", "user_agent"]
