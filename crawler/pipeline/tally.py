"""What a run counts, and tells whoever watches it, as the answers come in."""

from crawler.model import Failure, Intent, Outcome, Source
from crawler.pipeline.listings import Listed
from crawler.pipeline.summary import Progress, RunSummary
from crawler.pipeline.tasks import ListingTask, Task
from crawler.store import Committed


class Tally:
    """The summary of a run in progress, told step by step."""

    def __init__(self, summary: RunSummary, progress: Progress) -> None:
        self.summary = summary
        self._progress = progress

    def page(self, source: Source, intent: Intent, committed: Committed) -> None:
        """A look at a page was written."""
        attempt, outcome, reason = intent.attempts[-1]
        counters = self.summary.source(source.id)
        counters.add(outcome)
        if attempt.failure is not None:
            counters.error(attempt.request_url, attempt.failure.message)
        elif not outcome.conclusive:
            counters.error(attempt.request_url, f"{outcome}: {reason}")
        self.summary.changes.extend(committed.change_ids)
        self._progress.advance(source.id, attempt.request_url, outcome, reason)

    def listing(self, task: ListingTask, result: Listed, committed: Committed) -> None:
        """A look at a listing was written."""
        self.summary.changes.extend(committed.change_ids)
        counters = self.summary.source(task.source.id)
        counters.listings += 1
        _attempt, outcome, reason = result.intent.attempts[-1]
        if result.failure is not None:
            counters.listing_failed = True
            counters.error(task.url, result.failure.message)
        self._progress.advance(task.source.id, task.url, outcome, reason)

    def unhandled(self, task: Task, failure: Failure) -> None:
        """The rows of an answer that could not be handled were written."""
        counters = self.summary.source(task.source.id)
        counters.error(task.url, failure.message)
        if isinstance(task, ListingTask):
            counters.listing_failed = True
        else:
            counters.add(Outcome.FAILED)
        self._progress.advance(task.source.id, task.url, Outcome.FAILED, failure.reason)

    def found(self, source: Source, pages: int) -> None:
        """A listing led to so many pages more."""
        if pages:
            self._progress.found(source.id, pages)
