"""What a page's time shows after copies were filed in it, or captures were read again: changes, and
successors of those that told less. Edits that nobody knew go out in one message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crawler.config import Config
from crawler.model import ChangeDraft, ChangeKind, EventDraft, Gazetteer, Router
from crawler.pipeline.redesigns import compared, crossing
from crawler.pipeline.settling import as_steps
from crawler.pipeline.telling import router
from crawler.reading import SeedText, Side
from crawler.store import Archive, recounting, returning, timeline
from crawler.store.together import tell_together
from crawler.workers import Workers

AGAIN = "the captures were read again by another extractor"
SAME_NOW = "the captures were read again, and both read the same: the site changed nothing"


@dataclass(frozen=True, slots=True)
class Watched:
    """What the configuration says of changes: each source's watched terms, words that are known,
    and who is told."""

    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: of pages whose source the configuration does not name
    other_terms: tuple[str, ...] = ()
    gazetteer: Gazetteer | None = None
    router: Router | None = None

    @classmethod
    def of(cls, config: Config | None) -> "Watched":
        """By the configuration; nothing where there is none."""
        if config is None:
            return cls()
        terms = {source.id: source.terms for source in config.sources}
        return cls(terms, config.defaults.terms, config.gazetteer, router(config))

    def terms_of(self, source_id: str) -> tuple[str, ...]:
        """The watched terms of a source."""
        return self.terms.get(source_id, self.other_terms)


NOTHING_WATCHED = Watched()


@dataclass(frozen=True, slots=True)
class Settled:
    """Changes that were recorded, and those of them that tell of an edit which nobody knew."""

    changes: tuple[int, ...] = ()
    news: tuple[int, ...] = ()


def seed_texts(archive: Archive) -> tuple[SeedText, ...]:
    """The seed copies, for the processes that read."""
    return tuple(SeedText(seed.id, seed.text, seed.originals) for seed in archive.seeds())


async def settle(
    archive: Archive,
    workers: Workers,
    page_id: int,
    origin: str,
    now: str,
    watched: Watched,
    *,
    read_again: bool = False,
) -> Settled:
    """Record what the page's time shows now and no change that stands tells so well; with
    `read_again` also that a change was the extractor's, where its two sides read the same now."""
    conn = archive.conn
    source_id, url = conn.execute(
        "SELECT source_id, canonical_url FROM pages WHERE id = ?", (page_id,)
    ).fetchone()
    returning.split(conn, page_id, now)
    drafts: list[tuple[timeline.Step, ChangeDraft]] = []
    for step in timeline.vanished(conn, page_id) if read_again else ():
        draft = ChangeDraft(ChangeKind.EXTRACTOR, supersedes=step.supersedes, reason=SAME_NOW)
        drafts.append((step, draft))
    for step in timeline.steps(conn, page_id):
        if step.crosses:
            drafts += await _crossed(archive, workers, url, step, watched.terms_of(source_id))
            continue
        draft = await _drawn_up(workers, url, step, watched.terms_of(source_id))
        reason = AGAIN if read_again else timeline.NARROWED if step.supersedes else None
        drafts.append((step, replace(draft, supersedes=step.supersedes, reason=reason)))
    ids = recounting.tell(conn, page_id, drafts, origin, now)
    news = [one for one, (step, draft) in zip(ids, drafts, strict=True) if _is_news(step, draft)]
    return Settled(tuple(ids), tuple(news))


def _is_news(step: timeline.Step, draft: ChangeDraft) -> bool:
    return draft.kind is ChangeKind.CONTENT and draft.score > 0 and not step.narrows


async def _crossed(
    archive: Archive, workers: Workers, url: str, step: timeline.Step, terms: tuple[str, ...]
) -> list[tuple[timeline.Step, ChangeDraft]]:
    """The step of two neighbours that two rules read, by one that reads both captures."""
    old, new = (
        archive.capture_of(version)
        for version in (step.old.version_ids[-1], step.new.version_ids[0])
    )
    shown = Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)
    return as_steps(step, await crossing(workers, (old, new), shown, terms, url))


async def _drawn_up(
    workers: Workers, url: str, step: timeline.Step, terms: tuple[str, ...]
) -> ChangeDraft:
    """The change between two neighbours; where comparing takes too long, one whole replacement."""
    old, new = Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)
    return await compared(workers, ChangeKind.CONTENT, old, new, terms, url)


def tell_news(
    archive: Archive, change_ids: Sequence[int], subject: str, now: str, watched: Watched
) -> int | None:
    """One event for past edits that were found now, and one message for each channel that is told
    of any of them; the event's id."""
    if not change_ids:
        return None
    draft = EventDraft(
        "past_edits",
        subject,
        f"{len(change_ids):,} edits of the past were found by {subject}",
        "look at them with `crawl changes --after "
        f"{min(change_ids) - 1}`; each says between which two looks it was made",
        changes=tuple(change_ids),
    )
    return tell_together(archive.conn, draft, now, watched.router)
