"""Keys and signed heads: Ed25519 (RFC 8032), notes and checkpoints as C2SP writes them.

https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint. A key's fingerprint is the SHA-256
of its 32 public bytes, in hexadecimal.
"""

import base64
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates

from crawler.evidence.verifier import fingerprint, key_id

ED25519 = b"\x01"


class Head(NamedTuple):
    """A log's head: whose it is, how many records, the root of their tree."""

    origin: str
    size: int
    root: str

    def text(self) -> str:
        """The checkpoint's body."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        return f"{self.origin}\n{self.size}\n{root}\n"


class Key:
    """A private key that signs heads."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()
        self.fingerprint = fingerprint(self.public)

    @classmethod
    def make(cls) -> "Key":
        """A new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> "Key":
        """The key in a PKCS #8 file; raises ValueError when it is none of Ed25519."""
        private = load_pem_private_key(pem, None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("it is no Ed25519 key")
        return cls(private)

    def pem(self) -> bytes:
        """The key as a PKCS #8 file."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a signature."""
        return self._private.sign(message)

    def checkpoint(self, head: Head) -> str:
        """The signed head, as a note; the key goes by the log's own name."""
        signed = key_id(head.origin, self.public) + self.sign(head.text().encode())
        return f"{head.text()}\n— {head.origin} {base64.b64encode(signed).decode()}\n"


def verifier_key(name: str, public: bytes) -> str:
    """The line by which C2SP tools know a key."""
    named = base64.b64encode(ED25519 + public).decode()
    return f"{name}+{key_id(name, public).hex()}+{named}"


def valid(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_checkpoint(note: str, public: bytes) -> Head:
    """The head of a checkpoint; raises ValueError unless this key signed it."""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        dash, name, signed = (*line.split(" "), "", "")[:3]
        try:
            raw = base64.b64decode(signed, validate=True)
        except ValueError:
            continue
        if dash == "—" and raw[:4] == key_id(name, public):
            if not valid(public, (text + "\n").encode(), raw[4:]):
                raise ValueError("the head's signature is not that of the key")
            return head_of(text)
    raise ValueError("the head was not signed by the key")


def head_of(text: str) -> Head:
    """The three lines of a checkpoint; raises ValueError."""
    lines = text.split("\n")
    if len(lines) < 3:
        raise ValueError("the head has too few lines")
    return Head(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True).hex())


def certificates(pem: bytes) -> list[tuple[Certificate, bool]]:
    """The certificates of a PEM file, each with whether it vouches for itself."""
    found = load_pem_x509_certificates(pem)
    return [(certificate, certificate.issuer == certificate.subject) for certificate in found]


def make_p256() -> bytes:
    """A new ECDSA key over P-256, as a PKCS #8 file."""
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _p256(pem: bytes) -> ec.EllipticCurvePrivateKey:
    private = load_pem_private_key(pem, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("it is no ECDSA key")
    return private


def sign_p256(pem: bytes, message: bytes) -> bytes:
    """The 64 bytes r ‖ s of a signature with SHA-256 (IEEE P1363, as WebCrypto writes it)."""
    r, s = decode_dss_signature(_p256(pem).sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def public_p256(pem: bytes) -> bytes:
    """The public key as SubjectPublicKeyInfo."""
    public = _p256(pem).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
