"""Which sources and pages a run is about, and what that will ask of each host."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.discover import page_key
from crawler.errors import UsageError, not_called
from crawler.model import Link, ListingIntent, Network, Source, iso, parse_iso
from crawler.pipeline.further import further_tasks
from crawler.pipeline.rates import Rates, in_order
from crawler.pipeline.summary import HostPlan, Plan
from crawler.pipeline.tasks import ListingTask, PageTask, Task
from crawler.store import Archive

#: the source that holds addresses which no `[[source]]` lists
MANUAL = "manual"

ListingDue = Callable[[Source, str | None, datetime], bool]


@dataclass(frozen=True, slots=True)
class Selection:
    """The sources of a run, and single addresses when only these were asked for."""

    sources: tuple[Source, ...]
    urls: tuple[str, ...] = ()


def manual_source(config: Config) -> Source:
    """The source `manual` with the file's defaults."""
    return replace(config.defaults, id=MANUAL, kind="page", name="Addresses given by hand", urls=())


def select(config: Config, wanted: Sequence[str]) -> Selection:
    """What the words name: source ids, tags, addresses; all enabled sources for none of them.

    Raises UnknownName for a word that is nothing of these, UsageError for a broken address.
    """
    if not wanted:
        enabled = (source for source in config.sources if source.enabled)
        return Selection((*enabled, manual_source(config)))
    chosen: dict[str, Source] = {}
    urls: list[str] = []
    for word in wanted:
        if "://" in word:
            urls.append(address(word))
            continue
        for source in named(config, word):
            chosen[source.id] = source
    return Selection(tuple(chosen.values()), tuple(urls))


def address(word: str) -> str:
    """The word, when it is an address that can be asked; raises UsageError."""
    try:
        page_key(word)
    except ValueError:
        raise UsageError(
            f"{word!r} is no web address", "write http:// or https:// and a host"
        ) from None
    return word


def named(config: Config, word: str) -> list[Source]:
    """The source with this id, or the enabled ones with this tag."""
    every = (*config.sources, manual_source(config))
    exact = [source for source in every if source.id == word]
    tagged = [source for source in every if source.enabled and word in source.tags]
    if exact or tagged:
        return exact or tagged
    known = {source.id for source in every} | {tag for s in every for tag in s.tags}
    raise not_called("source or tag", word, known, "sources.toml names")


def need_contact(network: Network, urls: Sequence[str]) -> None:
    """Raises UsageError when somebody outside `allow` would be asked without a contact."""
    if network.contact:
        return
    outside = next((url for url in urls if not inside(network, url)), None)
    if outside is not None:
        raise UsageError(
            f"network.contact is empty, so nothing is asked of {urlsplit(outside).hostname}",
            'write under [network] in sources.toml who you are: contact = "mailto:you@example.org"',
        )


def inside(network: Network, url: str) -> bool:
    """Whether a URL names an address in a private network that `allow` opens."""
    try:
        address = ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    ranges = (ipaddress.ip_network(item, strict=False) for item in network.allow)
    return any(address.version == r.version and address in r for r in ranges)


def watch(archive: Archive, run_id: int, sources: Sequence[Source], now: datetime) -> None:
    """Makes the pages of the sources of kind `page` known."""
    intents = [
        ListingIntent(
            run_id,
            source.id,
            "",
            (),
            tuple(Link(url, key=page_key(url, source)) for url in source.urls),
            due_at=iso(now),
        )
        for source in sources
        if source.kind == "page" and source.urls
    ]
    if intents:
        archive.commit(intents)


def page_tasks(
    archive: Archive,
    selection: Selection,
    sources: dict[str, Source],
    rates: Rates,
    now: datetime,
    *,
    due: bool,
) -> list[Task]:
    """The known pages of the selection (only those that are `due`), each host's in the order in
    which they are served."""
    moment = iso(now) if due else None
    ids = [source.id for source in selection.sources]
    found = archive.due(source_ids=ids, now=moment) if ids else []
    found += archive.due_at(selection.urls) if selection.urls else []
    ours = [one for one in found if one.page.source_id in sources]
    ordered = in_order(ours, sources, rates, now)
    tasks: list[Task] = [PageTask(sources[one.page.source_id], one) for one in ordered]
    return [*tasks, *further_tasks(archive, ordered, sources, now)]


def unwatched(config: Config, selection: Selection, known: Sequence[Task]) -> list[Task]:
    """The addresses of the selection that nobody watches yet, as far as a plan needs them: a dry
    run does not begin to watch them."""
    asked = {task.url for task in known}
    manual = manual_source(config)
    return [ListingTask(manual, url) for url in selection.urls if url not in asked]


def every_due(source: Source, last_listed_at: str | None, now: datetime) -> bool:
    """Whether a listing's interval has passed (a source with `cron` is the daemon's to judge)."""
    from crawler.schedule import listing_due_at

    if last_listed_at is None or parse_iso(last_listed_at) > now:  # a clock that ran ahead
        return True
    return listing_due_at(source, last_listed_at) <= now


def plan_of(tasks: Sequence[Task], known: Sequence[Task]) -> Plan:
    """The requests and minutes of each host, listings included."""
    counted: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for task in (*tasks, *known):
        host = urlsplit(task.url).netloc
        counted[host] += 1
        seconds[host] += task.source.delay_s  # type: ignore[assignment]
    hosts = tuple(
        HostPlan(host, number, round(seconds[host] / 60, 1))
        for host, number in counted.most_common()
    )
    return Plan(tuple(sorted({task.source.id for task in (*tasks, *known)})), hosts)


def due_listings(
    archive: Archive, tasks: Sequence[ListingTask], due: ListingDue, now: datetime
) -> list[ListingTask]:
    """The listings whose time has come."""
    listed_at = archive.last_listed()
    return [task for task in tasks if due(task.source, listed_at.get(task.source.id), now)]
