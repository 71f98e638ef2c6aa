"""Whether each source answers and gives articles today: its listings and one page are asked for, as
a crawl would ask. Nothing of it is kept but the hosts' pace."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.config import Config
    from crawler.fetch import Fetcher
    from crawler.model import Capture, Document, HostState, Link, Profile, Purpose, Source

#: documents that are read to come from one listing down to the first page that it names
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one source. `listed` pages stand in its listings; of the page that was read
    its address, title, length in characters and rule; `problem` is None where all is well."""

    source: str
    listed: int
    url: str | None = None
    title: str | None = None
    chars: int = 0
    rule: str | None = None
    problem: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `crawl check --online`."""
        return {"ok": self.problem is None, **asdict(self)}


async def try_sources(
    config: Config, hosts: Mapping[str, HostState], told: Callable[[Tried], None]
) -> tuple[list[Tried], tuple[HostState, ...]]:
    """Tries all enabled sources at once, each host at its pace, and tells of each when it is done;
    what was found, in the order of the file, and the hosts' pace then. Raises UsageError where
    strangers would be asked without a contact."""
    from crawler.fetch import Fetcher
    from crawler.pipeline.select import need_contact

    sources = [source for source in config.sources if source.enabled]
    need_contact(config.network, [url for source in sources for url in source.urls])
    async with Fetcher(config.network, hosts=hosts) as fetcher:

        async def one(source: Source) -> Tried:
            found = await _try(fetcher, source, config.profiles)
            told(found)
            return found

        found = await asyncio.gather(*map(one, sources))
        return list(found), fetcher.changed_hosts()


async def _try(fetcher: Fetcher, source: Source, profiles: Sequence[Profile]) -> Tried:
    from crawler.discover import KINDS, page_links, start_urls
    from crawler.errors import CrawlError

    if source.kind not in KINDS:
        return Tried(source.id, 0, problem=f"the kind {source.kind} is not built yet")
    links = list(page_links(source))
    problem: str | None = None
    for url in start_urls(source, backfill=False):
        try:
            links += await _links(fetcher, source, url)
        except CrawlError as error:
            problem = problem or error.message
    if not links:
        return Tried(source.id, 0, problem=problem or "its listing names no page")
    try:
        found = await _page(fetcher, source, links[0], profiles)
    except CrawlError as error:
        return Tried(source.id, len(links), links[0].url, problem=problem or error.message)
    return Tried(source.id, len(links), **{"problem": problem, **found})


async def _links(fetcher: Fetcher, source: Source, url: str) -> tuple[Link, ...]:
    """The pages that a listing names, or the first one below it that names any; raises CrawlError
    where it cannot be read."""
    from crawler.discover import next_urls
    from crawler.errors import CrawlError
    from crawler.model import Purpose
    from crawler.reading import read_listing

    waiting = [(url, 0)]
    for _ in range(_STEPS):
        if not waiting:
            break
        at, depth = waiting.pop(0)
        document = await asked(fetcher, source, at, Purpose.LISTING, depth)
        listing = read_listing(source.kind, document, source)
        if listing.problem:
            raise CrawlError(f"{at}: {listing.problem}", "look at the address and at its kind")
        if listing.links:
            return listing.links
        steps = next_urls(listing, source, backfill=False, depth=depth)
        waiting += [(step.url, step.depth) for step in steps]
    return ()


async def asked(
    fetcher: Fetcher, source: Source, url: str, purpose: Purpose, depth: int = 0
) -> Document:
    """What an address answers now, asked for as the source asks; raises CrawlError where that is
    no document."""
    from crawler.cli.extract import why_not
    from crawler.errors import CrawlError
    from crawler.model import Document
    from crawler.pipeline.asking import source_request

    attempt = (await fetcher.fetch(source_request(source, url, purpose)))[-1]
    if attempt.failure is not None or attempt.body is None or attempt.status != 200:
        why = why_not(attempt, f"it answered {attempt.status}")
        raise CrawlError(f"{url} cannot be looked at: {why}", "nothing was written")
    return Document(attempt.final_url, attempt.body, attempt.header("content-type"), depth)


async def _page(
    fetcher: Fetcher, source: Source, link: Link, profiles: Sequence[Profile]
) -> dict[str, Any]:
    """The fields of `Tried` that a page gives, without a problem where it is an article."""
    from crawler.model import Assessment, Capture, Purpose
    from crawler.notebook import read

    page = await asked(fetcher, source, link.url, Purpose.ARTICLE)
    capture = Capture(
        (page.body,), link.url, page.url, page.content_type,
        listing=link, profile=source.profile, encoding=source.encoding,
    )  # fmt: skip
    extraction = await asyncio.to_thread(read, capture, profiles)
    found: dict[str, Any] = {
        "url": link.url, "title": extraction.title, "chars": len(extraction.text),
        "rule": extraction.rule,
    }  # fmt: skip
    if extraction.assessment is not Assessment.ARTICLE:
        because = f" ({extraction.reason})" if extraction.reason else ""
        found["problem"] = f"{link.url}: judged {extraction.assessment}{because}, not an article"
    elif missed := next(_missed(capture, extraction.flags, profiles), None):
        found["problem"] = f"{link.url}: {missed}"
    return found


def _missed(capture: Capture, flags: Sequence[str], profiles: Sequence[Profile]) -> Iterator[str]:
    """What a profile of the user's looked for and did not find."""
    from crawler.cli.extract import explained, looked_for

    for flag in flags:
        if flag.startswith("profile_missed"):
            yield "; ".join([explained(flag), *looked_for(capture, flag, profiles)])
