"""Time stamps by RFC 3161: what is asked of an authority, and whether its answer holds.

The authority learns the hash of a signed head, our address, and nothing of the archive.
"""

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from crawler.errors import UsageError
from crawler.evidence.asking import Unanswered
from crawler.evidence.asking import ask as send
from crawler.evidence.notes import certificates
from crawler.evidence.verifier import SHA256_OID, Wrong, read_stamp, stamp_signed

MAX_BYTES = 65_536


class Answer(NamedTuple):
    """What an authority sent back, unread; `error` where nothing came."""

    authority: str
    response: bytes | None
    error: str | None


class Checked(NamedTuple):
    """What a stamp says: its moment, who checked its signature, and what could not be checked."""

    moment: str
    checked_by: str | None
    unchecked: str | None


def _der(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    assert len(body) < 128  # noqa: S101 - a query is short
    return bytes((tag, len(body))) + body


def query(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq for a SHA-256, which asks for the authority's certificates too."""
    algorithm = _der(0x30, _der(0x06, SHA256_OID), _der(0x05))
    imprint = _der(0x30, algorithm, _der(0x04, digest))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(0x30, _der(0x02, b"\x01"), imprint, _der(0x02, number), _der(0x01, b"\xff"))


def ask(authority: str, data: bytes) -> Answer:
    """Have an authority stamp these bytes. Raises UsageError for what is no web address; what goes
    wrong on the way is an answer."""
    if not authority.startswith(("http://", "https://")):
        raise UsageError(f"{authority!r} is no address of a time-stamping authority", "name a URL")
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    asked = query(sha256(data).digest(), secrets.randbits(63))
    try:
        reply = send(authority, asked, headers, MAX_BYTES)
    except Unanswered as error:
        return Answer(authority, None, str(error))
    if reply.status != 200:
        return Answer(authority, None, f"{authority}: it answers with status {reply.status}")
    return Answer(authority, reply.body, None)


def check(response: bytes, data: bytes, roots: Sequence[Path]) -> Checked:
    """Raises Wrong when the answer is no stamp over these bytes, or when none of the authorities
    that are known signed it; without any known one its signature stays unchecked."""
    digest, moment = read_stamp(response)
    if digest != sha256(data).hexdigest():
        raise Wrong("the stamp is over something else")
    if not roots:
        return Checked(moment, None, "no certificate of the authority is known: --tsa-ca FILE")
    refusals = []
    for file in roots:
        for checker in (by_library, by_openssl):
            good, said = checker(response, data, file)
            if good:
                return Checked(moment, checker.__name__.removeprefix("by_"), None)
            refusals.append(said)
    if all(said == "" for said in refusals):
        missing = "neither rfc3161-client nor openssl is installed"
        return Checked(moment, None, f"{missing}: the authority's signature is not checked")
    raise Wrong(f"no known authority signed the stamp: {next(filter(None, refusals[::-1]))}")


def by_library(response: bytes, data: bytes, roots: Path) -> tuple[bool, str]:
    """By rfc3161-client where it is installed; an empty reason where it is not. It refuses tokens
    whose certificates are not in the order of DER, so that its no is not the last word."""
    try:
        from rfc3161_client import VerifierBuilder, decode_timestamp_response
    except ImportError:
        return False, ""
    try:
        builder = VerifierBuilder()
        for certificate, is_root in certificates(roots.read_bytes()):
            add = builder.add_root_certificate if is_root else builder.add_intermediate_certificate
            builder = add(certificate)
        verifier = builder.build()
        verifier.verify_message(decode_timestamp_response(response), data)
    except Exception as error:  # noqa: BLE001 - any error of the library leaves it to openssl
        return False, f"{type(error).__name__}: {error}"
    return True, ""


def by_openssl(response: bytes, data: bytes, roots: Path) -> tuple[bool, str]:
    """By `openssl ts -verify`; an empty reason where there is no openssl."""
    if shutil.which("openssl") is None:
        return False, ""
    with tempfile.TemporaryDirectory() as folder:
        token, signed = Path(folder, "stamp.tsr"), Path(folder, "data")
        token.write_bytes(response)
        signed.write_bytes(data)
        good, said = stamp_signed(token, signed, roots)
    return bool(good), str(said)
