"""A request and an answer as our pages see them, free of Datasette."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from crawler.errors import UnknownName
from crawler.model import Gazetteer

if TYPE_CHECKING:
    from crawler.store import Archive

#: sent with every answer of ours: nothing runs, nothing is framed, nothing is loaded from elsewhere
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The archive is written while it is read.
    "Cache-Control": "no-cache",
}
#: for bytes and texts of others: whatever a browser makes of them, it makes nothing with them
SANDBOX = "sandbox; default-src 'none'"
HTML = "text/html; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
#: characters of a query string's value that are read
QUERY_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a body, its type and headers besides `SECURITY`."""

    body: str | bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers to be sent."""
        return {**SECURITY, **self.headers}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the parts of its path, its query, and what links need to know."""

    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    #: Datasette's `base_url`, with a slash at its end
    base: str
    #: `http://127.0.0.1:8001`
    origin: str
    #: the archive's name in Datasette
    database: str
    language: str
    now: datetime
    #: the query string as it came
    raw_query: str = ""
    #: words that label edits, beside those of the package
    gazetteer: Gazetteer | None = None

    def text(self, name: str, default: str = "") -> str:
        """A value of the query, trimmed and at most `QUERY_CHARS` long."""
        return self.query.get(name, default).strip()[:QUERY_CHARS]

    def number(self, name: str, default: int, least: int = 0, most: int = 10**9) -> int:
        """A whole number of the query within bounds, else the default."""
        try:
            given = int(self.text(name))
        except ValueError:
            return default
        return min(max(given, least), most)

    def id(self, name: str = "id") -> int:
        """A row's id in the path; raises UnknownName for one that no row can have."""
        given = self.parts[name]
        if not (given.isascii() and given.isdecimal() and len(given) < 19):
            raise UnknownName(f"{given!r} is no id", "ids are whole numbers")
        return int(given)

    def url(self, path: str, /, **query: object) -> str:
        """The address of one of our pages, or Datasette's: `url("-/search", q="从严治党")`."""
        given = {key: value for key, value in query.items() if value not in (None, "")}
        asked = f"?{urlencode(given)}" if given else ""
        return f"{self.base}{quote(path, safe='/:@-._~')}{asked}"

    def here(self, **query: object) -> str:
        """This page with some values of its query set otherwise; None takes one out."""
        merged: dict[str, object] = {**self.query, **query}
        given = {key: value for key, value in merged.items() if value not in (None, "")}
        return f"{self.path}?{urlencode(given)}" if given else self.path

    def absolute(self, path: str, /, **query: object) -> str:
        """The same with scheme and host."""
        return self.origin + self.url(path, **query)


class Page(Protocol):
    """A page of ours: a function of the archive and the request; raises CrawlError."""

    def __call__(self, archive: "Archive", asked: Asked) -> Answer:
        """The answer."""


def json_answer(value: Any) -> Answer:
    """A value as JSON."""
    import json

    return Answer(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace"), JSON)


def csv_answer(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Answer:
    """A table as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an
    apostrophe before it."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    body = out.getvalue().encode("utf-8", "backslashreplace")
    return Answer(body, "text/csv; charset=utf-8")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell


def attachment(body: str | bytes, name: str, content_type: str) -> Answer:
    """Bytes of others: to be saved, never shown by our origin. `name` is ASCII of our own."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": SANDBOX,
    }
    return Answer(body, content_type, headers=headers)


def redirect(location: str) -> Answer:
    """To another page of ours."""
    return Answer("", "text/plain; charset=utf-8", 302, {"Location": location})
