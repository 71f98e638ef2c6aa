"""Why a change came, in words for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "not_found": "the server says that it is not there (404)",
    "gone": "the server says that it is gone for good (410)",
    "legal": "the server says that the law forbids it (451)",
    "stub": "a page answers that says that it is not there",
    "redirect_home": "its address leads to a home page or a list",
    "redirect_elsewhere": "its address leads to another article",
    "empty": "the page is there, its text is not",
    "forbidden": "the server keeps us out",
    "removed_or_blocked": "the server refuses it while other pages of its host answer",
    "challenge": "a check of the visitor stands before it",
    "block": "a firewall refuses it",
    "wall": "it asks its visitor to log in",
    "unsupported_type": "other bytes of a document that is not read",
    "validators_lied": "the server said that nothing had changed; a full look found it",
    "flapping": "the page shows two texts in turn",
}


def why(change: Mapping[str, Any] | None) -> str | None:
    """`because the server keeps us out`; None where the change says no more than it is."""
    reason = None if change is None else change.get("reason")
    return None if reason is None else f"because {_WORDS.get(reason, reason)}"
