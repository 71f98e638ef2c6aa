"""The small web as one object: start it, move it on by ticks, read what was asked of it."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import TracebackType

from crawler.demo import sources
from crawler.demo.edits import EDITS, Edit, told_at
from crawler.demo.http import Answer, Asked, LoopbackServer, Served
from crawler.demo.sites import SITES, Moment, respond


class DemoWeb:
    """Serves the small web on loopback from `start` (or `with`) to `stop`, at one tick at a time.

    `requests` is the log of everything asked, `edits` the ground truth; both may be read while it
    runs. `start` raises OSError where loopback cannot be listened on.
    """

    def __init__(self, tick: int = 0, port: int = 0) -> None:
        self.tick = tick
        self.edits: tuple[Edit, ...] = EDITS
        self._nonces = count(1)
        places = {site: (f"127.0.0.{number}", port) for site, number in SITES.items()}
        self._server = LoopbackServer(self._respond, places)

    def __enter__(self) -> "DemoWeb":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Opens all sites; returns when they answer."""
        self._server.start()

    def stop(self) -> None:
        """Closes all sites; safe to call twice."""
        self._server.stop()

    def advance(self, ticks: int = 1) -> int:
        """Moves the web on and gives the new tick."""
        self.tick += ticks
        return self.tick

    @property
    def requests(self) -> list[Served]:
        """What was asked and answered, in the order of the answers' ends."""
        return self._server.log

    @property
    def bases(self) -> Mapping[str, str]:
        """Site -> the start of its URLs, without a slash at the end."""
        return self._server.bases

    def url(self, site: str, path: str = "/") -> str:
        """The URL of a page; raises KeyError for an unknown site."""
        return self._server.bases[site] + path

    def told(self, tick: int | None = None) -> tuple[Edit, ...]:
        """The edits that a look at `tick` (the present one) has to report."""
        return told_at(self.tick if tick is None else tick)

    def sources_toml(self, path: Path) -> Path:
        """Writes a configuration for this web with its seed copies beside it; gives `path`."""
        return sources.write(path, self.bases)

    def _respond(self, asked: Asked) -> tuple[Answer, int]:
        tick = self.tick
        return respond(asked, Moment(tick, next(self._nonces), self._server.bases)), tick
