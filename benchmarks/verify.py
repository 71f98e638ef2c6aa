"""How long `crawl verify` takes, and how much memory: an archive of looks whose bodies differ.

    python benchmarks/verify.py [--observations 100000] [--bodies 20000] [--body-kb 50]

The archive is made by the store itself (looks at pages that change by a counter, so that nine
tenths of the bodies are deltas), then verified in a process of its own.
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
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from crawler.model import (
    Assessment,
    Attempt,
    Extraction,
    Hop,
    Intent,
    Link,
    ListingIntent,
    Outcome,
    PageKey,
    Purpose,
    Source,
    iso,
)
from crawler.store import Archive

SITE = "bench.test"
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"x"'))


def body_of(page: int, edition: int, size: int) -> bytes:
    """A page's bytes: words of its own that stay, a counter that does not."""
    draw = random.Random(page)
    words = "".join(draw.choices([chr(c) for c in range(0x4E00, 0x6E00)], k=size // 3))
    return f"<p>{words}</p><i>{edition}</i>".encode()[: size + 40]


def attempt_of(url: str, body: bytes, at: datetime) -> Attempt:
    """A look that took a second."""
    begin, end = iso(at), iso(at + timedelta(seconds=1))
    return Attempt(
        Purpose.ARTICLE, url, (("User-Agent", "x"),), begin, end, 1_000, url, 200,
        (Hop(url, 200, "OK", "HTTP/1.1", HEADERS, "192.0.2.1:80"),), body,
        sha256(body).hexdigest(), None, len(body),
    )  # fmt: skip


def extraction_of(page: int) -> Extraction:
    """A main text of some 2,000 characters."""
    draw = random.Random(-page)
    text = "".join(draw.choices([chr(c) for c in range(0x4E00, 0x5E00)], k=2_000))
    return Extraction(
        Assessment.ARTICLE, "article", text, f"第{page}篇", None, "求是", None, None, None, "zh",
        (), (), "rules", "general", "utf-8", "header",
    )  # fmt: skip


def build(path: Path, observations: int, bodies: int, size: int) -> None:
    """Fill an archive: pages of ten editions each, looked at in turn."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pages = max(1, bodies // 10)
    with Archive.open(path, clock=lambda: now) as archive:
        archive.sync_sources([Source("bench", "feed", urls=(f"http://{SITE}/",))])
        run = archive.start_run("once")
        urls = [f"http://{SITE}/{page}" for page in range(pages)]
        links = tuple(Link(url, key=PageKey(SITE, str(n))) for n, url in enumerate(urls))
        archive.commit([ListingIntent(run, "bench", f"http://{SITE}/", (), links)])
        rounds = max(1, observations // pages)
        for turn in range(rounds):
            edition = turn * 10 // rounds
            now += timedelta(hours=1)
            for start in range(0, pages, 64):
                intents = []
                for due in archive.due_at(urls[start : start + 64]):
                    page = int(due.url.rpartition("/")[2])
                    look = attempt_of(due.url, body_of(page, edition, size), now)
                    first = due.page.version is None
                    intents.append(
                        Intent(
                            run,
                            replace(due.page, last_checked_at=iso(now)),
                            replace(due.address, last_body_sha256=look.wire_sha256),
                            ((look, Outcome.NEW if first else Outcome.UNCHANGED, None),),
                            extraction=extraction_of(page) if first else None,
                            same_extraction_id=None if first else due.address.extraction_id,
                            new_version=first,
                        )
                    )
                archive.commit(intents)
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


VERIFY = """
import json, resource, sys, time
from crawler.evidence.verify import verify
begin = time.perf_counter()
found = verify(sys.argv[1])
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"ok": found["ok"], "s": time.perf_counter() - begin, "kb": max(own, child)}))
"""


def main() -> None:
    """Build, verify, print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--bodies", type=int, default=20_000)
    parser.add_argument("--body-kb", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "archive.db")
        begin = time.perf_counter()
        build(path, asked.observations, asked.bodies, asked.body_kb * 1_000)
        built_s = time.perf_counter() - begin
        conn = sqlite3.connect(path)
        kinds = dict(conn.execute("SELECT encoding, count(*) FROM bodies GROUP BY 1"))
        looks = conn.execute("SELECT count(*) FROM observations").fetchone()[0]
        conn.close()
        done = subprocess.run(
            [sys.executable, "-c", VERIFY, str(path)], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout)
        print(
            json.dumps(
                {
                    "observations": looks,
                    "bodies": kinds,
                    "archive_mb": round(path.stat().st_size / 1e6, 1),
                    "built_s": round(built_s, 1),
                    "verified_s": round(told["s"], 2),
                    "largest_process_mb": round(told["kb"] / 1e3),
                    "ok": told["ok"],
                    "builder_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
                }
            )
        )


if __name__ == "__main__":
    main()
