"""Small requests to services beside the crawl: time-stamping authorities, the Wayback Machine."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple

from crawler import __version__

TIMEOUT_S = 30.0
# An answer that trickles is given up.
WHOLE_S = 60.0


class Unanswered(Exception):
    """No answer came, or one that is too large."""


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: a key is sent to nobody whom the user did not name."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""
        return


_OPENER = urllib.request.build_opener(_Unfollowed)


class Reply(NamedTuple):
    """A service's answer, whatever its status."""

    status: int
    body: bytes


def ask(url: str, data: bytes | None, headers: Mapping[str, str], max_bytes: int) -> Reply:
    """The answer to a GET, or a POST where there is `data`; raises Unanswered, with the reason."""
    if not url.startswith(("http://", "https://")):
        raise Unanswered(f"{url!r} is no web address")
    agent = {"User-Agent": f"palimpsest-archive/{__version__}"}
    request = urllib.request.Request(url, data, {**agent, **headers})  # noqa: S310 - looked at
    try:
        with _OPENER.open(request, timeout=TIMEOUT_S) as answer:
            return Reply(answer.status, _body(answer, url, max_bytes))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, _body(error, url, max_bytes))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered(f"{url}: {error}") from error


def _body(answer: http.client.HTTPResponse | urllib.error.HTTPError, url: str, most: int) -> bytes:
    until, found = time.monotonic() + WHOLE_S, b""
    while piece := answer.read1(16_384):
        found += piece
        if len(found) > most:
            raise Unanswered(f"{url}: the answer is above {most:,} bytes")
        if time.monotonic() > until:
            raise Unanswered(f"{url}: the answer was not whole within {WHOLE_S:g} s")
    return found
