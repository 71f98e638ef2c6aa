"""Families of reprints: pages of the archive that print one article, each with its oldest page.

A page joins the oldest page that holds most of it and of which it holds most, by letters and
digits in exact runs. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from crawler.compare.extending import Query, letters
from crawler.compare.families import FAMILY
from crawler.store.sketches import Sketch, sketches
from crawler.text import fingerprints

if TYPE_CHECKING:
    from crawler.store import Archive

#: oldest pages that a page is laid beside, those first that share most of the sample
MOST_TRIED: Final = 3
#: share of the smaller sample below which two pages are not laid beside each other
SHARED_SAMPLE: Final = 0.3
#: a fingerprint of so many families leads to none of them any more: it is a set phrase
SET_PHRASE: Final = 100


@dataclass(frozen=True, slots=True)
class Print:
    """A page of a family, and the shares of letters that it has in common with the oldest."""

    page: Sketch
    #: of the oldest page's text, and of its own
    of_original: float
    of_page: float


@dataclass(slots=True)
class Family:
    """The pages that print one article, the oldest first."""

    prints: list[Print] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """One line of `crawl reuse --families --json`."""
        return {
            "original": self.prints[0].page.url,
            "sources": sorted({one.page.source_id for one in self.prints}),
            "pages": [_shown(one) for one in self.prints],
        }


def families(archive: Archive, *, source: str | None = None) -> list[Family]:
    """The families of two pages or more, the largest first; with `source` those in which this
    source has a page."""
    found: list[Family] = []
    by_hash: defaultdict[int, list[int]] = defaultdict(list)
    texts = _Texts(archive)
    for page in sketches(archive.conn):
        if not _join(page, found, by_hash, texts):
            for value in page.hashes:
                by_hash[value].append(len(found))
            found.append(Family([Print(page, 1.0, 1.0)]))
    several = [family for family in found if len(family.prints) > 1]
    if source is not None:
        several = [f for f in several if any(p.page.source_id == source for p in f.prints)]
    return sorted(several, key=lambda family: -len(family.prints))


def _join(page: Sketch, found: list[Family], by_hash: dict[int, list[int]], texts: _Texts) -> bool:
    """Whether the page is a print of one of the families, and now among them."""
    for number in _near(page, found, by_hash):
        shares = texts.shares(found[number].prints[0].page.text_id, page.text_id)
        if min(shares) >= FAMILY:
            found[number].prints.append(Print(page, *shares))
            return True
    return False


def _near(page: Sketch, found: list[Family], by_hash: dict[int, list[int]]) -> Iterator[int]:
    """The families whose oldest page shares most of the sample with this one."""
    lists = (by_hash.get(value, ()) for value in page.hashes)
    counts = Counter(number for some in lists if len(some) <= SET_PHRASE for number in some)
    for number, count in counts.most_common(MOST_TRIED):
        smaller = min(len(page.hashes), len(found[number].prints[0].page.hashes))
        if count >= SHARED_SAMPLE * smaller:
            yield number


class _Texts:
    """The texts of an archive, laid out to be compared, the last ones kept."""

    def __init__(self, archive: Archive) -> None:
        self._conn = archive.conn
        self._laid_out = lru_cache(maxsize=256)(self._lay_out)

    def shares(self, original: int, other: int) -> tuple[float, float]:
        """The shares of the letters of two texts that stand in the other one."""
        if original == other:
            return 1.0, 1.0
        query, marks, size = self._laid_out(original)
        text = self._text(other)
        places = [marks[value] for value, _ in fingerprints(text) if value in marks]
        shared = query.shared(text, set(places))
        return min(1.0, shared / max(1, size)), min(1.0, shared / max(1, len(letters(text))))

    def _lay_out(self, text_id: int) -> tuple[Query, dict[int, int], int]:
        text = self._text(text_id)
        marks = dict(fingerprints(text))
        return Query(text, marks.values()), marks, len(letters(text))

    def _text(self, text_id: int) -> str:
        found = self._conn.execute("SELECT text FROM texts WHERE id = ?", (text_id,)).fetchone()
        return found[0] or ""


def _shown(one: Print) -> dict[str, Any]:
    page = one.page
    return {
        "page": page.page_id,
        "version": page.version_id,
        "url": page.url,
        "source": page.source_id,
        "published": page.published,
        "first_seen": page.first_seen,
        "state": page.state,
        "of_original": round(one.of_original, 4),
        "of_page": round(one.of_page, 4),
    }
