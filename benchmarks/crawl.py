"""How many pages a second go from a listing to a committed version, beside what people do today.

2,000 pages of 50 KB on 40 loopback hosts (127.0.1.1 …), served by a process of its own on the same
machine. One Markdown table comes out. `--peer-python` names a Python with the packages of
`benchmarks/requirements.txt`; slow peers read `--peer-pages` pages.

    python benchmarks/crawl.py --peer-python /path/to/venv/bin/python
"""

import argparse
import json
import os
import platform
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from crawl_memory import Watched

HERE = Path(__file__).resolve().parent
ARTICLE = r"/[pu]/\\d{8}/[0-9a-f]{32}/c\\.html$"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `pages` is 0 where something could not be run, and `what` says why."""

    what: str
    pages: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds if self.seconds else 0.0


class Server:
    """The served web; `mode` switches it between passes."""

    def __init__(self, options: argparse.Namespace) -> None:
        with socket.create_server(("127.0.1.1", 0)) as free:
            self.port = free.getsockname()[1]
        sizes = (options.hosts, options.pages, options.kb * 1000)
        argv = [sys.executable, str(HERE / "crawl_server.py"), str(self.port), *map(str, sizes)]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._expect("ready")
        self.bases = [f"http://127.0.1.{host}:{self.port}" for host in range(1, options.hosts + 1)]

    def mode(self, word: str) -> None:
        """`plain` or `noise`."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        self._expect(word)

    def _expect(self, word: str) -> None:
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != word:
            raise RuntimeError("the server of the benchmark did not start")

    def stop(self) -> None:
        """Ends the server and waits for it."""
        self.process.communicate()


@contextmanager
def serving(options: argparse.Namespace) -> Iterator[Server]:
    """A server for the length of a block."""
    server = Server(options)
    try:
        yield server
    finally:
        server.stop()


def sources_toml(bases: list[str], kind: str) -> str:
    """One source with all hosts, as fast as a source may be."""
    urls = ", ".join(f'"{base}/{kind}/index.html"' for base in bases)
    profile = 'profile = "xinhua"\n' if kind == "p" else ""
    return (
        '[network]\ncontact = "benchmark@example.org"\nallow = ["127.0.0.0/8"]\n\n'
        '[defaults]\ndelay = "1ms"\n\n'
        f'[[source]]\nid = "web"\nkind = "index"\nurls = [{urls}]\n'
        f'article = "{ARTICLE}"\n{profile}'
    )


def crawl(folder: Path, what: str) -> tuple[Row, Row]:
    """`crawl once` as a user runs it: from the first listing to the last commit of what was seen,
    and the whole command, with its start, its end and the indexes."""
    place = ["--db", str(folder / "archive.db"), "--sources", str(folder / "sources.toml")]
    started = time.perf_counter()
    watched = Watched([sys.executable, "-m", "crawler", *place, "once", "--json"])
    summary = json.loads(watched.run())
    seconds = time.perf_counter() - started
    totals = summary["totals"]
    if totals["failed"] or totals["refused"] or totals["blocked"]:
        raise RuntimeError(f"{what}: {totals}")
    pages = totals["checked"]
    whole = Row(f"{what}, the whole command", pages, seconds, watched.cpu_s, watched.peak_mb)
    return Row(what, pages, written_s(folder / "archive.db", summary["run"])), whole


def written_s(archive: Path, run: int) -> float:
    """The seconds from a run's first request to the moment of its last commit: the one that kept
    its last body, or where none was new, the one after its last answer."""
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as conn:
        began, ended = conn.execute(
            "SELECT min(started_at), max(moment) FROM (SELECT o.started_at, "
            "max(coalesce(b.kept_at, ''), o.finished_at) AS moment FROM observations o "
            "LEFT JOIN bodies b ON b.sha256 = o.body_sha256 WHERE o.run_id = ?)",
            (run,),
        ).fetchone()
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()


def ours(server: Server, kind: str) -> Iterator[Row]:
    """The three passes over one archive, and the first with its indexes."""
    name = "Palimpsest, site profile" if kind == "p" else "Palimpsest, no profile"
    with tempfile.TemporaryDirectory(prefix="palimpsest-bench-") as place:
        folder = Path(place)
        (folder / "sources.toml").write_text(sources_toml(server.bases, kind))
        server.mode("plain")
        yield from crawl(folder, f"{name}: first pass")
        yield from crawl(folder, f"{name}: unchanged, 304")
        server.mode("noise")
        yield from crawl(folder, f"{name}: unchanged, 200 with other noise")
        server.mode("plain")


def peer(server: Server, options: argparse.Namespace, name: str, what: str, pages: int) -> Row:
    """One of `crawl_peers.py`, in its own process; says so where it is not installed."""
    with tempfile.TemporaryDirectory(prefix="palimpsest-bench-") as place:
        bases = Path(place, "bases")
        bases.write_text("\n".join(server.bases))
        script = str(HERE / "crawl_peers.py")
        argv = [options.peer_python, script, name, str(bases), "u", str(pages), place]
        try:
            watched = Watched(argv)
            told = json.loads(watched.run().splitlines()[-1])
        except (subprocess.CalledProcessError, OSError) as error:
            return Row(f"{what}: not run ({error})")
        return Row(what, told["pages"], told["seconds"], watched.cpu_s, watched.peak_mb)


def rows(options: argparse.Namespace) -> Iterator[Row]:
    """Every row, the floor first."""
    with serving(options) as server:
        yield peer(server, options, "bare", "bare httpx loop, nothing kept", options.pages)
        if not options.peers_only:
            yield from ours(server, "p")
            yield from ours(server, "u")
        few = min(options.peer_pages, options.pages)
        yield peer(server, options, "loop", "requests + trafilatura + sqlite3", few)
        yield peer(server, options, "scrapy", "Scrapy + trafilatura + sqlite3", few)


def table(measured: list[Row]) -> str:
    """The rows as Markdown, each also as a share of the bare loop."""
    floor = measured[0].rate
    lines = [
        "| what | pages | s | pages/s | of bare httpx | CPU ms a page | peak MB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in measured:
        if not row.pages:
            lines.append(f"| {row.what} | | | | | | |")
            continue
        share = f"{row.rate / floor:.0%}" if floor else ""
        lines.append(
            f"| {row.what} | {row.pages:,} | {row.seconds:.1f} | {row.rate:.0f} | {share} "
            f"| {measured_or_not(row.cpu_s / row.pages * 1000, '.1f')} "
            f"| {measured_or_not(row.peak_mb, '.0f')} |"
        )
    return "\n".join(lines)


def measured_or_not(value: float, form: str) -> str:
    """A figure, or nothing where a row is a part of the next one, which has it."""
    return format(value, form) if value else ""


def options_of(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--kb", type=int, default=50)
    parser.add_argument("--peer-pages", type=int, default=400)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--peers-only", action="store_true")
    options = parser.parse_args(argv)
    options.pages -= options.pages % options.hosts
    options.peer_pages -= options.peer_pages % options.hosts
    return options


def main(argv: list[str]) -> None:
    """Runs everything and prints the table."""
    options = options_of(argv)
    if find_spec("crawler") is None:
        raise SystemExit("install the project first: pip install -e .")
    measured = []
    for row in rows(options):
        measured.append(row)
        print(f"{row.what}: {row.rate:.0f} pages/s, {row.peak_mb:.0f} MB", file=sys.stderr)
    python = (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, server on the same machine"
    )
    print(f"{options.pages:,} pages of {options.kb} KB on {options.hosts} hosts; {python}.\n")
    print(table(measured))


if __name__ == "__main__":
    main(sys.argv[1:])
