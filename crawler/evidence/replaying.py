"""`crawl verify --replay`: captures read again by the very extractor that read them, so that nobody
has to believe that a text came of the bytes beside it."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from crawler.evidence.problems import Findings
from crawler.evidence.reading_again import read_again
from crawler.extract import EXTRACTOR
from crawler.model import Profile
from crawler.reading import Reading, prepare
from crawler.store import Archive, records
from crawler.store.captures import capture_from
from crawler.store.records import clean, clean_value
from crawler.store.rereading import read_by
from crawler.workers import Workers

AT_ONCE = 16
# What every record has, and when this one was written: nothing that an extractor says.
_NOT_READ = frozenset({"format", "kind", "sequence", "previous", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Replay:
    """How much is read again (a share, drawn by lot each time), and the user's own profiles."""

    share: float = 1.0
    profiles: tuple[Profile, ...] = ()


@dataclass(slots=True)
class Replayed:
    """What reading again showed."""

    extractor: str = EXTRACTOR
    read: int = 0
    same: int = 0
    different: int = 0
    #: bytes withheld, or not read in time
    not_here: int = 0
    #: extractions of other versions, which today's program cannot repeat
    otherwise_read: int = 0


def replayed(path: Path, asked: Replay, findings: Findings, processes: int) -> dict[str, Any]:
    """Read again what today's extractor read; what differs is a problem, named with its fields.
    A chunk of captures is in memory at a time."""
    found = Replayed()
    with Archive.open(path, mode="read") as archive:
        (every,) = archive.conn.execute("SELECT count(*) FROM extractions").fetchone()
        (ours,) = archive.conn.execute(
            "SELECT count(*) FROM extractions WHERE extractor = ?", (EXTRACTOR,)
        ).fetchone()
        found.otherwise_read = every - ours
        asyncio.run(_all(archive, asked, found, findings, processes))
    return asdict(found)


async def _all(
    archive: Archive, asked: Replay, found: Replayed, findings: Findings, processes: int
) -> None:
    chosen = _drawn(archive, asked.share)
    async with Workers(prepare, (asked.profiles, ()), count=processes) as workers:
        while chunk := list(islice(chosen, AT_ONCE)):
            readings = await asyncio.gather(*(_read(archive, workers, said) for _, said in chunk))
            for (row_id, said), reading in zip(chunk, readings, strict=True):
                _compare(row_id, said, reading, found, findings)


def _drawn(archive: Archive, share: float) -> Iterator[tuple[int, dict[str, Any]]]:
    """A share of the extractions by lot: whoever forges one cannot know that it is passed over."""
    lot = random.SystemRandom()
    for one in read_by(archive.conn, EXTRACTOR):
        if share >= 1 or lot.random() < share:
            yield one


async def _read(archive: Archive, workers: Workers, said: dict[str, Any]) -> Reading | None:
    """The capture as it is read by itself; where another rule was asked for, so that two captures
    could be compared, by that one."""
    capture = capture_from(archive.conn, said)
    reading = await read_again(workers, capture)
    read = None if reading is None else reading.extraction
    if capture is None or read is None or read.rule == said["rule"]:
        return reading
    return await read_again(workers, replace(capture, rule=said["rule"]))


def _compare(
    row_id: int, said: dict[str, Any], reading: Reading | None, found: Replayed, findings: Findings
) -> None:
    if reading is None or reading.extraction is None:
        found.not_here += 1
        return
    found.read += 1
    differs = differing(said, reading)
    if not differs:
        found.same += 1
        return
    found.different += 1
    findings.add(
        "extractions",
        row_id,
        f"the same extractor reads its capture otherwise now: {', '.join(differs)} (a profile of "
        "yours that was changed since does that too)",
    )


def differing(said: dict[str, Any], reading: Reading) -> list[str]:
    """The fields of an extraction's record that the reading gives otherwise."""
    read = reading.extraction
    assert read is not None  # noqa: S101 - the caller has looked
    again = clean_value(
        records.extraction(
            read,
            capture=said["capture"],
            content_type=said["content_type"],
            final_url=said["final_url"],
            listing=None,
            encoding=said["encoding"],
            profile=said["profile"],
            text_digest=records.text_sha256(clean(read.text)),
            fold_digest=read.fold_sha256 or "",
            recorded_at="",
        )
    )
    names = (said.keys() | again.keys()) - _NOT_READ - {"listing"}
    return sorted(name for name in names if said.get(name) != again.get(name))
