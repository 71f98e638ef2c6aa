"""The front page: what changed lately, how the sources and the seed copies stand."""

from datetime import date, timedelta
from typing import Any

from crawler.model import iso, parse_iso
from crawler.store import Archive
from crawler.store.status import first_since
from crawler.web import charts
from crawler.web.asking import Answer, Asked
from crawler.web.changes_shown import STANDS, changes_where
from crawler.web.templating import html

# ruff: noqa: S608 - statements are put together from text of our own

#: of the front page: its span, its lines, and the days of its chart
LATELY_DAYS = 14
LINES = 12
CHART_DAYS = 30


def front(archive: Archive, asked: Asked) -> Answer:
    """`/`"""
    status = archive.status(now=asked.now)
    names = dict(archive.conn.execute("SELECT id, name FROM sources").fetchall())
    since, found = _lately(archive, asked)
    return html(
        "front.html",
        asked,
        status=200,
        found=status,
        names=names,
        kept=sum(source["promise_kept"] for source in status["sources"]),
        since=since,
        changes=found,
        seeds=list(archive.seeds_list()),
        chart=_chart(archive, asked.now.date()),
        totals=_totals(archive),
    )


def _lately(archive: Archive, asked: Asked) -> tuple[str, list[dict[str, Any]]]:
    """The weightiest changes of the fortnight before the newest one, so that an archive that
    rests still shows what it has."""
    newest = archive.conn.execute("SELECT max(recorded_at) FROM changes").fetchone()[0]
    until = parse_iso(newest) if newest else asked.now
    since = iso(until - timedelta(days=LATELY_DAYS))
    order = "c.id DESC" if asked.text("order") == "newest" else "c.score DESC, c.id DESC"
    where = f"c.recorded_at >= :since AND c.score > 0 AND {STANDS}"
    return since, changes_where(archive, where, order, LINES, since=since)


def _totals(archive: Archive) -> dict[str, int]:
    """What the archive holds."""
    counted = archive.conn.execute(
        "SELECT (SELECT count(*) FROM pages WHERE joined_with IS NULL), "
        "(SELECT count(*) FROM versions WHERE NOT superseded), "
        f"(SELECT count(*) FROM changes c WHERE score > 0 AND {STANDS})"
    ).fetchone()
    return dict(zip(("pages", "versions", "changes"), counted, strict=True))


def _chart(archive: Archive, today: date) -> charts.DayChart:
    newest = archive.conn.execute(
        "SELECT started_at FROM observations ORDER BY id DESC LIMIT 1"
    ).fetchone()
    last = parse_iso(newest[0]).date() if newest else today
    # An archive that rests shows its last days, not empty ones.
    if timedelta() <= today - last < timedelta(days=CHART_DAYS // 2):
        last = today
    days = charts.days_until(last, CHART_DAYS)
    since = days[0].isoformat()
    changed = {
        date.fromisoformat(day): number
        for day, number in archive.conn.execute(
            "SELECT substr(recorded_at, 1, 10), count(*) FROM changes c "
            f"WHERE recorded_at >= ? AND score > 0 AND {STANDS} GROUP BY 1",
            (since,),
        )
    }
    return charts.day_chart(days, _looks(archive, days), changed)


def _looks(archive: Archive, days: list[date]) -> dict[date, int]:
    """Looks a day, by the first row's id of each: their numbers have no gaps and follow time, so
    that a day costs one search and not one row a look."""
    edges = [*days, days[-1] + timedelta(days=1)]
    firsts = [first_since(archive.conn, edge.isoformat()) for edge in edges]
    return {day: firsts[at + 1] - firsts[at] for at, day in enumerate(days)}
