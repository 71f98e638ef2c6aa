"""How each table and view is shown: order, facets, what is hidden, and words that the schema's own
comments leave out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: a column to count by, or {"array": column} for a JSON list
Facet = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """How Datasette shows one table or view; `title` replaces nothing, it stands first in the
    description."""

    title: str
    sort_desc: str | None = None
    sort: str | None = None
    facets: Sequence[Facet] = ()
    label_column: str | None = None
    hidden: bool = False
    size: int | None = None
    #: the column with the id of a text: its search box asks the index of words
    searched_by: str | None = None


_LABELS: Mapping[str, str] = {"array": "labels"}
_TAGS: Mapping[str, str] = {"array": "tags"}

TABLES: Mapping[str, Shown] = {
    # The views stand first: they are made for people.
    "recent_changes": Shown("What changed", "change", facets=("source", "kind", _LABELS)),
    "latest_versions": Shown(
        "How every page reads now", "as_of", facets=("source", "state"), searched_by="text_id"
    ),
    "failing_pages": Shown(
        "Pages that cannot be read", sort="failing_since", facets=("source", "outcome", "reason")
    ),
    "broken_promises": Shown("Pages not looked at in time", "open_gap_s", facets=("source",)),
    "reprints": Shown("The same text at several addresses", facets=("source", "source_name")),
    "changes": Shown("Changes", "id", facets=("source_id", "kind", _LABELS), size=50),
    "events": Shown("Events", "id", facets=("kind", "source_id")),
    "pages": Shown("Pages", "first_seen_at", facets=("source_id", "state"), label_column="title"),
    "versions": Shown("Versions", "as_of", facets=("origin",)),
    "texts": Shown("Texts", "id", label_column="sha256", size=20, searched_by="id"),
    "seeds": Shown("Seed copies", sort="name", facets=("current",), label_column="name"),
    "seed_matches": Shown("Seed copies against versions", "seed_coverage", facets=("relation",)),
    "sources": Shown("Sources", sort="id", facets=("kind", _TAGS), label_column="name"),
    "observations": Shown(
        "Observations", "id", facets=("outcome", "source_id", "purpose"), label_column="started_at"
    ),
    "addresses": Shown("Addresses", sort="url", facets=("purpose",), label_column="url"),
    "extractions": Shown("Extractions", "id", facets=("assessment", "rule", "charset")),
    "sightings": Shown("Sightings", "last_seen_at", facets=("source_id",)),
    "runs": Shown("Runs", "id", facets=("command",), label_column="started_at"),
    "hosts": Shown("Hosts", sort="host", facets=("robots_kind",)),
    "bodies": Shown("Bodies", "id", facets=("encoding",), label_column="sha256"),
    "log": Shown("The log", "sequence", facets=("kind",), label_column="hash"),
    "marks": Shown("Readers' marks", "id", facets=("mark",)),
    "requests": Shown("Work handed to the daemon", "id", hidden=True),
    "alarms": Shown("Conditions that were told of", "id", hidden=True),
    "outbox": Shown("Messages", "id", facets=("channel",), hidden=True),
    "cursors": Shown("How far steps came", hidden=True),
    "saves": Shown("Edits that the Wayback Machine was asked to save"),
    "passages": Shown("Index of passages", hidden=True),
    "search": Shown("Index of words", hidden=True),
    **{
        name: Shown("Index of words", hidden=True)
        for name in (
            *(f"search_{part}" for part in ("data", "idx", "content", "docsize", "config")),
            "search_ends",
            *(f"search_ends_{part}" for part in ("data", "idx", "config")),
        )
    },
}

#: what a column of this name says wherever the schema has no comment of its own for it
COLUMNS: Mapping[str, str] = {
    "as_of": "When the bytes were served, UTC",
    "author": "The author as the page names it",
    "canonical_url": "The page's own address",
    "change": "The change's id",
    "changes": "Ids of the changes that it is about (JSON)",
    "characters": "Length of the text in characters",
    "coarse": "1 when limits made the answer rougher than it could be",
    "deleted": "Characters taken away; form alone counts in none of the four counts",
    "editor": "The responsible editor (责任编辑)",
    "failing_since": "Since when no look has told anything, UTC",
    "failures": "Failed looks in a row",
    "final_url": "Where the redirects led",
    "fold_sha256": "Hash of the text without differences of width, spacing and quote form",
    "from_state": "The state before",
    "from_version": "The version before",
    "inserted": "Characters that are new",
    "key": "The article's number on its site",
    "kind": "Which kind it is",
    "labels": "What kind of edit it is (JSON list): name, number, negation, masked, moved …",
    "masked": "Characters hidden behind *, × or □",
    "message": "What happened",
    "moved": "Characters that stand elsewhere now",
    "new_first_seen": "End of the first request whose bytes gave the new version, UTC",
    "next_check_at": "When it is looked at again, UTC",
    "next_step": "What to do about it",
    "old_last_seen": "Start of the last request whose bytes gave the old version, UTC",
    "open_gap_s": "Seconds since the last look that told anything",
    "origin": "Whose look it was: here, wayback, or an import",
    "outcome": "What the look told: new, changed, unchanged, gone, blocked, failed …",
    "page": "The page's id",
    "promise_s": "The longest gap promised, in seconds",
    "published": "The date that the page claims",
    "reason": "Why, in one word",
    "recorded_at": "When it was written down, UTC",
    "relation": "same, reprint, quotes, quoted_by, overlap or translation",
    "request_url": "The address that was asked for",
    "score": "Weight of the edit: 0 is form alone, 1 the most that can be",
    "seed_coverage": "Share of the seed copy that the page has",
    "page_coverage": "Share of the page that the seed copy has",
    "source": "The source's id in sources.toml",
    "source_id": "The source that listed the page first",
    "source_name": "Whom the page names as its origin (来源)",
    "state": "live, suspect, gone, redirected, emptied, blocked or restored",
    "status": "The HTTP status",
    "text": "The article's main text; its paragraphs are divided by line breaks",
    "title": "The title as the page gives it",
    "to_state": "The state after",
    "to_version": "The version after",
    "url": "The address",
    "version": "The version's id",
}

#: read by Datasette 0.65, which prints them behind the figures
UNITS: Mapping[str, str] = {
    "duration_ms": "ms",
    "body_bytes": "B",
    "size_bytes": "B",
    "open_gap_s": "s",
    "promise_s": "s",
    "max_gap_s": "s",
    "crawl_delay_s": "s",
}
