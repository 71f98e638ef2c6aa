"""`crawl extract`: what would be kept of one page, and which rule gave it. Saves no page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.base import Settings, command, json_option, pass_settings
from crawler.cli.output import say, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.config import Config
    from crawler.model import Attempt, Capture, Extraction, HostState, Profile, Source


@command()
@click.argument("target", metavar="URL|FILE")
@click.option("--url", help="The address that the file came from: site rules go by it.")
@click.option("--profile", help="Read it by this profile instead of the one of its host.")
@json_option
@pass_settings
def extract(
    settings: Settings, target: str, url: str | None, profile: str | None, as_json: bool
) -> None:
    """Fetch or read one page and show what would be kept of it, and which rule gave it.

    A page of a source's host is fetched and read as that source says.
    """
    from crawler.cli.operands import is_url
    from crawler.notebook import extraction_dict, read

    config = settings.config() if is_url(target) else _config(settings, own(profile))
    source = source_of(config, url or target)
    if profile:
        need_profile(profile, config)
    found = fetched(settings, source, target) if is_url(target) else from_file(Path(target), url)
    found = replace(found, profile=profile or source.profile, encoding=source.encoding)
    extraction = read(found, config.profiles if config else ())
    if as_json:
        write_json(extraction_dict(found, extraction))
    else:
        show(found, extraction, config.profiles if config else ())


def _config(settings: Settings, needed: bool) -> Config | None:
    """The configuration; where it is not `needed` and has mistakes, none and a word about it."""
    if needed and settings.sources.exists():
        return settings.config()
    config = settings.config_or_none()
    if config is None and settings.sources.exists():
        said = f"note: no profile of yours was tried: {settings.sources} or a file beside it has "
        say(f"{said}mistakes, which `crawl check` names", err=True)
    return config


def own(profile: str | None) -> bool:
    """Whether a profile of this name can only be the user's."""
    from crawler.extract.profiles import known

    return profile is not None and not known(profile)


def source_of(config: Config | None, url: str) -> Source:
    """The source that watches this site, else the defaults with a pace of their own."""
    from crawler.discover import same_site
    from crawler.model import Source

    if config is None:
        return Source("manual", "page")
    near = (source for source in config.sources if any(same_site(url, one) for one in source.urls))
    return next(near, config.defaults)


def need_profile(name: str, config: Config | None) -> None:
    """Raises UnknownName for a profile that neither the configuration nor the package has."""
    from crawler.errors import not_called
    from crawler.extract.profiles import SITES

    own = [profile.id for profile in config.profiles] if config else []
    names = [*own, *(site.id for site in SITES)]
    if name not in names:
        raise not_called("profile", name, names, "there are")


def from_file(path: Path, url: str | None) -> Capture:
    """A saved page as a capture; raises UsageError where it cannot be read."""
    from crawler.errors import UsageError
    from crawler.model import Capture

    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}", "name a web address or a file that is there"
        ) from error
    address = url or path.resolve().as_uri()
    return Capture((body,), address, address)


def fetched(settings: Settings, source: Source, url: str) -> Capture:
    """The page as it is served now, robots and pace obeyed; raises CrawlError where it is not."""
    from crawler.errors import CrawlError
    from crawler.model import Capture

    attempt = asyncio.run(_fetch(settings, source, url))
    if attempt.failure is not None or attempt.body is None:
        reason = why_not(attempt, f"status {attempt.status}, no body")
        raise CrawlError(f"{url}: {reason}", "nothing was saved; a saved page can be read as FILE")
    return Capture(
        (attempt.body,),
        url,
        attempt.final_url,
        attempt.header("content-type"),
        attempt.status or 200,
    )


def why_not(attempt: Attempt, otherwise: str) -> str:
    """Why an attempt gave nothing to read; what a crawl would do next is not what happens here."""
    reason = attempt.failure.message if attempt.failure else otherwise
    return reason.removesuffix("; it is asked again at its next turn")


async def _fetch(settings: Settings, source: Source, url: str) -> Attempt:
    from crawler.fetch import Fetcher
    from crawler.model import Purpose
    from crawler.pipeline.asking import source_request
    from crawler.pipeline.select import need_contact

    network = settings.config().network
    need_contact(network, [url])
    async with Fetcher(network, hosts=hosts_of(settings)) as fetcher:
        attempts = await fetcher.fetch(source_request(source, url, Purpose.ARTICLE))
        keep_pace(settings, fetcher.changed_hosts())
    return attempts[-1]


def hosts_of(settings: Settings) -> Mapping[str, HostState]:
    """What the archive knows of the hosts' pace and robots files, where there is an archive."""
    if not settings.db.exists():
        return {}
    with settings.archive() as archive:
        return archive.host_states()


def keep_pace(settings: Settings, hosts: tuple[HostState, ...]) -> None:
    """Tell the archive of this request, so that the next command waits its turn."""
    if settings.db.exists():
        with settings.archive("write") as archive:
            archive.commit((), hosts=hosts)


_SHOWN_CHARS = 80
_FLAGS = {
    "profile_missed": "the profile {} found no article here, or a scrap of it",
    "replaced": "some bytes are in no charset and stand as U+FFFD",
    "guessed": "nothing said the charset; it was guessed from the bytes",
    "private_use": "private-use characters stand in the page",
}


def explained(flag: str) -> str:
    """A flag of an extraction as a sentence."""
    name, _, subject = flag.partition(":")
    return _FLAGS.get(name, flag).format(subject)


def looked_for(capture: Capture, flag: str, profiles: Sequence[Profile]) -> Iterator[str]:
    """What a profile of the user's that is flagged looked for."""
    from crawler.extract.misses import misses

    kind, _, name = flag.partition(":")
    return misses(capture, name, profiles) if kind == "profile_missed" else iter(())


_SHOWN = (
    ("judged", "state"),
    ("title", "title"),
    ("author", "author"),
    ("source", "source_name"),
    ("editor", "editor"),
    ("published", "published"),
    ("updated", "updated"),
    ("source at", "source_url"),
    ("language", "lang"),
    ("charset", "charset"),
    ("rule", "profile"),
)


def show(capture: Capture, extraction: Extraction, profiles: Sequence[Profile] = ()) -> None:
    """The extraction for a person: what was read beside the text, and where from; the text. Of the
    user's own profiles that found nothing, also what they looked for."""
    from crawler.notebook import extraction_dict

    values = extraction_dict(capture, extraction)
    say(capture.final_url, bold=True)
    for label, key in _SHOWN:
        where = extraction.found_in.get(key)
        value = (values[key] if key in values else getattr(extraction, key)) or "–"
        say(f"  {label:<10} {value}{f'   ({where})' if where else ''}")
    if extraction.reason:
        say(f"  {'because':<10} {extraction.reason}")
    for flag in extraction.flags:
        say(f"  {'note':<10} {explained(flag)}")
        for line in looked_for(capture, flag, profiles):
            say(f"  {'':<10}   {line}")
    if extraction.next_url:
        say(f"  {'next part':<10} {extraction.next_url}")
    images, links = len(extraction.images), len(extraction.links)
    say(f"  {'text':<10} {len(extraction.text):,} characters, images {images}, links {links}")
    for start, end, kind in extraction.marked:
        say(f"  {kind:<10} {extraction.text[start:end][:_SHOWN_CHARS]}")
    say()
    say(extraction.text)
