"""What a command's argument names: a text file, a seed copy, or a version of a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cli.base import Settings
from crawler.errors import UnknownName, UsageError, Withheld
from crawler.model.compared import Fields

if TYPE_CHECKING:
    from crawler.store import Archive, SeedRow, VersionRow


@dataclass(frozen=True, slots=True)
class Operand:
    """A text with what names it: a version's id, a seed's name or a file's path."""

    id: int | str
    text: str
    label: str
    fields: Fields | None = None
    seed: str | None = None
    page_id: int | None = None


def is_url(name: str) -> bool:
    """Whether the argument is a web address."""
    return name.startswith(("http://", "https://"))


def read_file(path: Path) -> str:
    """A text file in whatever encoding it is; raises UsageError where it cannot be read."""
    from crawler.decode import decode

    try:
        return decode(path.read_bytes()).text
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}", "name a text file that you may read"
        ) from error


def of_file(path: Path) -> Operand:
    """The text file as an operand."""
    return Operand(str(path), read_file(path), str(path))


def of_version(row: VersionRow) -> Operand:
    """A version row as an operand, with what is compared beside its text; raises Withheld."""
    if row.withheld:
        raise Withheld(f"the text of version {row.id} was withheld", "its hash remains")
    fields = Fields(
        row.title,
        row.author,
        row.source_name,
        row.editor,
        row.published,
        tuple(row.images),
        tuple(row.links),
    )
    served = row.as_of[:19].replace("T", " ")
    label = f"{row.url} (version {row.id}, {served} UTC)"
    return Operand(row.id, row.text, label, fields, page_id=row.page_id)


def of_seed(row: SeedRow) -> Operand:
    """A seed copy as an operand."""
    return Operand(row.name, row.text, f"seed copy {row.name}", seed=row.name)


def operand(settings: Settings, name: str) -> Operand:
    """What the name means: a file that is there, else a seed copy, else a version (its id, a hash
    of 8 characters or more, a URL, or URL@2026-03-01); raises UnknownName when it is none."""
    if not is_url(name) and _is_file(name):
        return of_file(Path(name))
    if not is_url(name) and not settings.db.exists():
        raise UnknownName(
            f"{name!r} is no file, and there is no archive at {settings.db} to look in",
            "name a text file, or the archive with --db",
        )
    with settings.archive() as archive:
        seed = None if is_url(name) else seed_or_none(archive, name)
        if seed is not None:
            return of_seed(seed)
        try:
            return of_version(archive.find_version(name))
        except UnknownName as error:
            if is_url(name) or not error.message.startswith("there is no version"):
                raise
            raise UnknownName(
                f"{name!r} is no text file, seed copy or version",
                "name a file that is there, a seed copy (`crawl seeds list`), a version's id, 8 or "
                "more characters of a hash, or a page's URL",
            ) from None


def seed_or_none(archive: Archive, name: str) -> SeedRow | None:
    """The seed copy of that name or hash; None where there is none."""
    try:
        return archive.seed(name)
    except UnknownName:
        return None


def pair(settings: Settings, first: str, second: str | None) -> tuple[Operand, Operand]:
    """The two texts to compare; one URL alone means its last two versions."""
    if second is not None:
        return operand(settings, first), operand(settings, second)
    if not is_url(first):
        raise UsageError(
            f"nothing to compare {first!r} with", "name two, or the URL of a page with two versions"
        )
    with settings.archive() as archive:
        versions = archive.versions_of(first)
    if len(versions) < 2:
        raise UsageError(
            f"{first} has {'one version' if versions else 'no version'} only",
            "nothing was changed since it was first seen: crawl log shows the looks at it",
        )
    return of_version(versions[-2]), of_version(versions[-1])


def passage_source(settings: Settings, name: str) -> Operand:
    """The text whose passages are looked for: a file, a URL's latest version, a seed copy, or the
    words themselves."""
    if is_url(name):
        return operand(settings, name)
    if _is_file(name):
        return of_file(Path(name))
    with settings.archive() as archive:
        seed = seed_or_none(archive, name)
    return of_seed(seed) if seed else Operand("", name, name)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # words that are too long for a file's name, or hold a NUL
        return False
