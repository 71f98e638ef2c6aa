"""WACZ 1.1.1: a web archive in one zip file, with an index, a list of pages, and a signature.

https://specs.webrecorder.net/wacz/1.1.1/. The signature is the anonymous one of wacz-auth 0.1.0,
which knows no other than ECDSA: over P-256 with SHA-256, by a second key in the state.
"""

import base64
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

from crawler import __version__
from crawler.evidence.notes import public_p256, sign_p256
from crawler.evidence.state import State
from crawler.evidence.warc_out import Placed, write_warc
from crawler.store import Archive
from crawler.store.exporting import Kept, shown_by

WACZ = "1.1.1"
SOFTWARE = f"palimpsest-archive {__version__}"
WARC_PATH = "archive/data.warc.gz"
_PIECE = 1 << 20


def write_wacz(
    archive: Archive,
    file: IO[bytes],
    name: str,
    made_at: str,
    source: str | None,
    since: str | None,
    state: State,
) -> int:
    """Write a WACZ file of every attempt; how many it holds."""
    created = made_at[:19] + "Z"
    with TemporaryFile() as warc:
        lines: list[str] = []
        pages = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"})]
        count = 0
        for look, placed in write_warc(archive, warc, "data.warc.gz", made_at, source, since):
            count += 1
            lines += [cdxj(place) for place in placed]
            pages += _page(archive, look, placed)
        parts = {
            "indexes/index.cdxj": "".join(f"{line}\n" for line in sorted(lines)).encode(),
            "pages/pages.jsonl": "".join(f"{line}\n" for line in pages).encode(),
        }
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
            resources = [_store(packed, WARC_PATH, warc)]
            for path, data in parts.items():
                packed.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
                resources.append(_resource(path, sha256(data).hexdigest(), len(data)))
            package = _package(name, created, resources)
            packed.writestr(zipfile.ZipInfo("datapackage.json"), package)
            digest = _digest(package, created, state)
            packed.writestr(zipfile.ZipInfo("datapackage-digest.json"), digest)
    return count


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _store(packed: zipfile.ZipFile, path: str, file: IO[bytes]) -> dict[str, Any]:
    """Put a file into the package uncompressed, so that a reader finds places inside it."""
    digest, size = sha256(), 0
    with packed.open(zipfile.ZipInfo(path), "w", force_zip64=True) as into:
        for piece in _pieces(file):
            digest.update(piece)
            size += len(piece)
            into.write(piece)
    return _resource(path, digest.hexdigest(), size)


def _resource(path: str, digest: str, size: int) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {"name": name.lower(), "path": path, "hash": f"sha256:{digest}", "bytes": size}


def _package(name: str, created: str, resources: list[dict[str, Any]]) -> bytes:
    package = {
        "profile": "data-package",
        "wacz_version": WACZ,
        "title": name,
        "created": created,
        "software": SOFTWARE,
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode()


def _digest(package: bytes, created: str, state: State) -> bytes:
    """The package's hash, signed: the signature is over the text of the hash."""
    named = f"sha256:{sha256(package).hexdigest()}"
    key = state.make_wacz_key()
    signed = {
        "hash": named,
        "created": created,
        "software": SOFTWARE,
        "version": "0.1.0",
        "signature": base64.b64encode(sign_p256(key, named.encode())).decode(),
        "publicKey": base64.b64encode(public_p256(key)).decode(),
    }
    said = {"path": "datapackage.json", "hash": named, "signedData": signed}
    return json.dumps(said, indent=2).encode()


def _page(archive: Archive, look: Kept, placed: list[Placed]) -> list[str]:
    """A line for a look that showed an article, with its text for a reader's search."""
    shown = shown_by(archive.conn, look.id) if placed else None
    if shown is None:
        return []
    last = placed[-1]
    page = {"id": look.hash[:22], "url": last.url, "ts": last.moment, "title": shown[0]}
    return [json.dumps({**page, "text": shown[1]}, ensure_ascii=False)]


def cdxj(placed: Placed) -> str:
    """One line of the index: key, moment, and where the record stands."""
    digits = "".join(filter(str.isdigit, placed.moment))[:14]
    said = {
        "url": placed.url,
        "mime": placed.mime,
        "status": str(placed.status),
        "digest": placed.digest,
        "length": str(placed.length),
        "offset": str(placed.offset),
        "filename": WARC_PATH.rpartition("/")[2],
    }
    return f"{surt(placed.url)} {digits} {json.dumps(said, ensure_ascii=False)}"


def surt(url: str) -> str:
    """The URL as indexes sort it: host reversed, then path and query in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    reversed_host = host if _is_address(host) else ",".join(reversed(host.split(".")))
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    path = (parts.path or "/").lower()
    return f"{reversed_host}{port}){path}{'?' + query if query else ''}"


def _is_address(host: str) -> bool:
    return ":" in host or all(part.isdigit() for part in host.split("."))
