"""Copies that others kept, as they stand in files: WARC, WACZ, and plain text with its address.

Hostile input is normal: a record above `MAX_BYTES` after decoding is passed over, and so is one
whose coding is broken.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.evidence.warc_out import records_of
from crawler.model import iso, parse_iso

MAX_BYTES = 20_000_000
# Answers of one body that revisits may name later; above this the oldest is forgotten.
REMEMBERED = 200
_ARTICLES = ("text/html", "application/xhtml+xml", "text/plain")
_SPOOLED = 50_000_000
_GIVEN_UP = 1_000_000_000


@dataclass(frozen=True, slots=True)
class CopyIn:
    """One answer that somebody kept: whose, when, and its bytes after decoding."""

    url: str
    moment: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield file
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}", "name a WARC or WACZ file, or a text file"
        ) from error


def warc(path: Path) -> Iterator[CopyIn]:
    """The articles' answers in a WARC file, with what revisits of them saw."""
    with _opened(path) as file:
        yield from _records(file)


def wacz(path: Path) -> Iterator[CopyIn]:
    """The same of all WARC files in a WACZ file."""
    with _opened(path) as file, zipfile.ZipFile(file) as packed:
        for entry in packed.infolist():
            name = entry.filename
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                with packed.open(entry) as member, SpooledTemporaryFile(_SPOOLED) as spooled:
                    _copy(member, spooled, name)
                    yield from _records(spooled)


def _copy(source: IO[bytes], target: Any, name: str) -> None:
    """Unpack a file that must be read from its beginning; raises UsageError above a bound."""
    size = 0
    while piece := source.read(1 << 20):
        size += len(piece)
        if size > _GIVEN_UP:
            raise UsageError(f"{name} is above {_GIVEN_UP:,} bytes", "import that WARC by itself")
        target.write(piece)
    target.seek(0)


def _records(file: Any) -> Iterator[CopyIn]:
    bodies: dict[tuple[str, str], CopyIn] = {}
    for record in records_of(file):
        if (record.rec_headers.get_header("Palimpsest-Purpose") or "article") != "article":
            continue
        if record.rec_type == "response":
            found = _answer(record)
            if found is None:
                continue
            digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
            bodies[found.url, digest] = found
            if len(bodies) > REMEMBERED:
                bodies.pop(next(iter(bodies)))
            yield found
        elif record.rec_type == "revisit":
            head = record.rec_headers
            uri = head.get_header("WARC-Refers-To-Target-URI") or head.get_header("WARC-Target-URI")
            known = bodies.get((uri, head.get_header("WARC-Payload-Digest") or ""))
            moment = _moment(head.get_header("WARC-Date"))
            if known is not None and moment is not None and _same_body(head):
                url = head.get_header("WARC-Target-URI")
                yield CopyIn(url, moment, known.status, known.reason, known.headers, known.body)


def _same_body(head: Any) -> bool:
    """A revisit that saw the bytes again; of a 304 nobody has seen any."""
    return str(head.get_header("WARC-Profile") or "").endswith("identical-payload-digest")


def _answer(record: Any) -> CopyIn | None:
    """The answer in a response record; None for what is no article or cannot be read."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    moment = _moment(record.rec_headers.get_header("WARC-Date"))
    http = record.http_headers
    if http is None or moment is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    status = http.get_statuscode()
    kind = (http.get_header("Content-Type") or "text/html").split(";")[0].strip().lower()
    if status != "200" or kind not in _ARTICLES:
        return None
    try:
        body = record.content_stream().read(MAX_BYTES + 1)
    except Exception:  # noqa: BLE001 - a broken coding is the record's own
        return None
    if not body or len(body) > MAX_BYTES:
        return None
    headers = tuple((name, value) for name, value in http.headers)
    reason = http.statusline.partition(" ")[2]
    return CopyIn(url, moment, 200, reason, headers, body)


def _moment(date: str | None) -> str | None:
    try:
        return iso(parse_iso(date or ""))
    except (ValueError, OverflowError):
        return None


def text(path: Path, url: str, as_of: str) -> CopyIn:
    """A text file as the copy of a page at a moment, by the word of whoever has it."""
    with _opened(path) as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UsageError(f"{path} is above {MAX_BYTES:,} bytes", "name the text alone")
    headers = (("Content-Type", "text/plain"),)
    return CopyIn(url, as_of, 200, "OK", headers, body)
