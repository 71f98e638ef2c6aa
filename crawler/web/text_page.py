"""`/-/texts/<sha256>`: who carries a text, since when, and where the copies differ."""

import time
from dataclasses import dataclass

from crawler.compare import diff
from crawler.errors import UnknownName
from crawler.model import Gazetteer, parse_iso
from crawler.store import Archive, VersionRow
from crawler.text import fingerprints
from crawler.web.asking import Answer, Asked
from crawler.web.charts import WIDTH, Scale, Tick
from crawler.web.marking import clipped
from crawler.web.templating import html

#: versions that are weighed, pages that are listed, and pages of the matrix
WEIGHED = 120
LISTED = 40
MATRIX = 10
#: a page with less of the text, by its fingerprints, is not told of
LEAST = 0.15
#: differences are counted as long as this lasts
BUDGET_S = 1.0

_TEXT = """
SELECT id, sha256, fold_sha256, characters, coalesce(text, ''), text IS NULL FROM texts
WHERE sha256 >= ? AND sha256 < ? LIMIT 2
"""


@dataclass(slots=True)
class Copy:
    """A page that carries the text, or much of it, by its best version."""

    version: VersionRow
    #: shares of fingerprints: of the text on the page, and of the page in the text
    share: float
    of_page: float
    same: bool
    marks: frozenset[int]
    inserted: int | None = None
    deleted: int | None = None
    x: float = 0.0
    width: float = 0.0


def reprints(archive: Archive, asked: Asked) -> Answer:
    """The page; raises UnknownName."""
    prefix = asked.parts["sha256"].lower()
    found = archive.conn.execute(_TEXT, (prefix, prefix + "g")).fetchall()
    if len(prefix) < 8 or not found:
        raise UnknownName(f"the archive holds no text {prefix}", "look for its words instead")
    text_id, digest, fold_digest, characters, text, withheld = found[0]
    copies, coarse = carriers(archive, text, fold_digest)
    count_differences(copies, text, asked.gazetteer)
    return html(
        "text.html",
        asked,
        digest=digest,
        fold_digest=fold_digest,
        characters=characters,
        withheld=withheld,
        words=clipped(text, 160),
        copies=copies,
        coarse=coarse,
        ticks=place(copies),
        matrix=matrix(copies[:MATRIX]),
        seeds=archive.conn.execute(
            "SELECT name, title FROM seeds WHERE text_id = ? AND current", (text_id,)
        ).fetchall(),
    )


def carriers(archive: Archive, text: str, fold_digest: str) -> tuple[list[Copy], bool]:
    """The pages that carry the text, the earliest first; whether limits left some out."""
    marks = {value for value, _ in fingerprints(text)}
    candidates = archive.candidates(text, limit=WEIGHED)
    same = {
        row[0]
        for row in archive.conn.execute(
            "SELECT id FROM texts WHERE fold_sha256 = ? LIMIT ?", (fold_digest, WEIGHED)
        )
    }
    best: dict[int, Copy] = {}
    for row in archive.all_versions([*same, *candidates.text_ids]):
        copy = _copy(row, marks, row.text_id in same)
        known = best.get(row.page_id)
        if copy.share >= LEAST and (known is None or _rank(copy) > _rank(known)):
            best[row.page_id] = copy
    closest = sorted(best.values(), key=_rank, reverse=True)[:LISTED]
    earliest = sorted(closest, key=lambda copy: (copy.version.first_seen, copy.version.id))
    return earliest, candidates.coarse or len(best) > LISTED


def _copy(row: VersionRow, marks: set[int], same: bool) -> Copy:
    theirs = frozenset(value for value, _ in fingerprints(row.text))
    shared = len(marks & theirs)
    share = 1.0 if same else shared / max(1, len(marks))
    return Copy(row, share, 1.0 if same else shared / max(1, len(theirs)), same, theirs)


def _rank(copy: Copy) -> tuple[bool, float, float, bool]:
    return copy.same, round(copy.share, 3), round(copy.of_page, 3), copy.version.current


def count_differences(copies: list[Copy], text: str, gazetteer: Gazetteer | None) -> None:
    """Fill in how many characters each copy has otherwise, closest first, within the budget."""
    deadline = time.monotonic() + BUDGET_S
    for copy in sorted(copies, key=_rank, reverse=True):
        if copy.same:
            copy.inserted = copy.deleted = 0
        elif time.monotonic() < deadline and copy.share > 0.5 and copy.of_page > 0.5:
            found = diff(text, copy.version.text, gazetteer=gazetteer)
            copy.inserted, copy.deleted = found.inserted, found.deleted


def place(copies: list[Copy]) -> list[Tick]:
    """Put each copy on a common axis of time, from its first sight to its last."""
    moments = [
        parse_iso(when).timestamp()
        for copy in copies
        for when in (copy.version.first_seen, copy.version.last_seen)
    ]
    if not moments:
        return []
    low, high = min(moments), max(moments)
    scale = Scale(low, high, 4.0, WIDTH - 4.0)
    for copy in copies:
        copy.x = scale(parse_iso(copy.version.first_seen).timestamp())
        copy.width = max(4.0, scale(parse_iso(copy.version.last_seen).timestamp()) - copy.x)
    first, last = (
        min(copy.version.first_seen for copy in copies),
        max(copy.version.last_seen for copy in copies),
    )
    return [Tick(4.0, first[:10]), Tick(WIDTH - 4.0, last[:10])]


@dataclass(frozen=True, slots=True)
class Cell:
    """How much two copies have in common, 0 to 1, and the two versions."""

    share: float
    a: int
    b: int


def matrix(copies: list[Copy]) -> list[tuple[Copy, list[Cell | None]]]:
    """Each copy against each other: the share of fingerprints in common (Jaccard)."""
    return [(one, [_cell(one, two) for two in copies]) for one in copies]


def _cell(one: Copy, two: Copy) -> Cell | None:
    if one is two:
        return None
    shared, all_ = len(one.marks & two.marks), len(one.marks | two.marks)
    return Cell(shared / all_ if all_ else 1.0, one.version.id, two.version.id)
