"""Checks a citation's bundle: one file, the standard library of Python 3.11 or later, no network.

Run it in the unpacked folder:  python verify.py [--key FINGERPRINT] [--tsa-ca FILE]

It ends with 0 when all that can be checked holds, and with 1 when something does not, which it
names. Sources: RFC 8032 (Ed25519), RFC 9162 (tree and proofs), C2SP signed notes and checkpoints,
RFC 3161 (time stamps).
"""

import argparse
import base64
import gzip
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Point = tuple[int, int, int, int]
Part = tuple[int, bytes]


class Wrong(Exception):
    """Something in the bundle is not what it says it is."""


def plain(text: object, most: int = 120) -> str:
    """Somebody else's text on one line, with nothing in it that a terminal would obey."""
    flat = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(text))
    return flat if len(flat) <= most else flat[: most - 1] + "…"


# Ed25519, RFC 8032, section 5.1: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, z, t, y = f - e, h - g, h + g, f + e
    return (x * z % P, t * y % P, z * t % P, x * y % P)


def times(scalar: int, point: Point) -> Point:
    """A point so many times."""
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same_point(a: Point, b: Point) -> bool:
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def x_of(y: int, sign: int) -> int | None:
    """The x of a point by its y and the lowest bit of x; None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_of(data: bytes) -> Point | None:
    """A point from its 32 bytes; None where they are none."""
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is that of the message by the key (RFC 8032, 5.1.7)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public_key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    return same_point(times(s, BASE), add(r, times(k, a)))


# The log's tree, RFC 9162, section 2.1.


def leaf_hash(record: bytes) -> str:
    """The hash of a record's bytes as a leaf."""
    return hashlib.sha256(b"\x00" + record).hexdigest()


def included(leaf: str, sequence: int, size: int, proof: list[str], root: str) -> bool:
    """Whether the proof leads from the leaf to the root (section 2.1.3.2)."""
    if not 0 <= sequence < size:
        return False
    node, last, result = sequence, size - 1, bytes.fromhex(leaf)
    for step in map(bytes.fromhex, proof):
        if last == 0:
            return False
        if node & 1 or node == last:
            result = hashlib.sha256(b"\x01" + step + result).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = hashlib.sha256(b"\x01" + result + step).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and result.hex() == root


# The signed head: a checkpoint (c2sp.org/tlog-checkpoint) in a note (c2sp.org/signed-note).


def fingerprint(public_key: bytes) -> str:
    """How a key is called: the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public_key).hexdigest()


def key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes that name a key in a note."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public_key).digest()[:4]


def read_checkpoint(note: bytes, public_key: bytes) -> tuple[str, int, str]:
    """(origin, size, root) of a checkpoint that the key signed; raises Wrong."""
    try:
        text, _, signatures = note.decode().rpartition("\n\n")
        origin, size, root = text.split("\n")[:3]
        head = (origin, int(size), base64.b64decode(root, validate=True).hex())
    except ValueError as error:
        raise Wrong(f"the signed head cannot be read: {error}") from None
    if f"{head[1]}" != size or not signatures.endswith("\n"):
        raise Wrong("the signed head is not written as a checkpoint is")
    for line in signatures[:-1].split("\n"):
        found = re.fullmatch(r"— ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if found is None:
            raise Wrong("the signed head has a line that is no signature")
        signed = base64.b64decode(found[2])
        if signed[:4] == key_id(found[1], public_key) and ed25519_valid(
            public_key, (text + "\n").encode(), signed[4:]
        ):
            return head
    raise Wrong("the signed head was not signed by this key")


# Time stamps, RFC 3161: DER is read as far as the stamp's own words.


def der(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """(tag, start, end) of the value at a place; raises Wrong where there is none."""
    if at + 2 > len(data):
        raise Wrong("the time stamp ends too early")
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 128:
        count = length & 127
        if not 1 <= count <= 4:
            raise Wrong("the time stamp has a length that is not DER")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise Wrong("the time stamp ends too early")
    return tag, start, start + length


def parts(data: bytes) -> list[Part]:
    """The values one after another, each (tag, bytes)."""
    found, at = [], 0
    while at < len(data):
        tag, start, end = der(data, at)
        found.append((tag, data[start:end]))
        at = end
    return found


def inside(data: bytes, tag: int) -> list[Part]:
    """What stands inside a value with this tag."""
    found, start, end = der(data)
    if found != tag:
        raise Wrong(f"the time stamp has the tag {found:#x} where {tag:#x} should stand")
    return parts(data[start:end])


SHA256_OID = bytes.fromhex("608648016503040201")


def read_stamp(response: bytes) -> tuple[str, str]:
    """(sha256 that was stamped, moment as ISO 8601 UTC) of an RFC 3161 answer; raises Wrong.
    The authority's own signature is not checked here."""
    try:
        answer = inside(response, 0x30)
        status = int.from_bytes(parts(answer[0][1])[0][1], "big")
        if status not in (0, 1) or len(answer) < 2:
            raise Wrong(f"the authority refused to stamp (status {status})")
        signed = parts(parts(parts(answer[1][1])[1][1])[0][1])
        content = parts(signed[2][1])
        token = b"".join(
            piece if tag == 4 else b"".join(p for _, p in parts(piece))
            for tag, piece in parts(content[1][1])
        )
        info = inside(token, 0x30)
        (_, algorithm), (_, digest) = parts(info[2][1])
        moment = next(piece for tag, piece in info if tag == 0x18).decode()
    except (IndexError, ValueError, StopIteration) as error:
        raise Wrong(f"the time stamp cannot be read: {error or 'no time in it'}") from None
    if parts(algorithm)[0][1] != SHA256_OID:
        raise Wrong("the time stamp is not over a SHA-256")
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z", moment)
    if found is None:
        raise Wrong(f"the time stamp's moment is not one: {moment!r}")
    year, month, day, hour, minute, second, rest = found.groups(default="")
    return digest.hex(), f"{year}-{month}-{day}T{hour}:{minute}:{second}{rest}Z"


def stamp_signed(
    response_file: Path | str, data_file: Path | str, roots: Path | str
) -> tuple[bool, str]:
    """(whether `openssl ts` finds the stamp signed by an authority of these roots, its words)."""
    trusted = ("-CAfile", str(roots), "-untrusted", str(roots))
    done = subprocess.run(  # noqa: S603
        ["openssl", "ts", "-verify", "-in", response_file, "-data", data_file, *trusted],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = (done.stdout + done.stderr).strip().splitlines()
    # `openssl ts` of some versions ends with 0 after "Verification: FAILED".
    good = done.returncode == 0 and any("Verification: OK" in line for line in said)
    return good, said[-1] if said else ""


# Words in what a server sent.

MOST_UNPACKED = 200_000_000


# Python's own parser takes a minute for 20 KB of "<a ": what a page sends must not stop a proof.
TAG = re.compile(r"<(?:(!--)|(!\[CDATA\[)|/?([A-Za-z][A-Za-z0-9]*)|[/!?])")
IN_TAG = re.compile(r"=\s*([\"'])|>")
RAW = {name: re.compile(rf"(?=</{name}\b)", re.IGNORECASE) for name in ("script", "style")}
COMMENT_END = re.compile(r"--!?>")
# More digits than any character has; `html.unescape` fails on thousands of them.
NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


def words_of(page: str) -> str:
    """All text of a page, tags and comments left out, in one walk that never goes back. What is
    begun and never ended hides the rest, as in a browser."""
    found, at = [], 0
    while (tag := TAG.search(page, at)) is not None:
        found.append(unescaped(page[at : tag.start()]))
        at = tag.end()
        if tag[2]:  # in a feed, what stands in it is a page
            continue
        if tag[1]:
            at = end_of(COMMENT_END.search(page, at), page)
            continue
        at = tag_end(page, at)
        raw = RAW.get((tag[3] or "").lower())
        if raw is not None and page[tag.start() + 1] != "/":
            end = end_of(raw.search(page, at), page)
            found.append(page[at:end])
            at = end
    return "".join([*found, unescaped(page[at:])])


def tag_end(page: str, at: int) -> int:
    """Where a tag ends that is open at a place; a value in quotes may hold its mark."""
    while (mark := IN_TAG.search(page, at)) is not None and mark[1]:
        closing = page.find(mark[1], mark.end())
        at = len(page) if closing < 0 else closing + 1
    return end_of(mark, page)


def end_of(match: re.Match[str] | None, page: str) -> int:
    """The end of what was found, or of the page."""
    return len(page) if match is None else match.end()


def unescaped(text: str) -> str:
    """A text with its character references read."""
    return html.unescape(NO_CHARACTER.sub("\ufffd", text))


def squashed(text: str) -> str:
    """The text without white space and characters of no width."""
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+", "", text)


def readings(body: bytes, charset: str) -> Iterator[str]:
    """The words of a body: as a page, as a page inside a feed, and as text with JSON escapes."""
    try:
        text = body.decode(charset or "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    escaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
    for source in (text, unescaped(text), escaped.replace("\\/", "/")):
        yield squashed(words_of(source))


def missing_words(body: bytes, charset: str, quotes: list[str]) -> list[str]:
    """Those of the quoted words that stand nowhere in the body, line by line."""
    wanted = {quote: [squashed(line) for line in quote.split("\n")] for quote in quotes}
    pages = list(readings(body, charset)) if wanted else []
    return [
        quote
        for quote, lines in wanted.items()
        if not all(any(line in page for page in pages) for line in lines)
    ]


def check_ops(old: str, new: str, ops: list[dict[str, Any]]) -> None:
    """Raises Wrong unless the operations take every character of both texts once, in the order of
    the new one, and what they call equal or moved is the same in both."""
    at = 0
    taken: list[tuple[int, int]] = []
    built: list[str] = []
    for op in ops:
        a, b = old[op["a"][0] : op["a"][1]], new[op["b"][0] : op["b"][1]]
        if op["b"][0] != at or op["b"][1] < at:
            raise Wrong("the operations do not follow the new text")
        at = op["b"][1]
        if op["a"][0] != op["a"][1]:
            taken.append((op["a"][0], op["a"][1]))
        if (op["op"] == "insert" and a) or (op["op"] == "delete" and b):
            raise Wrong(f"an operation calls itself {op['op']}, and does more")
        if op["op"] in ("equal", "move"):
            if a != b:
                raise Wrong(f"an operation calls {a[:20]!r} and {b[:20]!r} {op['op']}")
            built.append(a)
        else:
            built.append(b)
    if "".join(built) != new or at != len(new):
        raise Wrong("the operations do not rebuild the new text")
    end = 0
    for start, stop in sorted(taken):
        if start != end:
            raise Wrong("the operations do not take every character of the old text once")
        end = stop
    if end != len(old):
        raise Wrong("the operations do not take every character of the old text once")


def pieces_of(old: str, new: str, ops: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What stood there and what stands there now, differences of form left out."""
    return [
        (old[slice(*op["a"])], new[slice(*op["b"])])
        for op in ops
        if op["op"] not in ("equal", "move") and not op["noise"]
    ]


class Bundle:
    """An unpacked bundle; each check raises Wrong, and says what it could not check."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._warc: bytes | None = None
        self.unchecked: list[str] = []
        #: what is proved, in words made from the records
        self.facts: list[str] = []
        self.hashes: dict[str, dict[str, Any]] = {}
        self.records: dict[str, dict[str, Any]] = {}

    def read(self, name: str) -> bytes:
        """The bytes of a file of the bundle, and never of another."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise Wrong(f"{name} leads out of the bundle")
        try:
            return path.read_bytes()
        except OSError as error:
            raise Wrong(f"{name} cannot be read: {error.strerror}") from None

    def text(self, name: str) -> str:
        """A file's text, which is UTF-8."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise Wrong(f"{name} is no UTF-8") from None

    def json(self, name: str) -> Any:
        """A file's JSON."""
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise Wrong(f"{name} is no JSON: {error}") from None

    def check_files(self, wanted_key: str | None) -> str:
        """The manifest by its signature, then every file by the manifest."""
        public = self.read("key.bin")
        shown = fingerprint(public)
        if wanted_key and shown != wanted_key.lower().replace(":", ""):
            raise Wrong(f"the bundle's key is {shown}, not the one that you named")
        if not ed25519_valid(public, self.read("manifest.json"), self.read("manifest.sig")):
            raise Wrong("manifest.json was not signed by the bundle's key")
        self.key, self.manifest = public, self.json("manifest.json")
        if self.manifest.get("format") != 1:
            raise Wrong(
                "the bundle is not put together as one is: its format is "
                f"{plain(self.manifest.get('format'))}, and this program reads 1"
            )
        for name, said in self.manifest["files"].items():
            if hashlib.sha256(self.read(name)).hexdigest() != said["sha256"]:
                raise Wrong(f"{name} is not the file that the manifest names")
        listed = {*self.manifest["files"], "manifest.json", "manifest.sig"}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and name not in listed and path.parent.name != "__pycache__":
                raise Wrong(f"{name} is not in the manifest")
        return shown

    def check_head(self) -> None:
        """The signed head."""
        self.origin, self.size, self.root = read_checkpoint(self.read("checkpoint.txt"), self.key)
        said = self.manifest["head"]
        if (said["origin"], said["size"], said["root"]) != (self.origin, self.size, self.root):
            raise Wrong("the manifest tells of another head than the signed one")

    def check_records(self) -> None:
        """Each record's hash, and that the log held it under the signed head."""
        for name, said in self.manifest["records"].items():
            data = self.read(name)
            leaf = leaf_hash(data)
            if not included(leaf, said["sequence"], self.size, said["proof"], self.root):
                raise Wrong(f"{name} is not in the log under the signed head")
            record = self.json(name)
            if record["sequence"] != said["sequence"]:
                raise Wrong(f"{name} is not the record of that number")
            self.records[name], self.hashes[leaf] = record, record

    def record(self, name: str, kind: str) -> dict[str, Any]:
        """A record of a kind."""
        found = self.records[name]
        if found["kind"] != kind:
            raise Wrong(f"{name} is no {kind}")
        return found

    def check_stamps(self, roots: str | None) -> list[str]:
        """That each time stamp is over the signed head; its moment; its signature with openssl."""
        moments = []
        note = hashlib.sha256(self.read("checkpoint.txt")).hexdigest()
        for name in self.manifest["stamps"]:
            digest, moment = read_stamp(self.read(name))
            if digest != note:
                raise Wrong(f"{name} is not over the signed head")
            moments.append(moment)
            if roots is None or shutil.which("openssl") is None:
                self.unchecked.append(
                    f"the authority's signature in {name}: it needs openssl and --tsa-ca FILE "
                    "with the authority's certificates"
                )
                continue
            good, said = stamp_signed(self.folder / name, self.folder / "checkpoint.txt", roots)
            if not good:
                raise Wrong(f"{name} was not signed by an authority of {roots}: {said}")
        if not moments:
            self.unchecked.append("when the head was signed: no outside time stamp is over it")
        return moments

    def check_side(self, label: str, said: dict[str, Any]) -> None:
        """One side of the citation: its bytes, its text, and the words that are quoted."""
        looked = self.record(said["observation"], "observation")
        if said.get("body"):
            body = self.read(said["body"])
            if hashlib.sha256(body).hexdigest() != looked["body_sha256"]:
                raise Wrong(f"{said['body']} is not what the {label} look received")
            if body not in self.warc():
                raise Wrong(f"captures.warc.gz does not hold {said['body']}")
        elif looked["body_sha256"]:
            self.unchecked.append(f"the bytes of the {label} look, which are not in the bundle")
        if not said.get("extraction"):
            if said.get("text"):
                self.unchecked.append(f"that the {label} text was read from the {label} bytes")
            return
        made = self.record(said["extraction"], "extraction")
        capture = [self.hashes.get(hash_, {}).get("body_sha256") for hash_ in made["capture"]]
        if None in capture or looked["body_sha256"] not in capture:
            raise Wrong(f"the {label} text was not read from the {label} look's bytes")
        text = self.read(said["text"])
        if hashlib.sha256(text).hexdigest() != made["text_sha256"]:
            raise Wrong(f"{said['text']} is not the text that was read")
        self.check_words(label, said, made["charset"])

    def warc(self) -> bytes:
        """The captures as a web archive, unpacked; no more of it than `MOST_UNPACKED`."""
        if self._warc is None:
            with gzip.open(self.folder / "captures.warc.gz") as file:
                self._warc = file.read(MOST_UNPACKED)
        return self._warc

    def check_words(self, label: str, said: dict[str, Any], charset: str) -> None:
        """The quoted words stand in the bytes as served."""
        text = self.text(said["text"])
        for quote in said["words"]:
            if quote not in text:
                raise Wrong(f"the quoted words {quote[:40]!r} are not in the {label} text")
        missing = said["words"]
        for name in said["bodies"]:
            missing = missing_words(self.read(name), charset, missing)
        for quote in missing:
            raise Wrong(f"the quoted words {quote[:40]!r} are not in the {label} bytes")
        if said["unfound"]:
            self.unchecked.append(
                f"{len(said['unfound'])} of the {label} words: the page writes them otherwise"
            )

    def check_change(self) -> None:
        """That the change names these two sides, and that its operations lead from one to the
        other."""
        name = self.manifest.get("change")
        if not name:
            return
        change, sides = self.record(name, "change"), self.manifest["sides"]
        places = {"old": change["from"], "new": change["to"]}
        for label in ("old", "new"):
            if label not in sides or places[label] is None:
                continue
            place = places[label]
            looks = (place["first_observation"], place["last_observation"])
            seen = leaf_hash(self.read(sides[label]["observation"]))
            if seen not in looks:
                raise Wrong(f"the change does not name the {label} look")
            if place["text_sha256"] and not sides[label].get("text"):
                self.unchecked.append(f"the {label} text, which is not in the bundle")
            if sides[label].get("text"):
                digest = hashlib.sha256(self.read(sides[label]["text"])).hexdigest()
                if digest != place["text_sha256"]:
                    raise Wrong(f"the change does not name the {label} text")
        self.check_moments(change, sides)
        if change["ops_sha256"] and self.manifest.get("ops"):
            ops = self.read(self.manifest["ops"])
            if hashlib.sha256(ops).hexdigest() != change["ops_sha256"]:
                raise Wrong("ops.json is not what the change names")
            old, new = self.text("old.txt"), self.text("new.txt")
            check_ops(old, new, json.loads(ops))
            self.check_pieces(pieces_of(old, new, json.loads(ops)))
        elif change["ops_sha256"]:
            self.unchecked.append("the operations from text to text, which are not in the bundle")
            self.unchecked.append("the words that the citation quotes")
        elif self.manifest["cited"]["words"]:
            raise Wrong("the citation quotes words, and the change has no operations")
        self.tell_change(change, sides)

    def check_pieces(self, pieces: list[tuple[str, str]]) -> None:
        """The words that are quoted are those of the operations, all of them."""
        quoted = [(pair["from"], pair["to"]) for pair in self.manifest["cited"]["words"]]
        if quoted != pieces:
            raise Wrong("the citation quotes other words than the operations give")
        for at, label in ((0, "old"), (1, "new")):
            side = self.manifest["sides"].get(label, {})
            told = {*side.get("words", ()), *side.get("unfound", ())}
            if side.get("extraction") and {p[at] for p in pieces if p[at].strip()} != told:
                raise Wrong(f"the {label} words that were looked for are not those of the change")
        self.facts += [f"  “{plain(old)}” → “{plain(new)}”" for old, new in pieces[:20]]
        if len(pieces) > 20:
            self.facts.append(f"  … and {len(pieces) - 20} more")

    def tell_change(self, change: dict[str, Any], sides: dict[str, Any]) -> None:
        """The change in words of its record."""
        new = self.records[sides["new"]["observation"]]
        head = [f"A {change['change_kind']} change of {plain(new['request_url'], 300)}"]
        if change["from_state"] or change["to_state"]:
            head.append(f"from {change['from_state']} to {change['to_state']}")
        since = change["old_last_seen"] or "an unknown time"
        head.append(f"between {since} and {change['new_first_seen']} by the archive's clock:")
        self.facts.insert(0, ", ".join(head))
        if "old" in sides and new["previous_of_address"] == leaf_hash(
            self.read(sides["old"]["observation"])
        ):
            self.facts.append("No look at that address lies between the two.")

    def check_moments(self, change: dict[str, Any], sides: dict[str, Any]) -> None:
        """The interval that is cited is that of the two looks."""
        named = (
            ("old", "started_at", change["old_last_seen"]),
            ("new", "finished_at", change["new_first_seen"]),
        )
        for label, name, cited in named:
            if label in sides and cited:
                look = self.records[sides[label]["observation"]]
                # Of a copy that another kept: when that one was served its bytes.
                if cited != look[name if look["origin"] == "here" else "as_of"]:
                    raise Wrong(f"the {label} text was not seen when the change says")

    def check_cited(self) -> None:
        """What the citation says of the page and of its own place is what the records say."""
        cited, sides = self.manifest["cited"], self.manifest["sides"]
        kind = next((one for one in ("change", "seed") if self.manifest.get(one)), "version")
        if cited["kind"] != kind:
            raise Wrong(f"the citation calls itself {plain(cited['kind'])}, and proves a {kind}")
        if kind != "change" and cited["words"]:
            raise Wrong(f"the citation of a {kind} quotes words of a change")
        name = self.manifest.get("change") or (self.manifest.get("seed") or {}).get("record")
        first = self.read(name or sides["new"]["observation"])
        if (cited["record"], cited["sequence"]) != (
            leaf_hash(first),
            json.loads(first)["sequence"],
        ):
            raise Wrong("the citation names another record than the bundle proves")
        if cited["origin"] != self.origin:
            raise Wrong("the citation names another log than the signed one")
        if cited["record"] not in self.text("citation.txt"):
            raise Wrong("citation.txt does not name the record")
        if cited["key"] not in (None, fingerprint(self.key)):
            raise Wrong("the citation names another key than the one that signed")
        if (cited["head"]["size"], cited["head"]["root"]) != (self.size, self.root):
            raise Wrong("the citation names another head than the signed one")
        shown = "new" if cited["text_sha256"].get("new") else "old"
        self.check_read(cited, sides.get(shown, {}).get("extraction"))
        if kind == "seed":
            self.check_copy(cited, json.loads(first))
        else:
            self.check_address(cited["url"])
        if kind == "change":
            self.check_passage(cited, json.loads(first))
        if kind == "version":
            self.check_version(cited, sides)

    def check_read(self, cited: dict[str, Any], name: str | None) -> None:
        """What the citation says of the article is what was read from it."""
        read = self.records[name] if name else {}
        told = ("author", "source_name", "published", *(["title"] if read.get("title") else []))
        for field in told if read else ():
            if cited[field] != read[field]:
                raise Wrong(f"the citation's {field} is not what was read from the page")
        if read and "title" not in told and cited["title"]:
            self.unchecked.append("the title, which a list gave and not the page")

    def check_address(self, url: str) -> None:
        """The cited address is one that was looked at."""
        looks = [one for one in self.records.values() if one["kind"] == "observation"]
        if url not in {look[name] for look in looks for name in ("request_url", "final_url")}:
            self.unchecked.append(f"that {plain(url, 300)} is another address of the page")

    def check_passage(self, cited: dict[str, Any], change: dict[str, Any]) -> None:
        """The moments, states and texts of a cited change are those of its record."""
        sides = {"old": change["from"], "new": change["to"]}
        said = {
            "since": change["old_last_seen"],
            "until": change["new_first_seen"],
            "from_state": change["from_state"],
            "to_state": change["to_state"],
            "text_sha256": {
                label: place["text_sha256"]
                for label, place in sides.items()
                if place and place["text_sha256"]
            },
        }
        self.hold(cited, said)

    def check_copy(self, cited: dict[str, Any], seed: dict[str, Any]) -> None:
        """What the citation says of a seed copy is what its record says."""
        same = {name: seed[name] for name in ("author", "published", "url")}
        moments = {"since": seed["retrieved"], "until": seed["recorded_at"]}
        named = {
            "title": seed["title"] or seed["name"],
            "text_sha256": {"new": seed["text_sha256"]},
        }
        self.hold(cited, {**same, **moments, **named})

    def hold(self, cited: dict[str, Any], said: dict[str, Any]) -> None:
        """Raises Wrong where the citation says otherwise than a record."""
        for name, value in said.items():
            if cited[name] != value:
                raise Wrong(f"the citation's {name} is not that of its record")

    def check_version(self, cited: dict[str, Any], sides: dict[str, Any]) -> None:
        """The interval of a version is that of the first and the last look at its text."""
        first = self.records[sides["new"]["observation"]]
        last = self.records[sides.get("last", sides["new"])["observation"]]
        seen = [
            look[name] if look["origin"] == "here" else look["as_of"]
            for look, name in ((first, "finished_at"), (last, "started_at"))
        ]
        if [cited["since"], cited["until"]] != seen:
            raise Wrong("the version was not seen when the citation says")
        named = {side: digest for side, digest in cited["text_sha256"].items() if digest}
        for label in ("new", "last"):
            side = sides.get(label, {})
            if side.get("extraction"):
                made = self.records[side["extraction"]]
                if made["text_sha256"] != named.get("new"):
                    raise Wrong(f"the {label} look did not show the text that is cited")
        self.facts.append(
            f"A text of {plain(first['request_url'], 300)}, received from {seen[0]} to {seen[1]} "
            "by the archive's clock"
        )

    def check_clock(self, moments: list[str]) -> None:
        """A look cannot be later than the stamp over it."""
        for name, record in self.records.items():
            at = record.get("finished_at") or record.get("recorded_at") or ""
            if moments and at[:19] > max(moments)[:19]:
                self.facts.append(
                    f"The archive's clock ran ahead: {name} says {at}, after the stamp over it."
                )

    def check_seed(self) -> None:
        """A seed copy's file and text against its record."""
        said = self.manifest.get("seed")
        if not said:
            return
        record = self.record(said["record"], "seed")
        self.facts.append(f"A copy that the archive's keeper holds, called {plain(record['name'])}")
        for kind in ("file", "text"):
            digest = hashlib.sha256(self.read(said[kind])).hexdigest()
            if digest != record[f"{kind}_sha256"]:
                raise Wrong(f"{said[kind]} is not what the seed copy's record names")


def check(folder: Path | str, key: str | None = None, roots: str | None = None) -> list[str]:
    """Check an unpacked bundle; what was found, for a person. Raises Wrong."""
    bundle = Bundle(folder)
    try:
        shown = bundle.check_files(key)
        bundle.check_head()
        bundle.check_records()
        moments = bundle.check_stamps(roots)
        for label, said in bundle.manifest["sides"].items():
            bundle.check_side(label, said)
        bundle.check_change()
        bundle.check_seed()
        bundle.check_cited()
        bundle.check_clock(moments)
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, EOFError,
            OSError, RecursionError, subprocess.SubprocessError) as error:  # fmt: skip
        raise Wrong(f"the bundle is not put together as one is: {error!r}") from None
    return said_of(bundle, shown, moments, key)


def said_of(bundle: Bundle, shown: str, moments: list[str], key: str | None) -> list[str]:
    """The lines that a reader is told."""
    lines = [f"The bundle holds together: {len(bundle.manifest['files'])} files, "]
    lines[0] += f"{len(bundle.records)} records of the log {bundle.origin} ({bundle.size} records)."
    lines.append(f"Signed by the key {shown}")
    if key:
        lines.append("which is the key that you named.")
    else:
        lines.append("Nothing outside this bundle vouches for that key: whoever made the bundle")
        lines.append("could have made the key. Get its fingerprint elsewhere, then --key it.")
    lines += bundle.facts
    lines.append("This is proved; citation.* and diff.html are its maker's words for it.")
    lines += [
        f"Stamped: the head stood at {moment}, by the authority's word." for moment in moments
    ]
    return lines + [f"Not checked: {what}" for what in bundle.unchecked]


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(description="Check a citation's bundle.")
    parser.add_argument("--key", help="the fingerprint that the bundle's key must have")
    parser.add_argument("--tsa-ca", metavar="FILE", help="certificates of the stamping authority")
    parser.add_argument("folder", nargs="?", default=Path(__file__).resolve().parent)
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print("\n".join(check(asked.folder, asked.key, asked.tsa_ca)))
    except Wrong as wrong:
        print(f"WRONG: {plain(wrong, 500)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
