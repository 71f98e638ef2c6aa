"""What a pass means beside all other texts: new copies of a seed's passage, reprints that went
their own way, originals that changed after they were quoted, passages that are gone.

It is worked out after the pass, when the passage index knows every text, from the rows that came
since the last time; so a pass that was killed loses none. A source's first pass and a backfill
tell nothing, nor does the pass after a backfill that was cut short tell of what that one kept.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from crawler.compare.families import Finding, Holder, News, Turn, findings
from crawler.copies import Rarity
from crawler.model import EventDraft, Span
from crawler.store import Archive
from crawler.store.reprints import MOST_CHANGES, Placed, Reached, Sharing, Turned

log = logging.getLogger(__name__)

#: texts beside which a change is laid, those that share the rarest passages first
OTHERS = 80
#: characters of theirs that are compared for one change: hundreds of articles, one book or two
OTHERS_CHARS = 2_000_000
#: letters and digits in exact runs that a text must share to be looked at
SHARED_LETTERS = 20
#: addresses that a message names; the others are a number in it
NAMED = 3
#: characters on either side of a point where something was put in
AROUND_CHARS = 20
#: what may end the sentence before a passage
_BEFORE = " \t\n\u3000。！？；，、：.!?;,:”’」』"
#: what can be said only when every text that shares something was looked at
_OF_ALL = frozenset({Finding.QUOTATION_GONE, Finding.PASSAGE_DROPPED})

_SAYS = {
    Finding.REPRINT_DIVERGED: (
        "{url} no longer reads as {others}, which it reprints: it changed",
        "see what changed with `crawl diff {url}`",
    ),
    Finding.ORIGINAL_CHANGED: (
        "{url} changed after it was quoted; as it was it still stands at {others}",
        "see what changed with `crawl diff {url}`",
    ),
    Finding.QUOTATION_GONE: (
        "{url} was the last page to show what stood in {others} too",
        "read it as it was with `crawl log {url}` and `crawl show`",
    ),
    Finding.PASSAGE_DROPPED: (
        "{url} alone dropped what still stands at {others}",
        "see what was dropped with `crawl diff {url}`",
    ),
}
#: the same of texts of one day
_SAYS_UNDATED = {
    Finding.REPRINT_DIVERGED: (
        "{url} no longer reads as {others}, another print of the article (which of them is older "
        "is not known): it changed",
        "see what changed with `crawl diff {url}`",
    ),
    Finding.ORIGINAL_CHANGED: (
        "{url} changed where it had a passage in common with others (which of them is older is "
        "not known); as it was it still stands at {others}",
        "see what changed with `crawl diff {url}`",
    ),
}


def tell_reprints(archive: Archive, *, silent: bool) -> list[int]:
    """Records the events of everything that came since the last time; their ids. `silent`, after
    a backfill, passes over what came; so does the first telling after one that was cut short."""
    silent = silent or archive.reprints_hushed()
    since, newest = archive.reprints_reached(), archive.newest_rows()
    if silent:
        return archive.tell_reprints((), newest)
    turns, found = archive.turned(since), archive.placed(since)
    if turns or found:
        while archive.index_waiting():
            pass
    drafts = [*_copies(archive, found)]
    for number, turn in enumerate(turns):
        drafts += _news(archive, turn, _until(turns[number + 1 :]))
    if turns and turns[-1].change_id < newest.change_id and len(turns) >= MOST_CHANGES:
        newest = Reached(turns[-1].change_id, newest.version_id)
    return archive.tell_reprints(drafts, newest)


def _copies(archive: Archive, found: list[Placed]) -> Iterator[EventDraft]:
    """A draft for each page that newly shares more than set phrases with a seed copy."""

    @cache
    def rarity_of(seed_row: int) -> Rarity:
        text = archive.seed_revision(seed_row).text
        return Rarity.of(text, archive.candidates(text))

    def says_more(seed_row: int, spans: list[Span]) -> bool:
        return not all(rarity_of(seed_row).phrase_at(*span) for span in spans)

    told: set[tuple[int, str]] = set()
    for one in found:
        if (one.page_id, one.seed) in told or not says_more(one.seed_row, one.spans):
            continue
        told.add((one.page_id, one.seed))
        if any(says_more(*earlier) for earlier in archive.placed_before(one)):
            continue
        count = "1 passage" if len(one.spans) == 1 else f"{len(one.spans):,} passages"
        yield EventDraft(
            "copy_found",
            one.seed,
            f"{one.url} shares {count} with the seed copy {one.seed} "
            f"({one.relation}, {one.seed_coverage:.0%} of it)",
            f"lay them beside each other with `crawl seeds compare {one.seed}`",
            one.source_id,
            one.page_id,
        )


def _until(later: Sequence[Turned]) -> dict[int, str]:
    """What pages said before the first of these changes, by page."""
    return {turned.page_id: turned.old for turned in reversed(later)}


def _news(archive: Archive, turned: Turned, until: Mapping[int, str]) -> Iterator[EventDraft]:
    """The drafts of what one change means beside the other texts; `until` has what pages said that
    change after it."""
    candidates = archive.candidates(turned.old, limit=OTHERS, min_letters=SHARED_LETTERS)
    if not candidates.text_ids:
        return
    rows = archive.sharing(candidates.text_ids, turned.page_id)
    compared = within(rows, len(turned.old), OTHERS_CHARS)
    holders = [_holder(row, until.get(row.page_id)) for row in compared]
    shared = set(candidates.text_ids)
    holders += [
        Holder(f"the seed copy {seed.name}", seed.name, (seed.published or "9999", ""), None,
               seed.text)
        for seed in archive.seeds() if seed.text_id in shared
    ]  # fmt: skip
    if not holders:
        return
    turn = Turn(turned.url, turned.source_id, _since(turned), turned.old, turned.new)
    rarity = Rarity.of(turned.old, candidates)
    for news in findings(turn, holders, rarity.is_phrase):
        if len(compared) == len(rows) or news.finding not in _OF_ALL:
            yield _draft(turned, news)


def within(rows: Sequence[Sharing], asked_chars: int, most_chars: int) -> list[Sharing]:
    """The first of the rows, until so many characters were compared with `asked_chars` of the
    change's own; always one."""
    spent, some = 0, list[Sharing]()
    for row in rows:
        if spent > most_chars:
            break
        texts = {row.now, row.ever} - {None}
        spent += sum(asked_chars + len(text or "") for text in texts)
        some.append(row)
    return some


def _draft(turned: Turned, news: News) -> EventDraft:
    says, next_step = (_SAYS if news.dated else _SAYS_UNDATED)[news.finding]
    others = ", ".join(news.others[:NAMED])
    if len(news.others) > NAMED:
        others += f" and {len(news.others) - NAMED:,} more"
    return EventDraft(
        news.finding,
        turned.url,
        says.format(url=turned.url, others=others),
        next_step.format(url=turned.url),
        turned.source_id,
        turned.page_id,
        (turned.change_id,),
        _shown(turned.old, *news.passage),
    )


def _shown(text: str, start: int, end: int) -> Span:
    """The passage without the white space around it and the end of the sentence before it; where
    there is none, what stands there."""
    if not text[start:end].strip():
        start, end = max(0, start - AROUND_CHARS), min(len(text), start + AROUND_CHARS)
    passage = text[start:end]
    begins = len(passage) - len(passage.lstrip(_BEFORE) or passage.lstrip())
    return start + begins, start + len(passage.rstrip())


def _holder(row: Sharing, until: str | None) -> Holder:
    return Holder(row.url, row.source_id, _since(row), row.now, row.ever, until)


def _since(row: Turned | Sharing) -> tuple[str, str]:
    """The day of publication as claimed, else of the first look; then the first look."""
    return ((row.published or row.first_seen)[:10], row.first_seen)
