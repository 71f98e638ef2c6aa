"""`crawl import`: copies that others kept, on the timeline of their pages.

A copy has its own origin (`import:<file>`) and the moment that its keeper names. It stands among
versions and changes, never moves a page's state and keeps no promise. What is here already is
passed over, so an import may be repeated. A change whose interval a copy narrows gets a successor.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from crawler.discover import normalise_url
from crawler.evidence.copies_in import CopyIn
from crawler.evidence.filing import Filed, file_copy, require_source
from crawler.evidence.reading_again import read_again
from crawler.evidence.settling import NOTHING_WATCHED, Watched, seed_texts, settle, tell_news
from crawler.evidence.turns import Hold, Turns, unheld
from crawler.model import (
    Assessment,
    Capture,
    Extraction,
    Profile,
    Source,
)
from crawler.reading import prepare
from crawler.store import Archive, timeline
from crawler.store.witness import tell
from crawler.store.work import PROGRAM
from crawler.workers import Workers

# Texts that come as they are: no rule of ours read them out of a page.
TEXT_RULE = timeline.AS_GIVEN
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
    #: of the changes those that tell of an edit which nobody knew
    news: list[int] = field(default_factory=list)

    def take(self, filed: Filed | None) -> None:
        """Count one copy that was filed."""
        if filed is not None:
            self.added += 1
            self.versions += filed.new_version
            self.page_ids.add(filed.page_id)

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
    watched: Watched = NOTHING_WATCHED,
    told: Callable[[Report], None] = lambda _: None,
    hold: Hold = unheld,
) -> Report:
    """File every copy in the archive, which `hold` holds for a slice of them after the other.
    `given` is for a text; pages that nobody watches belong to `source`, else to one that is never
    looked at. Edits that nobody knew go out in one message to whom `watched` names. `told` hears
    of the progress. Raises what `hold` raises."""
    report = Report(f"import:{path.name}")
    require_source(archive, source, now)
    with Turns(hold) as turns:
        asyncio.run(
            _import(archive, copies, report, profiles, source, given, watched, now, told, turns)
        )
        if report.added:
            _tell(archive, path, report, now)
        tell_news(archive, report.news, path.name, now, watched)
    return report


async def _import(
    archive: Archive,
    copies: Iterable[CopyIn],
    report: Report,
    profiles: tuple[Profile, ...],
    source: Source | None,
    given: Given | None,
    watched: Watched,
    now: str,
    told: Callable[[Report], None],
    turns: Turns,
) -> None:
    async with Workers(
        prepare, (profiles, seed_texts(archive), watched.gazetteer), count=1
    ) as workers:
        for copy in copies:
            turns.step()
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
            report.take(file_copy(archive, copy, url, read, report.origin, source))
        for page_id in sorted(report.page_ids):
            turns.step()
            settled = await settle(archive, workers, page_id, report.origin, now, watched)
            report.changes += settled.changes
            report.news += settled.news


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
    reading = await read_again(workers, capture)
    found = None if reading is None else reading.extraction
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
