"""The two sides of the archive: what it knows before a look, and what one look has to write.

`XState` is read from the archive, `XDraft` and `XIntent` are written to it; a state in an intent
is the new one.
"""

from dataclasses import dataclass

from crawler.model.compared import Alignment, Diff, FieldChange, Fields, Span, TermChange
from crawler.model.listed import Link, PageKey
from crawler.model.read import Extraction
from crawler.model.seen import Attempt, Validators
from crawler.model.words import ChangeKind, Label, Outcome, State


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A page's latest version, as far as a decision needs it (its text is read on demand)."""

    version_id: int
    text_sha256: str
    fields: Fields
    extractor: str
    rule: str
    as_of: str


@dataclass(frozen=True, slots=True)
class PageState:
    """How a page stands. `suspicion` is the state that an unconfirmed sign of absence names."""

    page_id: int
    source_id: str
    canonical_url: str
    state: State = State.LIVE
    state_since: str | None = None
    suspicion: State | None = None
    suspect_since: str | None = None
    #: a block is entered at once and told when seen again after `confirm_after`
    blocked_since: str | None = None
    blocked_told: bool = False
    first_seen_at: str = ""
    published: str | None = None
    last_checked_at: str | None = None
    last_conclusive_at: str | None = None
    next_check_at: str | None = None
    failures: int = 0
    #: a version of it shares a passage with a seed copy, which binds it by `max_gap`
    shares_seed: bool = False
    version: KnownVersion | None = None
    #: seconds, the strictest promise of the other sources that list it too
    also_bound_s: float | None = None
    #: JSON of what its looks have taught about how often it changes (`schedule.RateEvidence`)
    rate_evidence: str | None = None


@dataclass(frozen=True, slots=True)
class AddressState:
    """One URL of a page with its validators, which come only from accepted complete answers.

    In an intent whose answer was accepted, `last_body_sha256` names the new bytes; the store fills
    in `validators.observation` and `extraction_id` with the rows that it writes.
    """

    address_id: int
    page_id: int
    url: str
    validators: Validators | None = None
    #: the last look that brought bytes, and the sha256 of those bytes
    last_full_at: str | None = None
    last_body_sha256: str | None = None
    #: the extraction that those bytes gave; the same bytes need not be read again
    extraction_id: int | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """A host's robots file, pace and breaker, kept across restarts. Moments are ISO texts."""

    host: str
    robots_text: str | None = None
    robots_status: int | None = None
    #: rules | none | unreachable | html | forbidden
    robots_kind: str | None = None
    robots_fetched_at: str | None = None
    robots_unreachable_since: str | None = None
    crawl_delay_s: float | None = None
    last_request_at: str | None = None
    paused_until: str | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """A change to be recorded; the store adds the moments and observations around it."""

    kind: ChangeKind
    diff: Diff | None = None
    from_state: State | None = None
    to_state: State | None = None
    score: float = 0.0
    labels: tuple[Label, ...] = ()
    #: for `listing`: what the listing said before and says now
    fields: tuple[FieldChange, ...] = ()
    #: seed name -> spans of the seed copy that the change touches
    seeds: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    terms: tuple[TermChange, ...] = ()
    #: id of the change that no longer stands because of this one, and why
    supersedes: int | None = None
    reason: str | None = None
    #: nobody is sent word of it: a suspicion, or a block that was not seen again yet
    untold: bool = False
    #: version of the comparing rules; None: the installed ones
    comparer: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """The decided passage of a page from one state to another; `told` makes it a change row."""

    old: State
    new: State
    told: bool
    score: float


@dataclass(frozen=True, slots=True)
class EventDraft:
    """Whatever else people must hear of."""

    kind: str
    subject: str
    message: str
    next_step: str
    source_id: str | None = None
    page_id: int | None = None
    changes: tuple[int, ...] = ()
    #: the passage that it is about, in the text before its one change; never quoted in `message`
    passage: Span | None = None


@dataclass(frozen=True, slots=True)
class SeedMatchDraft:
    """How the new version stands to one seed copy (its current revision)."""

    seed: str
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Intent:
    """All that one page gave: written in one transaction, or not at all."""

    run_id: int
    #: the page and address as they stand after this look
    page: PageState
    address: AddressState
    #: every attempt in order, each with its outcome and reason; the last one decides
    attempts: tuple[tuple[Attempt, Outcome, str | None], ...]
    #: read from the last attempt's body; None when there was none, or it was read before
    extraction: Extraction | None = None
    #: the bytes were the same as before: the earlier extraction that serves them too
    same_extraction_id: int | None = None
    #: the last version's capture read again by today's rule, where another had made it: it becomes
    #: a version of its own, with a change of kind `extractor`, before the new one
    reread: Extraction | None = None
    reread_change: ChangeDraft | None = None
    #: this look's capture by the rule that reads the last version too, where that is not the one of
    #: `extraction`: what was edited leads to it, and a change of kind `extractor` from there on
    alike: Extraction | None = None
    alike_change: ChangeDraft | None = None
    #: the extraction is a new version of the page
    new_version: bool = False
    changes: tuple[ChangeDraft, ...] = ()
    events: tuple[EventDraft, ...] = ()
    seed_matches: tuple[SeedMatchDraft, ...] = ()
    #: another address of the same page that a redirect led to
    other_address: str | None = None
    #: which of `attempts` the extraction was made from; empty: the last one
    capture: tuple[int, ...] = ()
    #: what the extractor was given beside the bytes, as in `Capture`
    listing: Link | None = None
    encoding: str | None = None
    profile: str | None = None
    #: a look at a further address of the page, or at another's copy of it: the page's state, its
    #: gaps and its next look stay as they are
    aside: bool = False
    #: a block that was entered at an earlier look is believed now: word of it goes out
    block_believed: bool = False
    #: whose look it was, and of a copy when its bytes were served, by that one's word
    origin: str = "here"
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class ListingIntent:
    """All that one listing (or robots file) gave: its observations, pages, sightings."""

    run_id: int
    source_id: str
    url: str
    attempts: tuple[tuple[Attempt, Outcome, str | None], ...]
    #: pages to know from now on; those already known get a sighting and another address
    links: tuple[Link, ...] = ()
    #: the moment from which new pages are due
    due_at: str | None = None
    events: tuple[EventDraft, ...] = ()
    #: `links` are all that this listing shows: what it showed before and does not now is unlisted
    complete: bool = False
    #: how many links it usually shows, and since when it shows far fewer; None for what gave none
    usual: "UsualLinks | None" = None
    #: changes of kind `listing` of pages that are known: one left the list, or is called otherwise
    changes: tuple[tuple[PageKey, ChangeDraft], ...] = ()
    #: the pages are asked for at their own addresses from now on; else those that nobody knew yet
    #: are known from copies alone
    watch: bool = True


@dataclass(frozen=True, slots=True)
class UsualLinks:
    """How long a listing usually is, and since when it has been far shorter (an ISO text)."""

    links: int
    shrunk_since: str | None = None
