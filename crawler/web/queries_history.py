"""What changed, and what a page's history is, as canned queries."""

from crawler.web.canned import Query

HISTORY = (
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
)
