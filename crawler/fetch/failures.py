"""Failures as values, and the one exception that carries them out of an exchange."""

import os

from crawler.model import Attempt, Failure, Outcome

#: reasons that speak against the host itself; each in a row lengthens its pause
TROUBLE = frozenset(
    {"dns", "connect", "reset", "timeout", "tls", "protocol", "server", "rate_limited"}
)


class Stopped(Exception):
    """An exchange that cannot go on; `retry_at` is the moment (ISO 8601) before which it is
    useless to try again, `counted` tells that the breaker knows of it already."""

    def __init__(
        self, failure: Failure, retry_at: str | None = None, *, counted: bool = False
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.retry_at = retry_at
        self.counted = counted


class Interrupted(Exception):
    """A wait for a host's turn that was ended from outside; `attempts` are those that were made
    before it."""

    def __init__(self, attempts: tuple[Attempt, ...] = ()) -> None:
        super().__init__("the wait for a host's turn was ended")
        self.attempts = attempts


def system_word(error: OSError) -> str:
    """What the system calls an error, without the addresses that its text may carry."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or type(error).__name__


def let_go(error: BaseException | None) -> None:
    """Drops the tracebacks of an error and of those it came from. Their frames hold bodies and
    refer back to the errors, so that only a rare collection would free them."""
    while error is not None:
        before = error.__cause__ or error.__context__
        error.__traceback__ = error.__cause__ = error.__context__ = None
        error = before


def failed(reason: str, message: str) -> Stopped:
    """The server or the way to it failed."""
    return Stopped(Failure(Outcome.FAILED, reason, message))


def refused(reason: str, message: str, retry_at: str | None = None) -> Stopped:
    """This program does not send the request."""
    return Stopped(Failure(Outcome.REFUSED, reason, message), retry_at)
