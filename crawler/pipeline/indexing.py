"""The indexes caught up at the end of a run: what they keep of a text is made in the readers.

A run that is stopped leaves texts that wait; whoever comes next takes them in.
"""

import asyncio
from collections.abc import Iterator, Sequence

from crawler.pipeline.desk import Desk
from crawler.reading import index_entries
from crawler.store.indexing import Entry
from crawler.workers import ReadingFailed

#: texts that are taken in with one commit
SLICE = 192
#: characters that one reader is given at once; a longer text alone may take a reader's time
JOB_CHARACTERS = 60_000

Texts = Sequence[tuple[int, str]]


async def catch_up(desk: Desk) -> int:
    """Takes every text that waits into the indexes of passages and words; how many. While one
    slice is written the readers are at the next."""
    done = 0
    writing: asyncio.Task[int] | None = None
    seen: set[int] = set()
    while True:
        some = await desk.writer.call(desk.archive.waiting_texts, SLICE + len(seen))
        texts = [row for row in some if row[0] not in seen]
        entries = await _entries(desk, texts)
        if writing is not None:
            done += await writing
        if not texts:
            # A new seed copy is compared with what stood before it came once no text waits.
            return done + int(await desk.writer.call(desk.archive.index_waiting))
        seen = {text_id for text_id, _ in texts}
        writing = asyncio.create_task(desk.writer.call(desk.archive.index, entries))


async def _entries(desk: Desk, texts: Texts) -> list[Entry]:
    made = await asyncio.gather(*(_made(desk, job) for job in _jobs(texts)))
    return [one for job in made for one in job]


async def _made(desk: Desk, job: Texts) -> list[Entry]:
    """What the indexes keep of some texts; where a reader is too slow for them, made here."""
    try:
        made = await desk.workers.run("the indexes", index_entries, job)
    except ReadingFailed:
        made = await asyncio.to_thread(index_entries, job)
    return [Entry(*one) for one in made]


def _jobs(texts: Texts) -> Iterator[Texts]:
    """The texts in portions of about equal work."""
    job: list[tuple[int, str]] = []
    size = 0
    for row in texts:
        if job and size + len(row[1]) > JOB_CHARACTERS:
            yield job
            job, size = [], 0
        job.append(row)
        size += len(row[1])
    if job:
        yield job
