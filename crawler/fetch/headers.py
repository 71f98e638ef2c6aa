"""What a request says of us: who asks, what we can read, and what we have seen before. Nothing
else: no language, no referrer, no kept cookie.
"""

from urllib.parse import urlsplit

import crawler
from crawler.fetch.codings import known_codings
from crawler.fetch.trail import Trail
from crawler.model import Network
from crawler.model.seen import Headers

MAX_VALIDATOR_CHARS = 1024
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def user_agent(network: Network) -> str:
    """How we introduce ourselves: always with a contact, never with another's name."""
    if network.user_agent:
        return network.user_agent
    contact = f"; +{network.contact.strip()}" if network.contact.strip() else ""
    return f"Mozilla/5.0 (compatible; Palimpsest/{crawler.__version__}{contact})"


def our_headers(network: Network) -> Headers:
    """The headers that every request carries."""
    return (
        ("User-Agent", user_agent(network)),
        ("Accept", _ACCEPT),
        ("Accept-Encoding", ", ".join(known_codings())),
        ("Connection", "keep-alive"),
    )


def headers_for(trail: Trail, ours: Headers) -> Headers:
    """The headers of a trail's next request; notes in the trail what was sent. Validators go to
    the URL that gave them alone, cookies of the chain to the host that set them."""
    headers = list(ours)
    cookie = trail.cookie_header(trail.url)
    if cookie is not None:
        headers.append(("Cookie", cookie))
    headers += _conditions(trail)
    if not trail.request_headers:
        trail.request_headers = (("Host", urlsplit(trail.url).netloc), *headers)
    return tuple(headers)


def _conditions(trail: Trail) -> list[tuple[str, str]]:
    validators = trail.request.validators
    if validators is None or trail.url != (validators.url or trail.request.url):
        return []
    conditions = []
    # A server that gives a longer one refuses the head that brings it back (431), for ever.
    if validators.etag and len(validators.etag) <= MAX_VALIDATOR_CHARS:
        conditions.append(("If-None-Match", validators.etag))
    if validators.last_modified and len(validators.last_modified) <= MAX_VALIDATOR_CHARS:
        conditions.append(("If-Modified-Since", validators.last_modified))
    trail.sent_validators = bool(conditions)
    trail.sent_any_validators |= trail.sent_validators
    return conditions
