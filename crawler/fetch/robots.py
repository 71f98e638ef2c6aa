"""robots.txt as RFC 9309 says: what an answer means, and what it allows. The only user of
protego."""

import math
import re
from dataclasses import dataclass

from protego import Protego

TOKEN = "palimpsest"  # noqa: S105 - the product token of RFC 9309 §2.2.1
MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
FRESH_S = 24 * 3600.0
#: after so long without an answer the file counts as absent (RFC 9309 §2.3.1.4)
UNREACHABLE_S = 30 * 24 * 3600.0
#: a delay above this would not be a pace any more
MAX_CRAWL_DELAY_S = 24 * 3600.0

_AGENT_LINE = re.compile(
    r"(?im)^[^\S\n]*user(?:-|[^\S\n]*)agent(?:[^\S\n]*:|[^\S\n])([^\n#]*)[^\n]*$"
)
#: our token, also with a version behind it or inside a whole User-Agent header
_OURS = re.compile(rf"(?<![\w-]){TOKEN}(?![\w-])", re.I)


def meaning(status: int, body: bytes | None) -> str:
    """What an answer for /robots.txt says: `rules`, `none`, `html`, `forbidden` (all three: no
    rules) or `unreachable`."""
    if 200 <= status < 300:
        return "html" if _is_markup(body or b"") else "rules"
    if status in (401, 403):
        return "forbidden"
    # Too Many Requests is no statement about rules: to go on would be rude
    if status == 429 or status >= 500:
        return "unreachable"
    return "none"


def _is_markup(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def text_of(body: bytes) -> str:
    """The file's text: UTF-8, at most the 500 KiB that a crawler has to read."""
    return body[:MAX_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots file asks of us; without a file everything is allowed."""

    parsed: Protego | None
    crawl_delay_s: float | None

    def allows(self, url: str) -> bool:
        """Whether the file lets us fetch a URL."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, TOKEN))


NO_RULES = Rules(None, None)


def parse(text: str) -> Rules:
    """The rules of a file. Groups for other crawlers are merged first: thousands of agents on
    thousands of rules would otherwise multiply."""
    # Protego ends a line wherever `splitlines` does, and RFC 9309 at a bare CR too.
    lines = "\n".join(text.splitlines())
    parsed = Protego.parse(_AGENT_LINE.sub(_only_ours, lines))
    return Rules(parsed, _sane_delay(parsed.crawl_delay(TOKEN)))


def _only_ours(line: re.Match[str]) -> str:
    agent = line.group(1).strip()
    whose = agent if agent in ("", "*") else TOKEN if _OURS.search(agent) else "another"
    return f"User-agent: {whose}"


def _sane_delay(delay: float | None) -> float | None:
    if delay is None or not math.isfinite(delay) or delay <= 0:
        return None
    return min(delay, MAX_CRAWL_DELAY_S)
