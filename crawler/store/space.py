"""Room on the archive's disk."""

import shutil
from pathlib import Path

from crawler.errors import DiskFull

# A write-ahead log is cut back to this after a checkpoint; one several times as large cannot be
# written back into the file, because a reader keeps a transaction open.
LOG_BYTES = 16_000_000
LOG_HELD_UP_BYTES = 64_000_000


def log_bytes(path: Path) -> int:
    """The size of the archive's write-ahead log."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0


def free_bytes(path: Path) -> int:
    """Bytes that this user may still write beside the file."""
    return shutil.disk_usage(path.parent).free


def require_free(path: Path, needed_bytes: int) -> None:
    """Raises DiskFull when less than `needed_bytes` are free beside the file."""
    free = free_bytes(path)
    if free < needed_bytes:
        raise DiskFull(
            f"{path.parent} has {free:,} bytes free, and {needed_bytes:,} are needed",
            "free some space and run the same command again",
        )
