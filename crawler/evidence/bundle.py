"""A citation's bundle: everything that a stranger with Python alone needs to check it.

A zip file of: `manifest.json` with the hash of every file, `manifest.sig` and `key.bin` (Ed25519),
the signed head, the records with their inclusion proofs, the bytes as served (plain, and as WARC),
the texts, the operations between them, the time stamps, and `verify.py`.
"""

import base64
import json
import zipfile
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from crawler.errors import ArchiveError, not_written
from crawler.evidence.anchoring import head_of, refuse_another
from crawler.evidence.citation_text import FORMATS, render
from crawler.evidence.citing import Citation
from crawler.evidence.notes import Head, Key
from crawler.evidence.state import State
from crawler.evidence.verifier import Wrong, missing_words, read_stamp
from crawler.evidence.warc_out import Seen, WarcFile
from crawler.store import Archive
from crawler.store.proving import Record, by_hash, extraction_of, proof, record_of
from crawler.store.witness import last_told

FORMAT = 1
NAMES = {"text": "citation.txt", "csl": "citation.csl.json", "bibtex": "citation.bib",
         "ris": "citation.ris", "gb7714": "citation.gb7714.txt"}  # fmt: skip

README = """This folder proves a citation. To check it, with Python 3.11 or later and no network:

    python verify.py

It proves that the archive named in citation.txt held these bytes no later than the time stamps in
stamps/ say (none: then no outside time is proved), under the key whose fingerprint it prints.
Compare that fingerprint with one that you have from elsewhere: python verify.py --key FINGERPRINT
Whoever made this folder could have made its verify.py too. A careful reader takes that program from
Palimpsest itself and names this folder: python -m crawler.evidence.verifier FOLDER
The file captures.warc.gz opens in programs for web archives, such as replayweb.page.

本文件夹用于证明一条引文。请用 Python 3.11 或更高版本运行 python verify.py，无需联网。
它打印公钥指纹；请与从别处得到的指纹核对：python verify.py --key 指纹
"""


@dataclass(slots=True)
class Building:
    """A bundle while it is put together."""

    archive: Archive
    citation: Citation
    made_at: str
    files: dict[str, bytes] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    looks: dict[int, Record] = field(default_factory=dict)
    sides: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def record(self, name: str, record: Record) -> str:
        """Add a record; its file's name (that of an earlier one, where it is there already)."""
        for known, other in self.records.items():
            if other.hash == record.hash:
                return known
        path = f"records/{name}.json"
        self.records[path] = record
        self.files[path] = record.text.encode()
        return path

    def body(self, name: str, digest: str | None) -> str | None:
        """Add a body; None where none came, or where it was withheld by law."""
        if digest is None:
            return None
        try:
            self.files[name] = self.archive.body(digest)
        except ArchiveError:
            return None
        return name


def write_bundle(
    archive: Archive,
    state: State,
    citation: Citation,
    target: Path,
    made_at: str,
    page: bytes | None = None,
) -> dict[str, Any]:
    """Write the bundle of a citation; its manifest. `page` is the difference as an HTML file that
    stands alone. Raises UsageError where there is no key, or where the file cannot be written
    (DiskFull where its disk has no room)."""
    key = state.require_key()
    building = Building(archive, citation, made_at)
    _collect(building)
    note, head, stamps = _signed_head(building, state, key)
    # A stamped anchor is older than the citation: what is shown is the head that is signed here.
    building.citation = replace(citation, head={"size": head.size, "root": head.root})
    building.files["checkpoint.txt"] = note.encode()
    building.files["key.bin"] = key.public
    for number, response in enumerate(stamps, 1):
        building.files[f"stamps/{number}.tsr"] = response
    if page is not None:
        building.files["diff.html"] = page
    for form in FORMATS:
        building.files[NAMES[form]] = (render(building.citation, form) + "\n").encode()
    building.files["README.txt"] = README.encode()
    building.files["verify.py"] = files("crawler.evidence").joinpath("verifier.py").read_bytes()
    building.files["captures.warc.gz"] = _warc(building)
    manifest = _manifest(building, head)
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    building.files["manifest.json"] = text
    building.files["manifest.sig"] = key.sign(text)
    _zip(building.files, target)
    return manifest


def _collect(building: Building) -> None:
    """Records, bodies and texts of what is cited."""
    citation = building.citation
    rows, (old, new) = citation.rows, citation.rows["texts"]
    if "seed" in rows:
        _seed(building, new)
        return
    if "change" in rows:
        change = record_of(building.archive.conn, "change", rows["change"])
        building.more["change"] = building.record("change", change)
        if rows["old"] is not None:
            _side(building, "old", rows["old"], old, rows["from_version"])
        if rows["ops"] is not None and old and new:
            building.more["ops"] = "ops.json"
            ops = building.archive.conn.execute(
                "SELECT ops FROM changes WHERE id = ?", (rows["change"],)
            ).fetchone()[0]
            building.files["ops.json"] = ops.encode()
    _side(building, "new", rows["new"], new, rows["to_version"])
    if rows.get("last") not in (None, rows["new"]):
        _side(building, "last", rows["last"], new, rows["to_version"])


def _seed(building: Building, text: str) -> None:
    rows = building.citation.rows
    record = building.record("seed", record_of(building.archive.conn, "seed", rows["seed"]))
    building.body("seed.file", rows["file"])
    building.files["seed.txt"] = text.encode()
    building.more["seed"] = {"record": record, "file": "seed.file", "text": "seed.txt"}


def _side(building: Building, label: str, look_id: int, text: str, version_id: int | None) -> None:
    """The look, what was read from it, and the words of this side that are found in its bytes."""
    conn = building.archive.conn
    look = record_of(conn, "observation", look_id)
    building.looks[look_id] = look
    side: dict[str, Any] = {"observation": building.record(f"{label}-observation", look)}
    side["body"] = building.body(f"{label}.body", look.said["body_sha256"])
    digest = building.citation.text_sha256.get("new" if label == "last" else label)
    read = extraction_of(conn, look_id, digest, version_id) if digest else None
    if text:
        building.files[f"{label}.txt"] = text.encode()
        side["text"] = f"{label}.txt"
    if read is not None and text:
        side |= _read_side(building, label, read, side["body"])
    building.sides[label] = side


def _read_side(building: Building, label: str, read: Record, body: str | None) -> dict[str, Any]:
    """The extraction with its whole capture, and which words stand in the bytes."""
    said, bodies = read.said, []
    for number, digest in enumerate(said["capture"], 1):
        part = by_hash(building.archive.conn, digest)
        if part is None:
            return {}
        building.record(f"{label}-capture-{number}", part)
        name = f"{label}-{number}.body"
        same = body is not None and part.said["body_sha256"] == _sha256(building.files[body])
        found = body if same else building.body(name, part.said["body_sha256"])
        bodies += [found] if found else []
    at = 0 if label == "old" else 1
    words = [pair[at] for pair in building.citation.words if pair[at].strip()]
    missing = list(dict.fromkeys(words))
    for name in bodies:
        missing = missing_words(building.files[name], said["charset"], missing)
    return {
        "extraction": building.record(f"{label}-extraction", read),
        "bodies": bodies,
        "words": [word for word in dict.fromkeys(words) if word not in missing],
        "unfound": missing,
    }


def _signed_head(building: Building, state: State, key: Key) -> tuple[str, Head, list[bytes]]:
    """The newest anchor by this key, with its stamps, where it covers all that is shown; else the
    head of this moment, signed now, which nobody has stamped."""
    archive = building.archive
    anchor = last_told(archive.conn, "anchor")
    last = max(record.sequence for record in building.records.values())
    if anchor is not None and anchor.fields["key"] == key.fingerprint:
        said = anchor.fields
        if last < said["size"]:
            head = Head(said["origin"], said["size"], said["root"])
            return said["checkpoint"], head, _stamps(said)
    head = head_of(archive)
    refuse_another(archive, state, head)
    return key.checkpoint(head), head, []


def _stamps(anchor: dict[str, Any]) -> list[bytes]:
    """The answers of authorities that are stamps over the anchor's checkpoint."""
    found = []
    for stamp in anchor["stamps"]:
        raw = base64.b64decode(stamp["response"] or "")
        try:
            digest, _ = read_stamp(raw)
        except Wrong:
            continue
        if digest == _sha256(anchor["checkpoint"].encode()):
            found.append(raw)
    return found


def _warc(building: Building) -> bytes:
    file = BytesIO()
    warc = WarcFile(file, "captures.warc.gz", building.made_at)
    warc.begin()
    for look in dict.fromkeys(building.looks.values()):
        digest = look.said["body_sha256"]
        body = next((b for b in building.files.values() if _sha256(b) == digest), None)
        for _ in warc.add(Seen(look.hash, look.said, body)):
            pass
    return file.getvalue()


def _manifest(building: Building, head: Head) -> dict[str, Any]:
    conn = building.archive.conn
    return {
        "format": FORMAT,
        "made_at": building.made_at,
        "cited": building.citation.as_dict(),
        "head": head._asdict(),
        "records": {
            name: {"sequence": record.sequence, "proof": proof(conn, record.sequence, head.size)}
            for name, record in building.records.items()
        },
        "sides": building.sides,
        "change": None,
        "ops": None,
        "seed": None,
        "stamps": sorted(name for name in building.files if name.startswith("stamps/")),
        **building.more,
        "files": {
            name: {"sha256": _sha256(data), "bytes": len(data)}
            for name, data in sorted(building.files.items())
        },
    }


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _zip(contents: dict[str, bytes], target: Path) -> None:
    """Write the zip file whole or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in sorted(contents.items()):
                file.writestr(name, data)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise not_written(target, error) from error
