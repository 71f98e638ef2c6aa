"""Putting a backup back in the archive's place: proved first, what it replaces kept, the heads that
are given up told in the log."""

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.errors import CrawlError, UsageError, VerificationFailed
from crawler.evidence.anchor_check import against_head
from crawler.evidence.state import SignedHead, State
from crawler.evidence.verify import verify
from crawler.model import iso
from crawler.store import Archive, lock, outbox
from crawler.store.space import require_free
from crawler.store.status import head
from crawler.store.transaction import last_ids, never_again
from crawler.store.witness import origin, tell, told


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, where the archive of before lies now, and what was given up."""

    archive: Path
    backup: Path
    kept: Path | None
    head: dict[str, Any]
    given_up: tuple[dict[str, Any], ...]
    messages_dropped: int
    #: what was withheld after the backup was made, and is here again
    withheld_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the new archive must know of the one before: its head, the last ids that it gave out,
    and what was withheld from it, by record."""

    head: dict[str, Any]
    ids: dict[str, int]
    withheld: dict[str, str]


def backup_file(backup: Path) -> Path:
    """The archive's copy that a backup's file or folder is; raises UsageError for neither."""
    file = backup / "archive.db" if backup.is_dir() else backup
    if not file.is_file():
        raise UsageError(
            f"{backup} is no backup", "name the file or folder that `crawl backup` wrote"
        )
    return file


def restore(backup: Path, archive: Path, now: datetime, *, state: State | None = None) -> Restored:
    """Puts the backup in the archive's place. Raises VerificationFailed when the backup is not
    sound, ArchiveBusy when somebody holds the archive, DiskFull; then nothing was changed."""
    file, archive = backup_file(backup).absolute(), archive.absolute()
    if file == archive:
        raise UsageError(f"{file} is the archive itself", "name a backup of it")
    proved = verify(file, state=State(file.parent / ".no-state"))
    if not proved["ok"]:
        what = proved["problems"][0]
        raise VerificationFailed(
            f"{file} is not sound: {what['table']} {what['row']}: {what['what']}",
            "nothing was changed; try an older backup, and see all with `crawl --db … verify`",
        )
    archive.parent.mkdir(parents=True, exist_ok=True)
    require_free(archive, file.stat().st_size)
    with lock.run_lock(archive, "restore", iso(now)):
        partial = archive.with_name(f"{archive.name}.restoring")
        shutil.copyfile(file, partial)
        _flush(partial)
        replaced = _replaced(archive)
        kept = _set_aside(archive, now)
        partial.replace(archive)
        return _tell(archive, file, kept, replaced, now, state or State())


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replaced(archive: Path) -> Replaced | None:
    """What the archive was, its log written back into its file; None where there is no archive or
    it cannot be read."""
    if not archive.exists():
        return None
    try:
        with Archive.open(archive) as old:
            old.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            withheld = {one.hash: one.fields["subject"] for one in told(old.conn, "withheld")}
            return Replaced(head(old.conn), last_ids(old.conn), withheld)
    except (CrawlError, sqlite3.Error, KeyError):
        return None


def _set_aside(archive: Path, now: datetime) -> Path | None:
    """Keeps the archive that is replaced beside it, with what SQLite has beside it."""
    if not archive.exists():
        return None
    kept = archive.with_name(f"{archive.name}.replaced-{iso(now).replace(':', '')}")
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            archive.with_name(archive.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept


def _tell(
    archive: Path,
    file: Path,
    kept: Path | None,
    replaced: Replaced | None,
    now: datetime,
    state: State,
) -> Restored:
    """Writes into the archive that it was put back, and drops what it would send again."""
    with Archive.open(archive, clock=lambda: now) as back:
        found = head(back.conn)
        signed = [one for one in state.heads(archive, origin(back.conn)) if _lost(back, one)]
        given_up = [{"size": one.size, "root": one.root} for one in signed]
        if replaced is not None and replaced.head not in (found, *given_up):
            given_up.insert(0, replaced.head)
        fields = {"backup": file.name, "head": found, "given_up": given_up}
        tell(back.conn, "restored", fields, iso(now))
        dropped = outbox.give_up(back.conn, iso(now))
        again: dict[str, None] = {}
        if replaced is not None:
            never_again(back.conn, replaced.ids)
            known = {one.hash for one in told(back.conn, "withheld")}
            again = dict.fromkeys(s for h, s in replaced.withheld.items() if h not in known)
    for one in signed:
        state.abandon(one)
    return Restored(archive, file, kept, found, tuple(given_up), dropped, tuple(again))


def _lost(archive: Archive, signed: SignedHead) -> bool:
    """Whether a signed head is of records that the backup does not have."""
    return against_head(archive.conn, origin(archive.conn), signed.head) is not None
