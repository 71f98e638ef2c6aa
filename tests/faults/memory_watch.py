"""How much memory a crawl takes while it runs: this process beyond what it had before, and the
largest of its readers. The peak that the system keeps is that of all tests before, too."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")


def resident_mb(pid: int | str) -> float:
    """The resident memory of a process; 0 when it has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def readers() -> list[int]:
    """The spawned processes of this one."""
    found = []
    for task in (PROC / "self" / "task").glob("*/children"):
        for word in task.read_text().split():
            try:
                command = (PROC / word / "cmdline").read_bytes()
            except OSError:
                continue
            if b"spawn_main" in command:
                found.append(int(word))
    return found


class MemoryWatch:
    """Looks twenty times a second, from the beginning of a block to its end."""

    def __init__(self) -> None:
        self.grown_mb = 0.0
        self.reader_mb = 0.0
        self._before = resident_mb("self")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.grown_mb = max(self.grown_mb, resident_mb("self") - self._before)
            for reader in readers():
                self.reader_mb = max(self.reader_mb, resident_mb(reader))
