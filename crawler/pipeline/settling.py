"""A page's time put in order after a web archive's copies were filed in it: what it shows between
two versions is told as a change, and a change that told less gets a successor."""

from collections.abc import Mapping
from dataclasses import replace

from crawler.model import ChangeDraft, ChangeKind, Source, iso
from crawler.pipeline.desk import Desk
from crawler.reading import Side, compare
from crawler.store import timeline
from crawler.workers import ReadingFailed


async def settle(
    desk: Desk, pages: Mapping[int, Source], copies: tuple[str, ...], origin: str
) -> list[int]:
    """Records the changes that the time of these pages shows now; their ids. The copies count as
    filed only then, so that a run that is killed before leaves them to the next."""
    told: list[int] = []
    for page_id, source in pages.items():
        told += await settle_page(desk, page_id, source, origin)
    await desk.writer.call(desk.archive.copies_filed, copies)
    return told


async def settle_page(desk: Desk, page_id: int, source: Source, origin: str) -> list[int]:
    """Records what one page's time shows and no change that stands tells so well; the ids."""
    drafts: list[tuple[timeline.Step, ChangeDraft]] = []
    for step in await desk.writer.call(desk.archive.page_steps, page_id):
        drafts.append((step, await drawn_up(desk, page_id, source, step)))
    written: list[int] = await desk.writer.call(
        desk.archive.tell_steps, page_id, drafts, origin, iso(desk.clock())
    )
    return written


async def drawn_up(desk: Desk, page_id: int, source: Source, step: timeline.Step) -> ChangeDraft:
    """The change between two neighbours, compared in a worker; where that takes too long, as one
    whole replacement."""
    page = await desk.writer.call(desk.archive.page_state, page_id)
    url = page.canonical_url if page else ""
    old, new = Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)
    try:
        draft: ChangeDraft = await desk.workers.run(
            url, compare, ChangeKind.CONTENT, old, new, source.terms, (url,)
        )
    except ReadingFailed:
        draft = ChangeDraft(ChangeKind.CONTENT, score=1.0)
    reason = None if step.supersedes is None else timeline.NARROWED
    return replace(draft, supersedes=step.supersedes, reason=reason)
