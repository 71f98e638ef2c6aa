"""Whether each host's delay can carry what the sources on it promise."""

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.config.load import Config
from crawler.discover import start_urls
from crawler.errors import Mistake
from crawler.model import Source

#: new pages a day that one listing is taken to bring, where the archive does not know better
ASSUMED_PAGES_A_DAY = 100


def check(config: Config, pages: Mapping[str, int] | None = None) -> tuple[Mistake, ...]:
    """What should be mended although it can be read, as warnings: no contact, and each host whose
    delay cannot carry its promise. `pages` are pages bound by `max_gap` by host, as the archive
    counts them; a host that is not in it is reckoned from its listings."""
    found = []
    if not config.network.contact:
        what = "is empty; nothing outside `allow` is fetched before it names a mail or a page"
        found.append(
            Mistake(None, "network.contact", f'{what}, e.g. contact = "me@example.org"', True)
        )
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in config.sources:
        for host in dict.fromkeys(_host(url) for url in _asked(source)):
            if source.enabled:
                hosts[host].append(source)
    for host, sources in hosts.items():
        if overload := _overload(host, sources, (pages or {}).get(host)):
            line = config.lines.get(("source", sources[0].id))
            found.append(Mistake(line, host, overload, warning=True))
    return tuple(found)


def _overload(host: str, sources: list[Source], known: int | None) -> str | None:
    """Why a host cannot be looked at as often as promised; None where it can."""
    delay_s = max(source.delay_s for source in sources)
    gap_s = min(source.max_gap_s for source in sources)
    listings = sum(_listing_looks(source, host, gap_s) for source in sources)
    fits = max(0, int(gap_s / delay_s - listings))
    bound = known if known is not None else sum(_bound_pages(s, host) for s in sources)
    if bound <= fits:
        return None
    assumed = f", taking {ASSUMED_PAGES_A_DAY} new pages a day a listing"
    basis = assumed if known is None else ""
    return (
        f"at one request every {delay_s:g} s {fits:,} pages fit into {gap_s / 3_600:g} h beside "
        f"its listings, and {bound:,} are promised{basis}; lengthen max_gap or shorten young for "
        f"{', '.join(source.id for source in sources)}"
    )


def _listing_looks(source: Source, host: str, gap_s: float) -> float:
    """Requests that a source's listings on a host take in one promise's time."""
    if source.kind == "page":
        return 0.0
    return sum(_host(url) == host for url in _asked(source)) * gap_s / source.every_s


def _bound_pages(source: Source, host: str) -> int:
    """Pages on a host that a source's promise binds: those that it names, or the young ones."""
    addresses = sum(_host(url) == host for url in _asked(source))
    if source.kind == "page":
        return addresses
    if source.kind == "wayback":
        return 0  # a copy in a web archive does not change
    return int(addresses * ASSUMED_PAGES_A_DAY * source.young_s / 86_400)


def _asked(source: Source) -> tuple[str, ...]:
    """The addresses that a pass begins with: listings, or the pages themselves."""
    return start_urls(source, backfill=False) or source.urls


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
