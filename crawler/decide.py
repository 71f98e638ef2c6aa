"""What one look means: its outcome, and the page's passage from state to state. Pure.

Absence is believed when it is seen again at least `confirm_after_s` later; until then the page is
suspect. Different signs of absence are one suspicion, and the last names the state. A failed or
refused look neither confirms nor clears anything. A block is entered at once.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.discover import page_key, same_domain
from crawler.model import (
    Assessment,
    Attempt,
    Extraction,
    KnownVersion,
    Outcome,
    PageState,
    State,
    StateChange,
    iso,
    parse_iso,
)
from crawler.text import fold

ABSENT = {
    Outcome.GONE: State.GONE,
    Outcome.REDIRECTED: State.REDIRECTED,
    Outcome.EMPTIED: State.EMPTIED,
}
SCORES = {
    State.GONE: 1.0,
    State.REDIRECTED: 1.0,
    State.EMPTIED: 1.0,
    State.BLOCKED: 1.0,
    State.RESTORED: 0.8,
    State.SUSPECT: 0.0,
    State.LIVE: 0.0,
}
ABSENT_STATUS = {404: "not_found", 410: "gone", 451: "legal"}
BLOCKED_STATUS = frozenset({401, 403, 405, 406, 412, 418, 521})
BLOCKED_AS = {
    Assessment.CHALLENGE: "challenge",
    Assessment.BLOCK: "block",
    Assessment.WALL: "wall",
}
#: the page that servers send with a 403 of their own
STOCK_PAGE = re.compile(r"block: 403\b", re.I)
HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm", "/index.shtml", "/index.php"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """An outcome with its reason; `article` says that the extraction may be believed."""

    outcome: Outcome
    reason: str | None = None
    article: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The page after the look, and the passage from its state before where there was one."""

    page: PageState
    state_change: StateChange | None = None
    #: the block that the page is in has been seen again late enough to be told
    block_believed: bool = False


def wants_reading(attempt: Attempt) -> bool:
    """Whether the answer's body has to be assessed before its outcome can be told."""
    if attempt.failure is not None or attempt.body is None:
        return False
    return attempt.status == 200 or attempt.status in BLOCKED_STATUS


def judge(
    attempt: Attempt, extraction: Extraction | None, known: KnownVersion | None, text_sha256: str
) -> Judgement:
    """What the last attempt of a fetch says of its page; `text_sha256` is the extraction's."""
    if attempt.failure is not None:
        return Judgement(attempt.failure.outcome, attempt.failure.reason)
    status = attempt.status or 0
    if status == 304:
        return Judgement(Outcome.NOT_MODIFIED)
    if status in ABSENT_STATUS:
        return Judgement(Outcome.GONE, ABSENT_STATUS[status])
    if status in BLOCKED_STATUS:
        return Judgement(Outcome.BLOCKED, refusal(extraction))
    if status != 200 or extraction is None:
        return Judgement(Outcome.FAILED, "status")
    return judge_document(attempt, extraction, known, text_sha256)


def refusal(extraction: Extraction | None) -> str:
    """What kind of refusal a page with such a status is: `forbidden` where it says no more than
    its status does."""
    if extraction is None or STOCK_PAGE.match(extraction.reason):
        return "forbidden"
    return BLOCKED_AS.get(extraction.assessment, "forbidden")


def judge_document(
    attempt: Attempt, extraction: Extraction, known: KnownVersion | None, text_sha256: str
) -> Judgement:
    """What a complete answer with status 200 says of its page."""
    if extraction.assessment in BLOCKED_AS:
        return Judgement(Outcome.BLOCKED, BLOCKED_AS[extraction.assessment])
    if extraction.assessment is Assessment.STUB:
        return Judgement(Outcome.GONE, "stub")
    if led_away(attempt, extraction):
        return Judgement(Outcome.REDIRECTED, "redirect_home")
    if extraction.assessment is Assessment.UNSUPPORTED:
        return Judgement(Outcome.FAILED, "unsupported_type")
    if extraction.assessment is Assessment.EMPTY or not extraction.text:
        return Judgement(Outcome.EMPTIED, "empty")
    if known is None:
        return Judgement(Outcome.NEW, article=True)
    if known.text_sha256 != text_sha256 and led_to_another(attempt, extraction, known):
        return Judgement(Outcome.REDIRECTED, "redirect_elsewhere")
    same = known.text_sha256 == text_sha256 and same_byline(known, extraction)
    return Judgement(Outcome.UNCHANGED if same else Outcome.CHANGED, article=True)


def same_byline(known: KnownVersion, extraction: Extraction) -> bool:
    """Whether the fields that make a version stand as they stood."""
    return known.fields == extraction.fields


def led_away(attempt: Attempt, extraction: Extraction) -> bool:
    """Whether a redirect ended on a home page or a list instead of the article."""
    if attempt.final_url == attempt.request_url:
        return False
    asked, came = urlsplit(attempt.request_url), urlsplit(attempt.final_url)
    if came.path in HOME_PATHS and not came.query and asked.path not in HOME_PATHS:
        return True
    return extraction.assessment is Assessment.LIST and asked.path != came.path


def led_to_another(attempt: Attempt, extraction: Extraction, known: KnownVersion) -> bool:
    """Whether a redirect ended on another article: one with another number of the site's own, or
    one of another site under another title."""
    if attempt.final_url == attempt.request_url:
        return False
    try:
        asked, came = page_key(attempt.request_url), page_key(attempt.final_url)
    except ValueError:
        return False
    if asked.site == came.site:
        numbered = not asked.key.startswith("url:") and not came.key.startswith("url:")
        return numbered and asked.key != came.key
    if same_domain(attempt.request_url, attempt.final_url) or known.fields.title is None:
        return False
    return fold(known.fields.title).text != fold(extraction.title or "").text


def decide(
    page: PageState, judgement: Judgement, now: datetime, confirm_after_s: float
) -> Decision:
    """The page's state after a look with this judgement at `now`."""
    seen = replace(page, last_checked_at=iso(now))
    outcome = judgement.outcome
    if outcome in (Outcome.FAILED, Outcome.REFUSED):
        return Decision(replace(seen, failures=page.failures + 1))
    if outcome is Outcome.BLOCKED:
        return blocked(seen, now, confirm_after_s)
    seen = replace(seen, failures=0, last_conclusive_at=iso(now))
    if outcome in ABSENT:
        return absent(seen, ABSENT[outcome], now, confirm_after_s)
    return answered(seen, now)


def passed(page: PageState, new: State, now: datetime, **fields: object) -> Decision:
    """The passage of a page to another state."""
    changed = replace(page, state=new, state_since=iso(now), **fields)  # type: ignore[arg-type]
    told = new not in (State.SUSPECT, State.LIVE, State.BLOCKED)
    return Decision(changed, StateChange(page.state, new, told, SCORES[new]))


def waited(since: str | None, now: datetime, confirm_after_s: float) -> bool:
    """Whether what was first seen at `since` has stood long enough to be believed."""
    return since is not None and (now - parse_iso(since)).total_seconds() >= confirm_after_s


def blocked(page: PageState, now: datetime, confirm_after_s: float) -> Decision:
    """A block is entered at once, and told when it is seen again late enough; a confirmed absence
    is not forgotten for it."""
    page = replace(page, failures=page.failures + 1)
    if page.state is State.BLOCKED:
        believed = waited(page.blocked_since, now, confirm_after_s)
        told = page.blocked_told or believed
        news = believed and not page.blocked_told
        return Decision(replace(page, blocked_told=told), block_believed=news)
    if page.state in ABSENT.values():
        return Decision(page)
    return passed(page, State.BLOCKED, now, blocked_since=iso(now), blocked_told=False)


def absent(page: PageState, sign: State, now: datetime, confirm_after_s: float) -> Decision:
    """A sign of absence: the first makes a page suspect, one late enough confirms it."""
    if page.state in ABSENT.values():
        return Decision(page)
    if waited(page.suspect_since, now, confirm_after_s):
        return passed(page, sign, now, suspicion=None, suspect_since=None, blocked_since=None)
    since = page.suspect_since or iso(now)
    if page.state is State.SUSPECT:
        return Decision(replace(page, suspicion=sign, suspect_since=since))
    return passed(page, State.SUSPECT, now, suspicion=sign, suspect_since=since, blocked_since=None)


def answered(page: PageState, now: datetime) -> Decision:
    """The article is there: what was believed absent is restored, what was suspected is live."""
    cleared = {
        "suspicion": None,
        "suspect_since": None,
        "blocked_since": None,
        "blocked_told": False,
    }
    if page.state in ABSENT.values() or (page.state is State.BLOCKED and page.blocked_told):
        return passed(page, State.RESTORED, now, **cleared)
    if page.state in (State.SUSPECT, State.BLOCKED):
        return passed(page, State.LIVE, now, **cleared)
    if page.state is State.RESTORED:
        return Decision(replace(page, state=State.LIVE, state_since=iso(now)))
    return Decision(page)
