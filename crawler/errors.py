"""The one error tree. Every error names its subject and the next step, and knows its exit code.

CrawlError
├── UsageError            2  the command was called wrongly
│   └── UnknownName       2  no such source, page, version, seed …
├── ConfigError           2  sources.toml is missing or wrong: all mistakes at once
├── ArchiveError          5  the archive cannot be used
│   ├── ArchiveBusy       5  somebody else holds it
│   │   └── ArchiveLocked 5  a writer that is no run of ours, whom nobody can ask
│   ├── ForeignArchive    5  not ours, damaged, older or newer than this program
│   ├── DiskFull          5  nothing half written
│   └── Withheld          5  the bytes or the text were taken out, their hash remains
└── VerificationFailed    6  the archive does not prove what it says
"""

import errno
from collections.abc import Iterable
from dataclasses import dataclass

#: so many of the names that there are stand in a message
_NAMES_LISTED = 40


class CrawlError(Exception):
    """Something that the user can understand and mend; shown without a traceback."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n  {self.next_step}" if self.next_step else self.message


class UsageError(CrawlError):
    """The command was called wrongly; call it again as the next step says."""

    exit_code = 2


class UnknownName(UsageError):
    """A source, page, version, change or seed that is not in the archive or the file."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'changes'?` with the known name that is nearest; empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]!r}?" if near else ""


def not_called(kind: str, name: str, known: Iterable[str], whose: str) -> UnknownName:
    """The error for a name that no `kind` has: the near one, and the names that there are, behind
    `whose` (`the archive knows`)."""
    names = sorted(set(known))
    listed = ", ".join(names[:_NAMES_LISTED]) or "none yet"
    near = did_you_mean(name, names)
    return UnknownName(
        f"no {kind} is called {name!r}", f"{f'{near} ' if near else ''}{whose}: {listed}"
    )


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a configuration file; `line` counts from 1, None when it has none."""

    line: int | None
    where: str
    what: str
    warning: bool = False

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.where}: {self.what}" if self.where else f"{place}{self.what}"


def not_written(target: object, error: OSError) -> CrawlError:
    """The error of a file that could not be written: its disk is full, or it may not be."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"{target}: no space is left on its disk; nothing half written stays",
            "free some space, or name a file on another disk",
        )
    return UsageError(f"{target}: {error.strerror or error}", "name a file that you may write")


class ConfigError(CrawlError):
    """A configuration file with all its mistakes."""

    exit_code = 2

    def __init__(self, path: str, mistakes: tuple[Mistake, ...]) -> None:
        self.path = path
        self.mistakes = mistakes
        listed = "\n".join(f"  {mistake}" for mistake in mistakes)
        super().__init__(f"{path} cannot be used:\n{listed}", "mend these lines and try again")


class ArchiveError(CrawlError):
    """The archive cannot be used; nothing in it was touched."""

    exit_code = 5


class ArchiveBusy(ArchiveError):
    """Another process holds the archive; the message says who."""


class ArchiveLocked(ArchiveBusy):
    """Another program keeps the file locked: there is nobody to hand work to."""


class ForeignArchive(ArchiveError):
    """The file is not an archive of ours, is damaged, or has another schema than this program."""


class DiskFull(ArchiveError):
    """No space is left; what was being written was rolled back."""


class Withheld(ArchiveError):
    """A body or a text that `crawl withhold` took out; its hash and its record remain."""


class VerificationFailed(CrawlError):
    """At least one row, byte or hash does not say what the log says."""

    exit_code = 6
