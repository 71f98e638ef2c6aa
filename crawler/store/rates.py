"""What has been learnt of how often pages change: a source's prior, a host's price, and the next
looks that follow from them. The evidence of each page stands in its own row."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.model import PageState, State
from crawler.store.pages import also_bound_s
from crawler.store.transaction import immediate

# ruff: noqa: S608 - statements are put together from text of our own


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of each source's and each host's rates; `at` the oldest learning of a source
    that was asked for, None when one of them has never been learnt."""

    priors: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Horizon:
    """Moments beyond which no next look is ever planned: of pages that are there, and of those
    that are gone."""

    present: str
    absent: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Newly learnt: priors by source (JSON), prices by host in days, next looks by page."""

    priors: Mapping[str, str]
    prices: Mapping[str, float]
    next_looks: Sequence[tuple[int, str]]


def learnt(conn: sqlite3.Connection, source_ids: Iterable[str]) -> Learnt:
    """The priors of these sources and the prices of all hosts."""
    rows = conn.execute(
        "SELECT id, rate_prior, rate_prior_at FROM sources "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(source_ids)),),
    ).fetchall()
    moments = [row[2] for row in rows]
    oldest = None if not moments or None in moments else min(moments)
    prices = conn.execute("SELECT host, price_days FROM hosts WHERE price_days IS NOT NULL")
    return Learnt({row[0]: row[1] for row in rows if row[1]}, dict(prices), oldest)


def pages_to_plan(conn: sqlite3.Connection, source_id: str) -> list[PageState]:
    """A source's pages with what planning needs of them (no versions)."""
    rows = conn.execute(
        "SELECT id, source_id, canonical_url, state, first_seen_at, published, "
        "last_conclusive_at, next_check_at, failures, shares_seed, rate_evidence, "
        f"{also_bound_s()} FROM pages p WHERE source_id = ? AND joined_with IS NULL AND watched",
        (source_id,),
    )
    return [
        PageState(
            page_id,
            owner,
            url,
            State(state),
            first_seen_at=first_seen,
            published=published,
            last_conclusive_at=conclusive,
            next_check_at=due,
            failures=failures,
            shares_seed=bool(shares_seed),
            also_bound_s=also,
            rate_evidence=evidence,
        )
        for (
            page_id, owner, url, state, first_seen, published, conclusive, due, failures,
            shares_seed, evidence, also,
        ) in rows
    ]  # fmt: skip


def keep(conn: sqlite3.Connection, planned: Planned, now: str) -> None:
    """Write down what was learnt, in one transaction."""
    with immediate(conn):
        conn.executemany(
            "UPDATE sources SET rate_prior = ?, rate_prior_at = ? WHERE id = ?",
            [(prior, now, source_id) for source_id, prior in planned.priors.items()],
        )
        conn.executemany(
            "INSERT INTO hosts (host, price_days) VALUES (?, ?) "
            "ON CONFLICT (host) DO UPDATE SET price_days = excluded.price_days",
            planned.prices.items(),
        )
        conn.executemany(
            "UPDATE pages SET next_check_at = ? WHERE id = ?",
            [(moment, page_id) for page_id, moment in planned.next_looks],
        )


def pull_back(conn: sqlite3.Connection, horizons: Mapping[str, Horizon], now: str) -> int:
    """Make pages due whose next look lies beyond their source's horizon, which only a clock that
    ran ahead can have written; returns how many."""
    done = conn.executemany(
        "UPDATE pages SET next_check_at = ? WHERE source_id = ? AND next_check_at > "
        "CASE WHEN state IN ('gone', 'redirected', 'emptied') THEN ? ELSE ? END",
        [(now, source_id, h.absent, h.present) for source_id, h in horizons.items()],
    )
    return done.rowcount
