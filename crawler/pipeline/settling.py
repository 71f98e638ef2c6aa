"""A page's time put in order after a web archive's copies were filed in it: what it shows between
two versions is told as a change, and a change that told less gets a successor."""

from collections.abc import Mapping
from dataclasses import replace

from crawler.model import ChangeDraft, ChangeKind, EventDraft, Source, iso
from crawler.pipeline.desk import Desk
from crawler.pipeline.redesigns import Crossing, compared, crossing
from crawler.reading import Side
from crawler.store import timeline

Told = list[tuple[int, timeline.Step, ChangeDraft]]


async def settle(
    desk: Desk, pages: Mapping[int, Source], copies: tuple[str, ...], origin: str
) -> list[int]:
    """Records the changes that the time of these pages shows now; their ids. Edits that nobody knew
    go out in one message. The copies count as filed only then, so that a run that is killed before
    leaves them to the next."""
    told: Told = []
    for page_id, source in pages.items():
        told += await settle_page(desk, page_id, source, origin)
    news = [one for one, step, draft in told if draft.score > 0 and not step.narrows]
    if news:
        await desk.writer.call(desk.archive.tell_past, past_edits(news, origin))
    await desk.writer.call(desk.archive.copies_filed, copies)
    return [one for one, _, _ in told]


def past_edits(change_ids: list[int], origin: str) -> EventDraft:
    """The event that names them all."""
    return EventDraft(
        "past_edits",
        origin,
        f"{len(change_ids):,} edits of the past were found in the copies of {origin}",
        f"look at them with `crawl changes --after {min(change_ids) - 1}`; "
        "each says between which two looks it was made",
        changes=tuple(change_ids),
    )


async def settle_page(desk: Desk, page_id: int, source: Source, origin: str) -> Told:
    """Records what one page's time shows and no change that stands tells so well."""
    drafts: list[tuple[timeline.Step, ChangeDraft]] = []
    for step in await desk.writer.call(desk.archive.page_steps, page_id):
        if step.crosses:
            drafts += await crossed(desk, page_id, source, step)
        else:
            drafts.append((step, await drawn_up(desk, page_id, source, step)))
    written = await desk.writer.call(
        desk.archive.tell_steps, page_id, drafts, origin, iso(desk.clock())
    )
    return [(one, *draft) for one, draft in zip(written, drafts, strict=True)]


async def crossed(
    desk: Desk, page_id: int, source: Source, step: timeline.Step
) -> list[tuple[timeline.Step, ChangeDraft]]:
    """The step of two neighbours that two rules read, with its change; none where the captures
    cannot be read again."""
    page = await desk.writer.call(desk.archive.page_state, page_id)
    captures = [
        await desk.writer.call(desk.archive.capture_of, version_id)
        for version_id in (step.old.version_ids[-1], step.new.version_ids[0])
    ]
    return as_steps(
        step,
        await crossing(
            desk.workers,
            (captures[0], captures[1]),
            (Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)),
            source.terms,
            page.canonical_url if page else "",
        ),
    )


def as_steps(
    step: timeline.Step, found: Crossing | None
) -> list[tuple[timeline.Step, ChangeDraft]]:
    """A step with what lies between its sides, ready to be told."""
    if found is None:
        return []
    alike = None if found.old is None or found.new is None else (found.old, found.new)
    supersedes = step.supersedes if alike else None
    reason = None if supersedes is None else timeline.NARROWED
    told = replace(step, alike=alike, event=found.event)
    return [(told, replace(found.draft, supersedes=supersedes, reason=reason))]


async def drawn_up(desk: Desk, page_id: int, source: Source, step: timeline.Step) -> ChangeDraft:
    """The change between two neighbours, compared in a worker; where that takes too long, as one
    whole replacement."""
    page = await desk.writer.call(desk.archive.page_state, page_id)
    url = page.canonical_url if page else ""
    old, new = Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)
    draft = await compared(desk.workers, ChangeKind.CONTENT, old, new, source.terms, url)
    reason = None if step.supersedes is None else timeline.NARROWED
    return replace(draft, supersedes=step.supersedes, reason=reason)
