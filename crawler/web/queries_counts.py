"""Words, trouble and counts as canned queries."""

from crawler.web.canned import Query

COUNTS = (
    Query(
        "search_inside_texts",
        "Search inside texts",
        "Every version that holds exactly these words, old ones too, with the place. "
        "For large archives and for words in any order: `crawl search`.",
        """\
select pages.title, pages.canonical_url as url, versions.as_of, versions.id as version,
  versions.id = pages.version_id as current,
  '…' || replace(substr(texts.text, max(1, instr(texts.text, :words) - 30),
    60 + length(:words)), char(10), ' ') || '…' as place
from texts
join versions on versions.text_id = texts.id
join pages on pages.id = versions.page_id
where :words <> '' and instr(texts.text, :words) > 0
order by versions.as_of desc
limit 200""",
    ),
    Query(
        "words_that_vanished",
        "Words that vanished",
        "Pages whose earlier versions hold these words and whose latest does not.",
        """\
select pages.title, pages.canonical_url as url, pages.source_id as source,
  max(versions.as_of) as last_seen_with, max(versions.id) as last_version_with,
  pages.version_id as version_now
from pages
join versions on versions.page_id = pages.id
join texts on texts.id = versions.text_id
join versions as latest on latest.id = pages.version_id
join texts as present on present.id = latest.text_id
where :words <> '' and instr(texts.text, :words) > 0 and instr(present.text, :words) = 0
group by pages.id
order by last_seen_with desc
limit 200""",
    ),
    Query(
        "watched_terms",
        "Watched words that came or went",
        "Changes in how often the words under `terms` in sources.toml stand.",
        """\
select changes.id as change, changes.recorded_at, json_extract(counted.value, '$.term') as term,
  json_extract(counted.value, '$.before') as before,
  json_extract(counted.value, '$.after') as after,
  pages.title, pages.canonical_url as url, changes.source_id as source
from changes
join pages on pages.id = changes.page_id
join json_each(changes.terms) as counted
where changes.terms <> '[]' and (:term = '' or json_extract(counted.value, '$.term') = :term)
order by changes.id desc
limit 1000""",
    ),
    Query(
        "promises_broken",
        "Promises broken",
        "Pages that went without a conclusive look for longer than promised, until now.",
        """\
select source, title, url, state, last_conclusive_at, round(open_gap_s / 3600.0, 1) as open_gap_h,
  round(promise_s / 3600.0, 1) as promise_h, next_check_at
from broken_promises
where :source = '' or source = :source
order by open_gap_s desc
limit 1000""",
    ),
    Query(
        "pages_that_fail",
        "Pages that fail",
        "Pages whose last look told nothing, the longest trouble first.",
        """\
select source, title, url, state, outcome, reason, status, error, failures, failing_since,
  next_check_at
from failing_pages
where :source = '' or source = :source
order by failing_since
limit 1000""",
    ),
    Query(
        "edits_by_month",
        "Edits by month",
        "How many changes above score 0 each source made in each month, and how weighty they were.",
        """\
select substr(new_first_seen, 1, 7) as month, source, count(*) as edits,
  round(avg(score), 3) as mean_score, sum(inserted) as inserted, sum(deleted) as deleted,
  sum(masked) as masked
from recent_changes
where kind = 'content' and score > 0 and (:source = '' or source = :source)
group by month, source
order by month desc, edits desc
limit 1000""",
    ),
    Query(
        "looks_by_day",
        "Looks by day",
        "How many looks each source got on each day and what they told.",
        """\
select substr(started_at, 1, 10) as day, source_id as source, outcome, count(*) as looks,
  sum(body_bytes) as bytes
from observations
where purpose = 'article' and (:source = '' or source_id = :source)
group by day, source, outcome
order by day desc, source, looks desc
limit 1000""",
    ),
)
