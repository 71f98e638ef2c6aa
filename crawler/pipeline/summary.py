"""What a run found: counters a source, errors, the exit code."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from crawler.errors import DiskFull
from crawler.model import Outcome

#: the exit code of a pass that a signal ended, whatever came back until then
STOPPED = 130

#: sentences that a source keeps; each stands on its own row in the archive, too
MOST_ERRORS = 200

COUNTED = (
    "new",
    "changed",
    "unchanged",
    "gone",
    "redirected",
    "emptied",
    "blocked",
    "refused",
    "failed",
)


@dataclass(frozen=True, slots=True)
class HostPlan:
    """How many requests a host gets and how long its pace makes that."""

    host: str
    requests: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is about to ask, as far as the archive knows; listings may add to it."""

    sources: tuple[str, ...]
    hosts: tuple[HostPlan, ...]

    @property
    def requests(self) -> int:
        """Requests to all hosts."""
        return sum(host.requests for host in self.hosts)

    @property
    def minutes(self) -> float:
        """The slowest host's minutes: hosts are asked side by side."""
        return max((host.minutes for host in self.hosts), default=0.0)


class Progress(Protocol):
    """Who watches a run: every call comes from the run's own thread."""

    def plan(self, plan: Plan) -> None:
        """The plan, before the first request."""

    def found(self, source_id: str, pages: int) -> None:
        """A listing gave so many more pages to look at."""

    def advance(self, source_id: str, url: str, outcome: Outcome, reason: str | None) -> None:
        """One look ended; listings (outcome `listed`) and robots files too."""

    def done(self, summary: "RunSummary") -> None:
        """The run ended."""


class Silent:
    """Nobody watches."""

    def plan(self, plan: Plan) -> None:
        """Nothing to show."""

    def found(self, source_id: str, pages: int) -> None:
        """Nothing to show."""

    def advance(self, source_id: str, url: str, outcome: Outcome, reason: str | None) -> None:
        """Nothing to show."""

    def done(self, summary: "RunSummary") -> None:
        """Nothing to show."""


@dataclass(slots=True)
class SourceCount:
    """One source's counters in a run; `listing_failed` when its listing could not be read."""

    id: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    #: the first ones, and how many more there were
    errors: list[dict[str, str]] = field(default_factory=list)
    errors_left_out: int = 0
    listing_failed: bool = False
    listings: int = 0

    def add(self, outcome: Outcome) -> None:
        """Counts one page's look; a 304 counts as unchanged."""
        name = "unchanged" if outcome is Outcome.NOT_MODIFIED else str(outcome)
        self.counts[name] += 1

    def error(self, url: str, message: str) -> None:
        """Keeps a sentence for the summary, or counts it where there are many: when the network
        is away every page of a source has one."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"url": url, "error": message})
        else:
            self.errors_left_out += 1

    @property
    def checked(self) -> int:
        """Pages looked at."""
        return sum(self.counts.values())

    @property
    def failed(self) -> bool:
        """Its listing could not be read, or none of its checks came back."""
        if self.listing_failed:
            return True
        lost = self.counts["failed"] + self.counts["refused"]
        return self.checked > 0 and lost == self.checked

    def as_dict(self) -> dict[str, Any]:
        """A source's line of the contract of `crawl once --json`."""
        return {
            "id": self.id,
            "checked": self.checked,
            **self.counts,
            "errors": self.errors,
            "errors_left_out": self.errors_left_out,
        }


@dataclass(slots=True)
class RunSummary:
    """One run's result; `changes` are the ids of the change rows that it wrote."""

    run: int | None
    started_at: str
    finished_at: str = ""
    sources: dict[str, SourceCount] = field(default_factory=dict)
    plan: Plan | None = None
    changes: list[int] = field(default_factory=list)
    #: why the run ended before its work was done: max_time, stopped (by a signal), min_free, or
    #: inside the daemon for a request or a new configuration
    ended_early: str | None = None

    def source(self, source_id: str) -> SourceCount:
        """The counters of a source, made when it is first named."""
        return self.sources.setdefault(source_id, SourceCount(source_id))

    def totals(self) -> dict[str, int]:
        """The sums over all sources."""
        names = ("checked", *COUNTED)
        rows = [source.as_dict() for source in self.sources.values()]
        return {name: sum(row[name] for row in rows) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """The contract of `crawl once --json`."""
        return {
            "run": self.run,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "sources": [source.as_dict() for source in self.sources.values()],
            "totals": self.totals(),
            "changes": self.changes,
            "ended_early": self.ended_early,
        }

    def exit_code(self) -> int:
        """0 when every source came back, 3 when some failed, 4 when all did; of a run that was cut
        short 130 when it was stopped, 5 when the disk filled up."""
        if self.ended_early == "stopped":
            return STOPPED
        if self.ended_early == "min_free":
            return DiskFull.exit_code
        failed = sum(source.failed for source in self.sources.values())
        if not failed:
            return 0
        return 4 if failed == len(self.sources) else 3
