"""The closed vocabularies: outcomes, states, kinds of change, operations, labels."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a request was made for."""

    ARTICLE = "article"
    LISTING = "listing"
    ROBOTS = "robots"


class Outcome(StrEnum):
    """What one attempt told us; all but the last three are conclusive."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    REDIRECTED = "redirected"
    EMPTIED = "emptied"
    LISTED = "listed"
    BLOCKED = "blocked"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def conclusive(self) -> bool:
        """Whether the attempt says how the page stands, and so closes a gap."""
        return self not in (Outcome.BLOCKED, Outcome.REFUSED, Outcome.FAILED)


class State(StrEnum):
    """How a page stands, as far as confirmed looks tell."""

    LIVE = "live"
    SUSPECT = "suspect"
    GONE = "gone"
    REDIRECTED = "redirected"
    EMPTIED = "emptied"
    BLOCKED = "blocked"
    RESTORED = "restored"


class Assessment(StrEnum):
    """What kind of document a response is, judged before it is believed."""

    ARTICLE = "article"
    LIST = "list"
    STUB = "stub"
    CHALLENGE = "challenge"
    BLOCK = "block"
    EMPTY = "empty"
    WALL = "wall"
    UNSUPPORTED = "unsupported"


class ChangeKind(StrEnum):
    """What passed from one thing to another."""

    CONTENT = "content"
    STATE = "state"
    LISTING = "listing"
    EXTRACTOR = "extractor"


class EventKind(StrEnum):
    """What else people are told of."""

    # of operation
    PROMISE_BROKEN = "promise_broken"
    SOURCE_SILENT = "source_silent"
    EXTRACTION_BREAKS = "extraction_breaks"
    NAME_LOST = "name_lost"
    HOST_OVERLOADED = "host_overloaded"
    LISTING_SHRUNK = "listing_shrunk"
    LISTING_CAPPED = "listing_capped"
    LISTING_FOREIGN = "listing_foreign"
    CONFIGURATION_REFUSED = "configuration_refused"
    CLOCK_STEP = "clock_step"
    DISK_LOW = "disk_low"
    LOG_HELD_UP = "log_held_up"
    NOT_ANCHORED = "not_anchored"
    SAVED_ELSEWHERE = "saved_elsewhere"
    # of what pages say
    REDESIGN = "redesign"
    FLAPPING = "flapping"
    VALIDATORS_LIED = "validators_lied"
    ADDRESSES_DISAGREE = "addresses_disagree"
    EXTRACTION_UNSURE = "extraction_unsure"
    PAST_EDITS = "past_edits"
    # of seed copies and reprints
    SEED_ADDED = "seed_added"
    SEED_REVISED = "seed_revised"
    COPY_FOUND = "copy_found"
    REPRINT_DIVERGED = "reprint_diverged"
    ORIGINAL_CHANGED = "original_changed"
    QUOTATION_GONE = "quotation_gone"
    PASSAGE_DROPPED = "passage_dropped"


class OpKind(StrEnum):
    """The operations that turn text A into text B."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    MOVE = "move"
    MASK = "mask"
    UNMASK = "unmask"


class Label(StrEnum):
    """What kind of change a piece is."""

    WHITESPACE = "whitespace"
    WIDTH = "width"
    PUNCTUATION = "punctuation"
    QUOTES = "quotes"
    QUOTATION = "quotation"
    CASE = "case"
    CAPTION = "caption"
    TITLE = "title"
    BYLINE = "byline"
    DATE = "date"
    NUMBER = "number"
    NAME = "name"
    OFFICE = "office"
    FORMULA = "formula"
    NEGATION = "negation"
    SCRIPT = "script"
    LINK = "link"
    IMAGE = "image"
    MASKED = "masked"
    UNMASKED = "unmasked"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    PARAGRAPH = "paragraph"
    WORDING = "wording"


# Labels that an op may carry when both of its sides fold alike. `punctuation` is among them for
# dashes and ellipses of another form; a mark that was added or taken away is no noise.
NOISE_LABELS = frozenset(
    {Label.WHITESPACE, Label.WIDTH, Label.QUOTES, Label.PUNCTUATION, Label.SPLIT, Label.MERGED}
)


class Mark(StrEnum):
    """What a reader says of a change: read, worth more than its score, or a false alarm."""

    SEEN = "seen"
    IMPORTANT = "important"
    FALSE = "false"


class Relation(StrEnum):
    """How a page stands to a seed copy."""

    SAME = "same"
    REPRINT = "reprint"
    QUOTES = "quotes"
    QUOTED_BY = "quoted_by"
    OVERLAP = "overlap"
    TRANSLATION = "translation"
