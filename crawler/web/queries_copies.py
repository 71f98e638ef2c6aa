"""Reprints, origins and seed copies as canned queries."""

from crawler.web.canned import Query

COPIES = (
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
where changes.seeds <> '[]' and (:seed = '' or json_extract(touched.value, '$.seed') = :seed)
order by changes.id desc
limit 1000""",
    ),
)
