"""`crawl reextract`: every text rebuilt from its capture with today's extractor.

It tells *the site changed* from *the extractor changed*: a change that no longer stands gets a
successor with the reason, an edit that the old reading hid is told now, and no old reading goes.
What is done is not done again, so it may be stopped and called again.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from crawler.evidence.importing import TEXT_RULE
from crawler.evidence.reading_again import read_again
from crawler.evidence.settling import NOTHING_WATCHED, Watched, seed_texts, settle, tell_news
from crawler.extract import EXTRACTOR
from crawler.model import Assessment, Extraction, Gazetteer, Profile
from crawler.reading import Reading, SeedText, prepare
from crawler.store import Archive, rereading
from crawler.workers import Workers

# Captures that are read at one time: enough for all cores, and a bound on memory.
AT_ONCE = 16


@dataclass(slots=True)
class Reread:
    """What reading again gave; `changes` are new changes and successors."""

    versions: int = 0
    same: int = 0
    otherwise: int = 0
    unreadable: int = 0
    changes: list[int] = field(default_factory=list)
    extractor: str = EXTRACTOR
    #: of the changes those that tell of an edit which nobody knew
    news: list[int] = field(default_factory=list)

    def add(self, other: "Reread") -> None:
        """Count what another part of the work gave."""
        self.versions += other.versions
        self.same += other.same
        self.otherwise += other.otherwise
        self.unreadable += other.unreadable
        self.changes += other.changes
        self.news += other.news

    def as_dict(self) -> dict[str, object]:
        """For `crawl reextract --json`."""
        return {name: getattr(self, name) for name in self.__slots__}


def reextract(
    archive: Archive,
    now: str,
    *,
    page_ids: Sequence[int] | None = None,
    dry_run: bool = False,
    profiles: tuple[Profile, ...] = (),
    processes: int | None = None,
    watched: Watched = NOTHING_WATCHED,
    told: Callable[[Reread], None] = lambda _: None,
) -> Reread:
    """Read every version again that another extractor read (of these pages, of all when None).
    With `dry_run` nothing is written. Past edits newly found go out in one message to whom
    `watched` names. `told` hears of the progress."""
    found = Reread()
    todo = rereading.waiting(archive.conn, EXTRACTOR, TEXT_RULE, page_ids)
    settings = (profiles, seed_texts(archive), watched.gazetteer)
    asyncio.run(_all(archive, todo, found, now, dry_run, settings, processes, watched, told))
    tell_news(archive, found.news, "reextract", now, watched)
    return found


def waiting_pages(archive: Archive, page_ids: Sequence[int] | None = None) -> list[int]:
    """The pages (of these, of all when None) of which a version waits to be read again."""
    waiting = rereading.waiting(archive.conn, EXTRACTOR, TEXT_RULE, page_ids)
    return list(dict.fromkeys(page_id for page_id, _ in waiting))


async def _all(
    archive: Archive,
    todo: list[tuple[int, int]],
    found: Reread,
    now: str,
    dry_run: bool,
    settings: tuple[tuple[Profile, ...], tuple[SeedText, ...], Gazetteer | None],
    processes: int | None,
    watched: Watched,
    told: Callable[[Reread], None],
) -> None:
    async with Workers(prepare, settings, count=processes) as workers:
        for chunk in _chunks(todo):
            readings = await asyncio.gather(*(_read(archive, workers, v) for _, v in chunk))
            pages = dict.fromkeys(page_id for page_id, _ in chunk)
            for (_, version_id), reading in zip(chunk, readings, strict=True):
                _keep(archive, version_id, reading, found, now, dry_run)
            for page_id in () if dry_run else pages:
                settled = await settle(
                    archive, workers, page_id, "here", now, watched, read_again=True
                )
                found.changes += settled.changes
                found.news += settled.news
            told(found)


def _chunks(todo: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Whole pages, so that a page's changes are settled once all of its time is read again."""
    chunk: list[tuple[int, int]] = []
    for _, page in groupby(todo, itemgetter(0)):
        chunk += page
        if len(chunk) >= AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _read(archive: Archive, workers: Workers, version_id: int) -> Reading | None:
    return await read_again(workers, archive.capture_of(version_id))


def _keep(
    archive: Archive,
    version_id: int,
    reading: Reading | None,
    found: Reread,
    now: str,
    dry_run: bool,
) -> None:
    found.versions += 1
    read = None if reading is None else reading.extraction
    if reading is None or read is None or not _article(read):
        found.unreadable += 1
        return
    row = archive.find_version(str(version_id))
    same = row.text == read.text and all(
        getattr(row, name) == getattr(read.fields, name) for name in read.fields.__slots__
    )
    found.same += same
    found.otherwise += not same
    if not dry_run:
        rereading.read_again(archive.conn, version_id, read, reading.seed_matches, now)


def _article(read: Extraction) -> bool:
    return read.assessment is Assessment.ARTICLE and bool(read.text)
