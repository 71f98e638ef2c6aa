"""Telling people: who is told of what, how it reads, and the ways that it goes."""

from crawler.notify.messages import (
    Letter,
    change_letter,
    digest_letter,
    event_letter,
    trial_letter,
)
from crawler.notify.routing import digest_period, router_of

__all__ = [
    "Letter",
    "change_letter",
    "digest_letter",
    "digest_period",
    "event_letter",
    "router_of",
    "trial_letter",
]
