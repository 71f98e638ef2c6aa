"""One copy that another kept, filed in the archive: its page, its look, its version."""

from typing import NamedTuple

from crawler.discover import page_key
from crawler.errors import UsageError
from crawler.evidence.copies_in import CopyIn
from crawler.model import (
    AddressState,
    Attempt,
    Extraction,
    Hop,
    Intent,
    Link,
    ListingIntent,
    Outcome,
    Purpose,
    Source,
)
from crawler.store import Archive
from crawler.store.pages import page_state
from crawler.store.recent import version_before
from crawler.store.records import clean, text_sha256
from crawler.store.versions import page_of_url

#: the source of pages that nobody watches
UNWATCHED = "imported"


class Filed(NamedTuple):
    """Where a copy was filed, and whether it shows something new there."""

    page_id: int
    new_version: bool


def file_copy(
    archive: Archive,
    copy: CopyIn,
    url: str,
    read: Extraction,
    origin: str,
    source: Source | None,
) -> Filed | None:
    """Write one copy: its observation, what was read from it, and a version where it reads
    otherwise than what stood there before. None where its page is not known."""
    page_id = _page(archive, url, source)
    page = page_state(archive.conn, page_id)
    if page is None:
        return None
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
        origin=origin,
        as_of=copy.moment,
    )
    (done,) = archive.commit([intent])
    return Filed(page.page_id, not same and done.version_id is not None)


def _same(archive: Archive, version_id: int, read: Extraction) -> bool:
    row = archive.find_version(str(version_id))
    named = ("title", "author", "source_name", "editor", "published", "images", "links")
    same_text = row.text_sha256 == text_sha256(clean(read.text))
    return same_text and all(getattr(row, name) == getattr(read, name) for name in named)


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


def require_source(archive: Archive, source: Source | None, now: str) -> None:
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
