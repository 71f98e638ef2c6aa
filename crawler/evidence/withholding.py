"""`crawl withhold`: what a page, a version or a source holds is taken out, by law or as junk.

The records stay, and with them addresses, titles and hashes: that something was seen, and that it
was taken out, when and why, is told for ever.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from crawler.errors import UsageError
from crawler.store import Archive, scopes, withholding
from crawler.store.exporting import require_source
from crawler.store.pages import pages_of_source
from crawler.store.scopes import Scope
from crawler.store.space import free_bytes
from crawler.store.versions import page_of_url, require_page
from crawler.store.withholding import Found

# To be put together anew the file needs its own size again, twice: a copy, and the log of writing.
REBUILD_ROOM = 2.2


@dataclass(frozen=True, slots=True)
class Target:
    """What the user named: its kind, how it is called, what it covers."""

    kind: str
    subject: str
    scope: Scope
    #: looks at listings that showed it, which may quote it
    listings: int = 0


@dataclass(frozen=True, slots=True)
class Withheld:
    """What went, what stayed, and whether no trace of it is left in the file."""

    subject: str
    bodies: int
    texts: int
    changes: int
    kept_bodies: int
    kept_texts: int
    carriers: tuple[str, ...] = field(default=())
    listings: int = 0
    scrubbed: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """For `crawl withhold --json`."""
        return asdict(self)


def target_of(archive: Archive, thing: str, *, listings: bool = False) -> Target:
    """A source by its id, a page by its URL, else a version (its id, a hash, URL@2026-03-01).
    Raises UnknownName. With `listings` the listings that showed it are covered too."""
    conn = archive.conn
    if conn.execute("SELECT 1 FROM sources WHERE id = ?", (thing,)).fetchone():
        return _source(archive, thing)
    if "://" in thing and ("@" not in thing or page_of_url(conn, thing) is not None):
        page_id = require_page(conn, thing)
        scope = scopes.page_scope(conn, page_id)
        kind, subject = "page", thing
    else:
        version = archive.find_version(thing)
        page_id, kind = version.page_id, "version"
        scope, subject = (
            scopes.version_scope(conn, version.id),
            f"{version.url} {version.hash}",
        )
    showing = scopes.listing_scope(conn, page_id, None)
    if listings:
        scope = Scope((*scope.looks, *showing.looks), scope.versions, scope.pages)
    return Target(kind, subject, scope, 0 if listings else len(showing.looks))


def _source(archive: Archive, source: str) -> Target:
    """All pages of a source, and its listings."""
    require_source(archive.conn, source)
    found = [
        scopes.page_scope(archive.conn, page_id)
        for page_id in pages_of_source(archive.conn, source)
    ]
    found.append(scopes.listing_scope(archive.conn, None, source))
    whole = (
        tuple(dict.fromkeys(one for scope in found for one in getattr(scope, name)))
        for name in Scope.__slots__
    )
    return Target("source", source, Scope(*whole))


def plan(archive: Archive, target: Target, *, everywhere: bool) -> Withheld:
    """What would go; nothing is written."""
    found = withholding.look_up(archive.conn, target.scope, everywhere=everywhere)
    return _told(target, found)


def withhold(
    archive: Archive, target: Target, reason: str, now: str, *, everywhere: bool
) -> Withheld:
    """Take it out, for ever. Raises UsageError without a reason."""
    if not reason.strip():
        raise UsageError("a removal without a reason proves nothing", "give --reason")
    said = {"target": target.kind, "subject": target.subject, "reason": reason}
    found = withholding.remove(archive.conn, target.scope, said, now, everywhere=everywhere)
    size = archive.path.stat().st_size
    rebuild = free_bytes(archive.path) > REBUILD_ROOM * size
    emptied = withholding.scrub(archive.conn, rebuild=rebuild)
    return _told(target, found, scrubbed=rebuild and emptied)


def _told(target: Target, found: Found, scrubbed: bool | None = None) -> Withheld:
    return Withheld(
        target.subject,
        len(found.bodies),
        len(found.texts),
        len(found.changes),
        found.kept_bodies,
        found.kept_texts,
        found.carriers,
        target.listings,
        scrubbed,
    )
