"""`CRAWL_STATE`: what must not lie in the archive, because it proves the archive: the key, the last
head that was signed, and the certificates of time-stamping authorities.

Files: `key.pem` (PKCS #8, readable by its owner alone), `key-<fingerprint>.pem` for keys that were
replaced, `heads/<name of the log>.json`, `tsa/*.pem`.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.errors import CrawlError, UsageError
from crawler.evidence.notes import Head, Key, make_p256

VARIABLE = "CRAWL_STATE"
#: how the bytes of a file's name that are no UTF-8 stand in JSON: as the escape of a surrogate
NAMES_OF_FILES = "backslashreplace"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The last head that this user signed of one archive."""

    archive: str
    origin: str
    size: int
    root: str
    checkpoint: str
    signed_at: str
    #: heads given up by `crawl restore`, the newest last
    abandoned: tuple[str, ...] = ()

    @property
    def head(self) -> Head:
        """The head by itself."""
        return Head(self.origin, self.size, self.root)


def state_folder() -> Path:
    """Where the state lies: CRAWL_STATE, else the user's state directory by XDG."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "palimpsest"


class State:
    """The folder of the key and the heads; nothing is made before it is written."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = state_folder() if folder is None else folder

    @property
    def key_path(self) -> Path:
        """The private key's file."""
        return self.folder / "key.pem"

    def key(self) -> Key | None:
        """The key; None where there is none. Raises UsageError when the file is no key."""
        try:
            return Key.from_pem(self.key_path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(
                f"{self.key_path} is no key that can be read: {error}",
                "restore it from your copy, or move it away and run `crawl init` for a new one",
            ) from error

    def own_keys(self) -> frozenset[str]:
        """The fingerprints of the key and of those that it replaced."""
        key = self.key()
        replaced = [
            Key.from_pem(path.read_bytes()).fingerprint for path in self.folder.glob("key-*.pem")
        ]
        return frozenset(replaced if key is None else [*replaced, key.fingerprint])

    def require_key(self) -> Key:
        """The key; raises UsageError where there is none."""
        key = self.key()
        if key is None:
            raise UsageError(
                f"there is no key at {self.key_path}",
                "`crawl anchor --new-key` makes one, as `crawl init` does; if you had one, restore "
                "it from your copy first",
            )
        return key

    def make_key(self) -> tuple[Key, bool]:
        """The key, and whether it was made just now."""
        known = self.key()
        return (known, False) if known is not None else (self._write_key(Key.make()), True)

    def replace_key(self) -> tuple[Key, Key]:
        """Put a new key in the place of the one that is there: the old one, the new one."""
        old = self.require_key()
        with _explained(self.folder):
            _write(self.folder / f"key-{old.fingerprint[:16]}.pem", old.pem(), 0o600)
        return old, self._write_key(Key.make())

    def _write_key(self, key: Key) -> Key:
        with _explained(self.folder):
            _write(self.key_path, key.pem(), 0o600)
        return key

    def make_wacz_key(self) -> bytes:
        """The key that signs WACZ files, as a PKCS #8 file; made where there is none."""
        path = self.folder / "wacz.pem"
        if not path.exists():
            with _explained(self.folder):
                _write(path, make_p256(), 0o600)
        return path.read_bytes()

    def heads(self, archive: Path, origin: str | None) -> list[SignedHead]:
        """The signed heads of the archive at this path, and of the log of this name."""
        path = str(archive.resolve())
        return [head for head in self._heads() if head.archive == path or head.origin == origin]

    def _heads(self) -> Iterator[SignedHead]:
        for file in sorted((self.folder / "heads").glob("*.json")):
            try:
                said = json.loads(file.read_text("utf-8"))
                yield SignedHead(**{**said, "abandoned": tuple(said.get("abandoned", ()))})
            except (OSError, ValueError, TypeError) as error:
                raise UsageError(
                    f"{file} cannot be read: {error}", "restore it from your copy"
                ) from error

    def keep_head(self, head: SignedHead) -> None:
        """Remember the head as the last one of its log."""
        name = head.origin.rpartition("/")[2]
        text = json.dumps(asdict(head), ensure_ascii=False, indent=2) + "\n"
        with _explained(self.folder):
            _write(
                self.folder / "heads" / f"{name}.json", text.encode("utf-8", NAMES_OF_FILES), 0o644
            )

    def abandon(self, head: SignedHead) -> None:
        """Set aside a signed head whose records `crawl restore` gave up; its file stays."""
        name = head.origin.rpartition("/")[2]
        file = self.folder / "heads" / f"{name}.json"
        with _explained(self.folder):
            file.rename(file.with_name(f"{name}-{head.size}.abandoned"))

    def authorities(self) -> list[Path]:
        """Files with certificates of time-stamping authorities."""
        return sorted((self.folder / "tsa").glob("*.pem"))

    def keep_authority(self, name: str, pem: bytes) -> Path:
        """Remember an authority's certificates for later verifications."""
        path = self.folder / "tsa" / f"{name}.pem"
        with _explained(self.folder):
            _write(path, pem, 0o644)
        return path


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all, its bytes on the disk before it takes its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


class _explained:
    """An error of the disk as one that the user can mend."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise CrawlError(
                f"{self._folder} cannot be written: {error.strerror}",
                f"name another folder with {VARIABLE}",
            ) from error
