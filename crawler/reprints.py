"""Families of reprints: pages of the archive that print one article, each with its oldest page.

Two pages print one article when each holds most of the other; a family is whatever such pairs
join. Pages that may be a pair are found by a sample of their fingerprints, and proved by their
letters. Nothing is written here.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from crawler.compare.families import FAMILY
from crawler.compare.holding import Letters
from crawler.store.sketches import Sample, Sketch, sample, sketches

if TYPE_CHECKING:
    from crawler.store import Archive

#: pages of one family that a page is laid beside, those first that share most of the sample
MOST_TRIED: Final = 8
#: share of both samples from which two pages are laid beside each other: edits take away from
#: fingerprints more than from letters. Where the sample is small, so many standard deviations less
SHARED_SAMPLE: Final = 0.4
_POSSIBLY: Final = 2.5
#: and so many above FAMILY prove a pair without its letters
_SURELY: Final = 1.5
#: pages of one family, and of all, that are remembered for one fingerprint; with more families it
#: is a set phrase and leads to none
REMEMBERED: Final = 6
SET_PHRASE: Final = 200
#: texts whose letters are kept
_KEPT_TEXTS: Final = 500


@dataclass(frozen=True, slots=True)
class Print:
    """A page of a family, and the shares of letters that it has in common with the oldest."""

    page: Sketch
    #: of the oldest page's text, and of its own
    of_original: float
    of_page: float


@dataclass(frozen=True, slots=True)
class Family:
    """The pages that print one article, the oldest first."""

    prints: tuple[Print, ...]

    def as_dict(self) -> dict[str, Any]:
        """One line of `crawl reuse --families --json`."""
        return {
            "original": self.prints[0].page.url,
            "sources": sorted({one.page.source_id for one in self.prints}),
            "pages": [_shown(one) for one in self.prints],
        }


class Families:
    """The families of two pages or more, the largest first; each is read when its turn comes."""

    def __init__(self, archive: Archive, pages: Sample, groups: list[list[int]]) -> None:
        self._archive = archive
        self._pages = pages
        self._groups = groups

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[Family]:
        texts = _Texts(self._archive)
        for group in self._groups:
            known = sketches(self._archive.conn, self._pages.page_ids[group].tolist())
            rows = [known[page_id] for page_id in self._pages.page_ids[group].tolist()]
            oldest = rows[0].text_id
            yield Family(tuple(Print(row, *texts.shares(oldest, row.text_id)) for row in rows))


def families(archive: Archive, *, source: str | None = None) -> Families:
    """The families of two pages or more; with `source` those in which this source has a page."""
    pages = sample(archive.conn)
    groups = _Joining(pages, _Texts(archive)).groups()
    if source is not None:
        query = "SELECT id FROM pages WHERE source_id = ?"
        own = {row[0] for row in archive.conn.execute(query, (source,))}
        groups = [one for one in groups if not own.isdisjoint(pages.page_ids[one].tolist())]
    return Families(archive, pages, groups)


class _Joining:
    """Pages joined to families one by one."""

    def __init__(self, pages: Sample, texts: _Texts) -> None:
        self._pages = pages
        self._texts = texts
        self._parents = list(range(len(pages.page_ids)))
        self._halvings: list[int] = pages.halvings.tolist()
        #: by fingerprint, pages that have it
        self._having: list[list[int]] = [[] for _ in range(len(pages.hashes))]

    def groups(self) -> list[list[int]]:
        """The numbers of the pages of each family of two or more, the largest family first."""
        for page in range(len(self._parents)):
            self._join(page, self._pages.groups_of(page))
        found: defaultdict[int, list[int]] = defaultdict(list)
        for page in range(len(self._parents)):
            found[self._root(page)].append(page)
        return sorted((one for one in found.values() if len(one) > 1), key=lambda one: -len(one))

    def _join(self, page: int, groups: Sequence[int]) -> None:
        """Joins the page with every family of which it prints a page, and remembers it."""
        tried: Counter[int] = Counter()
        for other, count in self._near(page, groups):
            root = self._root(other)
            if root == self._root(page) or tried[root] == MOST_TRIED:
                continue
            if self._is_pair(page, other, count):
                self._parents[root] = self._root(page)
            tried[root] += 1
        for group in groups:
            having = self._having[group]
            if len(having) < REMEMBERED or self._is_new(page, having):
                having.append(page)

    def _is_new(self, page: int, having: list[int]) -> bool:
        """Whether few of those that have a fingerprint are of the page's family."""
        if len(having) >= SET_PHRASE:
            return False
        root = self._root(page)
        return sum(self._root(one) == root for one in having) < REMEMBERED

    def _near(self, page: int, groups: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pages that share enough of the sample with this one, and how much, most first."""
        told = [self._having[one] for one in groups if len(self._having[one]) < SET_PHRASE]
        phrases = len(groups) - len(told)
        counts = Counter(chain.from_iterable(told))
        # Of texts a quarter as long not one is a pair: their bound is the lowest that counts.
        own = self._pages.sizes[page]
        least = _enough(own[min(self._halvings[page] + 2, len(own) - 1)] - phrases)
        for other, count in sorted(counts.items(), key=itemgetter(1), reverse=True):
            if count < least:
                return
            if count >= _enough(max(self._sizes(page, other)) - phrases):
                yield other, count

    def _sizes(self, page: int, other: int) -> tuple[int, int]:
        """How many fingerprints of each lie below the lower of their bounds."""
        power = max(self._halvings[page], self._halvings[other])
        return self._pages.sizes[page][power], self._pages.sizes[other][power]

    def _is_pair(self, page: int, other: int, count: int) -> bool:
        """Whether each holds most of the other; `count` is what their samples share."""
        size = max(self._sizes(page, other))
        if count >= _proof(size):
            return True
        one, two = int(self._pages.text_ids[other]), int(self._pages.text_ids[page])
        return self._texts.is_pair(one, two)

    def _root(self, page: int) -> int:
        parents = self._parents
        while parents[page] != page:
            parents[page] = parents[parents[page]]
            page = parents[page]
        return page


def _enough(size: int) -> float:
    """What the samples of a pair, the larger one of this size, have in common at least."""
    size = max(0, size)
    return SHARED_SAMPLE * size - _POSSIBLY * 0.5 * math.sqrt(size)


def _proof(size: int) -> float:
    """What makes it one."""
    return FAMILY * size + _SURELY * 0.5 * math.sqrt(size)


class _Texts:
    """The texts of an archive, laid out to be compared, the last ones kept."""

    def __init__(self, archive: Archive) -> None:
        self._conn = archive.conn
        self._letters = lru_cache(maxsize=_KEPT_TEXTS)(self._lay_out)

    def shares(self, original: int, other: int) -> tuple[float, float]:
        """The shares of the letters of two texts that stand in the other one."""
        if original == other:
            return 1.0, 1.0
        one, two = self._letters(original), self._letters(other)
        return one.held_by(two), two.held_by(one)

    def is_pair(self, original: int, other: int) -> bool:
        """Whether each of two texts holds most of the other."""
        if original == other:
            return True
        one, two = self._letters(original), self._letters(other)
        return one.held_by(two) >= FAMILY and two.held_by(one) >= FAMILY

    def _lay_out(self, text_id: int) -> Letters:
        found = self._conn.execute("SELECT text FROM texts WHERE id = ?", (text_id,)).fetchone()
        return Letters(found[0] or "")


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
