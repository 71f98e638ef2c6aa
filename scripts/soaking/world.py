"""A web whose pages are edited by the simulated clock, and the service that is told of it."""

import bisect
import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from soaking.clock import SimulatedClock

HOUR_S = 3600.0
PROMISE_S = 48 * HOUR_S
#: behind validators that lie an edit must stand for longer to be found for certain
FULL_S = 72 * HOUR_S
#: pages that sources.toml names, and those that a feed shows
WATCHED, LISTED = range(8), range(8, 12)
PAGES = (*WATCHED, *LISTED)
#: how long an edit stands, as a share of what would make it certain to be found
STANDS = (0.3, 2.0)
YEARS = 40
#: so long after a kill a message may be read that was sent before it
LATE_S = 0.5


def lies(page: int) -> bool:
    """Whether the page shows one validator whatever it reads; every third tells the truth, and
    every third has none."""
    return page % 3 == 2


def certain_s(page: int) -> float:
    """An edit that stands for longer than this must be found."""
    return max(PROMISE_S, FULL_S) if lies(page) else PROMISE_S


def edits_of(page: int) -> list[float]:
    """The simulated seconds at which the page's text becomes another one, the first 0."""
    chance = random.Random(page)
    edits = [0.0]
    while edits[-1] < YEARS * 366 * 86_400:
        edits.append(edits[-1] + chance.uniform(*STANDS) * certain_s(page))
    return edits


def text_of(page: int, version: int) -> str:
    """What a page reads; one sentence of it is another in each version."""
    body = "".join(
        f"第{line}条，有关部门应当认真落实第{page}号文件的各项要求，确保工作取得实效。"
        for line in range(8)
    )
    return f"{body}本页第{page}号的第{version}次修订稿现予公布，请遵照执行。"


def mark_of(page: int, version: int) -> str:
    """What no other text holds."""
    return f"第{page}号的第{version}次修订"


@dataclass
class World:
    """Pages, a feed, a heartbeat and a webhook; `dead` answers nobody."""

    clock: SimulatedClock
    dead: bool = False
    #: the moment at which all editing ends
    still: float | None = None
    #: how often the daemon was killed so far, and when last: the storm says so
    kills: int = 0
    killed_at: float = 0.0
    beats: int = 0
    #: each message's key, and in which of the daemon's lives it was sent, each time that it came
    letters: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.edits = {page: edits_of(page) for page in PAGES}

    def version(self, page: int, at: float) -> int:
        """Which version a page shows at a simulated second."""
        at = at if self.still is None else min(at, self.still)
        return bisect.bisect_right(self.edits[page], at) - 1

    def take(self, key: str) -> None:
        """A message came. One that is read just after a kill was sent before it, when that life
        has not sent it already."""
        late = time.monotonic() - self.killed_at < LATE_S
        before = late and self.kills - 1 not in self.letters[key]
        self.letters[key].append(self.kills - 1 if before else self.kills)

    def start(self) -> None:
        """Answers from now on."""
        world = self

        class Handler(_Handler):
            world_of = world

        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        """Answers no longer."""
        self.server.shutdown()
        self.server.server_close()

    def page(self, number: int) -> tuple[bytes, str | None]:
        """A page's body and validator at this moment."""
        version = self.version(number, self.clock.seconds())
        tag = {0: f'"{version}"', 1: None, 2: '"same"'}[number % 3]
        html = (
            f"<html><head><title>第{number}号</title></head><body><h1>第{number}号</h1>"
            f"<div id=content><p>{text_of(number, version)}</p></div></body></html>"
        )
        return html.encode(), tag

    def feed(self) -> bytes:
        """The feed, which always shows the same articles."""
        entries = "".join(
            f"<entry><id>urn:p{page}</id><title>第{page}号</title>"
            f'<link href="{self.url}/p{page}"/><updated>2026-01-01T00:00:00Z</updated></entry>'
            for page in LISTED
        )
        head = '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>f</title>'
        return f"{head}<updated>2026-01-01T00:00:00Z</updated>{entries}</feed>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """A client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world_of: World

    def do_GET(self) -> None:
        world = self.world_of
        if self.path == "/beat":
            world.beats += 1
            self._send(200, b"")
        elif world.dead:
            self.close_connection = True
        elif self.path == "/feed":
            self._send(200, world.feed(), kind="application/atom+xml")
        elif self.path.startswith("/p"):
            body, tag = world.page(int(self.path[2:]))
            known = tag is not None and self.headers.get("If-None-Match") == tag
            self._send(304 if known else 200, b"" if known else body, tag)
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        world = self.world_of
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not world.dead:
            key = json.loads(body)["message"].rsplit("key ", 1)[-1].strip()
            world.take(key)
        self._send(503 if world.dead else 200, b"")

    def _send(
        self, status: int, body: bytes, tag: str | None = None, kind: str = "text/html"
    ) -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """A request is no news."""
