"""`crawl export`: the archive in forms that other programs read. Each file is written whole, under
another name first, or not at all."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from crawler.errors import not_written
from crawler.evidence.state import State
from crawler.evidence.wacz import write_wacz
from crawler.evidence.warc_out import write_warc
from crawler.store import Archive
from crawler.store.exporting import all_versions, require_source

CSV_COLUMNS = (
    "change", "kind", "recorded_at", "source", "url", "title", "from_state", "to_state",
    "old_last_seen", "new_first_seen", "score", "inserted", "deleted", "moved", "masked",
    "labels", "old_words", "new_words", "from_version", "to_version", "superseded_by", "hash",
)  # fmt: skip
# A spreadsheet obeys a cell that begins so; an apostrophe makes it text (OWASP, CSV injection).
_OBEYED = ("=", "+", "-", "@", "\t", "\r")
# Excel's limit of a cell.
CELL_CHARS = 32_767


def export(
    archive: Archive,
    form: str,
    target: Path,
    made_at: str,
    *,
    source: str | None = None,
    since: str | None = None,
    state: State | None = None,
) -> int:
    """Write one of FORMS to `target`; how many things it holds. Raises UnknownName for a source
    that is not there, UsageError or DiskFull where the file cannot be written."""
    require_source(archive.conn, source)
    with _whole(target) as file:
        if form == "wacz":
            return write_wacz(archive, file, target.name, made_at, source, since, state or State())
        return FORMS[form](archive, file, made_at, source, since)


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    partial = target.with_name(f".{target.name}.partial")
    try:
        try:
            with partial.open("wb") as file:
                yield file
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise not_written(target, error) from error


def _jsonl(
    archive: Archive, file: IO[bytes], made_at: str, source: str | None, since: str | None
) -> int:
    """A line for each version with its text, then one for each change with its operations."""
    count = 0
    for row in all_versions(archive.conn, source, since):
        _line(file, {"type": "version", **asdict(row)})
        count += 1
    for change in archive.changes(source=source, since=since):
        _line(file, {"type": "change", **archive.change(str(change["change"]))})
        count += 1
    return count


def _line(file: IO[bytes], value: dict[str, Any]) -> None:
    file.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def _csv(
    archive: Archive, file: IO[bytes], made_at: str, source: str | None, since: str | None
) -> int:
    """A row for each change, for a spreadsheet: UTF-8 with a byte order mark, CRLF."""
    from crawler.evidence.citing import texts_of, words_of

    text = TextIOWrapper(file, "utf-8-sig", newline="", errors="backslashreplace")
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    count = 0
    for listed in archive.changes(source=source, since=since):
        change = archive.change(str(listed["change"]))
        words = words_of(*texts_of(archive, change["hash"]), change["ops"] or [])
        change["labels"] = " ".join(change["labels"])
        change["old_words"] = " | ".join(old for old, _ in words if old)
        change["new_words"] = " | ".join(new for _, new in words if new)
        writer.writerow([cell(change[name]) for name in CSV_COLUMNS])
        count += 1
    text.flush()
    text.detach()
    return count


def cell(value: Any) -> Any:
    """A value as a spreadsheet may show it: no formula of a stranger's, no longer than a cell."""
    if not isinstance(value, str):
        return value
    shown = "'" + value if value.startswith(_OBEYED) else value
    return shown if len(shown) <= CELL_CHARS else shown[: CELL_CHARS - 1] + "…"


def _warc(
    archive: Archive, file: IO[bytes], made_at: str, source: str | None, since: str | None
) -> int:
    """Every attempt as WARC."""
    count = 0
    for _ in write_warc(archive, file, "palimpsest.warc.gz", made_at, source, since):
        count += 1
    return count


FORMS: dict[str, Callable[[Archive, IO[bytes], str, str | None, str | None], int]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "warc": _warc,
}
