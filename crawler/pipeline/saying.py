"""What is said of a look that told nothing: each sentence names its subject and what to do."""

from dataclasses import replace
from urllib.parse import urlsplit

from crawler.decide import Judgement
from crawler.model import Attempt, Failure

_AGAIN = "it is asked again at its next turn"
_SENTENCES = {
    "forbidden": "answered {status} and keeps us out; open it in a browser to see why",
    "removed_or_blocked": "answered {status} while other pages of its host answer: it was removed "
    "or blocked; open it in a browser, from another network too",
    "challenge": "answered with a check of its visitor, which is not solved here; " + _AGAIN,
    "block": "answered with a firewall's refusal; " + _AGAIN + ", a longer `delay` may help",
    "wall": "asks its visitor to log in; the text behind that is not fetched",
    "status": "answered {status}, which is no complete article; " + _AGAIN,
    "unsupported_type": "answered with {type}, which is kept and not read; "
    "other bytes there will be a change",
    "part": "is part of an article of which another part did not come; " + _AGAIN,
}
_OTHER = "told nothing ({reason}); " + _AGAIN


def said(attempt: Attempt, judgement: Judgement) -> Attempt:
    """The attempt with the sentence that belongs to a look which told nothing."""
    if judgement.outcome.conclusive:
        return attempt
    if attempt.failure is not None:
        return with_subject(attempt)
    reason = judgement.reason or str(judgement.outcome)
    sentence = _SENTENCES.get(reason, _OTHER).format(
        status=attempt.status,
        type=attempt.header("content-type") or "a document of unknown type",
        reason=reason,
    )
    failure = Failure(judgement.outcome, reason, f"{attempt.request_url} {sentence}")
    return replace(attempt, failure=failure)


def with_subject(attempt: Attempt) -> Attempt:
    """The attempt, its failure's sentence with the address and what follows where these lack."""
    failure = attempt.failure
    if failure is None:
        return attempt
    message = failure.message
    if (urlsplit(attempt.request_url).hostname or "") not in message:
        message = f"{attempt.request_url}: {message}"
    if ";" not in message:
        message = f"{message}; {_AGAIN}"
    return replace(attempt, failure=replace(failure, message=message))
