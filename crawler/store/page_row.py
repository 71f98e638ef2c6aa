"""One page while what it gave is written: its row before the look, and after it."""

import json
import sqlite3
from dataclasses import dataclass, field

from crawler.model import Intent, Outcome, PageState
from crawler.schedule import ABSENT
from crawler.store.committed import Committed
from crawler.store.extracting import Read
from crawler.store.gaps import with_gap
from crawler.store.looks import Look
from crawler.store.records import clean
from crawler.store.work import Work

ABSENT_STATES = frozenset(str(state) for state in ABSENT)
# Outcomes of a look that showed the article, and those whose bytes gave it.
SHOWING = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
GIVING_BYTES = SHOWING - {Outcome.NOT_MODIFIED}


@dataclass(slots=True)
class PageRow:
    """What the archive keeps of a page beside its state."""

    version_id: int | None
    last_bytes_observation_id: int | None
    last_conclusive_at: str | None
    last_full_at: str | None
    first_seen_at: str
    failing_since: str | None
    title: str | None
    published: str | None
    longest_gaps: str
    longest_full_gaps: str
    canonical_url: str
    #: before this look
    state: str


@dataclass(slots=True)
class Page:
    """One intent while it is written."""

    work: Work
    intent: Intent
    row: PageRow
    looks: list[Look]
    change_ids: list[int] = field(default_factory=list)
    event_ids: list[int] = field(default_factory=list)

    @property
    def last(self) -> Look:
        """The look that decides."""
        return self.looks[-1]

    def committed(self, page_id: int, read: Read | None, version_id: int | None) -> Committed:
        """What became of the intent."""
        return Committed(
            page_id,
            tuple(look.id for look in self.looks),
            tuple(look.hash for look in self.looks),
            None if read is None else read.id,
            version_id,
            tuple(self.change_ids),
            tuple(self.event_ids),
        )


def page_row(conn: sqlite3.Connection, page_id: int) -> PageRow:
    """What is kept of a page now."""
    row = conn.execute(
        "SELECT version_id, last_bytes_observation_id, last_conclusive_at, last_full_at, "
        "first_seen_at, failing_since, title, published, longest_gaps, longest_full_gaps, "
        "canonical_url, state "
        "FROM pages WHERE id = ?",
        (page_id,),
    ).fetchone()
    return PageRow(*row)


def update_page(page: Page, version_id: int | None) -> None:
    """Put down what the look changed in its page, whose latest version this is now."""
    intent, row, last = page.intent, page.row, page.last
    state: PageState = intent.page
    at = last.attempt.finished_at
    conclusive = last.outcome.conclusive
    full = conclusive and last.outcome is not Outcome.NOT_MODIFIED
    gives = last.outcome in GIVING_BYTES and last.body_sha256 is not None
    article = intent.extraction if intent.new_version else None
    title = (article.title if article is not None else None) or row.title
    published = state.published or (article.published if article else None) or row.published
    page.work.page_updates.append(
        (
            str(state.state),
            state.state_since,
            None if state.suspicion is None else str(state.suspicion),
            state.suspect_since,
            state.blocked_since,
            state.blocked_told,
            cleaned(published),
            cleaned(title),
            state.last_checked_at,
            state.last_conclusive_at,
            at if full else row.last_full_at,
            state.next_check_at,
            state.failures,
            None if conclusive else row.failing_since or last.attempt.started_at,
            state.shares_seed or bool(intent.seed_matches),
            version_id,
            last.id,
            last.id if gives and version_id else row.last_bytes_observation_id,
            _longer(row.longest_gaps, row.last_conclusive_at, row, at)
            if conclusive
            else row.longest_gaps,
            _longer(row.longest_full_gaps, row.last_full_at, row, at)
            if full
            else row.longest_full_gaps,
            state.rate_evidence,
            state.page_id,
        )
    )


def _longer(gaps: str, since: str | None, row: PageRow, until: str) -> str:
    """The gaps with the one that this look closes; one of a page that was gone broke no promise
    but its own, which is to be asked monthly."""
    if row.state in ABSENT_STATES:
        return gaps
    return json.dumps(with_gap(json.loads(gaps), since or row.first_seen_at, until))


def cleaned(text: str | None) -> str | None:
    """A text as it can be written, None as it is."""
    return None if text is None else clean(text)
