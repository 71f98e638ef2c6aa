"""`crawl import`: copies that others kept, on the timeline of their pages.

A copy has its own origin (`import:<file>`) and the moment that its keeper names. It stands among
versions and changes, never moves a page's state and keeps no promise. What is here already is
passed over, so an import may be repeated. A change whose interval a copy narrows gets a successor.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from crawler.discover import normalise_url, page_key
from crawler.errors import UsageError
from crawler.evidence.copies_in import CopyIn
from crawler.model import (
    AddressState,
    Assessment,
    Attempt,
    Capture,
    ChangeKind,
    Extraction,
    Hop,
    Intent,
    Link,
    ListingIntent,
    Outcome,
    Profile,
    Purpose,
    Source,
)
from crawler.reading import Reading, Side, compare, prepare, read_page
from crawler.store import Archive, timeline
from crawler.store.pages import page_state
from crawler.store.recent import version_before
from crawler.store.versions import page_of_url
from crawler.store.witness import tell
from crawler.store.work import PROGRAM
from crawler.workers import ReadingFailed, Workers

#: the source of pages that nobody watches
UNWATCHED = "imported"
# Texts that come as they are: no rule of ours read them out of a page.
TEXT_RULE = "text"
TEXT_EXTRACTOR = "text as given"


@dataclass(slots=True)
class Report:
    """What an import did; `page_ids` are the pages whose time it filled."""

    origin: str
    copies: int = 0
    added: int = 0
    known: int = 0
    no_article: int = 0
    versions: int = 0
    changes: list[int] = field(default_factory=list)
    page_ids: set[int] = field(default_factory=set)

    def as_dict(self) -> dict[str, object]:
        """For `crawl import --json`."""
        return {
            "origin": self.origin,
            "copies": self.copies,
            "added": self.added,
            "known": self.known,
            "no_article": self.no_article,
            "versions": self.versions,
            "changes": self.changes,
            "pages": len(self.page_ids),
        }


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of a text file, which says nothing of itself."""

    title: str | None = None
    author: str | None = None


def import_file(
    archive: Archive,
    path: Path,
    copies: Iterable[CopyIn],
    now: str,
    *,
    profiles: tuple[Profile, ...] = (),
    source: Source | None = None,
    given: Given | None = None,
    told: Callable[[Report], None] = lambda _: None,
) -> Report:
    """File every copy in the archive. `given` is for a text; pages that nobody watches belong to
    `source`, else to one that is never looked at. `told` hears of the progress."""
    report = Report(f"import:{path.name}")
    _require_source(archive, source, now)
    asyncio.run(_import(archive, copies, report, profiles, source, given, told))
    for page_id in sorted(report.page_ids):
        report.changes += settle(archive, page_id, report.origin, now)
    if report.added:
        _tell(archive, path, report, now)
    return report


async def _import(
    archive: Archive,
    copies: Iterable[CopyIn],
    report: Report,
    profiles: tuple[Profile, ...],
    source: Source | None,
    given: Given | None,
    told: Callable[[Report], None],
) -> None:
    async with Workers(prepare, (profiles, ()), count=1) as workers:
        for copy in copies:
            report.copies += 1
            told(report)
            url = _url(copy.url)
            digest = sha256(copy.body).hexdigest()
            if url is None or timeline.known_copy(archive.conn, url, copy.moment, digest):
                report.known += url is not None
                report.no_article += url is None
                continue
            read = _as_given(copy, given) if given else await _read(workers, copy, url, source)
            if read is None:
                report.no_article += 1
                continue
            file_copy(archive, copy, url, read, report, source)


def _url(url: str) -> str | None:
    try:
        return normalise_url(url)
    except ValueError:
        return None


async def _read(
    workers: Workers, copy: CopyIn, url: str, source: Source | None
) -> Extraction | None:
    """What today's extractor reads in a copy; None for what is no article."""
    capture = Capture(
        (copy.body,),
        url,
        url,
        content_type=copy.header("content-type"),
        status=copy.status,
        encoding=source.encoding if source else None,
        profile=source.profile if source else None,
    )
    try:
        reading: Reading = await workers.run(url, read_page, capture, None)
    except ReadingFailed:
        return None
    found = reading.extraction
    if found is None or found.assessment is not Assessment.ARTICLE or not found.text:
        return None
    return found


def _as_given(copy: CopyIn, given: Given) -> Extraction | None:
    """A text as it was given."""
    from crawler.decode import decode

    decoded = decode(copy.body)
    text = decoded.text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return None
    return Extraction(
        assessment=Assessment.ARTICLE,
        reason="given as text",
        text=text,
        title=given.title,
        author=given.author,
        source_name=None,
        editor=None,
        published=None,
        updated=None,
        lang=None,
        images=(),
        links=(),
        extractor=TEXT_EXTRACTOR,
        rule=TEXT_RULE,
        charset=decoded.charset,
        charset_from=decoded.charset_from,
    )


def file_copy(
    archive: Archive,
    copy: CopyIn,
    url: str,
    read: Extraction,
    report: Report,
    source: Source | None,
) -> None:
    """Write one copy: its observation, what was read from it, and a version where it reads
    otherwise than what stood there before."""
    page_id = _page(archive, url, source)
    page = page_state(archive.conn, page_id)
    if page is None:
        return
    before, _ = version_before(archive.conn, page.page_id, copy.moment)
    same = before is not None and _same(archive, before.version_id, read)
    outcome = Outcome.NEW if before is None else Outcome.UNCHANGED if same else Outcome.CHANGED
    intent = Intent(
        0,
        page,
        AddressState(0, page.page_id, url),
        ((attempt_of(copy, url), outcome, None),),
        extraction=read,
        new_version=not same,
        encoding=source.encoding if source else None,
        profile=source.profile if source else None,
        aside=True,
        origin=report.origin,
        as_of=copy.moment,
    )
    archive.commit([intent])
    report.added += 1
    report.versions += not same
    report.page_ids.add(page.page_id)


def _same(archive: Archive, version_id: int, read: Extraction) -> bool:
    row = archive.find_version(str(version_id))
    named = ("text", "title", "author", "source_name", "editor", "published", "images", "links")
    return all(getattr(row, name) == getattr(read, name) for name in named)


def attempt_of(copy: CopyIn, url: str) -> Attempt:
    """The look of whoever kept the copy, as far as it tells."""
    return Attempt(
        purpose=Purpose.ARTICLE,
        request_url=url,
        request_headers=(),
        started_at=copy.moment,
        finished_at=copy.moment,
        duration_ms=0,
        final_url=url,
        status=copy.status,
        hops=(Hop(url, copy.status, copy.reason, "HTTP/1.1", copy.headers, None),),
        body=copy.body,
    )


def _page(archive: Archive, url: str, source: Source | None) -> int:
    """The page at a URL, made where nobody knew it."""
    known = page_of_url(archive.conn, url)
    if known is not None:
        return known
    name, link = source.id if source else UNWATCHED, Link(url, key=page_key(url, source))
    archive.commit([ListingIntent(0, name, "", (), (link,), watch=source is not None)])
    made = page_of_url(archive.conn, url)
    assert made is not None  # noqa: S101 - it was just written
    return made


def _require_source(archive: Archive, source: Source | None, now: str) -> None:
    """The row of the source that owns pages which nobody knew."""
    if source is not None:
        found = archive.conn.execute("SELECT 1 FROM sources WHERE id = ?", (source.id,)).fetchone()
        if found is None:
            raise UsageError(
                f"the archive does not know the source {source.id!r} yet",
                "`crawl once` takes it in",
            )
        return
    usual = Source(UNWATCHED, "page")
    archive.conn.execute(
        "INSERT OR IGNORE INTO sources (id, name, kind, enabled, max_gap_s, max_interval_s, "
        "young_s, added_at, removed_at) VALUES (?, ?, 'page', 0, ?, ?, ?, ?, ?)",
        (UNWATCHED, UNWATCHED, usual.max_gap_s, usual.max_interval_s, usual.young_s, now, now),
    )


def settle(archive: Archive, page_id: int, origin: str, now: str) -> list[int]:
    """Record the changes that a page's time shows now, and successors of those that told less."""
    drafts = []
    for step in timeline.steps(archive.conn, page_id):
        old, new = Side(step.old.text, step.old.fields), Side(step.new.text, step.new.fields)
        draft = compare(ChangeKind.CONTENT, old, new, ())
        reason = None if step.supersedes is None else timeline.NARROWED
        drafts.append((step, replace(draft, supersedes=step.supersedes, reason=reason)))
    return timeline.tell(archive.conn, page_id, drafts, origin, now)


def _tell(archive: Archive, path: Path, report: Report, now: str) -> None:
    """The record of an import that added something."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    fields = {
        "origin": report.origin,
        "file_name": path.name,
        "file_sha256": digest.hexdigest(),
        "file_bytes": size,
        "copies": report.copies,
        "added": report.added,
        "versions": report.versions,
        "program": PROGRAM,
    }
    tell(archive.conn, "import", fields, now)
