"""Who is bound by what, in SQL: `schedule.promise.bound_s` for all pages at once.

`max_gap` binds listings, pages of kind `page`, young pages and pages that share a passage with a
seed copy, `max_interval` the rest; a page that is gone is asked for monthly. Of the promises of all
sources that list a page the strictest holds.
"""

from crawler.schedule import ABSENT_BOUND_S

ABSENT = "('gone', 'redirected', 'emptied')"
_OTHERS = """
FROM sightings x JOIN sources {source} ON {source}.id = x.source_id
WHERE {page}.also_listed AND x.page_id = {page}.id AND x.gone_at IS NULL
    AND x.source_id <> {page}.source_id AND {source}.removed_at IS NULL AND {source}.enabled
"""


def of_source(source: str, page: str, age_s: str) -> str:
    """One source's promise to a page that is there, in seconds; the aliases of their rows, and the
    page's age."""
    return (
        f"CASE WHEN {source}.kind = 'page' OR {page}.shares_seed OR {age_s} < {source}.young_s "
        f"THEN {source}.max_gap_s ELSE {source}.max_interval_s END"
    )


def of_others(page: str, age_s: str) -> str:
    """The strictest promise of the other sources that list a page; NULL where there are none."""
    others = _OTHERS.format(source="other", page=page)
    return f"(SELECT min({of_source('other', page, age_s)}) {others})"


def bound(page: str, source: str, age_s: str) -> str:
    """The longest time in seconds that a page may go without a conclusive look; `source` is the
    alias of the source that owns it."""
    own = of_source(source, page, age_s)
    return (
        f"CASE WHEN {page}.state IN {ABSENT} THEN max({source}.max_interval_s, {ABSENT_BOUND_S}) "
        f"ELSE min({own}, coalesce({of_others(page, age_s)}, 9e18)) END"
    )
