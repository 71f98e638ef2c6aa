"""`crawl verify`: everything that the archive says, proved offline against its own log.

What it proves: no record was altered, dropped or reordered before the head that it prints, every
row says what its record says, and every body and text is the one that was named then. An archive
whose last records were cut off looks like an older one; the head that was signed last, which is
kept outside of the archive, shows the difference.
"""

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from crawler.evidence.anchor_check import check_witnesses
from crawler.evidence.byte_check import (
    check_bodies,
    check_file,
    check_loose_deltas,
    check_strays,
    check_texts,
)
from crawler.evidence.log_check import check_log
from crawler.evidence.problems import Findings
from crawler.evidence.replaying import Replay, replayed
from crawler.evidence.state import State
from crawler.evidence.withheld_check import check_withheld, removals
from crawler.store import Archive
from crawler.store.faults import explained
from crawler.store.transaction import log_size
from crawler.store.witness import origin

# Below this size of the file one process is faster than starting others.
ALONE_BYTES = 32_000_000
PROCESSES = 2
# Bodies, and texts, of one job: so many that a process stays busy, so few that both do.
SLICE_ROWS = 4_096

Job = tuple[str, int, int]

#: what is looked through as a whole
WHOLE = {
    "deltas": check_loose_deltas,
    "strays": check_strays,
    "withheld": check_withheld,
    "file": check_file,
}


def verify(
    path: str | Path,
    processes: int = PROCESSES,
    *,
    state: State | None = None,
    replay: Replay | None = None,
) -> dict[str, Any]:
    """The contract of `crawl verify --json`. Raises ArchiveError when the file is no archive that
    can be opened; what is wrong inside it is in `problems`, row by row. `state` holds the head
    that was signed last (else CRAWL_STATE); with `replay` captures are read again."""
    path = Path(path).absolute()
    state = State() if state is None else state
    with Archive.open(path, mode="read") as archive, explained(path):
        size = log_size(archive.conn)
        observations = archive.conn.execute("SELECT count(*) FROM observations").fetchone()[0]
        jobs = _jobs(archive, size)
        signed = state.heads(path, origin(archive.conn))
        witnessed, told = check_witnesses(
            archive.conn, path, signed, state.authorities(), state.own_keys()
        )
        told["removals"] = []
        with witnessed.readable("log"):
            told["removals"] = removals(archive.conn)
    small = path.stat().st_size < ALONE_BYTES
    results = [run(path, job) for job in jobs] if small else _share(path, jobs, processes)
    findings = Findings()
    for found, _ in results:
        findings.extend(found)
    findings.extend(witnessed)
    again = {} if replay is None else {"replay": replayed(path, replay, findings, processes)}
    return {
        "ok": not findings.problems,
        "observations": observations,
        "head": {"size": size, "root": results[0][1]},
        **told,
        "withheld": findings.withheld,
        "problems": findings.problems,
        "unlisted_problems": findings.unlisted,
        **again,
    }


def _jobs(archive: Archive, size: int) -> list[Job]:
    """The log first, which takes longest; then the bytes in slices; then the file."""
    jobs: list[Job] = [("log", 0, size)]
    for table in ("bodies", "texts"):
        last = archive.conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608
        jobs += [
            (table, low, min(low + SLICE_ROWS, last + 1)) for low in range(0, last + 1, SLICE_ROWS)
        ]
    return [*jobs, *((name, 0, 0) for name in WHOLE)]


def run(path: Path, job: Job) -> tuple[Findings, str]:
    """One part of the work, with a connection of its own; the root where the job is the log."""
    name, low, high = job
    with Archive.open(path, mode="read") as archive:
        conn = archive.conn
        if name == "log":
            return check_log(conn, high)
        if name == "bodies":
            return check_bodies(conn, low, high), ""
        if name == "texts":
            return check_texts(conn, low, high), ""
        return WHOLE[name](conn), ""


def _share(path: Path, jobs: list[Job], processes: int) -> list[tuple[Findings, str]]:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[tuple[Findings, str]]] = [pool.submit(run, path, job) for job in jobs]
        return [future.result() for future in waiting]
