"""What an extraction is made from, and what one extractor version made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.model.compared import Fields
from crawler.model.listed import Link, PageKey
from crawler.model.words import Assessment


@dataclass(frozen=True, slots=True)
class Capture:
    """One article as it was served: one body, or several in order for an article in parts."""

    bodies: tuple[bytes, ...]
    url: str
    final_url: str
    content_type: str | None = None
    status: int = 200
    #: the listing's entry, a fallback for title, author and date
    listing: Link | None = None
    #: a source's own `encoding` and `profile`, where it sets them
    encoding: str | None = None
    profile: str | None = None
    #: the one rule that is to read it, by its name, as it read another capture; None: the first
    #: that serves
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """A main text (paragraphs divided by one newline) and what is said around it. Nothing in it
    depends on today's date."""

    assessment: Assessment
    #: why it was judged so, e.g. "stub: 页面不存在"
    reason: str
    text: str
    title: str | None
    author: str | None
    source_name: str | None
    editor: str | None
    #: as claimed: ISO 8601, with the zone where it is known
    published: str | None
    updated: str | None
    lang: str | None
    #: addresses inside kept paragraphs, normalised, in order
    images: tuple[str, ...]
    links: tuple[str, ...]
    #: versions of our rules, selectolax and trafilatura
    extractor: str
    #: the profile and its era, "general", "script" (what scripts are to show), or "trafilatura"
    rule: str
    charset: str
    #: bom, utf-8, header, meta, detection or source
    charset_from: str
    source_url: str | None = None
    canonical_url: str | None = None
    page_key: PageKey | None = None
    #: the next part of an article in parts
    next_url: str | None = None
    #: labelled parts of `text`: (start, end, "caption" | "byline"), whole paragraphs, and
    #: "dateline", what a paragraph begins with
    marked: tuple[tuple[int, int, str], ...] = ()
    #: where each field came from, e.g. {"published": "meta:article:published_time"}
    found_in: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    #: of `text`; None: the archive computes it while it writes
    fold_sha256: str | None = None

    @property
    def fields(self) -> Fields:
        """What is compared beside the text."""
        return Fields(
            title=self.title,
            author=self.author,
            source_name=self.source_name,
            editor=self.editor,
            published=self.published,
            images=self.images,
            links=self.links,
        )
