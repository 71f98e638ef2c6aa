"""Texts that people hold, placed against the archive: each seed copy page by page, and any text
passage by passage. Nothing is written here."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.compare import align, shared_passages, translation
from crawler.discover import normalise_url
from crawler.errors import UnknownName
from crawler.model import Alignment, Match, OpKind
from crawler.text import fingerprints, fold

if TYPE_CHECKING:
    from crawler.store import Archive, Candidates, SeedRow, VersionRow

Span = tuple[int, int]

#: texts that are looked at for one query, the rarest shared passage first
MOST_TEXTS = 400
#: texts of which a translation is looked for, those first that carry most rare numbers and names
MOST_TRANSLATIONS = 60
#: a passage of so many characters is no set phrase, however often it stands
PHRASE_CHARS = 120
#: rarity below which a short passage is a set phrase
PHRASE_RARITY = 0.5
#: characters that a fingerprint takes, less one, at least
_REACH = 7
#: an archive of fewer pages is too small to tell a set phrase by its share of them
LEAST_PAGES = 1_000


#: the two halves of one copy stand on no page
_NO_PAGE = dict.fromkeys(
    ("seed", "page", "version", "url", "source", "state", "current", "first_seen", "last_seen")
)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare the passages of one text are in the archive: its fingerprints by place, and on how
    many pages each stands."""

    places: Sequence[int]
    pages: Sequence[int]
    total: int
    #: of a passage without a known fingerprint: frequent ones are the last to be read
    unknown: int = 1

    @classmethod
    def of(cls, text: str, candidates: Candidates) -> Rarity:
        """From the fingerprints of a text and on how many pages the archive holds each."""
        known = candidates.frequency
        found = sorted((at, known[value]) for value, at in fingerprints(text) if value in known)
        total = max(candidates.pages, LEAST_PAGES)
        places, pages = [at for at, _ in found], [count for _, count in found]
        return cls(places, pages, total, total if candidates.coarse else 1)

    def at(self, start: int, end: int) -> float:
        """0 for a passage that stands on every page, 1 for one that stands on one: the rarest
        fingerprint counts, on a logarithmic scale (inverse document frequency)."""
        # One that begins at the very end is of what follows the passage too.
        low, high = (bisect_left(self.places, at) for at in (start, max(start, end - _REACH)))
        pages = min(self.pages[low:high], default=self.unknown)
        return round(max(0.0, 1 - math.log(max(1, pages)) / math.log(self.total)), 4)

    def is_phrase(self, match: Match) -> bool:
        """Whether a passage is a formula that says nothing of where a text comes from."""
        return self.phrase_at(*match.seed)

    def phrase_at(self, start: int, end: int) -> bool:
        """The same of a passage by its place."""
        return end - start < PHRASE_CHARS and self.at(start, end) < PHRASE_RARITY


def compare_seed(
    archive: Archive, seed: SeedRow, *, history: bool = False, all_: bool = False,
    min_chars: int = 30,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """The lines of `crawl seeds compare`: every page's current version (or every version) that
    shares a passage with the seed copy, best coverage first. Pages that share only set phrases
    stand among them with `all_`."""
    candidates = archive.candidates(seed.text, limit=MOST_TEXTS)
    rarity = Rarity.of(seed.text, candidates)
    versions = archive.all_versions if history else archive.current_versions
    originals = {normalise_url(url) for url in seed.originals}
    found = []
    for row in versions(candidates.text_ids):
        declared = normalise_url(row.url) in originals
        alignment = align(seed.text, row.text, min_chars=min_chars, declared=declared)
        if alignment.matches and (all_ or not all(map(rarity.is_phrase, alignment.matches))):
            found.append((alignment, row))
    for alignment, row in sorted(found, key=_best_first):
        yield seed_line(seed, row, alignment, coarse=candidates.coarse)
    told = {row.page_id for _, row in found}
    yield from translations(archive, seed, told, history=history)


def translations(
    archive: Archive, seed: SeedRow, told: set[int], *, history: bool
) -> Iterator[dict[str, Any]]:
    """A line for each page of which the copy is a translation, or the other way round (it shares
    no characters with it, and so no passage), the surest first, and one for the two halves of a
    copy in two languages."""
    from crawler.store.translations import translation_candidates

    carrying = translation_candidates(archive.conn, seed.text, MOST_TRANSLATIONS)
    rows = archive.all_versions(carrying) if history else archive.current_versions(carrying)
    rows += [row for url in seed.originals if (row := _version_or_none(archive, url))]
    others = {row.id: row for row in rows if row.page_id not in told}
    found = [(translation(seed.text, row.text), row) for row in others.values()]
    proved = [(alignment, row) for alignment, row in found if alignment is not None]
    for alignment, row in sorted(proved, key=lambda pair: (-pair[0].confidence, pair[1].id)):
        yield seed_line(seed, row, alignment, coarse=False)
    halves = translation(seed.text, seed.text)
    if halves is not None:
        yield {**_NO_PAGE, "seed": seed.name, "url": seed.url, **halves.as_dict()}


def _version_or_none(archive: Archive, url: str) -> VersionRow | None:
    try:
        return archive.find_version(url)
    except UnknownName:
        return None


def _best_first(pair: tuple[Alignment, VersionRow]) -> tuple[float, float, int]:
    alignment, row = pair
    return -alignment.seed_coverage, -alignment.page_coverage, row.id


def seed_line(
    seed: SeedRow, row: VersionRow, alignment: Alignment, *, coarse: bool
) -> dict[str, Any]:
    """One line of `crawl seeds compare --json`."""
    shown = alignment.as_dict()
    return {
        "seed": seed.name,
        "page": row.page_id,
        "version": row.id,
        "url": row.url,
        "source": row.source_id,
        "state": row.state,
        "current": row.current,
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
        **shown,
        "coarse": alignment.coarse or coarse,
    }


def reuse(
    archive: Archive, text: str, *, min_chars: int = 30, page_id: int | None = None,
    seed: str | None = None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """The lines of `crawl reuse`: every passage of the text that stands on a page or in a seed
    copy, the rarest first; of a page's versions the earliest that holds it. The page and seed copy
    that the text itself comes from can be left out."""
    candidates = archive.candidates(text, limit=MOST_TEXTS)
    rarity = Rarity.of(text, candidates)
    found = list(_in_seeds(archive, text, min_chars, seed))
    told: defaultdict[int, list[Span]] = defaultdict(list)
    rows = sorted(archive.all_versions(candidates.text_ids), key=lambda row: (row.as_of, row.id))
    for row in rows:
        if row.page_id == page_id:
            continue
        matches = _passages(text, row.text, min_chars)
        new = [match for match in matches if _adds(match.seed, told[row.page_id], min_chars)]
        told[row.page_id] += [match.seed for match in new]
        found += [(match, _on_page(row)) for match in new]
    lines = [{**place, **_passage(text, match, rarity)} for match, place in found]
    yield from sorted(lines, key=lambda line: (-line["rarity"], -line["chars"], line["query"]))


def _adds(span: Span, told: Sequence[Span], min_chars: int) -> bool:
    """Whether a later version of a page holds a passage's worth more of the query here than the
    versions before it; the same place with an edit more or less is not listed twice."""
    left = set(range(*span))
    for earlier in told:
        left -= set(range(*earlier))
    return not told or len(left) >= min(min_chars, span[1] - span[0])


def _passages(text: str, other: str, min_chars: int) -> tuple[Match, ...]:
    return shared_passages(text, other, min_chars=min_chars)


def _in_seeds(
    archive: Archive, text: str, min_chars: int, without: str | None
) -> Iterator[tuple[Match, dict[str, Any]]]:
    """The passages that stand in seed copies."""
    for seed in archive.seeds():
        if seed.name == without:
            continue
        place = {"version": None, "seed": seed.name, "url": seed.url, "source": None,
                 "first_seen": seed.retrieved}  # fmt: skip
        for match in _passages(text, seed.text, min_chars):
            yield match, place


def _on_page(row: VersionRow) -> dict[str, Any]:
    return {
        "version": row.id,
        "seed": None,
        "url": row.url,
        "source": row.source_id,
        "first_seen": row.first_seen,
    }


def _passage(text: str, match: Match, rarity: Rarity) -> dict[str, Any]:
    start, end = match.seed
    return {
        "query": [start, end],
        "found": list(match.page),
        "chars": len(fold(text[start:end]).text),
        "exact": all(op.op is OpKind.EQUAL or op.noise for op in match.ops),
        "rarity": rarity.at(start, end),
    }
