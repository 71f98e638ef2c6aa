"""Room on the archive's disk."""

import shutil
from pathlib import Path

from crawler.errors import DiskFull


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
