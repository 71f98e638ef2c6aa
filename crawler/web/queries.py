"""Questions that scholars ask of the archive, as canned queries. Every parameter may stay empty."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One canned query: its name in the URL, what it answers, and the SQL."""

    name: str
    title: str
    description: str
    sql: str


QUERIES = (
    Query(
        "what_vanished",
        "What vanished",
        "Pages that are gone, emptied, redirected or blocked, with the last version that we hold.",
        """\
select pages.state, pages.state_since as since, pages.source_id as source, pages.title,
  pages.canonical_url as url, pages.version_id as last_version, texts.characters, texts.text
from pages
left join versions on versions.id = pages.version_id
left join texts on texts.id = versions.text_id
where pages.state in ('gone', 'emptied', 'redirected', 'blocked') and pages.joined_with is null
  and (:source = '' or pages.source_id = :source)
order by pages.state_since desc
limit 1000""",
    ),
    Query(
        "weighty_edits",
        "Edits above a weight",
        "Changes that stand, with a score of at least `score` (0.5 when empty), newest first.",
        """\
select change, recorded_at, source, title, url, kind, score, labels, inserted, deleted, moved,
  masked, from_version, to_version, old_last_seen, new_first_seen
from recent_changes
where score >= cast(coalesce(nullif(:score, ''), '0.5') as real)
  and (:source = '' or source = :source)
order by change desc
limit 1000""",
    ),
    Query(
        "quiet_edits",
        "Small edits of a kind",
        "Edits of at most 40 characters with the label that you name: name, number, negation, "
        "office, formula, date, masked, caption … (all when empty).",
        """\
select change, recorded_at, source, title, url, score, labels, inserted, deleted, moved, masked,
  from_version, to_version
from recent_changes
where kind = 'content' and score > 0 and inserted + deleted + moved <= 40
  and (:label = '' or exists (select 1 from json_each(labels) where value = :label))
order by change desc
limit 1000""",
    ),
    Query(
        "masked_names",
        "Names that were masked",
        "Where words were hidden behind asterisks, crosses or boxes, or shown again.",
        """\
select change, recorded_at, source, title, url, masked, labels, from_version, to_version
from recent_changes
where masked > 0
  or exists (select 1 from json_each(labels) where value in ('masked', 'unmasked'))
order by change desc
limit 1000""",
    ),
    Query(
        "before_and_after",
        "A change, before and after",
        "Both texts of the change whose id you give; `crawl diff` marks the differences.",
        """\
select versions.id as version, versions.as_of, extractions.title, extractions.author,
  extractions.source_name, extractions.editor, texts.characters, texts.text
from changes
join versions on versions.id in (changes.from_version_id, changes.to_version_id)
join extractions on extractions.id = versions.extraction_id
join texts on texts.id = versions.text_id
where changes.id = :change
order by versions.as_of""",
    ),
    Query(
        "history_of_a_page",
        "History of a page",
        "Every version at an address, or at any address that contains what you give.",
        """\
select pages.canonical_url as url, versions.id as version, versions.as_of, versions.origin,
  extractions.title, extractions.source_name, texts.characters,
  texts.sha256 as text_sha256, extractions.rule
from versions
join pages on pages.id = versions.page_id
join extractions on extractions.id = versions.extraction_id
join texts on texts.id = versions.text_id
where :url <> '' and instr(pages.canonical_url, :url) > 0
order by pages.canonical_url, versions.as_of
limit 1000""",
    ),
    Query(
        "came_back",
        "Texts that came back",
        "Versions whose text had stood on the same page before, with another one in between.",
        """\
select pages.title, pages.canonical_url as url, pages.source_id as source,
  earlier.id as first_version, earlier.as_of as first_seen, other.id as other_version,
  later.id as returned_version, later.as_of as returned
from versions as later
join versions as earlier on earlier.page_id = later.page_id
  and earlier.text_id = later.text_id and earlier.as_of < later.as_of
join versions as other on other.page_id = later.page_id
  and other.text_id <> later.text_id
  and other.as_of > earlier.as_of and other.as_of < later.as_of
join pages on pages.id = later.page_id
group by later.id
order by later.as_of desc
limit 1000""",
    ),
    Query(
        "reprints_of_a_text",
        "Reprints of a text",
        "Every page that ever carried the text of the page whose address you give, but for width, "
        "spacing and quote form; earliest first.",
        """\
select texts.fold_sha256, other.canonical_url as url, other.source_id as source, other.state,
  extractions.title, extractions.source_name, extractions.published,
  min(versions.as_of) as first_seen, versions.id as version
from texts
join versions on versions.text_id = texts.id
join pages as other on other.id = versions.page_id
join extractions on extractions.id = versions.extraction_id
where texts.fold_sha256 in (
  select held.fold_sha256 from pages as asked
  join versions as shown on shown.page_id = asked.id
  join texts as held on held.id = shown.text_id
  where asked.canonical_url = :url)
group by texts.fold_sha256, other.id
order by first_seen
limit 1000""",
    ),
    Query(
        "diverged_reprints",
        "Reprints that diverged",
        "Pairs of pages that once carried the same text and read differently now.",
        """\
select distinct one.canonical_url as url, two.canonical_url as other_url,
  one.source_id as source, two.source_id as other_source, shared.fold_sha256,
  one.version_id as version, two.version_id as other_version
from versions as here
join texts as shared on shared.id = here.text_id and shared.characters > 0
join texts as twin on twin.fold_sha256 = shared.fold_sha256
join versions as there on there.text_id = twin.id and there.page_id > here.page_id
join pages as one on one.id = here.page_id
join pages as two on two.id = there.page_id
join versions as one_now on one_now.id = one.version_id
join versions as two_now on two_now.id = two.version_id
join texts as one_text on one_text.id = one_now.text_id
join texts as two_text on two_text.id = two_now.text_id
where one_text.fold_sha256 <> two_text.fold_sha256
limit 1000""",
    ),
    Query(
        "named_origins",
        "Whom pages name as their origin",
        "How many pages of each source name which origin (来源).",
        """\
select source, source_name, count(*) as pages, min(published) as earliest, max(published) as latest
from latest_versions
where coalesce(source_name, '') <> '' and (:source = '' or source = :source)
group by source, source_name
order by pages desc
limit 1000""",
    ),
    Query(
        "seed_copies",
        "How the seed copies stand",
        "Each copy that you hold against the pages that share its text today, best first.",
        """\
select seeds.name as seed, round(seed_matches.seed_coverage, 4) as seed_coverage,
  round(seed_matches.page_coverage, 4) as page_coverage, seed_matches.relation, pages.state,
  pages.title, pages.canonical_url as url, pages.source_id as source,
  seed_matches.version_id as version
from seeds
left join seed_matches on seed_matches.seed_id = seeds.id and seed_matches.version_id in (
  select version_id from pages)
left join pages on pages.version_id = seed_matches.version_id
where seeds.current and (:seed = '' or seeds.name = :seed)
order by seeds.name, seed_matches.seed_coverage desc""",
    ),
    Query(
        "missing_from_seeds",
        "What the seed copies lack",
        "Passages of today's pages that the seed copy does not have, in the page's order.",
        """\
select seeds.name as seed, pages.title, pages.canonical_url as url, seed_matches.relation,
  json_extract(span.value, '$[1]') - json_extract(span.value, '$[0]') as characters,
  substr(texts.text, json_extract(span.value, '$[0]') + 1,
    json_extract(span.value, '$[1]') - json_extract(span.value, '$[0]')) as passage
from seed_matches
join seeds on seeds.id = seed_matches.seed_id and seeds.current
join pages on pages.version_id = seed_matches.version_id
join versions on versions.id = seed_matches.version_id
join texts on texts.id = versions.text_id
join json_each(seed_matches.alignment, '$.missing_from_seed') as span
where :seed = '' or seeds.name = :seed
order by seeds.name, pages.canonical_url, span.key
limit 1000""",
    ),
    Query(
        "edits_that_touch_seeds",
        "Edits that touch a seed copy",
        "Changes inside passages that a seed copy holds.",
        """\
select changes.id as change, changes.recorded_at, json_extract(touched.value, '$.seed') as seed,
  pages.title, pages.canonical_url as url, changes.score, changes.labels,
  changes.from_version_id as from_version, changes.to_version_id as to_version
from changes
join pages on pages.id = changes.page_id
join json_each(changes.seeds) as touched
where :seed = '' or json_extract(touched.value, '$.seed') = :seed
order by changes.id desc
limit 1000""",
    ),
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
where :term = '' or json_extract(counted.value, '$.term') = :term
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
