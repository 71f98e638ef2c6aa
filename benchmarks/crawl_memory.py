"""The memory and processor time of a process and all its children (Linux).

Proportional set sizes are added up, so that memory which processes share counts once.
"""

import resource
import subprocess
import threading
from pathlib import Path

PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """A process and everything below it, as far as they are alive."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for task in (PROC / str(current) / "task").glob("*/children"):
            try:
                waiting += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return found


def proportional_kb(pid: int) -> int:
    """The process' proportional set size in KB; 0 when it has ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def children_cpu_s() -> float:
    """Processor time of all children that have ended and were waited for, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watched:
    """Runs a command; keeps the highest sum of memory that was seen, in MB, and the processor time
    of it and its children, which a busy machine lengthens less than the clock's."""

    def __init__(self, argv: list[str], interval_s: float = 0.5) -> None:
        self.peak_mb = 0.0
        self.cpu_s = 0.0
        self._before = children_cpu_s()
        self._interval_s = interval_s
        self._process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def run(self) -> str:
        """The command's standard output; raises CalledProcessError when it fails."""
        self._thread.start()
        output, _ = self._process.communicate()
        self._ended.set()
        self._thread.join()
        self.cpu_s = children_cpu_s() - self._before
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, self._process.args)
        return output

    def _watch(self) -> None:
        while not self._ended.wait(self._interval_s):
            total = sum(proportional_kb(pid) for pid in children(self._process.pid))
            self.peak_mb = max(self.peak_mb, total / 1024)
