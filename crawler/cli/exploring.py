"""What an address would give as a source: asked for, guessed at, and read as a crawl would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.cli.base import Settings

if TYPE_CHECKING:
    from crawler.discover.autodetect import Guess
    from crawler.fetch import Fetcher
    from crawler.model import Document, Link, Source

_TITLES = 5


async def explore(
    settings: Settings, url: str, kind: str | None
) -> tuple[Guess, list[str], str | None]:
    """How to watch an address, up to five titles that this gives, and what is wrong with its
    listing."""
    from crawler.cli.extract import hosts_of
    from crawler.discover import start_urls
    from crawler.fetch import Fetcher
    from crawler.pipeline.select import need_contact

    config = settings.config()
    # A web archive is asked for its copies and not the site, where the page may be gone.
    told = replace(config.defaults, id="new", kind=kind or "page", urls=(url,))
    asked = list(start_urls(told, backfill=False)) if kind == "wayback" else [url]
    need_contact(config.network, asked)
    async with Fetcher(config.network, hosts=hosts_of(settings)) as fetcher:
        if kind == "wayback":
            guess, document = _said_so(kind, url), None
        else:
            guess, document = await _guess(fetcher, config.defaults, url, kind)
        source = replace(told, kind=guess.kind, urls=(guess.url,), profile=guess.profile)
        return guess, *await _titles(fetcher, source, document)


def _said_so(kind: str, url: str) -> Guess:
    from crawler.discover.autodetect import Guess

    return Guess(kind, url, "you said so")


async def _guess(
    fetcher: Fetcher, defaults: Source, url: str, kind: str | None
) -> tuple[Guess, Document]:
    from crawler.cli.trying import asked
    from crawler.discover.autodetect import guesses
    from crawler.errors import CrawlError
    from crawler.model import Purpose

    document = await asked(fetcher, defaults, url, Purpose.LISTING)
    found = [one for one in guesses(document) if kind is None or one.kind == kind]
    if not found and kind is None:
        raise CrawlError(f"{url} is neither a page nor a feed", "name its kind with --kind")
    return (found[0] if found else _said_so(kind or "", url)), document


async def _titles(
    fetcher: Fetcher, source: Source, document: Document | None
) -> tuple[list[str], str | None]:
    """Titles as they are extracted from the first articles that the source lists, and what is
    wrong with its listing."""
    from crawler.cli.trying import asked
    from crawler.discover import page_links, start_urls
    from crawler.errors import CrawlError
    from crawler.model import Purpose
    from crawler.reading import read_listing

    problem = None
    links: tuple[Link, ...] = page_links(source)
    if not links:
        start = start_urls(source, backfill=False)
        listing = (
            document
            if document and (not start or start[0] == document.url)
            else await asked(fetcher, source, start[0], Purpose.LISTING)
        )
        found = read_listing(source.kind, listing, source)
        links, problem = found.links, found.problem
    titles = []
    for link in links[:_TITLES]:
        try:
            page = await asked(fetcher, source, link.url, Purpose.ARTICLE)
        except CrawlError as error:
            titles.append(f"({error.message})")
            continue
        titles.append(_read(source, link, page))
    return titles, problem


def _read(source: Source, link: Link, page: Document) -> str:
    """The title and length of a page as it would be kept, or why it would not."""
    from crawler.model import Capture
    from crawler.reading import read_page

    reading = read_page(
        Capture(
            (page.body,), link.url, page.url, page.content_type, listing=link,
            profile=source.profile,
        ),
        None,
    )  # fmt: skip
    if reading.failure is not None or reading.extraction is None:
        return f"({reading.failure.message if reading.failure else 'not read'})"
    found = reading.extraction
    return f"{found.title or '(no title)'}  [{len(found.text):,} characters]"
