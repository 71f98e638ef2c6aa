"""Observations as WARC 1.1, by warcio (ISO 28500:2017).

Bodies are kept decoded, so `Content-Encoding` and `Transfer-Encoding` go out as `X-Orig-…`, and
`Content-Length` is the body's: a record must replay as what its reader is told. A 304 is a
`server-not-modified` revisit, a body written before an `identical-payload-digest` one, and an
attempt without an answer a `metadata` record. What came on the way (redirects) has no bytes here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import __version__
from crawler.store import Archive
from crawler.store.exporting import Kept, looks

Headers = list[tuple[str, str]]
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
SAME_BODY = _REVISIT + "identical-payload-digest"
NOT_MODIFIED = _REVISIT + "server-not-modified"
_DECODED = ("content-encoding", "transfer-encoding")


class Seen(NamedTuple):
    """An observation to be written: the hash of its record, what that says, its body."""

    hash: str
    said: dict[str, Any]
    body: bytes | None


class Placed(NamedTuple):
    """Where a response stands in the file, for an index."""

    url: str
    moment: str
    status: int
    mime: str
    digest: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Earlier:
    uri: str
    date: str
    record_id: str
    digest: str


@dataclass(slots=True)
class WarcFile:
    """A WARC file that is being written."""

    file: IO[bytes]
    name: str = "palimpsest.warc.gz"
    made_at: str = ""
    _bodies: dict[str, _Earlier] = field(default_factory=dict)
    _written: dict[str, _Earlier] = field(default_factory=dict)
    _writer: Any = None

    def begin(self) -> None:
        """Write the `warcinfo` record."""
        self._writer = WARCWriter(self.file, gzip=True, warc_version="WARC/1.1")
        info = {
            "software": f"palimpsest-archive {__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/"
            "warc-1.1/",
            "description": "bodies are kept decoded: X-Orig-… are the headers as they came",
        }
        record = self._writer.create_warcinfo_record(self.name, info)
        if self.made_at:
            record.rec_headers.replace_header("WARC-Date", self.made_at)
        self._writer.write_record(record)

    def add(self, seen: Seen) -> Iterator[Placed]:
        """Write one observation with the redirects that it followed; where its answers stand."""
        said, moment = seen.said, _moment(seen.said)
        if not said["hops"]:
            self._metadata(seen, moment)
            return
        last = len(said["hops"]) - 1
        for number, hop in enumerate(said["hops"]):
            if hop["status"] is None:
                self._metadata(seen, moment)
                continue
            body = seen.body if number == last else None
            yield self._answer(seen, hop, f"{seen.hash}:{number}", moment, body, number == last)

    def _answer(
        self,
        seen: Seen,
        hop: dict[str, Any],
        name: str,
        moment: str,
        body: bytes | None,
        last: bool,
    ) -> Placed:
        """One answer, and the request that it answers."""
        record_id = _id(f"response:{name}")
        headers = _headers(hop["headers"], body)
        line = f"{hop['status']} {hop['reason'] or ''}".strip()
        http = StatusAndHeaders(line, headers, protocol=hop["http_version"] or "HTTP/1.1")
        fields = {
            "WARC-Date": moment,
            "WARC-Record-ID": record_id,
            "Palimpsest-Record": seen.hash,
            "Palimpsest-Purpose": seen.said["purpose"],
            **_address(hop["address"]),
        }
        record = self._record(seen, hop, http, body, fields, last)
        offset = self.file.tell()
        self._writer.write_record(record)
        placed = Placed(
            hop["url"],
            moment,
            hop["status"],
            _mime(headers) if record.rec_type == "response" else "warc/revisit",
            record.rec_headers.get_header("WARC-Payload-Digest") or "",
            offset,
            self.file.tell() - offset,
        )
        if last:
            known = _Earlier(hop["url"], moment, record_id, placed.digest)
            self._written[seen.hash] = known
            if body is not None and record.rec_type == "response":
                self._bodies[seen.said["body_sha256"]] = known
        self._request(seen, hop, record_id, moment, name)
        return placed

    def _record(
        self,
        seen: Seen,
        hop: dict[str, Any],
        http: Any,
        body: bytes | None,
        fields: dict[str, str],
        last: bool,
    ) -> Any:
        """A response, or a revisit of one that stands in this file already."""
        known = self._bodies.get(seen.said["body_sha256"] or "") if body else None
        profile = SAME_BODY
        if last and hop["status"] == 304 and seen.said["conditional_on"] in self._written:
            known, profile, body = self._written[seen.said["conditional_on"]], NOT_MODIFIED, None
        if known is None:
            return self._writer.create_warc_record(
                hop["url"],
                "response",
                payload=BytesIO(body or b""),
                length=len(body or b""),
                http_headers=http,
                warc_headers_dict=fields,
            )
        record = self._writer.create_revisit_record(
            hop["url"],
            digest=known.digest,
            refers_to_uri=known.uri,
            refers_to_date=known.date,
            http_headers=http,
            warc_headers_dict={**fields, "WARC-Refers-To": known.record_id},
        )
        record.rec_headers.replace_header("WARC-Profile", profile)
        return record

    def _request(
        self, seen: Seen, hop: dict[str, Any], answer: str, moment: str, name: str
    ) -> None:
        parts = urlsplit(hop["url"])
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = [(key, value) for key, value in seen.said["request_headers"]]
        if not any(key.lower() == "host" for key, _ in sent):
            sent.insert(0, ("Host", parts.netloc))
        http = StatusAndHeaders(
            f"{seen.said['method']} {path} HTTP/1.1", sent, is_http_request=True
        )
        fields = {
            "WARC-Date": moment,
            "WARC-Record-ID": _id(f"request:{name}"),
            "WARC-Concurrent-To": answer,
        }
        self._writer.write_record(
            self._writer.create_warc_record(
                hop["url"], "request", http_headers=http, warc_headers_dict=fields
            )
        )

    def _metadata(self, seen: Seen, moment: str) -> None:
        """An attempt without an answer: what went wrong."""
        kept = ("outcome", "reason", "error", "started_at", "finished_at", "purpose", "flags")
        told = {key: seen.said[key] for key in kept}
        payload = json.dumps(told, ensure_ascii=False, indent=1).encode()
        self._writer.write_record(
            self._writer.create_warc_record(
                seen.said["request_url"],
                "metadata",
                payload=BytesIO(payload),
                length=len(payload),
                warc_content_type="application/json",
                warc_headers_dict={
                    "WARC-Date": moment,
                    "WARC-Record-ID": _id(f"metadata:{seen.hash}"),
                    "Palimpsest-Record": seen.hash,
                },
            )
        )


def records_of(file: Any) -> Iterator[Any]:
    """warcio's records of a WARC file; raises ValueError for what is none."""
    try:
        yield from ArchiveIterator(file)
    except ArchiveLoadFailed as error:
        raise ValueError(str(error)) from error


def _id(name: str) -> str:
    """The same name for the same thing in every export."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _moment(said: dict[str, Any]) -> str:
    """When the capture began; of an import, when the bytes were served."""
    return str(said["started_at"] if said["origin"] == "here" else said["as_of"])


def _address(address: str | None) -> dict[str, str]:
    host = (address or "").rpartition(":")[0].strip("[]")
    return {"WARC-IP-Address": host} if host else {}


def _headers(headers: list[list[str]], body: bytes | None) -> Headers:
    """Headers that fit the body as it is kept; what they were stands in `X-Orig-…`."""
    shown: Headers = []
    for name, value in headers:
        low = name.lower()
        replaced = low in _DECODED or low == "content-length"
        shown.append((f"X-Orig-{name}" if replaced else name, _one_line(value)))
    if body is not None:
        shown.append(("Content-Length", str(len(body))))
    return shown


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _mime(headers: Headers) -> str:
    found = next((value for name, value in headers if name.lower() == "content-type"), "")
    return found.split(";")[0].strip().lower() or "application/octet-stream"


def write_warc(
    archive: Archive,
    file: IO[bytes],
    name: str,
    made_at: str,
    source: str | None,
    since: str | None,
) -> Iterator[tuple[Kept, list[Placed]]]:
    """Write every attempt; each with where its answers stand in the file."""
    warc = WarcFile(file, name, made_at)
    warc.begin()
    for look in looks(archive.conn, source, since):
        yield look, list(warc.add(Seen(look.hash, json.loads(look.record), look.body)))
