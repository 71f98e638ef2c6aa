"""How long `crawl verify` takes, and how much memory: an archive of looks whose bodies differ.

    python benchmarks/verify.py [--observations 100000] [--bodies 20000] [--body-kb 50]
                                [--archive FILE [--build-s 200]]

The archive is made by the store itself, as a run writes it (looks at pages that change by a
counter, so that nine tenths of the bodies are deltas), then verified in a process of its own.
With `--archive` it is kept and built further where it was left; `--build-s` ends a build early.
"""

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from crawler.model import Intent, Link, ListingIntent, Outcome, PageKey, iso

SITE = "news.test"
LISTING = f"http://{SITE}/"
HAN = [chr(code) for code in range(0x4E00, 0x6E00)]
EDITIONS = 10
AT_ONCE = 64


def tests_world() -> ModuleType:
    """The archive's small world, which its tests are made in."""
    file = Path(__file__).resolve().parents[1] / "tests" / "store" / "building.py"
    spec = spec_from_file_location("archive_building", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def body_of(page: int, edition: int, size: int) -> bytes:
    """A page's bytes: words of its own that stay, a counter that does not."""
    return f"{_words(page, size // 3)}</p><i>{edition}</i>".encode()


@cache
def _words(seed: int, characters: int) -> str:
    return "<p>" + "".join(random.Random(seed).choices(HAN, k=characters))


def build(path: Path, observations: int, bodies: int, size: int, until: float) -> bool:
    """Fill an archive, from where it was left, with looks at pages of ten editions each; whether
    it is whole."""
    building = tests_world()
    pages = max(1, bodies // EDITIONS)
    rounds = max(1, observations // pages)
    world = building.World(path)
    urls = [f"{LISTING}{page}" for page in range(pages)]
    conn = world.archive.conn
    if not conn.execute("SELECT 1 FROM pages LIMIT 1").fetchone():
        links = tuple(Link(url, key=PageKey(SITE, str(n))) for n, url in enumerate(urls))
        world.archive.commit([ListingIntent(world.run, "news", LISTING, (), links)])
    done = conn.execute("SELECT count(*) FROM observations").fetchone()[0]
    while done < rounds * pages and time.monotonic() < until:
        turn, first = divmod(done, pages)
        world.now = building.START + timedelta(hours=turn)
        due = world.archive.due_at(urls[first : first + AT_ONCE])
        world.archive.commit([look(building, world, one, turn, rounds, size) for one in due])
        done += len(due)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    world.close()
    return bool(done == rounds * pages)


def look(building: ModuleType, world: Any, due: Any, turn: int, rounds: int, size: int) -> Intent:
    """A look that read the page again where its bytes are others."""
    page, edition = int(due.url.rpartition("/")[2]), turn * EDITIONS // rounds
    attempt = world.attempt(due.url, body_of(page, edition, size))
    first, same = due.page.version is None, due.address.last_body_sha256 == attempt.wire_sha256
    return Intent(
        world.run,
        replace(due.page, last_checked_at=iso(world.now)),
        replace(due.address, last_body_sha256=attempt.wire_sha256),
        ((attempt, Outcome.NEW if first else Outcome.UNCHANGED, None),),
        extraction=None if same else building.extracted(_words(-page - 1, 2_000)[3:]),
        same_extraction_id=due.address.extraction_id if same else None,
        new_version=first,
    )


# A process begins with the peak of the one that forked it (getrusage); its own is VmHWM.
VERIFY = """
import json, re, resource, sys, time
from crawler.evidence.verify import verify
begin = time.perf_counter()
found = verify(sys.argv[1])
own = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
found["problems"] = found["problems"][:5]
print(json.dumps({**found, "s": time.perf_counter() - begin, "kb": max(own, child)}))
"""


def measured(path: Path) -> dict[str, Any]:
    """The archive verified in a process of its own."""
    conn = sqlite3.connect(path)
    kinds = dict(conn.execute("SELECT encoding, count(*) FROM bodies GROUP BY 1"))
    records = dict(conn.execute("SELECT kind, count(*) FROM log GROUP BY 1"))
    conn.close()
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, str(path)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    return {
        "records": records,
        "bodies": kinds,
        "archive_mb": round(path.stat().st_size / 1e6, 1),
        "verified_s": round(told["s"], 2),
        "largest_process_mb": round(told["kb"] / 1e3),
        "ok": told["ok"],
        "problems": told["problems"],
    }


def main() -> None:
    """Build, verify, print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--bodies", type=int, default=20_000)
    parser.add_argument("--body-kb", type=int, default=50)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--build-s", type=float, default=1e9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.archive or Path(folder, "archive.db")
        begin = time.monotonic()
        whole = build(
            path, asked.observations, asked.bodies, asked.body_kb * 1_000, begin + asked.build_s
        )
        built = {
            "built_s": round(time.monotonic() - begin, 1),
            "builder_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        }
        print(json.dumps({**built, **(measured(path) if whole else {"whole": False})}))


if __name__ == "__main__":
    main()
