"""A real time-stamping authority on loopback: `openssl ts -reply` behind a small web server."""

import subprocess
import threading
from pathlib import Path

from loopback import Loopback, Quiet

CONFIG = """
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
{certs}
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
clock_precision_digits = 0
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(*arguments: object) -> bytes:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Authority:
    """Root, intermediate and signer; `chain` says which certificates stand in a token beside the
    signer's: none, `up` (intermediate, root) or `down` (root, intermediate)."""

    def __init__(self, folder: Path, chain: str = "up") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._certificates()
        (folder / "serial").write_text("01\n")
        order = {"up": ("middle", "root"), "down": ("root", "middle"), "none": ()}[chain]
        (folder / "sent.pem").write_text(
            "".join((folder / f"{name}.pem").read_text() for name in order)
        )
        certs = f"certs = {folder}/sent.pem" if order else ""
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder, certs=certs))
        self.roots = folder / "roots.pem"
        names = ("root", "middle", "signer")
        self.roots.write_text("".join((folder / f"{name}.pem").read_text() for name in names))

    def _certificates(self) -> None:
        f = self.folder
        (f / "ext.cnf").write_text(CONFIG.format(folder=f, certs=""))
        for name, issuer, kind in (
            ("root", None, "ca"), ("middle", "root", "ca"), ("signer", "middle", "signer"),
        ):  # fmt: skip
            openssl(
                "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f / f"{name}.key"
            )
            openssl("req", "-new", "-key", f / f"{name}.key", "-subj", f"/O=Test/CN={name}",
                    "-out", f / f"{name}.csr")  # fmt: skip
            signed = (
                ("-signkey", f / "root.key")
                if issuer is None
                else ("-CA", f / f"{issuer}.pem", "-CAkey", f / f"{issuer}.key", "-CAcreateserial")
            )
            openssl("x509", "-req", "-in", f / f"{name}.csr", *signed, "-days", "3650",
                    "-extfile", f / "ext.cnf", "-extensions", kind,
                    "-out", f / f"{name}.pem")  # fmt: skip

    def reply(self, query: bytes) -> bytes:
        asked = self.folder / f"{threading.get_ident()}.tsq"
        asked.write_bytes(query)
        return openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "tsa",
                       "-queryfile", asked)  # fmt: skip


class Served(Loopback):
    """The authority's address while it answers; `said` replaces its answers."""

    def __init__(self, authority: Authority) -> None:
        outer = self
        self.said: tuple[int, bytes] | None = None
        self.asked: list[bytes] = []

        class Handler(Quiet):
            def do_POST(self) -> None:
                query = self.said()
                outer.asked.append(query)
                status, answer = outer.said or (200, authority.reply(query))
                self.send(status, answer, "application/timestamp-reply")

        super().__init__(Handler)
