"""What people are told: a change or an event as channels are chosen by it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A change (score, labels, seeds, terms) or an event that was just recorded."""

    #: the record's hash: who was told of it is told once
    hash: str
    #: an event's kind; of a change "content", "state", "listing" or "extractor"
    kind: str
    source_id: str | None
    is_change: bool
    recorded_at: str
    score: float = 0.0
    labels: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    #: the state that a change of kind `state` led to
    to_state: str | None = None

    @property
    def likeness(self) -> str | None:
        """What makes changes of many pages one story: the source, the kind, the labels; None for
        an event."""
        if not self.is_change:
            return None
        return "|".join((self.source_id or "", self.kind, self.to_state or ",".join(self.labels)))


@dataclass(frozen=True, slots=True)
class Post:
    """One message to be queued for a channel, at once or for its next digest."""

    channel: str
    digest: bool = False


#: decides who is told of something
Router = Callable[[Told], tuple[Post, ...]]
