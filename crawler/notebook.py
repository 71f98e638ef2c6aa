"""The functions for notebooks: plain texts and bytes in, frozen values with `as_dict()` out.

`from crawler import Archive, align, diff, extract` gives them without this module's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.model import Alignment, Capture, Diff, Extraction, Profile


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read from a page; its fields are those of `extraction`."""

    capture: Capture
    extraction: Extraction

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "extraction"), name)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `crawl extract --json`."""
        return extraction_dict(self.capture, self.extraction)


def diff(a: str, b: str) -> Diff:
    """The whole way from text `a` to text `b`; offsets are code points of the two."""
    from crawler.compare import diff as compare

    return compare(a, b)


def align(seed: str, page: str, *, min_chars: int = 30) -> Alignment:
    """How two texts stand to each other, passage by passage of at least `min_chars` characters."""
    from crawler.compare import align as compare

    return compare(seed, page, min_chars=min_chars)


def extract(
    body: bytes | str, url: str | None = None, content_type: str | None = None
) -> Extracted:
    """The main text and metadata of a page, read by the profile of its `url`'s site where there is
    one. `body` is what a server sent, or its text. Raises CrawlError for a document that would
    cost too much to read."""
    if isinstance(body, str):
        body, content_type = body.encode("utf-8", "replace"), "text/html; charset=utf-8"
    address = url or "about:blank"
    capture = Capture((body,), address, address, content_type)
    return Extracted(capture, read(capture))


def read(capture: Capture, profiles: Sequence[Profile] = ()) -> Extraction:
    """The extraction of a capture; raises CrawlError when its document is too complex."""
    from crawler.complexity import too_complex
    from crawler.errors import CrawlError
    from crawler.extract import extract as read_page

    for body in capture.bodies:
        if problem := too_complex(body):
            raise CrawlError(
                f"{capture.url}: {problem}", "a crawl keeps its bytes and reads no text"
            )
    return read_page(capture, profiles)


def _is_web(capture: Capture) -> bool:
    return capture.final_url.startswith(("http://", "https://"))


def extraction_dict(capture: Capture, extraction: Extraction) -> dict[str, Any]:
    """An extraction in the shape of `crawl extract --json`."""
    from hashlib import sha256

    from crawler.discover import page_key

    key = extraction.page_key or (page_key(capture.final_url) if _is_web(capture) else None)
    return {
        "url": capture.url,
        "final_url": capture.final_url,
        "status": capture.status,
        "charset": extraction.charset,
        "state": str(extraction.assessment),
        "title": extraction.title,
        "author": extraction.author,
        "source_name": extraction.source_name,
        "editor": extraction.editor,
        "published": extraction.published,
        "lang": extraction.lang,
        "text": extraction.text,
        "text_sha256": sha256(extraction.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "extractor": extraction.extractor,
        "profile": extraction.rule,
        "page_key": None if key is None else {"site": key.site, "key": key.key},
        "reason": extraction.reason,
        "flags": list(extraction.flags),
    }
